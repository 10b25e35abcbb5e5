"""The structure of pages: every file in tests/examples/structure, properties that hold for any text, the component.

An example opens with `=== name`; then each line is a section, `|` and a line of text. `@page`, `@meeting` and `@item`
stand before the line at which they start and give what is expected of them; a meeting and an item end where the next
one starts, at `@end meeting` or `@end item`, or with the text. In `heading+decision | 2/19 MINUTES   ¦RESOLVED that`
the section changes at `¦`. `\\r`, `\\t` and `\\u00a0` stand for these characters. A name that starts with `trap` marks
a page that tempts.
"""

import re
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import DocBin

from pipeline.components.page.bodies import clean_body, find_council
from pipeline.components.page.councils import stated_by_title, stated_first
from pipeline.components.page.dates import find_date, find_time
from pipeline.components.page.draft import Structure
from pipeline.components.page.grammar import KINDS, find_structure
from pipeline.components.page.markers import MARKER_RULES, marker_rule
from pipeline.components.page.words import SECTIONS, stripped
from pipeline.components.structure import locate
from pipeline.patterns import load

FOLDER = Path(__file__).parent / "examples" / "structure"
KEYS = {
    "page": ("kind", "title", "council"),
    "meeting": ("body", "date", "time", "council"),
    "item": ("number", "title"),
}
_VALUES = re.compile(r"([a-z]+)=(?:\"([^\"]*)\"|(\S+))")
Stretch = tuple[int, int, dict[str, str]]


class Page(NamedTuple):
    """An example: its text and all that is to be found in it."""

    name: str
    text: str
    page: dict[str, str]
    meetings: list[Stretch]
    items: list[Stretch]
    sections: list[tuple[int, int, str]]


class _Reader:
    """Builds one Page from the lines of an example."""

    def __init__(self, name: str):
        self.name, self.text, self.page = name, "", {}
        self.open: dict[str, Any] = {"meeting": None, "item": None}
        self.found: dict[str, list[Stretch]] = {"meeting": [], "item": []}
        self.sections: list[tuple[int, int, str]] = []
        self.starting = False

    def directive(self, line: str) -> None:
        word, _, rest = line[1:].partition(" ")
        if word == "end":
            self.close(rest)
            return
        values = {key: quoted or bare for key, quoted, bare in _VALUES.findall(rest)}
        if word not in KEYS or set(values) - set(KEYS[word]):
            raise ValueError(f"{self.name}: {line}")
        whole = {key: values.get(key, "") for key in KEYS[word]}
        if word == "page":
            self.page = whole
            return
        if word == "meeting":
            self.close("item")
        self.close(word)
        self.open[word] = whole
        self.starting = True

    def close(self, word: str) -> None:
        if self.open[word]:
            start, values = self.open[word]["start"], self.open[word]["values"]
            self.found[word].append((start, self.sections[-1][1], values))
        self.open[word] = None

    def line(self, labels: str, text: str) -> None:
        text = text.replace("\\r", "\r").replace("\\t", "\t").replace("\\u00a0", "\u00a0")
        names, parts = labels.strip().split("+"), text.split("¦")
        if text.strip() and (len(names) != len(parts) or set(names) - set(SECTIONS)):
            raise ValueError(f"{self.name}: {labels}|{text}")
        for label, part in zip(names, parts, strict=True):
            self.part(label, part)
        self.text += "\n"

    def part(self, label: str, part: str) -> None:
        start = len(self.text) + len(part) - len(part.lstrip())
        self.text += part
        end = len(self.text) - (len(part) - len(part.rstrip()))
        if not part.strip():
            return
        for word, values in self.open.items():
            if values is not None and "start" not in values:
                self.open[word] = {"start": start, "values": values}
        if self.sections and self.sections[-1][2] == label and not self.starting:
            self.sections[-1] = (self.sections[-1][0], end, label)
        else:
            self.sections.append((start, end, label))
        self.starting = False

    def finish(self) -> Page:
        self.close("item")
        self.close("meeting")
        page = {**dict.fromkeys(KEYS["page"], ""), **self.page}
        return Page(self.name, self.text, page, self.found["meeting"], self.found["item"], self.sections)


def read(path: Path) -> list[Page]:
    """The examples of one file."""
    pages: list[Page] = []
    reader: _Reader | None = None
    for line in path.read_text("utf8").split("\n"):
        if line.startswith("=== "):
            pages += [reader.finish()] if reader else []
            reader = _Reader(f"{path.stem}: {line[4:]}")
        elif reader and line.startswith("@"):
            reader.directive(line)
        elif reader and "|" in line:
            labels, _, text = line.partition("|")
            reader.line(labels, text[1:])
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}: {line}")
    return [*pages, reader.finish()] if reader else pages


