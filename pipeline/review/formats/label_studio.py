"""Label Studio: tasks with our spans as predictions, the labelling set-up, and its exports JSON and JSON_MIN.

Shapes: the converter of label-studio-sdk 2.1.2 and what a server of label-studio 1.23.2 wrote (tests/label_studio).
"""

import colorsys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.labels import LABELS
from pipeline.review.formats.anchors import anchor
from pipeline.review.formats.files import (
    Row,
    broken,
    finished,
    objects,
    offset,
    read_rows,
    text_of,
    words_of,
    write_json,
    write_text,
)
from pipeline.review.records import Correction, Document, Found, digest_of

OUTPUT = "label-studio"
UNLABELLED, CANCELLED, OLDER = "not submitted", "skipped by the annotator", "older than another annotation of its task"
OTHERS = "of other annotators"
Parsed = tuple[list[Correction], Counter[str]]


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`label-studio/tasks.json`, to import, and `label-studio/labels.xml`, the labelling interface."""
    tasks = [task(document) for document in documents]
    return [
        write_json(folder / OUTPUT / "tasks.json", tasks),
        write_text(folder / OUTPUT / "labels.xml", [interface()]),
    ]


def task(document: Document) -> Row:
    """A document as a task. `id` is the server's own key, so ours has another name."""
    text, meta = document["text"], document["meta"]
    scores = [span["confidence"] for span in document["spans"] if span.get("confidence") is not None]
    prediction: Row = {
        "model_version": meta.get("review", {}).get("by", "minutes"),
        "result": [region(text, span, number) for number, span in enumerate(document["spans"], 1)],
    }
    if scores:
        prediction["score"] = round(sum(scores) / len(scores), 4)
    data = {"text": text, "doc_id": meta["id"], "source": meta["source"], "digest": digest_of(text)}
    return {"data": data, "predictions": [prediction]}


def region(text: str, span: Row, number: int) -> Row:
    start, end = span["start"], span["end"]
    made: Row = {
        "id": f"m{number}",
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": start, "end": end, "text": text[start:end], "labels": [span["label"]]},
    }
    if span.get("confidence") is not None:
        made["score"] = span["confidence"]
    return made


def interface() -> str:
    """Whole words are selected, which also trims white space; `pre-wrap` shows every blank and line end."""
    labels = [
        f'    <Label value={quoteattr(label.name)} background="{strong(label.colour)}" hotkey="{number}"'
        f" hint={quoteattr(label.definition)}/>\n"
        for number, label in enumerate(LABELS, 1)
    ]
    return "".join(
        [
            "<View>\n",
            '  <Labels name="label" toName="text">\n',
            *labels,
            "  </Labels>\n",
            '  <View style="white-space: pre-wrap">\n',
            '    <Text name="text" value="$text" granularity="word" showLabels="true"/>\n',
            "  </View>\n",
            "</View>\n",
        ]
    )


def strong(colour: str) -> str:
    """A label's colour, dark enough to be seen: Label Studio lays it on thin, and writes the label's name in it."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, 0.42, max(saturation, 0.6)))


def read(path: Path, annotator: str = "") -> Iterator[Correction]:
    """The submitted tasks of an export.

    annotator (str): Id or e-mail address; of several annotations the one marked as ground truth, else the newest,
        is taken if empty.
    RAISES (PipelineError): When the file is broken or nothing in it was submitted.
    """
    corrections, left = parse(path, annotator)
    return finished(path, corrections, left.items())


def left_out(path: Path, annotator: str = "") -> Counter[str]:
    """What `read` does not take, and why."""
    return parse(path, annotator)[1]


def parse(path: Path, annotator: str) -> Parsed:
    left, tasks = Counter[str](), dict[str, list[tuple[str, Row, Row]]]()
    for where, row in read_rows(path):
        key = f"task {row['id']}" if "id" in row else where
        tasks.setdefault(key, []).extend((where, row, annotation) for annotation in annotations(path, where, row))
        if not tasks[key]:
            left[UNLABELLED] += 1
    corrections = []
    for where, found in tasks.items():
        done = [made for made in found if not made[2].get("was_cancelled")]
        mine = [made for made in done if not annotator or by(made[2], annotator)]
        left[CANCELLED] += len(found) - len(done)
        left[OTHERS] += len(done) - len(mine)
        if mine:
            left[OLDER] += len(mine) - 1
            _, row, annotation = max(mine, key=lambda made: rank(made[2]))
            corrections.append(correction(path, where, row, annotation))
    return corrections, +left


def annotations(path: Path, where: str, row: Row) -> list[Row]:
    """What people submitted for a task; a row of JSON_MIN is brought into the same shape.

    RAISES (PipelineError): When the row is neither.
    """
    if isinstance(row.get("data"), dict):
        return objects(path, where, row.get("annotations", row.get("completions")))
    if "annotation_id" not in row and not isinstance(row.get("label"), list):
        raise broken(path, where, "it is no task: neither `data` nor `annotation_id` is there")
    if row.get("annotation_id", 0) is None:
        return []
    values = [value for listed in row.values() if isinstance(listed, list) for value in listed]
    result = [{"value": value} for value in values if isinstance(value, dict)]
    return [{**row, "completed_by": row.get("annotator"), "result": result}]


def by(annotation: Row, annotator: str) -> bool:
    """Whether an annotation is somebody's, who is named by id or e-mail address."""
    person = annotation.get("completed_by")
    names = [person.get("id"), person.get("email")] if isinstance(person, dict) else [person]
    return annotator.casefold() in [str(name).casefold() for name in names if name is not None]


def rank(annotation: Row) -> tuple[bool, str]:
    """Ground truth first, then the time of the last change, an ISO time."""
    return bool(annotation.get("ground_truth")), str(annotation.get("updated_at") or annotation.get("created_at") or "")


def correction(path: Path, where: str, row: Row, annotation: Row) -> Correction:
    data = row["data"] if isinstance(row.get("data"), dict) else row
    text = text_of(path, where, data)
    regions = objects(path, where, annotation.get("result"))
    spans = [span for number, made in enumerate(regions, 1) for span in labelled(path, where, number, text, made)]
    return Correction(path.name, where, words_of(data, "doc_id"), text, words_of(data, "digest"), spans)


def labelled(path: Path, where: str, number: int, text: str, region: Row) -> Iterator[Found]:
    """The spans of one region, one per label; none where the region is a relation, a choice or a remark."""
    value: Any = region.get("value")
    if not isinstance(value, dict) or not isinstance(value.get("labels"), list):
        return
    place = f"{where}, region {region.get('id') or number}"
    start, end = (offset(path, place, value.get(key)) for key in ("start", "end"))
    words = value.get("text")
    if isinstance(words, str):
        start, end, words = anchor(text, start, end, words)
    else:
        words = None
    for label in value["labels"] or [""]:
        yield Found(start, end, str(label), words, place)
