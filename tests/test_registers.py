"""The registers: which names are one across documents, which are not, and that nothing but the texts decides it."""

import csv
import datetime
import json
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipeline.nlp
from pipeline.components.names import Names
from pipeline.documents import new_doc
from pipeline.earlier import sha256_of
from pipeline.frames import rows_of
from pipeline.registers import build
from pipeline.registers.actions import actions, how_named
from pipeline.registers.areas import FILE, area_of, areas
from pipeline.registers.councils import council_area
from pipeline.registers.keys import Key, key_of, slug
from pipeline.registers.scopes import Entry
from pipeline.registers.source import Document, Group, Mention
from pipeline.schema import REGISTERS, TABLES, arrow_schema, to_arrow
from pipeline.spans import make_span
from tests.fixtures.here import Runs, written
from tests.markup import parse
from tests.scored import ruler_model

KENT, LEEDS = "Kent County Council", "Leeds City Council"
NLP = pipeline.nlp.blank()


def rows(line: str, council: str = KENT, day: str = "2020-03-05", name: str = "") -> dict[str, list[dict]]:
    """A document, an annotated line, as the rows of its tables; the names in it are joined as in a run."""
    parsed = parse(line)
    doc = new_doc(NLP, parsed.text, name, {})
    doc.set_ents([make_span(doc, start, end, label, "") for start, end, label, _ in parsed.spans])
    made = rows_of([Names()(doc)], "m")
    meeting = {"council": council, "meeting_date": datetime.date.fromisoformat(day) if day else None}
    return {table: [row | meeting for row in found] for table, found in made.items()}


def registered(folder: Path, documents: list[dict[str, list[dict]]], size: int = 2) -> dict[str, list[dict]]:
    """The registers of documents, with `size` of them in a part."""
    shutil.rmtree(folder, ignore_errors=True)
    parts = [documents[first : first + size] for first in range(0, len(documents), size)] or [[]]
    for number, part in enumerate(parts):
        for table in TABLES.keys() - {"failures"}:
            path = folder / "tables" / table / f"part-{number}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(to_arrow(table, [row for document in part for row in document[table]]), path)
    made = build(folder, [f"part-{number}" for number in range(len(parts))])
    assert [path.parent.name for path in made] == list(REGISTERS)
    return {path.parent.name: pq.read_table(path).to_pylist() for path in made}


def joined(folder: Path, lines: list[tuple], size: int = 2) -> dict[str, list[str]]:
    """The mentions of each entry: number of the document and words. A line may have a council and a day with it."""
    documents = [rows(*([line] if isinstance(line, str) else line), name=str(n)) for n, line in enumerate(lines)]
    found: dict[str, list[str]] = {}
    for row in registered(folder, documents, size)["mentions"]:
        found.setdefault(row["id"].removeprefix("kent-county-council/"), []).append(f"{row['doc_id']} {row['text']}")
    return found


def s(name: str) -> str:
    return f"Of the <STRATEGY>{name}</STRATEGY> today."


def p(name: str) -> str:
    return f"By <PROVIDER>{name}</PROVIDER> today."


