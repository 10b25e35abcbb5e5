"""The log of a run: log.jsonl, one JSON object per line, for programs and for people who look for a cause."""

import datetime
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.logging import RichHandler

FILE = "log.jsonl"
logger = logging.getLogger("minutes")


def event(message: str, /, *, at: int = logging.INFO, **fields: Any) -> None:
    """Log what happened, with its particulars."""
    logger.log(at, message, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """A record as one JSON object: time (UTC), level, event, the event's own fields, and the error of a library."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage() or record.name}
        if record.exc_info and (error := record.exc_info[1]):  # Dask logs some with no other word
            line["error"] = " ".join(f"{type(error).__name__}: {error}".split())
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False, default=str)


class File(logging.FileHandler):
    """Raises what goes wrong, as any other file does; logging itself would print a traceback and go on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        error = sys.exception()
        if isinstance(error, OSError):
            error.filename = error.filename or self.baseFilename
        raise


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Append what happens in the block to a file."""
    handler = File(path, encoding="utf8", errors="backslashreplace")
    handler.setFormatter(JsonLines())
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        with suppress(OSError):  # of what could not be written, as was said when it was tried
            handler.close()


def to_screen(console: Console) -> None:
    """Show what happens on a terminal too, from now on."""
    handler = RichHandler(console=console, show_path=False, markup=False, rich_tracebacks=False)
    handler.setFormatter(Words())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


class Words(logging.Formatter):
    """An event and its fields in one line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        return f"{record.getMessage()} {fields}"
