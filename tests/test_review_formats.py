"""Every format gives back what was put in, and reads what its tool writes, and says what is wrong."""

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span

from pipeline.errors import PipelineError
from pipeline.labels import BY_NAME, COLOURS, LABELS
from pipeline.review import formats
from pipeline.review.formats import conll, label_studio
from pipeline.review.formats.anchors import anchor
from pipeline.review.records import digest_of
from tests.markup import parse

LINE = (
    "💩 <ROLE>Director of Care</ROLE>,\\u00a0<PLACE>Leeds</PLACE>\r\\n\r\\nRESOLVED: <RESOLUTION><PERCENTAGE low=1>50%"
    '</PERCENTAGE> of <STRATEGY>Leeds  City "Plan"</STRATEGY> in <DATE_RANGE start=2021-04-01>2021/22</DATE_RANGE>'
    " 👩🏽‍🚒</RESOLUTION>.\\t "
)
WHERE = "label-studio/tasks.json", "prodigy/tasks.jsonl", "doccano/documents.jsonl", "docbin/documents.spacy"
FILES = dict(zip(("label-studio", "prodigy", "doccano", "docbin"), WHERE, strict=True)) | {
    "conll": "conll/documents.conll"
}


def document(line, doc_id="a/b.txt"):
    """A document of a review folder from an annotated line."""
    found = parse(line)
    spans = [
        {"start": start, "end": end, "label": label, "text": found.text[start:end], "confidence": None}
        for start, end, label, _ in found.spans
    ]
    review = {"state": "predicted", "by": "small-1", "at": "2026-01-01T00:00:00+00:00"}
    return {"text": found.text, "spans": spans, "meta": {"id": doc_id, "source": "leeds", "review": review}}


def places(spans):
    """Start, end and label of each span, in order."""
    rows = [(span["start"], span["end"], span["label"]) if isinstance(span, dict) else span[:3] for span in spans]
    return sorted(rows)


def finish(name, path):
    """Do what the tool and a person do who agrees with every prediction, in the shape that the tool exports."""
    if name == "label-studio":
        tasks = json.loads(path.read_text("utf8"))
        for number, task in enumerate(tasks, 1):
            result = task["predictions"][0]["result"]
            task |= {"id": number, "annotations": [{"id": number, "was_cancelled": False, "result": result}]}
        path.write_text(json.dumps(tasks), "utf8")
    elif name in ("prodigy", "doccano"):
        rows = [json.loads(line) for line in path.read_text("utf8").split("\n") if line]
        for number, row in enumerate(rows, 1):
            row |= {"answer": "accept"} if name == "prodigy" else {"id": number, "Comments": []}
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")


def there_and_back(name, documents, folder):
    made = formats.write(name, documents, folder)
    assert made[0] == folder / FILES[name]
    finish(name, made[0])
    return list(formats.read(made[0]))


@pytest.mark.parametrize("name", FILES)
def test_round_trip(name, tmp_path):
    documents = [document(LINE), document("Nothing to see.", "empty"), document("<PLACE>York</PLACE>", "x #1")]
    read = there_and_back(name, documents, tmp_path)
    assert len(documents[0]["spans"]) == 6
    for made, put in zip(read, documents, strict=True):
        assert made.file == (tmp_path / FILES[name]).name
        assert (made.doc_id, made.text, made.digest) == (put["meta"]["id"], put["text"], digest_of(put["text"]))
        assert places(made.spans) == places(put["spans"])
        assert all(span.text in (None, put["text"][span.start : span.end]) for span in made.spans)


ALPHABET = st.sampled_from("ab.-/%(é1 \t\n\r\u00a0\u2028\u200d\x0b\ufeff\\\"'#💩👩🏽é") | st.characters(codec="utf8")


@st.composite
def any_document(draw):
    """Any text; spans anywhere, also amid words and blanks, of one label apart, learned ones all apart."""
    text = draw(st.text(ALPHABET, max_size=60))
    spans, kinds = [], [[label.name for label in LABELS if label.kind == "learned"]]
    kinds += [[label.name] for label in LABELS if label.kind == "rule"]
    for names in kinds:
        edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        spans += [{"start": start, "end": end, "label": draw(st.sampled_from(names))} for start, end in pairs]
    doc_id = draw(st.text(ALPHABET, min_size=1, max_size=8))
    return {"text": text, "spans": spans, "meta": {"id": doc_id, "source": ""}}