def at(name: str) -> str:
    return f"In <PLACE>{name}</PLACE> today."


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [s("Children's Plan and Pledge"), s("CHILDREN’S PLAN & PLEDGE"), s("Childrens Plan and\\nPledge")],
            {
                "childrens-plan-and-pledge": [
                    "0 Children's Plan and Pledge",
                    "1 CHILDREN’S PLAN & PLEDGE",
                    "2 Childrens Plan and\nPledge",
                ]
            },
            id="case, ampersand, apostrophe, line break",
        ),
        pytest.param(
            [s("Care Plan 2019-22"), s("Care Plan 2019 to 2022"), s("Care Plan (2019-2022)")],
            {"care-plan/2019-2022": ["0 Care Plan 2019-22", "1 Care Plan 2019 to 2022", "2 Care Plan (2019-2022)"]},
            id="one period written in several ways",
        ),
        pytest.param(
            [s("Care Plan 2016-19"), s("Care Plan 2019-22")],
            {"care-plan/2016-2019": ["0 Care Plan 2016-19"], "care-plan/2019-2022": ["1 Care Plan 2019-22"]},
            id="two periods are two strategies",
        ),
        pytest.param(
            [s("Care Plan"), s("Care Plan 2019-22")],
            {"care-plan/2019-2022": ["0 Care Plan", "1 Care Plan 2019-22"]},
            id="without years, at a meeting in its time",
        ),
        pytest.param(
            [(s("Care Plan"), KENT, "2018-06-01"), s("Care Plan 2019-22")],
            {"care-plan/2019-2022": ["0 Care Plan", "1 Care Plan 2019-22"]},
            id="without years, while it is drawn up",
        ),
        pytest.param(
            [(s("Care Plan"), KENT, "2015-06-01"), s("Care Plan 2019-22"), (s("Care Plan"), KENT, "2023-01-01")],
            {
                "care-plan/0-5feceb66": ["0 Care Plan"],
                "care-plan/2019-2022": ["1 Care Plan 2019-22"],
                "care-plan/2-d4735e3a": ["2 Care Plan"],
            },
            id="without years, before and after its time",
        ),
        pytest.param(
            [(s("Care Plan"), KENT, ""), s("Care Plan 2019-22")],
            {"care-plan/0-5feceb66": ["0 Care Plan"], "care-plan/2019-2022": ["1 Care Plan 2019-22"]},
            id="without years, on no known day",
        ),
        pytest.param(
            [s("Care Plan 2016-20"), s("Care Plan"), s("Care Plan 2019-22")],
            {
                "care-plan/2016-2020": ["0 Care Plan 2016-20"],
                "care-plan/1-6b86b273": ["1 Care Plan"],
                "care-plan/2019-2022": ["2 Care Plan 2019-22"],
            },
            id="without years, where there are two",
        ),
        pytest.param(
            [s("Care Plan 2016-19"), s("Care Plan 2020-23"), (s("Care Plan"), KENT, "2018-06-01")],
            {
                "care-plan/2016-2019": ["0 Care Plan 2016-19", "2 Care Plan"],
                "care-plan/2020-2023": ["1 Care Plan 2020-23"],
            },
            id="without years, in the time of one of two",
        ),
        pytest.param(
            [s("Care Plan 2016-19"), s("Care Plan 2020-23"), (s("Care Plan"), KENT, "2019-11-01")],
            {
                "care-plan/2016-2019": ["0 Care Plan 2016-19"],
                "care-plan/2020-2023": ["1 Care Plan 2020-23"],
                "care-plan/2-d4735e3a": ["2 Care Plan"],
            },
            id="without years, in the time of one when the next is near",
        ),
        pytest.param(
            [f"{s('Care Plan 2016-19')} {s('Care Plan 2019-22')} {s('Care Plan')}"],
            {
                "care-plan/2016-2019": ["0 Care Plan 2016-19"],
                "care-plan/2019-2022": ["0 Care Plan 2019-22"],
                "care-plan/0-5feceb66": ["0 Care Plan"],
            },
            id="without years, in a document that names two",
        ),
        pytest.param(
            ["The next <STRATEGY>Care Plan</STRATEGY> today.", s("Care Plan 2019-22"), s("Care Plan")],
            {
                "care-plan/0-9-ba1f21e3": ["0 Care Plan"],
                "care-plan/2019-2022": ["1 Care Plan 2019-22", "2 Care Plan"],
            },
            id="without years, another one than that of its time",
        ),
        pytest.param(
            [f"{s('Placement Sufficiency Strategy for LAC')} {s('Placement Sufficiency Strategy 2016-19')}"],
            {
                "placement-sufficiency-strategy/2016-2019": [
                    "0 Placement Sufficiency Strategy for LAC",
                    "0 Placement Sufficiency Strategy 2016-19",
                ]
            },
            id="without years after its time, in a document that joins the two",
        ),
        pytest.param(
            [(s("Care Plan"), KENT, "2015-06-01"), (s("Care Plan"), KENT, "2017-05-01"), s("Care Plan")],
            {"care-plan/from-2015": ["0 Care Plan", "1 Care Plan"], "care-plan/from-2020": ["2 Care Plan"]},
            id="no years anywhere: one while it lasts",
        ),
        pytest.param(
            [(s("Care Plan"), KENT, ""), (s("Care Plan"), KENT, ""), s("Care Plan")],
            {
                "care-plan/0-5feceb66": ["0 Care Plan"],
                "care-plan/1-6b86b273": ["1 Care Plan"],
                "care-plan": ["2 Care Plan"],
            },
            id="no years, on no known day",
        ),
        pytest.param(
            [(s("Step Up Scheme"), KENT, "2015-06-01"), s("Step up scheme"), (s("Step Up Scheme"), KENT, "")],
            {"step-up-scheme": ["0 Step Up Scheme", "1 Step up scheme", "2 Step Up Scheme"]},
            id="a scheme has no editions",
        ),
        pytest.param(
            [
                s("Placement Sufficiency Strategy 2019-22"),
                s("Sufficiency Strategy for Looked After Children 2019-22"),
                s("Sufficiency Strategy"),
                (s("Sufficiency Strategy"), KENT, "2023-03-05"),
            ],
            {
                "sufficiency-strategy/2019-2022": [
                    "0 Placement Sufficiency Strategy 2019-22",
                    "1 Sufficiency Strategy for Looked After Children 2019-22",
                    "2 Sufficiency Strategy",
                ],
                "sufficiency-strategy/3-4e074085": ["3 Sufficiency Strategy"],
            },
            id="a title with less",
        ),
        pytest.param(
            [s("Placement Sufficiency Strategy 2019-22"), s("SEND Sufficiency Strategy"), s("Sufficiency Strategy")],
            {
                "placement-sufficiency-strategy/2019-2022": ["0 Placement Sufficiency Strategy 2019-22"],
                "send-sufficiency-strategy": ["1 SEND Sufficiency Strategy"],
                "sufficiency-strategy": ["2 Sufficiency Strategy"],
            },
            id="a title that is less of two",
        ),
        pytest.param(
            [s("Housing Strategy for Care Leavers"), s("Housing Strategy"), s("Children's Housing Strategy")],
            {
                "housing-strategy-for-care-leavers": ["0 Housing Strategy for Care Leavers"],
                "housing-strategy": ["1 Housing Strategy"],
                "childrens-housing-strategy": ["2 Children's Housing Strategy"],
            },
            id="whom a strategy is for, where only that makes it one for children in care",
        ),
        pytest.param(
            [f"{s('Homes for Life Strategy')} {s('Homes Strategy')}", s("Homes Strategy"), s("Life Strategy")],
            {
                "homes-for-life-strategy": ["0 Homes for Life Strategy", "0 Homes Strategy", "1 Homes Strategy"],
                "life-strategy": ["2 Life Strategy"],
            },
            id="a short title that a document has for the full one, and one that none has",
        ),
        pytest.param(
            [
                f"{s('SEND Sufficiency Strategy')} {s('Sufficiency Strategy')}",
                s("Sufficiency Strategy"),
                s("Placement Sufficiency Strategy 2019-22"),
            ],
            {
                "send-sufficiency-strategy": ["0 SEND Sufficiency Strategy", "0 Sufficiency Strategy"],
                "sufficiency-strategy": ["1 Sufficiency Strategy"],
                "placement-sufficiency-strategy/2019-2022": ["2 Placement Sufficiency Strategy 2019-22"],
            },
            id="a short title that a document has for one of two",
        ),
        pytest.param(
            [s("Local Offer for Care Leavers"), s("Care Leavers’ Local Offer"), s("Local Offer")],
            {
                "care-leavers-local-offer": ["0 Local Offer for Care Leavers", "1 Care Leavers’ Local Offer"],
                "local-offer": ["2 Local Offer"],
            },
            id="words in another order, and fewer",
        ),
        pytest.param(
            [
                s("Kent House Project"),
                s("House Project"),
                (s("Kent House Project"), LEEDS),
                (s("House Project"), LEEDS),
            ],
            {
                "house-project": ["0 Kent House Project", "1 House Project"],
                "leeds-city-council/kent-house-project": ["2 Kent House Project"],
                "leeds-city-council/house-project": ["3 House Project"],
            },
            id="the council's place in a title, and another one",
        ),
        pytest.param(
            ["Its <STRATEGY>Local Care Plan</STRATEGY> (<STRATEGY>LCP</STRATEGY>) is new.", s("LCP"), s("LCP 2021-24")],
            {
                "local-care-plan/2021-2024": ["0 Local Care Plan", "0 LCP", "1 LCP", "2 LCP 2021-24"],
            },
            id="an acronym that a document introduces, also with years",
        ),
        pytest.param(
            [p("National Youth Advocacy Service (NYAS)"), p("NYAS"), p("Nyas House")],
            {
                "national-youth-advocacy-service": ["0 National Youth Advocacy Service (NYAS)", "1 NYAS"],
                "nyas-house": ["2 Nyas House"],
            },
            id="an acronym inside a name",
        ),
        pytest.param(
            [s("Local Care Plan (LCP)"), s("Leisure and Culture Plan (LCP)"), s("LCP")],
            {
                "local-care-plan": ["0 Local Care Plan (LCP)"],
                "leisure-and-culture-plan": ["1 Leisure and Culture Plan (LCP)"],
                "lcp": ["2 LCP"],
            },
            id="an acronym of two names",
        ),
        pytest.param(
            [s("Local Care Plan"), s("LCP")],
            {"local-care-plan": ["0 Local Care Plan", "1 LCP"]},
            id="initials",
        ),
        pytest.param(
            [
                s("Local Care Plan"),
                s("Leisure and Culture Plan"),
                s("LCP"),
                s("Lcp"),
                p("LCP"),
                p("Elm Group"),
                p("EG"),
            ],
            {
                "local-care-plan": ["0 Local Care Plan"],
                "leisure-and-culture-plan": ["1 Leisure and Culture Plan"],
                "lcp": ["2 LCP", "3 Lcp", "4 LCP"],
                "elm-group": ["5 Elm Group"],
                "eg": ["6 EG"],
            },
            id="initials of two names, of another register, too few",
        ),
        pytest.param(
            [p("Together4Children"), p("Together 4 Children"), p("T4C"), p("Together Children")],
            {
                "together-4-children": ["0 Together4Children", "1 Together 4 Children", "2 T4C"],
                "together-children": ["3 Together Children"],
            },
            id="blanks and digits",
        ),
        pytest.param(
            [s("Local Care Plan (LCP)"), (s("LCP"), LEEDS), (s("Local Care Plan 2020-23"), LEEDS), (s("CP"), LEEDS)],
            {
                "local-care-plan": ["0 Local Care Plan (LCP)"],
                "leeds-city-council/local-care-plan/2020-2023": ["1 LCP", "2 Local Care Plan 2020-23"],
                "leeds-city-council/cp": ["3 CP"],
            },
            id="another council",
        ),
        pytest.param(
            [(s("Care Plan"), name) for name in (KENT, "KENT COUNTY COUNCIL", "Kent Council", "Kent CC", "KCC")],
            {"care-plan": ["0 Care Plan", "1 Care Plan", "2 Care Plan", "3 Care Plan", "4 Care Plan"]},
            id="names of one council",
        ),
        pytest.param(
            [(s("Care Plan"), name) for name in ("Lowmere County Council", "Lowmere Council", "LCC", "LCC")],
            {
                "lowmere-county-council/care-plan": ["0 Care Plan"],
                "lowmere-council/care-plan": ["1 Care Plan"],
                "2-d4735e3a/care-plan": ["2 Care Plan"],
                "3-4e074085/care-plan": ["3 Care Plan"],
            },
            id="names that may be several councils'",
        ),
        pytest.param(
            [(s("Care Plan") + " " + s("the Care Plan"), ""), (s("Care Plan"), "")],
            {
                "0-5feceb66/care-plan": ["0 Care Plan", "0 the Care Plan"],
                "1-6b86b273/care-plan": ["1 Care Plan"],
            },
            id="no council: each document for itself",
        ),
        pytest.param(
            [s("Action Plan 2019-22"), s("Action Plan 2019-22")],
            {
                "action-plan/2019-2022/0-5feceb66": ["0 Action Plan 2019-22"],
                "action-plan/2019-2022/1-6b86b273": ["1 Action Plan 2019-22"],
            },
            id="a kind of thing is no name",
        ),
        pytest.param(
            [s("Care Plan"), p("Care Plan"), at("Care Plan")],
            {"care-plan": ["0 Care Plan", "1 Care Plan", "2 Care Plan"]},
            id="three registers, of which each has its own",
        ),
        pytest.param(
            [p("Elm House"), p("Elm House Ltd"), p("Elms House"), p("Elm")],
            {
                "elm-house-limited": ["0 Elm House", "1 Elm House Ltd"],
                "elms-house": ["2 Elms House"],
                "elm": ["3 Elm"],
            },
            id="names that are nearly alike",
        ),
        pytest.param(
            [p("Oakwood"), p("Oakwood Care"), p("Oakwood Homes"), p("Kent"), p("Kent Community Health NHS Trust")],
            {
                "oakwood": ["0 Oakwood"],
                "oakwood-care": ["1 Oakwood Care"],
                "oakwood-homes": ["2 Oakwood Homes"],
                "kent": ["3 Kent"],
                "kent-community-health-trust": ["4 Kent Community Health NHS Trust"],
            },
            id="short for two providers, and a place",
        ),
        pytest.param(
            [p("Oakwood"), p("Oakwood Care"), p("Oakwood Lodge")],
            {"oakwood": ["0 Oakwood"], "oakwood-care": ["1 Oakwood Care"], "oakwood-lodge": ["2 Oakwood Lodge"]},
            id="something else begins with a provider's name",
        ),
        pytest.param(
            [
                at("Newcastle"),
                at("Newcastle-under-Lyme"),
                at("Burton"),
                at("Burton upon Trent"),
                at("Burton on the Wolds"),
            ],
            {
                "newcastle-under-lyme": ["0 Newcastle", "1 Newcastle-under-Lyme"],
                "burton": ["2 Burton"],
                "burton-upon-trent": ["3 Burton upon Trent"],
                "burton-on-the-wolds": ["4 Burton on the Wolds"],
            },
            id="places without their river",
        ),
        pytest.param(
            [(at("Sutton"), "LB Sutton"), (at("the Borough of Sutton"), "Sutton Council"), (at("Dover"), "LB Sutton")],
            {
                "sutton-council/sutton-london-borough": ["0 Sutton", "1 the Borough of Sutton"],
                "sutton-council/dover": ["2 Dover"],
            },
            id="the council's own area",
        ),
        pytest.param(
            [at("South Staffs"), at("South Staffordshire"), at("Staffs")],
            {"south-staffordshire": ["0 South Staffs", "1 South Staffordshire"], "staffordshire": ["2 Staffs"]},
            id="a county in short",
        ),
        pytest.param(
            [at("Sutton"), at("London Borough of Sutton"), at("Sutton Borough"), at("Kent"), at("the county of Kent")],
            {
                "sutton": ["0 Sutton"],
                "sutton-london-borough": ["1 London Borough of Sutton", "2 Sutton Borough"],
                "kent": ["3 Kent", "4 the county of Kent"],
            },
            id="places that are one area",
        ),
        pytest.param([], {}, id="no documents"),
        pytest.param(["Nothing to note."], {}, id="no names"),
        pytest.param([s("—")], {"cf672d6a": []}, id="no letter"),
    ],
)
def test_joins(tmp_path, lines, expected):
    found = joined(tmp_path, lines)
    if "cf672d6a" in expected:  # the id is a digest
        assert [len(mentions) for mentions in found.values()] == [1]
    else:
        assert found == expected


