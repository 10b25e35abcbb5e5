"""Cases that must always come out right: training_data/must-pass.csv, a table that anyone can add rows to.

Each row is a text, words in it, a label, and whether the words must be found with that label or must not.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.documents import all_spans, new_doc
from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME
from pipeline.readers.characters import decode
from pipeline.training.gold import DATA
from pipeline.writers import original

FILE = "must-pass.csv"
COLUMNS = ("text", "words", "label", "expect", "note")
NEEDED = COLUMNS[:4]
EXPECT: tuple[Literal["found", "absent"], ...] = ("found", "absent")
MARKS = str.maketrans("‘’‛“”„\u00a0\u202f‐‑–—", "'''\"\"\"  ----")  # what Excel and word processors put for plain ones
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Case:
    """One row.

    line (int): In the file.
    text (str), words (str): A text, and words as they stand in it.
    label (str): Of the label table.
    expect ("found" | "absent"): A span with this label has these very edges; no span with it touches them.
    note (str): Why, for people.
    """

    line: int
    text: str
    words: str
    label: str
    expect: str
    note: str

    def places(self) -> list[tuple[int, int]]:
        """Wherever the words stand in the text."""
        text, places, start = plain(self.text), list[tuple[int, int]](), -1
        while (start := text.find(plain(self.words), start + 1)) >= 0:
            places.append((start, start + len(self.words)))
        return places


@dataclass(frozen=True)
class Outcome:
    """passed (bool): Whether it came out right. found (str): What stands on the words: `PLACE 'Kent'`; may be empty."""

    case: Case
    passed: bool
    found: str


def plain(text: str) -> str:
    """The text with the simplest of similar marks; as long as before."""
    return text.translate(MARKS)


def path_of(data: Path | None) -> Path:
    """The cases that belong to a folder of data."""
    return (data or DATA) / FILE


def read(path: Path) -> list[Case]:
    """The cases of one file, as Excel saves it: with commas, semicolons or tabs, in UTF-8 or the system's own encoding.

    Rows with nothing in them are passed over; other columns too.
    RAISES (PipelineError): With file and line, when a row cannot be what is meant.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as err:
        raise PipelineError(Errors.E101.format(path=path)) from err
    except OSError as err:
        raise PipelineError(Errors.E213.format(path=path, cause=err.strerror)) from err
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise wrong(path, 1, "this is a workbook; in Excel, save it as CSV UTF-8")
    text, _ = decode(data)
    first, *_ = text.splitlines() or [""]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cases: list[Case] = []
    try:
        rows.fieldnames = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        if missing := [name for name in NEEDED if name not in rows.fieldnames]:
            raise wrong(path, 1, f"there is no column {' or '.join(missing)}")
        for row in rows:
            if any(value.strip() if isinstance(value, str) else value for value in row.values()):
                cases.append(to_case(row, path, rows.line_num))
    except csv.Error as err:
        raise wrong(path, rows.line_num, f"a quotation mark is not closed or not doubled ({err})") from err
    check(cases, path)
    return cases


def wrong(path: Path, line: int, problem: str) -> PipelineError:
    return PipelineError(Errors.E586.format(file=path, line=line, problem=problem, columns=", ".join(COLUMNS)))


def to_case(row: dict[Any, Any], path: Path, line: int) -> Case:
    """RAISES (PipelineError): When the row is no case."""
    if None in row:
        raise wrong(path, line, "it has more cells than the first row; put quotation marks around the text")
    text, words, label, expect, note = ((row.get(name) or "").strip() for name in COLUMNS)
    text, words = original(text), original(words)
    case = Case(line, text, words, label.upper(), expect.lower(), note)
    if empty := [name for name, value in zip(NEEDED, (text, words, label, expect), strict=True) if not value]:
        raise wrong(path, line, f"nothing stands under {', '.join(empty)}")
    if case.label not in BY_NAME:
        raise wrong(path, line, f"there is no label {label!r}; the labels are {', '.join(BY_NAME)}")
    if case.expect not in EXPECT:
        raise wrong(path, line, f"expect is {expect!r}")
    if not case.places():
        raise wrong(path, line, f"the words {words!r} do not stand in the text")
    return case


def check(cases: Iterable[Case], path: Path) -> None:
    """RAISES (PipelineError): When a case stands twice, or two contradict each other."""
    seen: dict[tuple[str, str, str], Case] = {}
    for case in cases:
        first = seen.setdefault((case.text, case.words, case.label), case)
        if first is not case:
            how = "it is the same as" if first.expect == case.expect else "it contradicts"
            raise wrong(path, case.line, f"{how} line {first.line}")


def outcomes(nlp: Language, cases: Sequence[Case]) -> list[Outcome]:
    """What a model makes of the cases."""
    texts = list(dict.fromkeys(case.text for case in cases))
    docs = dict(zip(texts, nlp.pipe(new_doc(nlp, text, "must-pass", {"source": FILE}) for text in texts), strict=True))
    return [outcome(case, docs[case.text]) for case in cases]


def outcome(case: Case, doc: Doc) -> Outcome:
    places = case.places()
    there = [
        span for span in all_spans(doc) if any(span.start_char < end and start < span.end_char for start, end in places)
    ]
    same = [span for span in there if span.label_ == case.label]
    exact = any((span.start_char, span.end_char) in places for span in same)
    passed = exact if case.expect == "found" else not same
    return Outcome(case, passed, ", ".join(dict.fromkeys(f"{span.label_} {span.text!r}" for span in there)))