PAGES = [page for path in sorted(FOLDER.glob("*.txt")) for page in read(path)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Page) -> None:
    found = find_structure(page.text)
    shown = [(page.text[start:end], label) for start, end, label, _ in found.sections]
    assert shown == [(page.text[start:end], label) for start, end, label in page.sections]
    assert found.page == page.page
    assert [(start, end, values) for start, end, values, _ in found.meetings] == page.meetings
    assert [(start, end, values) for start, end, values, _ in found.items] == page.items
    assert all(stretch.rule for stretch in [*found.meetings, *found.items, *found.sections])


def test_enough_pages() -> None:
    traps = [page for page in PAGES if ": trap" in page.name]
    assert len(PAGES) >= 40
    assert 0.4 <= len(traps) / len(PAGES) <= 0.6
    assert {page.page["kind"] for page in PAGES} == set(KINDS)
    assert {label for page in PAGES for *_, label in page.sections} == set(SECTIONS)


DATES = [
    ("held on Thursday 4 November 2021 at 10.00 am", "2021-11-04", "10:00"),
    ("Tuesday, 9 March 2021", "2021-03-09", ""),
    ("2 OCTOBER 2013", "2013-10-02", ""),
    ("25th March 2021", "2021-03-25", ""),
    ("MONDAY 17TH\nSEPTEMBER 2012 AT 4.30 P.M.", "2012-09-17", "16:30"),
    ("the 1st day of May, 2019, 12 noon", "2019-05-01", "12:00"),
    ("24/09/19", "2019-09-24", ""),
    ("29.09.15", "2015-09-29", ""),
    ("2021-03-25 14:00", "2021-03-25", "14:00"),
    ("March 9th, 2021", "2021-03-09", ""),
    ("4 Nov '21", "2021-11-04", ""),
    ("Dydd Mawrth, 18fed Ionawr, 2022", "2022-01-18", ""),
    ("29 February 2020", "2020-02-29", ""),
    ("5.00 - 6.35 PM", "", "17:00"),
    ("11.30 - 1.00 pm", "", "11:30"),
    ("at 1000 HOURS", "", "10:00"),
    # None of these is a date or a time.
    ("29 February 2021", "", ""),
    ("31/06/2020", "", ""),
    ("13/25/2021", "", ""),  # day first, so there is no month 25
    ("version 4, February 2024", "", ""),
    ("2018-2022", "", ""),
    ("24/7 cover", "", ""),
    ("5 July", "", ""),
    ("020 7946 0000", "", ""),
    ("£12.5.2021", "", ""),
    ("25.99 pm", "", ""),
]


@pytest.mark.parametrize(("text", "day", "clock"), DATES)
def test_date_and_time(text: str, day: str, clock: str) -> None:
    found = find_date(text)
    assert (found[2] if found else "") == day
    assert find_time(text[found[1] :] if found else text) == clock


COUNCILS = [
    ("KENT COUNTY COUNCIL", "KENT COUNTY COUNCIL"),
    ("Minutes of Kent County Council", "Kent County Council"),
    ("THE FIFE COUNCIL - EDUCATION COMMITTEE", "FIFE COUNCIL"),
    ("Bournemouth, Christchurch and Poole Council", "Bournemouth, Christchurch and Poole Council"),
    ("Isle of Wight Council, Corporate Parenting Board", "Isle of Wight Council"),
    ("LONDON BOROUGH OF RICHMOND UPON THAMES", "LONDON BOROUGH OF RICHMOND UPON THAMES"),
    ("LONDON BOROUGH OF EALING CABINET", "LONDON BOROUGH OF EALING"),
    ("Royal Borough of Kingston upon Thames", "Royal Borough of Kingston upon Thames"),
    ("Rhondda Cynon Taf County Borough Council", "Rhondda Cynon Taf County Borough Council"),
    ("CALDERDALE M.B.C.", "CALDERDALE M.B.C."),
    ("Cyngor Gwynedd", "Cyngor Gwynedd"),
    ("Cornwall Council Cabinet", "Cornwall Council"),
    ("MINUTES OF THE MEETING OF WEXMOOR COUNCIL", "WEXMOOR COUNCIL"),
    ("Cabinet of Wexmoor City Council", "Wexmoor City Council"),
    ("Lowmere Town and Borough Council", "Lowmere Town and Borough Council"),
    ("Lowmere Town Council", ""),
    ("Executive Director of Finance, Norwold Council", ""),
    ("County Council", ""),  # no place is named
    ("Full Council", ""),
    ("Children in Care Council", ""),
    ("LAC Council", ""),
    ("Youth Council", ""),
    ("Sandwell Council House", ""),  # a building
    ("Herefordshire Council Offices", ""),
    ("the council of the day", ""),
    ("B&NES Council", "B&NES Council"),
    ("Extract from the minutes of Council", ""),
]