def test_registers_say_what_there_is(tmp_path):
    """The fullest form as most documents write it, counts, days, evidence and confidence."""
    documents = [
        rows(s("CARE PLAN 2019-22"), KENT, "2019-05-01", "a"),
        rows(s("Care Plan 2019-22") + " " + s("Care Plan 2019-22"), "KENT COUNTY COUNCIL", "2020-05-01", "b"),
        rows(s("Care Plan 2019/22"), KENT, "", "c"),
        rows(s("Care Plan"), KENT, "2018-05-01", "d"),
        rows("Our <STRATEGY>Care Plan 2019-22</STRATEGY>.", KENT, "2021-01-01", "e"),
    ]
    made = registered(tmp_path, documents)
    years = [row for row in made["strategies"] if row["period"] == "2019-2022"]
    assert years == made["strategies"]
    (entry,) = years
    assert entry == {
        "id": "kent-county-council/care-plan/2019-2022",
        "council": KENT,
        "name": "Care Plan 2019-22",
        "period": "2019-2022",
        "first_day": datetime.date(2019, 1, 1),
        "last_day": datetime.date(2022, 12, 31),
        "mentions": 6,
        "documents": 5,
        "first_meeting": datetime.date(2018, 5, 1),
        "last_meeting": datetime.date(2021, 1, 1),
        "actions": "",
        "confidence": entry["confidence"],
        "doc_id": "b",
        "start": 7,
        "end": 24,
    }
    assert 0 < entry["confidence"] < 1
    assert [(row["doc_id"], row["joined_by"], row["evidence_doc_id"]) for row in made["mentions"]] == [
        ("a", "same", "b"),
        ("b", "same", "b"),
        ("b", "same", "b"),
        ("c", "same", "b"),
        ("d", "years", "b"),
        ("e", "same", "b"),
    ]
    assert made["providers"] == made["places"] == made["actions"] == []


