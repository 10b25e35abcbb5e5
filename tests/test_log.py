"""The log of a run."""

import json
import logging

from pipeline.log import event, logger, to_file


def test_events_and_what_libraries_log(tmp_path):
    path, before = tmp_path / "log.jsonl", list(logger.handlers)
    with to_file(path):
        event("part written", documents=3, path=tmp_path)
        try:
            raise OSError("the line\n is dead")
        except OSError:
            logging.getLogger("minutes.library").exception("")
    lines = [json.loads(line) for line in path.read_text("utf8").splitlines()]
    assert [{key: line[key] for key in line if key != "time"} for line in lines] == [
        {"level": "info", "event": "part written", "documents": 3, "path": str(tmp_path)},
        {"level": "error", "event": "minutes.library", "error": "OSError: the line is dead"},
    ]
    assert logger.handlers == before