@pytest.mark.parametrize(("text", "council"), COUNCILS)
def test_council(text: str, council: str) -> None:
    found = find_council(text)
    assert (found[2] if found else "") == council


TITLES = [
    ("Agenda for Cabinet on Thursday, 8th June, 2023, 5.30 pm - Wexmoor Council", "Wexmoor Council"),
    ("Wexmoor Council | Cabinet", "Wexmoor Council"),
    ("Wexmoor Council's Cabinet", "Wexmoor Council"),
    ("Welcome to Wexmoor Council", "Wexmoor Council"),
    ("Minutes 12 May 2022 – Lowmere Town and Borough Council", "Lowmere Town and Borough Council"),
    ("Issue - Norwold County Council merger - Wexmoor Council", "Wexmoor Council"),
    ("Issue - Shared services with Norwold County Council", ""),  # the subject
    ("Kim Ford (Norwold County Council)", ""),
    ("Cabinet - Council", ""),
    ("Rhondda Cynon Taf CBC > Corporate Parenting Board", "Rhondda Cynon Taf CBC"),
    ("WAKEFIELD MDC", "WAKEFIELD MDC"),
    ("LB Havering", "LB Havering"),
    ("Placements in LB Havering", ""),
    ("Ruth Hill CC", ""),  # a county councillor
    ("Report of the Wakefield MDC", ""),
    ("", ""),
]


@pytest.mark.parametrize(("title", "council"), TITLES)
def test_council_of_a_title(title: str, council: str) -> None:
    assert stated_by_title(title) == council


BODIES = [
    ("Minutes of a special meeting of the Cabinet held on", "Cabinet"),
    ("DECISIONS MADE BY CABINET ON", "CABINET"),
    ("Corporate Parenting Board — Minutes of the meeting held on", "Corporate Parenting Board"),
    ("Full Council, County Hall, Newport", "Full Council"),
    ("CUMBRIA COUNTY COUNCIL – CABINET", "CABINET"),
    ("Children, Young People & Education Committee", "Children, Young People & Education Committee"),
    ("Overview and Scrutiny Committee (Children's Services)", "Overview and Scrutiny Committee (Children's Services)"),
    ("Scrutiny Committee for Children’s Services", "Scrutiny Committee for Children’s Services"),
    ("Children & Education Decision Meeting", "Children & Education Decision Meeting"),
    ("RBWM  |  Corporate Parenting Forum  |", "Corporate Parenting Forum"),
    ("KENT COUNTY COUNCIL", ""),
    ("at the Council House, Walsall", ""),
    ("in the Council Chamber", ""),
    ("Minutes of the last meeting", ""),
    ("Thursday evening", ""),
]


@pytest.mark.parametrize(("text", "body"), BODIES)
def test_body(text: str, body: str) -> None:
    assert clean_body(text) == body


@pytest.mark.parametrize(("rule", "line"), MARKER_RULES.items(), ids=list(MARKER_RULES))
def test_marker(rule: str, line: str) -> None:
    assert marker_rule(line) == rule


UNMARKED = [
    "It was agreed by all that staffing was hard.",
    "The Committee agreed that it was hard.",
    "Decision-making was slow.",
    "Agreed actions were listed.",
    "AGREED SYLLABUS FOR RELIGIOUS EDUCATION",
    "of the Committee:",
    "That was not so.",
    "That officers would be asked.",
    "The form was marked APPROVED.",
    "Nothing was left UNRESOLVED by then.",
]


@pytest.mark.parametrize("line", UNMARKED)
def test_no_marker(line: str) -> None:
    assert marker_rule(line) == ""


def test_words_are_in_one_row_only() -> None:
    words = [
        stripped(word)
        for row in load("structure")
        if row.kind in ("page", "record", "cue", "lead", "key", "tail")
        for word in row.words
    ]
    assert sorted(words) == sorted(set(words))


FRAGMENTS = [line for page in PAGES for line in page.text.split("\n") if line.strip()]
PIECES = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.text(max_size=40),
    st.sampled_from(["", " ", "\u00a0", "\r", "\f", "\u2028", "12", "7.", "Meeting:", "RESOLVED", "Item", "CAB-"]),
)
TEXTS = st.lists(PIECES, max_size=40).map("\n".join)


def check(text: str, found: Structure) -> None:
    """What holds for any text."""
    kept = [index for index, char in enumerate(text) if not char.isspace()]
    covered = [index for start, end, *_ in found.sections for index in range(start, end) if not text[index].isspace()]
    assert covered == kept
    assert all(label in SECTIONS for *_, label, _ in found.sections)
    for group in (found.sections, found.meetings, found.items):
        edges = [edge for start, end, *_ in group for edge in (start, end)]
        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end, *_ in group)
    assert found.page["kind"] in KINDS
    for _, _, values, _ in found.meetings:
        assert set(values) == set(KEYS["meeting"])
        assert values["date"] == "" or find_date(values["date"]) == (0, 10, values["date"])
        assert re.fullmatch(r"(?:[01]\d:[0-5]\d|2[0-3]:[0-5]\d)?", values["time"])
    assert all(set(values) == set(KEYS["item"]) for _, _, values, _ in found.items)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("")