def test_an_acronyms_evidence_is_its_introduction(tmp_path):
    lines = [s("LCP"), s("Local Care Plan"), s("Local Care Plan (LCP)"), s("Local Care Plan (LCP)")]
    made = registered(tmp_path, [rows(line, name=str(number)) for number, line in enumerate(lines)])
    first, *others = made["mentions"]
    assert (first["joined_by"], first["evidence_doc_id"], first["evidence_start"], first["evidence_end"]) == (
        *("acronym", "2"),
        *(7, 28),
    )
    assert {row["joined_by"] for row in others} == {"same"}
    (entry,) = made["strategies"]
    assert entry["name"] == "Local Care Plan (LCP)"
    assert entry["confidence"] == first["confidence"] < 1


NAMES = ["Care Plan", "Care Plan 2019-22", "CARE PLAN 2019-22", "Care Plan 2023-26", "Local Care Plan (LCP)", "LCP"]
NAMES += ["LCP 2020-23", "Action Plan", "Children’s Pledge", "Childrens Pledge"]
ANY = st.tuples(
    st.lists(st.sampled_from([*map(s, NAMES), p("Elm House"), at("Kent"), at("County of Kent")]), max_size=4),
    st.sampled_from([KENT, KENT.upper(), LEEDS, ""]),
    st.sampled_from(["2015-01-01", "2019-06-01", "2021-01-01", ""]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY, max_size=7), st.integers(1, 7), st.randoms(use_true_random=False))
