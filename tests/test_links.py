"""The gold links and their scores: sets of keys, clusters of names, phrases that overlap, the baselines."""

import json

import pytest

from pipeline.errors import PipelineError
from pipeline.paths import resource
from pipeline.spans import make_span
from pipeline.training.corpus import read_split
from pipeline.training.link_baselines import baselines
from pipeline.training.linked import NAMED, Linked, linked_docs, read_links, read_registered
from pipeline.training.links import (
    found_keys,
    gold_clusters,
    gold_keys,
    overlapping,
    pairs,
    score,
    score_registers,
)
from pipeline.training.register_links import gold_pairs, obvious_pairs
from tests.markup import parse

DATA = resource("training_data")
NOTHING = {"people": [], "records": [], "figures": [], "names": [], "areas": []}


def doc_of(blank, line):
    parsed = parse(line)
    doc = blank.make_doc(parsed.text)
    doc.set_ents([make_span(doc, start, end, label) for start, end, label, _ in parsed.spans])
    return doc


def test_every_gold_link_points_into_its_document():
    """150 documents of the held-out splits have links of every kind; every office is a gold ROLE."""
    links = read_links(DATA)
    documents = {d["meta"]["id"]: d for split in ("train", "dev", "test") for d in read_split(DATA, split)}
    held_out = {d["meta"]["id"] for split in ("dev", "test") for d in read_split(DATA, split)}
    whole = {id_ for id_, gold in links.items() if NOTHING.keys() <= gold.keys()}
    assert len(whole & held_out) >= 150
    assert set(links) - whole == set(links) - held_out
    for id_, partial in links.items():
        gold = NOTHING | partial
        text, spans = documents[id_]["text"], documents[id_]["spans"]
        roles = {" ".join(text[s["start"] : s["end"]].split()) for s in spans if s["label"] == "ROLE"}
        assert {one["office"] for one in gold["people"]} <= roles
        places = {(s["start"], s["end"]) for s in spans if s["label"] == "PLACE"}
        assert {(one["start"], one["end"]) for one in gold["areas"]} <= places
        percentages = {(s["start"], s["end"]) for s in spans if s["label"] == "PERCENTAGE"}
        figures = {(f["start"], f["end"]) for f in gold["figures"] if f["kind"] == "percentage"}
        assert "figures" not in partial or figures == percentages
        resolutions = [(s["start"], s["end"]) for s in spans if s["label"] == "RESOLUTION"]
        records = sorted((r["start"], r["end"]) for r in gold["records"])
        assert "records" not in partial or records == sorted(resolutions)
        for one in (*gold["people"], *gold["figures"], *gold["records"]):
            for start, end in [(one["start"], one["end"]), *(v for v in one.values() if isinstance(v, list))]:
                assert text[start:end].strip() == text[start:end] != ""


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "v.jsonl").write_text('{"id": "a"}\n{"people": []}\n')
    with pytest.raises(PipelineError, match=r"v\.jsonl.*2"):
        read_links(tmp_path)


@pytest.mark.parametrize(
    ("line", "names", "expected"),
    [
        ("<PLACE>Kent</PLACE>, <PLACE>KENT</PLACE> and <PLACE>Kentish Town</PLACE>", [], [[0, 1], [2]]),
        ("<PLACE>Kent</PLACE>, <PLACE>Devon</PLACE> and <PLACE>Kent</PLACE>", [], [[0, 2], [1]]),
        ("<PLACE>Kent</PLACE>, <PLACE>the County</PLACE> and <PLACE>KENT</PLACE>", [(0, 1)], [[0, 1, 2]]),
    ],
)
def test_names_are_one_where_gold_says_so_or_the_words_are_the_same(blank, line, names, expected):
    doc = doc_of(blank, line)
    mentions = [(ent.start_char, ent.end_char) for ent in doc.ents]
    listed = [{"label": "PLACE", "mentions": [list(mentions[i]) for i in group]} for group in names]
    found = gold_clusters(Linked(doc, NOTHING | {"names": listed}), "PLACE", mentions)
    groups = {cluster: [i for i, m in enumerate(mentions) if found[m] == cluster] for cluster in found.values()}
    assert sorted(groups.values()) == expected


def test_pairs_within_clusters_only():
    assert pairs({(0, 1): "a", (2, 3): "a", (4, 5): "a", (6, 7): "b"}) == {
        ((0, 1), (2, 3)),
        ((0, 1), (4, 5)),
        ((2, 3), (4, 5)),
    }