@example("\n \u00a0\r\n")
@example("Agenda item")
@example("Agenda item\nMinutes:")
@example("Issue - meetings\nMeeting: 01/02/2020 - (Item )")
@example("view the full minutes text")
def test_any_text(text: str) -> None:
    check(text, find_structure(text))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.sampled_from(PAGES))
def test_pages_one_after_the_other(first: Page, second: Page) -> None:
    text = f"{first.text}\n\n{second.text}"
    check(text, find_structure(text))


@pytest.fixture(scope="module")
def nlp(blank: Language) -> Language:
    """The structure alone, on our tokenizer."""
    made = spacy.blank("en")
    made.tokenizer = blank.tokenizer
    made.add_pipe("minutes_structure")
    return made


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_component(nlp: Language, text: str) -> None:
    doc = nlp(text)
    found = find_structure(text)
    assert doc._.page == found.page
    assert [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["sections"]] == found.sections
    assert [(s.start_char, s.end_char, s._.meeting, s.id_) for s in doc.spans["meetings"]] == found.meetings
    assert [(s.start_char, s.end_char, s._.item, s.id_) for s in doc.spans["items"]] == found.items


FIRST_LINES = [
    ("Staffs CC - Democracy", "Staffs CC"),
    ("RCTCBC", "RCTCBC"),
    ("KCC", "KCC"),
    ("LBBD", "LBBD"),
    ("JCC", ""),  # a joint consultative committee
    ("CAMHS", ""),
    ("Cabinet DC", ""),
    ("", ""),
]


@pytest.mark.parametrize(("line", "council"), FIRST_LINES)
def test_council_of_a_first_line(line: str, council: str) -> None:
    assert stated_first(line) == council


@pytest.mark.parametrize(("first", "later", "council"), [("KCC", "", "KCC"), ("Cabinet", "KCC", "")])
def test_council_in_letters_where_the_page_begins(nlp: Language, first: str, later: str, council: str) -> None:
    text = f"{first}\n\nMinutes of a meeting of Cabinet, 3 May 2021\n\n{later}\n\nRESOLVED: That the report be noted.\n"
    assert nlp(text)._.page["council"] == council


METADATA = [
    ({"metadata": {"title": "Cabinet - Wexmoor Council"}}, "Wexmoor Council"),
    ({"metadata": {"title": "KCC - Cabinet"}}, "KCC"),
    ({"metadata": {"title": ["Cabinet - Wexmoor Council"]}}, ""),  # a column of a row may hold anything
    ({"metadata": {}}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("record", "council"), METADATA)
def test_council_of_the_file(nlp: Language, record: dict[str, Any], council: str) -> None:
    doc = nlp.make_doc("Cabinet\n4 May 2021\n\n1. Leases\n\nTwo had run out.")
    doc._.record = record
    doc = nlp(doc)
    assert doc._.page["council"] == council
    assert [span._.meeting["council"] for span in doc.spans["meetings"]] == [council]


def test_locate(nlp: Language) -> None:
    page = next(page for page in PAGES if "two meetings took one issue" in page.name)
    doc = next(DocBin(docs=[nlp(page.text)], store_user_data=True).get_docs(nlp.vocab))
    at = locate(doc)
    panel, cabinet = (values for _, _, values in page.meetings)
    assert at(page.text.index("the garden")) == ("minutes", panel, page.items[0][2])
    assert at(page.text.index("the house be")) == ("decision", cabinet, page.items[1][2])
    assert at(page.text.index("Issue -")) == ("heading", {}, {})
    assert at(page.text.index("Meeting: 25") - 1) == ("", {}, {})
    assert locate(nlp.make_doc("No component ran here"))(3) == ("", {}, {})


LONG = [
    "a" * 5_000_000,
    " " * 5_000_000 + "x",
    "1. " * 1_000_000,
    "Minutes: " + "word " * 900_000,
    "RESOLVED " * 500_000,
    "A Council " * 400_000,
    "(" * 3_000_000,
    "\u00a0\n" * 1_000_000,
    "1\n" * 100_000,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_lines(text: str) -> None:
    start = time.process_time()
    check(text[:1000], find_structure(text[:1000]))
    find_structure(text)
    assert time.process_time() - start < 10


def test_time_grows_with_length() -> None:
    text = "\n\n".join(page.text for page in PAGES)
    spent = []
    for times in (20, 80):
        start = time.process_time()
        find_structure(text * times)
        spent.append(time.process_time() - start)
    assert spent[1] < 8 * spent[0]