def test_only_the_texts_decide(tmp_path, documents, size, chance):
    """Neither the size of parts, which changes no byte, nor the order of documents; and nothing is lost."""
    made = [rows(" ".join(found), council, day, f"d{n}") for n, (found, council, day) in enumerate(documents)]
    whole = registered(tmp_path / "one", made, len(made) or 1)
    registered(tmp_path / "two", made, size)
    for table in REGISTERS:
        file = Path("tables", table, "register.parquet")
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    chance.shuffle(made)
    other = registered(tmp_path / "three", made, size)
    for table in REGISTERS:
        assert sorted(map(repr, whole[table])) == sorted(map(repr, other[table]))
    mentioned = Counter((row["register"], row["id"]) for row in whole["mentions"])
    entries = [(register, row) for register in ("strategies", "providers", "places") for row in whole[register]]
    assert mentioned == {(register, row["id"]): row["mentions"] for register, row in entries}
    assert sum(mentioned.values()) == sum(len(found) for found, _, _ in documents)
    spoken = {(row["doc_id"], row["start"], row["end"]) for row in whole["mentions"]}
    assert {(row["doc_id"], row["start"], row["end"]) for _, row in entries} <= spoken
    assert {(row["evidence_doc_id"], row["evidence_start"], row["evidence_end"]) for row in whole["mentions"]} <= spoken