@pytest.mark.parametrize("name", FILES)
@settings(deadline=None)
@given(documents=st.lists(any_document(), min_size=1, max_size=3, unique_by=lambda made: made["meta"]["id"]))
@example(documents=[{"text": "", "spans": [], "meta": {"id": '"', "source": ""}}])
@example(
    documents=[{"text": " a", "spans": [{"start": 0, "end": 1, "label": "ROLE"}], "meta": {"id": " ", "source": ""}}]
)
def test_round_trip_of_anything(name, documents, tmp_path_factory):
    read = there_and_back(name, documents, tmp_path_factory.mktemp("any"))
    seen = [(made.doc_id, made.text, made.digest, places(made.spans)) for made in read]
    assert seen == [
        (made["meta"]["id"], made["text"], digest_of(made["text"]), places(made["spans"])) for made in documents
    ]


def test_colours(tmp_path):
    """Every tool is told of every label; Label Studio of a darker colour, since it lays it on thin."""
    for name in ("label-studio", "prodigy", "doccano"):
        formats.write(name, [], tmp_path)
    settings = json.loads((tmp_path / "prodigy/prodigy.json").read_text("utf8"))
    assert settings == {"labels": list(BY_NAME), "custom_theme": {"labels": COLOURS}}
    labels = json.loads((tmp_path / "doccano/labels.json").read_text("utf8"))
    assert {label["text"]: label["background_color"] for label in labels} == COLOURS
    assert len({label["suffix_key"] for label in labels}) == len(LABELS)
    interface = (tmp_path / "label-studio/labels.xml").read_text("utf8")
    named = dict(re.findall(r'<Label value="(\w+)" background="(#[0-9a-f]{6})"', interface))
    assert list(named) == list(BY_NAME)
    assert len(set(named.values())) == len(LABELS)
    assert "white-space: pre-wrap" in interface


TEXT = "  💩 Leeds\r\nand Bradford and Leeds"  # Leeds 4-9 and 28-33, Bradford 15-23


def save(folder, name, content):
    path = folder / name
    if name.endswith("l"):
        path.write_text("".join(json.dumps(row) + "\n" for row in content), "utf8")
    else:
        path.write_text(json.dumps(content), "utf8")
    return path


def value(start, end, label="PLACE", **more):
    return {"start": start, "end": end, "labels": [label]} | more


def region(name, *args, **more):
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value(*args, **more)}


def annotation(result, **more):
    times = {"created_at": "2026-01-02T10:00:00.000000Z", "updated_at": "2026-01-02T10:00:00.000000Z"}
    return {"id": 1, "completed_by": 1, "was_cancelled": False, "ground_truth": False, "result": result, **times} | more


def one(path, **options):
    (made,) = formats.read(path, **options)
    return made


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"start": 4, "end": 9, "text": "Leeds"}, (4, 9, "Leeds")),
        ({"start": "4", "end": "9", "text": "Leeds"}, (4, 9, "Leeds")),
        ({"start": 4.0, "end": 9.0, "text": "Leeds"}, (4, 9, "Leeds")),
        ({"start": 5, "end": 10, "text": "Leeds"}, (4, 9, "Leeds")),  # UTF-16
        ({"start": 2, "end": 7, "text": "Leeds"}, (4, 9, "Leeds")),  # without the blanks before the text
        ({"start": 27, "end": 32, "text": "Leeds"}, (28, 33, "Leeds")),  # CRLF as one
        ({"start": 26, "end": 31, "text": "Leeds"}, (28, 33, "Leeds")),  # without the blanks and CRLF as one: mixed
        (
            {"start": 4, "end": 14, "text": "Leeds\\n\\nand"},
            (4, 14, "Leeds\r\nand"),
        ),  # as Label Studio writes a line end
        ({"start": 20, "end": 25, "text": "Leeds"}, (20, 25, "Leeds")),  # too far away: the import's checks decide
        ({"start": 4, "end": 9, "text": "Wigan"}, (4, 9, "Wigan")),
        ({"start": 4, "end": 9}, (4, 9, None)),
        ({"start": 16, "end": 24}, (16, 24, None)),  # nothing tells that it was counted in another way
    ],
)
def test_label_studio_offsets(given, expected, tmp_path):
    regions = [{"id": "Zk3", "type": "labels", "value": {**given, "labels": ["PLACE"]}}]
    task = {"id": 7, "data": {"text": TEXT}, "annotations": [annotation(regions)]}
    (span,) = one(save(tmp_path, "export.json", [task])).spans
    assert (span.start, span.end, span.text) == expected
    assert span.where == "task 7, region Zk3"