@pytest.mark.parametrize(
    ("found", "gold", "expected"),
    [
        ({(5, 0, 4)}, {(5, 2, 8)}, {(5, 2, 8)}),
        ({(5, 0, 2)}, {(5, 2, 8)}, {(5, 0, 2)}),  # they only touch
        ({(6, 0, 4)}, {(5, 2, 8)}, {(6, 0, 4)}),  # of another span
        ({(5, 2, 8)}, set(), {(5, 2, 8)}),
    ],
)
def test_a_phrase_that_overlaps_counts_as_the_gold_one(found, gold, expected):
    assert overlapping(found, gold) == expected


def test_gold_scored_against_itself_is_right_and_nothing_is_missed():
    """What is asked of the joins can be reached: no two gold keys are one, and every kind is scored."""
    docs = list(linked_docs(DATA, "dev"))
    keys = {what for linked in docs for what in gold_keys(linked)}
    assert {line.what.removesuffix(" (overlap)") for line in score(docs)} >= keys
    for linked in docs:
        people = {(one["start"], one["end"], one["person"], one["office"]) for one in linked.gold["people"]}
        assert gold_keys(linked)["people: which office"] == people


def test_joins_as_keys(blank):
    doc = doc_of(blank, "Jane Hill, <ROLE>Chair</ROLE>, of <PLACE>Kent</PLACE>")
    doc._.people = [{"start": 0, "end": 9, "person": "Jane Hill", "office": "Chair"}]
    assert found_keys(Linked(doc, NOTHING)) == {
        "people: who it is": {(0, 9, "Jane Hill")},
        "people: which office": {(0, 9, "Jane Hill", "Chair")},
        "names: STRATEGY": set(),
        "names: PROVIDER": set(),
        "names: PLACE": set(),
    }


@pytest.mark.parametrize(
    ("line", "what", "expected"),
    [
        ("Jane Hill, <ROLE>Chair</ROLE>, spoke", "people: which office", {(0, 9, "Jane Hill", "Chair")}),
        ("The <ROLE>Chair</ROLE> spoke", "people: which office", set()),
        ("<PLACE>Kent</PLACE> and <PLACE>KENT</PLACE>", "names: PLACE", {((0, 4), (9, 13))}),
        ("<PLACE>Kent</PLACE> and <PLACE>Devon</PLACE>", "names: PLACE", set()),
    ],
)
def test_baselines(blank, line, what, expected):
    assert baselines(doc_of(blank, line))[what] == expected


def test_gold_files_hold_one_document_per_line():
    files = [path.read_text("utf8").splitlines() for path in (DATA / "links").glob("*.jsonl")]
    ids = [json.loads(line)["id"] for lines in files for line in lines]
    assert len(ids) == len(set(ids))


def test_a_kind_that_is_not_annotated_is_not_scored(blank):
    doc = doc_of(blank, "<PLACE>Kent</PLACE> and <PLACE>KENT</PLACE>")
    doc._.people, doc._.figures = [], []
    whole = [line.what for line in score([Linked(doc, NOTHING)])]
    partial = [line.what for line in score([Linked(doc, {"figures": []})])]
    assert (whole, partial) == (["names: PLACE", "names: PROVIDER", "names: STRATEGY"], [])


def test_registers_are_scored_by_pairs_of_two_documents(blank):
    """Kent is named twice in each of two documents: four pairs; a mention that gold leaves open is in none."""
    docs = []
    for name in ("a", "b"):
        doc = doc_of(blank, "<PLACE>Kent</PLACE> and <PLACE>KENT</PLACE>, not <PLACE>Kent Street</PLACE>")
        doc._.id, doc._.page = name, {"council": "Kent County Council"}
        docs.append(Linked(doc, {"council": "kent", "entries": {(0, 4): "kent", (9, 13): "kent", (19, 30): "?"}}))
    first, second = [[(name, 0, 4), (name, 9, 13)] for name in ("a", "b")]
    expected = {(one, other) for one in first for other in second}
    assert gold_pairs(docs) == {
        "registers: strategies": set(),
        "registers: providers": set(),
        "registers: places": expected,
    }
    assert obvious_pairs(docs) == gold_pairs(docs)
    docs[1].doc._.page = {}
    assert obvious_pairs(docs)["registers: places"] == set()


def test_every_name_of_the_registers_gold_has_its_entry():
    """What the registers join is scored on documents of every split; what they found has the gold's form."""
    for split in ("dev", "test"):
        docs = list(read_registered(DATA, split))
        assert len(docs) == 20
        for linked in docs:
            named = {(ent.start_char, ent.end_char) for ent in linked.doc.ents if ent.label_ in NAMED}
            assert linked.gold["entries"].keys() == named
        assert [line.what for line in score_registers(docs)] == [
            "registers: places",
            "registers: providers",
            "registers: strategies",
        ]