def test_more_rows_than_are_held(tmp_path, monkeypatch):
    documents = [rows(s(f"Plan {'abcdefg'[n]} Pledge"), name=str(n)) for n in range(7)]
    whole = registered(tmp_path / "one", documents)
    monkeypatch.setattr("pipeline.registers.files.ROWS", 2)
    assert registered(tmp_path / "two", documents) == whole
    assert len(whole["strategies"]) == len(whole["mentions"]) == 7


# --- areas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("Kent", "E10000016"),
        ("KENT", "E10000016"),
        ("the County of Kent", "E10000016"),
        ("Reading", "E06000038"),
        ("St. Helens", "E08000013"),
        ("Stoke on Trent", "E06000021"),
        ("Southend", "E06000033"),
        ("Brighton & Hove", "E06000043"),
        ("Durham", "E06000047"),
        ("Royal Borough of Greenwich", "E09000011"),
        ("London Borough of Sutton", "E09000029"),
        ("Sutton", ""),  # also of Coldfield and in Ashfield
        ("City of Westminster", "E09000033"),
        ("Westminster", ""),  # also Parliament
        ("Dover", ""),  # the town
        ("Dover district", "E07000108"),
        ("the Borough of Dover", "E07000108"),
        ("county of Dover", ""),
        ("Newport", ""),
        ("Richmond", ""),
        ("Richmond upon Thames", "E09000027"),
        ("Newcastle", ""),
        ("Newcastle upon Tyne", "E08000021"),
        ("Newcastle-under-Lyme", "E07000195"),
        ("North East", ""),
        ("North East region", "E12000001"),
        ("West Midlands", ""),  # also the county
        ("West Midlands region", "E12000005"),
        ("London", "E12000007"),
        ("City of London", "E09000001"),
        ("London Borough of Kent", ""),
        ("Dover Road", ""),
        ("Kent House", ""),
        ("Ynys Môn", "W06000001"),
        ("Derry", ""),
        ("Wales", "W92000004"),
        ("borough of", ""),
        ("", ""),
    ],
)
def test_areas(form, code):
    found = area_of(form)
    assert (found.code if found else "") == code


@pytest.mark.parametrize(
    ("council", "name"),
    [
        ("Kent County Council", "Kent"),
        ("Kent Council", "Kent"),
        ("KCC", "Kent"),
        ("Staffs CC", "Staffordshire"),
        ("Stafford Borough Council", "Stafford"),
        ("Rhondda Cynon Taf County Borough Council", "Rhondda Cynon Taf"),
        ("Rhondda Cynon Taf CBC", "Rhondda Cynon Taf"),
        ("RCT Council", "Rhondda Cynon Taf"),
        ("RCTCBC", "Rhondda Cynon Taf"),
        ("RCT District Council", ""),
        ("City and County of Swansea", "Swansea"),
        ("Leeds City Council", "Leeds"),
        ("London Borough of Sutton", "Sutton"),
        ("RBKC", "Kensington and Chelsea"),
        ("LBS", ""),  # Southwark or Sutton
        ("LCC", ""),
        ("B&NES Council", "Bath and North East Somerset"),
        ("Derby City Council", "Derby"),
        ("Derby County Council", ""),
        ("Buckinghamshire Council", "Buckinghamshire"),
        ("Buckinghamshire County Council", ""),  # its predecessor, beside four districts
        ("Newcastle City Council", ""),
        ("Wexmoor Council", ""),
        ("South East Council", ""),  # a region has none
        ("Council", ""),
        ("", ""),
    ],
)
def test_councils(council, name):
    found = council_area(council)
    assert (found.name if found else "") == name


KINDS = {
    "country": ("E92 W92 S92 N92", 4),
    "region": ("E12", 9),
    "county": ("E10", 23),
    "unitary": ("E06", 65),
    "metropolitan_borough": ("E08", 36),
    "london_borough": ("E09", 33),
    "district": ("E07", 204),
    "welsh_council": ("W06", 22),
    "scottish_council": ("S12", 32),
    "northern_irish_district": ("N09", 11),
}


def test_the_list_of_areas():
    """Each code once, of its kind; as many of a kind as there are, now or until they ended."""
    lines = [line for line in FILE.read_text("utf8").splitlines() if not line.startswith("#")]
    listed = list(csv.DictReader(lines))
    assert len({row["code"] for row in listed}) == len(listed)
    assert len({row["name"] for row in listed}) == len(listed)
    for row in listed:
        assert len(row["code"]) == 9
        assert row["code"][1:].isdigit()
        assert row["code"][:3] in KINDS[row["kind"]][0].split(), row
        assert row["alone"] in ("yes", "no")
        assert row["until"] in ("", "2019", "2020", "2021", "2023")
    assert Counter(row["kind"] for row in listed) == {kind: count for kind, (_, count) in KINDS.items()}
    today = Counter(row["kind"] for row in listed if not row["until"])
    assert (today["county"], today["unitary"], today["district"]) == (21, 63, 164)
    london = sorted((row["code"], row["name"]) for row in listed if row["kind"] == "london_borough")[1:]
    assert [name for _, name in london] == sorted(name for _, name in london)