def test_label_studio_json(tmp_path):
    """What is no span is passed over: relations, choices and remarks of a region, regions of other kinds."""
    result = [
        region("a", 4, 9, text="Leeds"),
        region("b", 4, 14, "RESOLUTION"),
        {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right"},
        {
            "id": "a",
            "from_name": "sure",
            "to_name": "text",
            "type": "choices",
            "value": {**value(4, 9), "choices": ["no"]},
        },
        {
            "id": "a",
            "from_name": "why",
            "to_name": "text",
            "type": "textarea",
            "value": {"start": 4, "end": 9, "text": ["?"]},
        },
        {"id": "c", "type": "labels", "value": {"start": 15, "end": 23, "labels": ["PLACE", "PROVIDER"]}},
        {"id": "d", "type": "labels", "value": {"start": 15, "end": 23, "labels": []}},
    ]
    del result[3]["value"]["labels"]
    data = {"text": TEXT, "doc_id": "a.txt", "digest": "0123"}
    task = {"id": 7, "data": data, "annotations": [annotation(result)], "predictions": [{"result": result[:1]}]}
    made = one(save(tmp_path, "export.json", [task]))
    assert (made.doc_id, made.digest, made.text, made.where) == ("a.txt", "0123", TEXT, "task 7")
    assert [(*span[:3], span.where) for span in made.spans] == [
        (4, 9, "PLACE", "task 7, region a"),
        (4, 14, "RESOLUTION", "task 7, region b"),
        (15, 23, "PLACE", "task 7, region c"),
        (15, 23, "PROVIDER", "task 7, region c"),
        (15, 23, "", "task 7, region d"),
    ]


OLD = annotation([], id=1, completed_by={"id": 5, "email": "Anna@example.org"})
NEW = annotation([region("a", 4, 9)], id=2, completed_by=6, updated_at="2026-01-03T10:00:00.000000Z")
TRUE = annotation(
    [region("b", 15, 23)], id=3, completed_by=6, ground_truth=True, updated_at="2026-01-01T10:00:00.000000Z"
)
SKIPPED = annotation([region("c", 28, 33)], id=4, was_cancelled=True, updated_at="2026-01-09T10:00:00.000000Z")


@pytest.mark.parametrize(
    ("annotations", "annotator", "expected", "left"),
    [
        ([OLD], "", [], {}),  # submitted without a span: there is none
        (
            [NEW, OLD, SKIPPED],
            "",
            [(4, 9, "PLACE")],
            {"skipped by the annotator": 1, "older than another annotation of its task": 1},
        ),
        ([TRUE, NEW, OLD], "", [(15, 23, "PLACE")], {"older than another annotation of its task": 2}),
        ([NEW, OLD], "anna@example.org", [], {"of other annotators": 1}),
        ([NEW, OLD], "5", [], {"of other annotators": 1}),
        ([NEW, OLD], "6", [(4, 9, "PLACE")], {"of other annotators": 1}),
        ([SKIPPED], "", None, {"skipped by the annotator": 1}),
        ([], "", None, {"not submitted": 1}),
    ],
)
def test_label_studio_annotations(annotations, annotator, expected, left, tmp_path):
    """The newest of several, or the ground truth, or somebody's; nothing where none is finished."""
    path = save(tmp_path, "export.json", [{"id": 1, "data": {"text": TEXT}, "annotations": annotations}])
    assert formats.left_out(path, annotator=annotator) == left
    if expected is None:
        with pytest.raises(PipelineError, match="no finished document: 1 "):
            formats.read(path)
    else:
        assert places(one(path, annotator=annotator).spans) == expected


def test_label_studio_json_min(tmp_path):
    """One row per annotation; a task that nobody submitted has a row without an annotation."""
    base = {"text": TEXT, "doc_id": "a.txt", "digest": "0123", "updated_at": "2026-01-02T10:00:00Z", "lead_time": 3.1}
    rows = [
        base | {"id": 1, "annotation_id": 9, "annotator": 2, "updated_at": "2026-01-03T10:00:00Z",
                "label": [value(4, 9, text="Leeds"), value(4, 14, "RESOLUTION")],
                "sure": [{"start": 4, "end": 9, "choices": ["no"]}], "why": "a remark"},
        base | {"id": 1, "annotation_id": 8, "annotator": 1, "label": [value(15, 23)]},
        base | {"id": 2, "annotation_id": 7, "annotator": 1},
        base | {"id": 3, "annotation_id": None, "annotator": None},
    ]  # fmt: skip
    path = save(tmp_path, "export.json", rows)
    first, second = formats.read(path)
    assert (first.doc_id, first.digest, first.where) == ("a.txt", "0123", "task 1")
    assert [span[:3] for span in first.spans] == [(4, 9, "PLACE"), (4, 14, "RESOLUTION")]
    assert (second.where, second.spans) == ("task 2", [])
    assert formats.left_out(path) == {"older than another annotation of its task": 1, "not submitted": 1}
    assert places(one(path, annotator="2").spans) == places(first.spans)


def test_prodigy(tmp_path):
    """Accepted ones only; `token_end` is inclusive; relations are passed over; the newer of two answers counts."""
    tokens = [
        {"text": "Leeds", "start": 4, "end": 9, "id": 0, "ws": False},
        {"text": "and", "start": 11, "end": 14, "id": 1, "ws": True},
    ]
    spans = [
        {"start": 4, "end": 9, "token_start": 0, "token_end": 0, "label": "PLACE", "text": "Leeds"},
        {"token_start": 0, "token_end": 1, "label": "RESOLUTION"},
    ]
    base = {"text": TEXT, "meta": {"id": "a.txt"}, "tokens": tokens, "_view_id": "spans_manual"}
    relations = [{"head": 0, "child": 1, "label": "IN"}]
    rows = [
        base | {"spans": [], "answer": "accept", "_timestamp": 100, "_session_id": "minutes-bob"},
        base
        | {
            "spans": spans,
            "relations": relations,
            "answer": "accept",
            "_timestamp": 200,
            "_session_id": "minutes-anna",
        },
        {"text": "b", "meta": {"id": "b.txt"}, "answer": "accept"},
        {"text": "c", "meta": {}, "spans": [], "answer": "reject"},
        {"text": "d", "meta": {}, "spans": [], "answer": "ignore"},
        {"text": "e", "meta": {}, "spans": []},
    ]
    path = save(tmp_path, "db-out.jsonl", rows)
    first, second = formats.read(path)
    assert (first.doc_id, first.text, first.where) == ("a.txt", TEXT, "line 2")
    assert [(*span[:4], span.where) for span in first.spans] == [
        (4, 9, "PLACE", "Leeds", "line 2, span 1"),
        (4, 14, "RESOLUTION", None, "line 2, span 2"),
    ]
    assert (second.doc_id, second.spans) == ("b.txt", [])
    older = {"older than another answer to its text": 1}
    assert formats.left_out(path) == {"rejected": 1, "ignored": 1, "not answered": 1} | older
    assert one(path, annotator="Bob").spans == []


@pytest.mark.parametrize(
    "row",
    [
        {"label": [[4, 9, "PLACE"], [4, 14, "RESOLUTION"]], "Comments": ["?"]},
        {"labels": [[4, 9, "PLACE"], [4, 14, "RESOLUTION"]]},
        {
            "entities": [
                {"id": 3, "label": "PLACE", "start_offset": 4, "end_offset": 9},
                {"id": 4, "label": "RESOLUTION", "start_offset": 4, "end_offset": 14},
            ],
            "relations": [{"id": 1, "from_id": 3, "to_id": 4, "type": "in"}],
        },
    ],
)
def test_doccano(row, tmp_path):
    own = {"doc_id": "a.txt", "digest": "0123"}
    for where in (own, {"meta": own}):
        made = one(save(tmp_path, "all.jsonl", [{"id": 12, "text": TEXT} | row | where]))
        assert (made.doc_id, made.digest, made.where) == ("a.txt", "0123", "line 1")
        assert [(*span[:3], span.where) for span in made.spans] == [
            (4, 9, "PLACE", "line 1, span 1"),
            (4, 14, "RESOLUTION", "line 1, span 2"),
        ]


def test_json_is_ascii(tmp_path):
    """doccano 1.8.4 took UTF-8 with an emoji for Turkish (cp1254), and refused it."""
    for name in ("label-studio", "prodigy", "doccano"):
        assert all(path.read_bytes().isascii() for path in formats.write(name, [document(LINE)], tmp_path))


def test_what_nobody_touched_is_not_reviewed(tmp_path):
    """The files that we export for these tools do not pass as what people did there."""
    for name in ("label-studio", "prodigy", "doccano"):
        path = formats.write(name, [document(LINE)], tmp_path)[0]
        with pytest.raises(PipelineError, match="no finished document: 1 "):
            formats.read(path)


def test_docbin_of_others(blank, tmp_path):
    """Without ids, with a span group of any name, with labels that are not ours; a span in two places counts once."""
    doc = blank("Leeds City Council met in York.")
    doc.ents = [Span(doc, 0, 1, "GPE")]
    doc.spans["sc"] = [Span(doc, 0, 3, "PROVIDER"), Span(doc, 0, 1, "GPE")]
    DocBin(docs=[doc, Doc(doc.vocab)]).to_disk(tmp_path / "theirs.spacy")
    first, second = formats.read(tmp_path / "theirs.spacy")
    assert (first.doc_id, first.text, first.digest) == ("", doc.text, "")
    assert [tuple(span) for span in first.spans] == [
        (0, 5, "GPE", "Leeds", "document 1, span 1"),
        (0, 18, "PROVIDER", "Leeds City Council", "document 1, span 2"),
    ]
    assert (second.text, second.spans) == ("", [])


def test_docbin_of_a_run(trained, tmp_path):
    """What `minutes annotate` writes, less the groups that nobody corrects."""
    from pipeline.documents import all_spans, new_doc, to_docbin

    doc = trained(new_doc(trained, "RESOLVED: that 50% of the grant go to Leeds City Council in 2021/22.", "a", {}))
    assert set(doc.spans) >= {"meetings", "items", "sections"}
    to_docbin([doc]).to_disk(tmp_path / "run.spacy")
    made = one(tmp_path / "run.spacy")
    assert made.doc_id == "a"
    assert places(made.spans) == sorted((span.start_char, span.end_char, span.label_) for span in all_spans(doc))


THEIRS = """-DOCSTART- -X- O O

Leeds NNP B-NP {}
City NNP I-NP {}
Council NNP I-NP {}
-LRB- ( O O
LCC -X- _ {}
-RRB- ) O O

York NNP B-NP {}
"""
KNOWN = {"b": "Nothing.", "a": "Leeds City  Council (LCC)\r\n\r\nYork"}
SCHEMES = [
    ("B-ORG", "I-ORG", "I-ORG", "B-ORG", "B-LOC"),
    ("I-ORG", "I-ORG", "I-ORG", "I-ORG", "I-LOC"),
    ("B-ORG", "I-ORG", "E-ORG", "S-ORG", "S-LOC"),
    ("B-ORG", "I-ORG", "L-ORG", "U-ORG", "U-LOC"),
]


@pytest.mark.parametrize("tags", SCHEMES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_conll_of_others(tags, end, tmp_path):
    path = tmp_path / "theirs.txt"
    path.write_bytes(THEIRS.format(*tags).replace("\n", end).encode())
    made = one(path, texts=KNOWN)
    assert (made.doc_id, made.text, made.digest) == ("a", KNOWN["a"], "")
    assert [tuple(span) for span in made.spans] == [
        (0, 19, "ORG", "Leeds City  Council", "line 3"),
        (21, 24, "ORG", "LCC", "line 7"),
        (29, 33, "LOC", "York", "line 10"),
    ]
    alone = one(path)
    assert (alone.doc_id, alone.text) == ("", "Leeds City Council -LRB- LCC -RRB- York")
    assert [span[:4] for span in alone.spans] == [
        (0, 18, "ORG", "Leeds City Council"),
        (25, 28, "ORG", "LCC"),
        (35, 39, "LOC", "York"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Leeds\tB-A\nCity\tI-B\n", [(0, 5, "A"), (6, 10, "B")]),  # an I of another label
        ("Leeds\tB-A\nCity\tB-A\n", [(0, 5, "A"), (6, 10, "A")]),
        ("Leeds\tB-A\n\nCity\tI-A\n", [(0, 5, "A"), (6, 10, "A")]),  # no entity goes on in the next sentence
        ("Leeds\tS-A\nCity\tE-A\n", [(0, 5, "A"), (6, 10, "A")]),
        ("Leeds\tO\nCity\tB-A-B\n", [(6, 10, "A-B")]),
        ("# sent_id = 1\n# text = Leeds City\nLeeds O\nCity B-A\n", [(6, 10, "A")]),
        ("# O\nLeeds B-A\n", [(2, 7, "A")]),  # the word #
    ],
)
def test_conll_schemes(content, expected, tmp_path):
    path = tmp_path / "theirs.conll"
    path.write_text(content, "utf8")
    assert places(one(path).spans) == expected


def test_conll_finds_several_texts(tmp_path):
    """One after the other, in any order, the longest that fits; each by its id where the file names it."""
    path = tmp_path / "theirs.conll"
    path.write_text("York B-PLACE\n\nLeeds B-PLACE\nCity O\n# id = twin\nYork O\n", "utf8")
    texts = {"short": "Leeds", "long": "Leeds City", "york": "York", "twin": "York"}
    made = formats.read(path, texts=texts)
    assert [(one.doc_id, places(one.spans)) for one in made] == [
        ("york", [(0, 4, "PLACE")]),
        ("long", [(0, 5, "PLACE")]),
        ("twin", []),
    ]


def test_conll_words_changed_in_the_file(tmp_path):
    """A word that is not what stands there is told as it is in the file; so the import sees that it was changed."""
    path = formats.write("conll", [document("Read <PLACE>Leeds City</PLACE>.")], tmp_path)[0]
    path.write_text(path.read_text("utf8").replace("\nLeeds\t", "\nLEEDS\t"), "utf8")
    (span,) = one(path).spans
    assert (span.start, span.end, span.text) == (5, 15, "LEEDS City")


def test_conll_is_one_span_per_line_of_paragraphs(tmp_path):
    """An empty line parts paragraphs, for tools that read sentences; but not within a span."""
    path = formats.write("conll", [document("A.\\n\\n<RESOLUTION>B\\n\\nC</RESOLUTION>")], tmp_path)[0]
    assert path.read_text("utf8").split("\n")[4:] == [
        "A\t0\t1\tO\tO\tO\tO",
        ".\t1\t2\tO\tO\tO\tO",
        "",
        "B\t4\t5\tO\tO\tO\tB-RESOLUTION",
        "C\t7\t8\tO\tO\tO\tI-RESOLUTION",
        "",
        "",
    ]


JSONL = '{"text": "a", "answer": "accept", "spans": [%s]}'
LABELS_OF = (
    '[{"id": 1, "data": {"text": "a"}, "annotations": [{"id": 2, "result": [{"value": {"labels": [], "start": %s,'
    ' "end": 1}}]}]}]'
)
BROKEN = [
    ("a.json", "", "no format was recognised"),
    ("a.json", "[]", "no format was recognised"),
    ("a.json", "{", "no format was recognised"),
    ("a.pdf", "%PDF", "no format was recognised"),
    ("a.txt", "Minutes of a meeting\n", "no format was recognised"),
    ("a.zip", "PK\x03\x04", "is an archive"),
    ("a.json", LABELS_OF % '"x"', "task 1, region 1: 'x' is no place in a text"),
    ("a.json", LABELS_OF % "1.5", "task 1, region 1: 1.5 is no place in a text"),
    ("a.json", LABELS_OF % "true", "task 1, region 1: True is no place in a text"),
    ("a.json", LABELS_OF % "null", "task 1, region 1: None is no place in a text"),
    ("a.json", '[{"id": 1, "data": {"words": "a"}, "annotations": [{"result": []}]}]', "task 1: it holds no `text`"),
    ("a.json", '[{"id": 1, "data": {}, "annotations": 5}]', "item 1: a list is missing"),
    ("a.json", '[{"id": 1, "data": {}, "annotations": []}, 5]', "item 2: it is no JSON object"),
    ("a.json", '[{"id": 1, "data": {}, "annotations": []}, {"a": 1}]', "item 2: it is no task"),
    ("a.json", '[{"id": 1, "data": {}, "annotations": []}', "the file: it is no JSON"),
    ("a.jsonl", JSONL % "" + "\n{\n", "line 2: it is no JSON"),
    ("a.jsonl", JSONL % '{"label": "ROLE"}', "line 1, span 1: None is no place"),
    ("a.jsonl", JSONL % '{"token_start": 0, "token_end": 0}', "line 1, span 1: there is no token 0"),
    ("a.jsonl", JSONL % "5", "line 1, entry 1: it is no JSON object"),
    ("a.jsonl", '{"text": "a", "label": [[0, 1]]}', "line 1, span 1: it has no start, end and label"),
    ("a.jsonl", '{"text": "a", "label": []}\n{"text": "a"}', "line 2: it holds none of entities, label, labels"),
    ("a.spacy", "no", "it is no DocBin"),
    ("a.conll", "Leeds B-PLACE\nCity place\n", "line 2: 'place' is no tag"),
    ("a.conll", "Leeds\n", "line 1: 'Leeds' has no tag"),
    ("a.conll", "# global.columns = FORM START END ENTITY\nLeeds\t0\tO\n", "line 2: it has 3 columns, not 4"),
    ("a.conll", "\n", "no finished document: nothing at all"),
    ("a.conll", "#" + " " * 1_000_000 + "=\nLeeds\n", "line 2: 'Leeds' has no tag"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_broken(name, content, message, tmp_path):
    (tmp_path / name).write_text(content, "utf8")
    with pytest.raises(PipelineError, match=re.escape(message)) as err:
        list(formats.read(tmp_path / name))
    assert str(tmp_path / name) in str(err.value)
    assert str(err.value).endswith(".")


def test_no_file(tmp_path):
    with pytest.raises(PipelineError, match="no such file"):
        formats.read(tmp_path / "gone.json")
    with pytest.raises(PipelineError, match="no format 'brat'; the formats are html, xlsx, label-studio"):
        formats.write("brat", [], tmp_path)


@pytest.mark.parametrize("content", ["York B-PLACE\n", "Leeds B-PLACE\n", "Leeds O\nCity O\nHall O\n"])
def test_conll_of_unknown_words(content, tmp_path):
    """Also a part of a text is refused: what is missing would count as deleted."""
    (tmp_path / "a.conll").write_text(content, "utf8")
    with pytest.raises(PipelineError, match=r"a\.conll, line \d: the words .* are not the whole of any document"):
        formats.read(tmp_path / "a.conll", texts={"a": "Leeds City"})


@pytest.mark.parametrize("name", ["docbin", "conll"])
def test_spans_that_a_format_cannot_hold(name, tmp_path):
    spans = [{"start": 0, "end": 5, "label": "PLACE"}, {"start": 0, "end": 10, "label": "PROVIDER"}]
    with pytest.raises(PipelineError, match="a: spans of one kind overlap"):
        formats.write(name, [{"text": "Leeds City", "spans": spans, "meta": {"id": "a", "source": ""}}], tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_byte_order_mark(tmp_path):
    """As Windows' Notepad saves."""
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + (JSONL % "").encode() + b"\r\n\r\n")
    assert one(tmp_path / "a.jsonl").text == "a"


@settings(deadline=None)
@given(text=st.text(ALPHABET, max_size=40), data=st.data())
def test_utf16_offsets_are_found(text, data):
    """Whatever stands before a span: counted as JavaScript does, it is where it was, or the same words nearer by."""
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    words = text[start:end]
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)]
    first, last, found = anchor(text, *units, words)
    if words.split():
        assert text[first:last].replace("\\n", "\n").split() == words.replace("\\n", "\n").split()
        assert found == text[first:last]


def test_columns_are_the_labels():
    assert conll.TAGS == ("ENTITY", "PERCENTAGE", "DATE_RANGE", "RESOLUTION")
    assert label_studio.strong("#cfe2f3") != COLOURS["ROLE"]