def test_no_name_means_two_areas():
    assert {name: found for name, found in areas().items() if len(found) > 1} == {}


# --- what was decided upon a strategy ---------------------------------------------------------------------------------


def decision(text: str, object_: str | None, **more) -> dict:
    """A row of `resolutions` at 0 of a document."""
    start = text.index(object_) if object_ else None
    row = {"doc_id": "d", "start": 0, "end": len(text), "outcome": "approve", "clause": text, "body": "Cabinet"}
    row |= {"meeting_date": None, "item_number": "7", "item_title": "", "object": object_, "object_start": start}
    return row | {"object_end": start + len(object_) if object_ else None} | more


@pytest.mark.parametrize(
    ("text", "object_", "how"),
    [
        ("That the Care Plan be approved", "Care Plan", "object"),
        ("That the draft Care Plan be approved", "draft Care Plan", "object"),
        ("That the Care Plan and its annex be approved", "Care Plan and its annex", "object"),
        ("That the report on the Care Plan be noted", "report on the Care Plan", "about"),
        ("That the budget be approved in view of the Care Plan", "budget", "beside"),
        ("That the Care Plan", None, "clause"),
    ],
)
def test_what_a_strategy_is_to_a_decision(text, object_, how):
    start = text.index("Care Plan")
    assert how_named(Mention(start, start + 9, "Care Plan", "same", 1.0, ("", "")), decision(text, object_)) == how


def named(name: str, start: int, item: tuple[str, str]) -> tuple[Group, Entry]:
    mention = Mention(start, start + len(name), name, "same", 1.0, item)
    group = Group("strategies", name, start, start + len(name), None, [mention])
    return group, Entry("strategies", slug(name), key_of("strategies", name))


@pytest.mark.parametrize(
    ("title", "object_", "item", "expected"),
    [
        ("Care Plan 2019-22", "report", ("7", "Care Plan 2019-22"), ["care-plan-2019-22 item_title"]),
        (
            "Draft CARE PLAN (2019 to 2022)",
            None,
            ("7", "Draft CARE PLAN (2019 to 2022)"),
            ["care-plan-2019-22 item_title"],
        ),
        ("Care Plan 2019-22", "contents of the report", ("7", "Care Plan 2019-22"), ["care-plan-2019-22 item_title"]),
        ("Care Plan 2019-22", "press and public", ("7", "Care Plan 2019-22"), []),  # the decision is upon them
        ("Care Plan 2019-22", "report", ("6", "Care Plan 2019-22"), []),  # no mention in this item: no evidence
        ("Care Plan 2016-19", "report", ("7", "Care Plan 2016-19"), []),  # another strategy
        ("Progress of the Care Plan 2019-22", "report", ("7", "Progress of the Care Plan 2019-22"), []),  # no name
        ("", "report", ("7", ""), []),
    ],
)
def test_decisions_upon_an_item_whose_title_is_the_strategy(title, object_, item, expected):
    text = f"That the {object_ or 'matter'} be noted"
    document = Document("d", "", [], [decision(text, object_, item_title=title)])
    found = actions(document, [named("Care Plan 2019-22", 900, item), named("Other Plan", 950, item)])
    assert [f"{entry.id} {row['how']}" for entry, row in found] == expected


def test_a_strategy_named_twice_in_a_decision_is_one_action():
    text = "That in view of the Care Plan the Care Plan and Other Plan be approved"
    document = Document("d", "", [], [decision(text, "Care Plan and Other Plan")])
    first, second = (
        named("Care Plan", text.index("Care Plan"), ("", "")),
        named("Other Plan", text.index("Other"), ("", "")),
    )
    again = first[0].mentions[0]._replace(start=34, end=43)
    first[0].mentions.append(again)
    found = [(entry.id, row["how"], row["evidence_start"]) for entry, row in actions(document, [first, second])]
    assert found == [("care-plan", "object", 34), ("other-plan", "about", text.index("Other"))]


# --- runs -------------------------------------------------------------------------------------------------------------

WORDS = ["Sufficiency Strategy 2019-22", "Sufficiency Strategy", "Local Care Plan", "LCP", "Elm House"]
PAGE = """{council}

Agenda item

{title}

Meeting of Cabinet, {day} 4.00 pm (Item {number})

Minutes:

Members heard of the {words} and of homes in Leeds.

RESOLVED: That the {words} be {done}.
"""
PAGES = {
    "a.txt": (KENT, "Tuesday, 5th March, 2019", "Sufficiency Strategy 2019-22", "approved"),
    "b.txt": (KENT, "Tuesday, 16th June, 2020", "Sufficiency Strategy", "noted"),
    "c.txt": (KENT, "Tuesday, 12th January, 2021", "Local Care Plan (LCP)", "adopted"),
    "d.txt": (LEEDS, "Tuesday, 5th March, 2019", "Sufficiency Strategy", "noted"),
}


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Runs:
    runs = Runs(tmp_path, monkeypatch)
    patterns = [("STRATEGY", words) for words in WORDS[:-1]] + [("PROVIDER", WORDS[-1]), ("PLACE", "Leeds")]
    runs.model = ruler_model(tmp_path / "ruler", patterns)
    for number, (name, (council, day, words, done)) in enumerate(PAGES.items()):
        title = "Homes for children"
        runs.write(name, PAGE.format(council=council, day=day, words=words, done=done, number=number, title=title))
    return runs


def frame(out: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(out / "tables" / table)


def test_a_run(runs):
    """From pages to registers, through everything between."""
    runs.run(formats=["csv", "xlsx"], part_documents=3)
    strategies = frame(runs.out, "strategies")
    assert list(zip(strategies.id, strategies.actions, strategies.documents, strict=True)) == [
        ("kent-county-council/local-care-plan", "2021-01-12 adopt", 1),
        ("kent-county-council/sufficiency-strategy/2019-2022", "2019-03-05 approve; 2020-06-16 note", 2),
        ("leeds-city-council/sufficiency-strategy", "2019-03-05 note", 1),
    ]
    places = frame(runs.out, "places")
    assert list(places[["id", "ons_code", "mentions"]].itertuples(index=False, name=None)) == [
        ("kent-county-council/leeds", "E08000035", 3),
        ("leeds-city-council/leeds", "E08000035", 2),
    ]
    assert frame(runs.out, "providers").empty
    texts = {}
    for path in (runs.out / "annotated").iterdir():
        with path.open(encoding="utf8") as lines:
            texts |= {line["meta"]["id"]: line["text"] for line in map(json.loads, lines)}
    mentions, done = frame(runs.out, "mentions"), frame(runs.out, "actions")
    for row in mentions.itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.text
    assert set(done.how) == {"object"}
    for row in done.itertuples():
        assert "Strategy" in texts[row.doc_id][row.evidence_start : row.evidence_end] or row.doc_id == "c.txt"
        assert texts[row.doc_id][row.start : row.end].endswith(PAGES[row.doc_id][3])
    book = openpyxl.load_workbook(runs.out / "tables" / "minutes.xlsx")
    for table in REGISTERS:
        with (runs.out / "tables" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            header, *cells = csv.reader(file)
        assert header == [cell.value for cell in book[table][1]] == arrow_schema(table).names
        assert len(cells) == book[table].max_row - 1 == len(frame(runs.out, table))
        assert [row[0] for row in cells] == list(frame(runs.out, table).iloc[:, 0])


def test_the_report_knows_the_files(runs):
    runs.run()
    report = json.loads((runs.out / "run.json").read_text("utf8"))
    files = {f"tables/{table}/register.parquet" for table in REGISTERS}
    assert report["registers"] == {file: sha256_of(runs.out / file) for file in sorted(files)}
    for table in REGISTERS:
        file = pq.ParquetFile(runs.out / "tables" / table / "register.parquet")
        assert file.schema_arrow.equals(arrow_schema(table), check_metadata=True)


def test_kept_up_by_later_runs(runs):
    """A page that says which years the strategy has changes the row of another page, which is not annotated again."""
    runs.run()
    (runs.pages / "a.txt").rename(runs.pages.parent / "a.txt")
    assert runs.run() == []
    assert list(frame(runs.out, "strategies").id)[1:] == [
        "kent-county-council/sufficiency-strategy",
        "leeds-city-council/sufficiency-strategy",
    ]
    assert written(runs.out) == runs.scratch()
    shutil.copy(runs.pages.parent / "a.txt", runs.pages / "a.txt")
    assert runs.run() == ["a.txt"]
    assert frame(runs.out, "strategies").documents.tolist() == [1, 2, 1]
    assert written(runs.out) == runs.scratch()


@pytest.mark.parametrize("size", [1, 3])
def test_parts_and_processes_change_no_byte(runs, size):
    def registers() -> dict[str, bytes]:
        return {name: data for name, data in written(runs.out).items() if name.endswith("register.parquet")}

    runs.run(part_documents=4)
    before = registers()
    assert len(before) == 5
    runs.run(part_documents=size, workers=2)
    assert registers() == before


def test_empty_where_nothing_was_found(runs):
    for path in runs.pages.iterdir():
        path.write_text("Nothing to note.", "utf8")
    runs.run(formats=["csv"])
    for table in REGISTERS:
        assert frame(runs.out, table).empty
        assert len((runs.out / "tables" / f"{table}.csv").read_text("utf-8-sig").splitlines()) == 1


def test_ids():
    assert slug("care plan") == "care-plan"
    assert slug("x" * 200) != slug("x" * 201)
    assert len(slug("x" * 200)) < 100
    assert slug("") == "e3b0c442"
    assert key_of("strategies", "Care Plan 2019-22") == Key("care plan", "2019-2022")
    assert key_of("providers", "Care Plan 2019-22") == Key("care plan 2019 22")
