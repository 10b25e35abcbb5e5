"""Records of decisions. Each case: a text with its clauses in `[brackets]`, and what is known of each clause:
`object / actor / deadline / condition / vote`, `-` where the text is silent."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.components.record_objects import RULES
from pipeline.components.records import Records
from pipeline.joins import RECORD
from pipeline.nlp import blank
from pipeline.spans import make_span, one_line

NLP = blank()
NLP.max_length = 10**8
WRITE = Records()

CASES = [
    # the subject of a passive
    ("RESOLVED: [That the report on fostering be noted].", ["report on fostering / - / - / - / -"]),
    ("It was agreed [that the plan, appended to the report, be approved].", ["plan / - / - / - / -"]),
    (
        "AGREED [that under Section 100A of the Local Government Act 1972 the press and public be excluded].",
        ["press and public / - / - / - / -"],
    ),
    (
        "AGREED [that the minutes of the meeting held on 9 July be approved as a correct record].",
        ["minutes of the meeting held on 9 July / - / - / - / -"],
    ),  # no deadline
    (
        "AGREED [that the lease of the house on the terms set out in the report be approved].",
        ["lease of the house / - / - / - / -"],
    ),
    # the object of a verb
    ("The Committee RESOLVED [to note the report].", ["report / Committee / - / - / -"]),
    (
        "Cabinet: 1. [Approved the budget for 2021/22 as set out in appendix 2]. 2. [Noted the risks].",
        ["budget for 2021/22 / Cabinet / - / - / -", "risks / Cabinet / - / - / -"],
    ),
    ("RESOLVED: [That Cabinet approve the Strategy 2024-27].", ["Strategy 2024-27 / Cabinet / - / - / -"]),
    ("RESOLVED: [To submit the draft plan to the Cabinet].", ["draft plan / - / - / - / -"]),
    (
        "RESOLVED: [To approve in principle the creation of a fund from 1 April 2024].",
        ["creation of a fund / - / - / - / -"],
    ),
    ("AGREED [to commit £5,000 to the scheme for 2020].", ["£5,000 / - / - / - / -"]),
    ("AGREED [to appoint the firms named for stages 0 to 3].", ["firms named for stages 0 to 3 / - / - / - / -"]),
    ("AGREED [to thank the staff of both homes for their work].", ["staff of both homes / - / - / - / -"]),
    ("AGREED [to meet the cost from reserves].", ["cost / - / - / - / -"]),
    ("AGREED [that the decision stand].", ["decision / - / - / - / -"]),
    ("AGREED [that no change be made to the fees].", ["fees / - / - / - / -"]),
    ("AGREED [that no offer be made to the firm].", ["no offer / - / - / - / -"]),
    ("[Agreed to proceed to tender for one contract, in two lots].", ["tender for one contract / - / - / - / -"]),
    ("[Agreed to an in-year change].", ["in-year change / - / - / - / -"]),
    ("[Agreed that authority be given to the Head to let the flat].", ["let the flat / - / - / - / -"]),
    ("AGREED [to note the risks set out in Appendix D].", ["risks / - / - / - / -"]),
    ("AGREED [to note the risks set out in section 4].", ["risks set out in section 4 / - / - / - / -"]),
    (
        "AGREED [that approval be given to the closure of A with effect from 1 May, and of B].",
        ["closure of A with effect from 1 May, and of B / - / - / - / -"],
    ),
    # what somebody is asked or given the power to do
    (
        "RESOLVED [that the Director be authorised to sign the lease before it is let].",
        ["sign the lease / - / - / - / -"],
    ),
    (
        "RESOLVED [that authority to sign the lease be given to the Head of Property].",
        ["sign the lease / - / - / - / -"],
    ),
    (
        "RESOLVED [to delegate authority to the Director, in consultation with the Leader, to settle the terms].",
        ["settle the terms / - / - / - / -"],
    ),
    (
        "AGREED [that the Trust be asked to consider an extension of the line].",
        ["extension of the line / - / - / - / -"],
    ),
    (
        "AGREED [that the Leader be asked to write to each council accordingly].",
        ["write to each council / - / - / - / -"],
    ),
    ("AGREED [to ask for a report on costs].", ["report on costs / - / - / - / -"]),
    ("AGREED [to recommend to the Executive that the work should continue].", ["work / - / - / - / -"]),
    (
        "AGREED [that the Chair write to members about the delay].",
        ["delay / - / - / - / -"],
    ),  # who acts does not decide
    ("AGREED [that the Director is authorised to sign the lease].", ["sign the lease / - / - / - / -"]),
    (
        "AGREED [that the powers that are given to the Head be noted].",
        ["powers that are given to the Head / - / - / - / -"],
    ),
    ("AGREED [to publish the offer no later than 31 July].", ["offer / - / 31 July / - / -"]),
    ("AGREED [to invite the two firms to speak].", ["two firms / - / - / - / -"]),
    ("AGREED [that the Head be asked for a paper once it is known].", ["paper / - / - / - / -"]),
    ("AGREED [that a paper be asked for from the Trust].", ["paper / - / - / - / -"]),
    ("AGREED [that the Head be asked to inform members of any closure].", ["any closure / - / - / - / -"]),
    (
        "AGREED [that the Chair write to the Secretary of State asking for a cap on fees].",
        ["cap on fees / - / - / - / -"],
    ),
    ("AGREED [to delegate to the Head of Care the choice of sites].", ["choice of sites / - / - / - / -"]),
    # what is noted, whole
    ("AGREED [to note that no award is made in Lot 3].", ["no award is made in Lot 3 / - / - / - / -"]),
    ("AGREED [that it be noted that the plan is late].", ["the plan is late / - / - / - / -"]),
    # deadlines
    ("AGREED [that an update be brought in six months' time].", ["update / - / six months' time / - / -"]),
    ("AGREED [that a group be set up within one month].", ["group / - / one month / - / -"]),
    ("AGREED [that the plan be considered at the meeting in March].", ["plan / - / meeting in March / - / -"]),
    (
        "AGREED [that the comments be sent to Cabinet for its meeting on 10 February].",
        ["comments / - / its meeting on 10 February / - / -"],
    ),
    ("AGREED [to ask the Head to submit a case by the end of the year].", ["case / - / end of the year / - / -"]),
    (
        "AGREED [that fees be raised from 3 April 2023 for two years].",
        ["fees / - / - / - / -"],
    ),  # when it starts, how long
    ("AGREED [that a report be brought in Quarter 4 2018/19].", ["report / - / Quarter 4 2018/19 / - / -"]),
    ("AGREED [that the bid be heard at the budget meeting].", ["bid / - / budget meeting / - / -"]),
    ("AGREED [that it be sent to the next meeting of Cabinet].", ["it / - / next meeting of Cabinet / - / -"]),
    ("AGREED [that a day be held on Friday, 8 May, 2022].", ["day / - / Friday, 8 May, 2022 / - / -"]),
    ("AGREED [that fees be held at £5 in 2019/20].", ["fees / - / - / - / -"]),  # no date
    # conditions
    (
        "AGREED [that the work programme be agreed subject to the item above].",
        ["work programme / - / - / subject to the item above / -"],
    ),
    ("AGREED [that, subject to consultation, the plan be approved].", ["plan / - / - / subject to consultation / -"]),
    ("AGREED [that the decision be subject to call-in].", ["decision / - / - / - / -"]),  # it is what is decided
    # who decides
    (
        "The Joint Committee resolved to:\n1)  [note the report]; and\n2)  [ask for data].",
        ["report / Joint Committee / - / - / -", "data / Joint Committee / - / - / -"],
    ),
    ("RESOLVED\n\nThat the Families Committee\n\n1.   [Approve the plan].", ["plan / Families Committee / - / - / -"]),
    ("Having read the report, the Panel\n\nResolved:\n\n[To note it].", ["it / Panel / - / - / -"]),
    ("The Committee heard the Director. It was RESOLVED [that the report be noted].", ["report / - / - / - / -"]),
    ("RESOLVED [that the Council enters into the agreement].", ["agreement / - / - / - / -"]),  # its Cabinet says so
    # votes
    ("RESOLVED (by 9 votes to 0, with 1 abstention): [That the report be adopted].", ["report / - / - / - / 9-0-1"]),
    (
        "There were five in favour and four against.\n\nRESOLVED [That the decision be released].",
        ["decision / - / - / - / 5-4"],
    ),
    (
        "the Cabinet, by a vote of 8-0:\n\nAGREED that: (1) [the plan be approved]; and (2) [the risk be noted].",
        ["plan / Cabinet / - / - / 8-0", "risk / Cabinet / - / - / 8-0"],
    ),
    (
        "Resolved [that the report be received].\n\n(Voting: 52 in favour, none against, 4 abstentions.)\n",
        ["report / - / - / - / 52-0-4"],
    ),
    (
        "RESOLVED UNANIMOUSLY: (a) [that fees be noted]; (b) [that costs be noted].",
        ["fees / - / - / - / unanimous", "costs / - / - / - / unanimous"],
    ),
    (
        "RESOLVED [that fees be noted] (six votes for, four against).\n\n8. Other\n\nCabinet agreed [to add an item].",
        ["fees / - / - / - / 6-4", "item / Cabinet / - / - / -"],
    ),  # the vote belongs to the first
    (
        "RESOLVED that\n1. [fees be noted]; and\n2. [costs be noted].\n\nThe voting was unanimous.\n",
        ["fees / - / - / - / unanimous", "costs / - / - / - / unanimous"],
    ),
    ("The amendment was lost by 3 votes to 5. RESOLVED [that the plan be approved].", ["plan / - / - / - / -"]),
    ("There were 2 votes for deferring it and 3 against. RESOLVED [that it be noted].", ["it / - / - / - / -"]),
    ("The motion was not unanimous. AGREED [that the report be noted].", ["report / - / - / - / -"]),
    # nothing is said
    ("RESOLVED: [That the Board be recommended to approve the] ... view", ["- / - / - / - / -"]),
    ("RESOLVED: [Granted]", ["- / - / - / - / -"]),
]


def read(marked: str) -> list[dict]:
    text, clauses, start = "", [], 0
    for character in marked:
        if character == "[":
            start = len(text)
        elif character == "]":
            clauses.append((start, len(text)))
        else:
            text += character
    doc = NLP(text)
    doc.spans["resolutions"] = [make_span(doc, *clause, "RESOLUTION") for clause in clauses]
    WRITE(doc)
    return [span._.record for span in doc.spans["resolutions"]]


def line(record: dict) -> str:
    votes = [record[name] for name in ("votes_for", "votes_against", "abstentions") if record[name] is not None]
    vote = "unanimous" if record["unanimous"] else "-".join(map(str, votes))
    return (
        " / ".join(record[name] or "-" for name in ("object", "actor", "deadline", "condition")) + f" / {vote or '-'}"
    )


@pytest.mark.parametrize(("marked", "expected"), CASES, ids=[case[0][:40] for case in CASES])
def test_all_records_of_a_text(marked: str, expected: list[str]) -> None:
    assert [line(record) for record in read(marked)] == expected


@pytest.mark.parametrize("rule", RULES)
def test_the_example_of_each_rule(rule: str) -> None:
    marked, confidence = RULES[rule]
    content = marked.partition("[")[2].partition("]")[0]
    (record,) = read("[" + marked.replace("[", "").replace("]", "") + "]")
    assert (record["object"], record["record_rule"], record["record_confidence"]) == (content, rule, confidence)


def test_what_the_clause_names_and_nothing_outside() -> None:
    doc = NLP("The Chair AGREED that the Leaving Care Plan go from the Director to Barnardo's for 2019/20 and 2019/20.")
    marks = {"Chair": "ROLE", "Leaving Care Plan": "STRATEGY", "Director": "ROLE", "Barnardo's": "PROVIDER"}
    doc.ents = [make_span(doc, doc.text.index(t), doc.text.index(t) + len(t), label) for t, label in marks.items()]
    years = [doc.text.index("2019/20"), doc.text.rindex("2019/20")]
    doc.spans["date_ranges"] = [make_span(doc, at, at + 7, "DATE_RANGE") for at in years]
    doc.spans["resolutions"] = [make_span(doc, doc.text.index("that"), len(doc.text) - 1, "RESOLUTION")]
    WRITE(doc)
    record = doc.spans["resolutions"][0]._.record
    named = [record[name] for name in ("strategies", "roles", "providers", "periods")]
    assert named == ["Leaving Care Plan", "Director", "Barnardo's", "2019/20"]


PIECES = [
    "RESOLVED ",
    "that ",
    "the ",
    "report ",
    "be ",
    "noted",
    "to ",
    "Cabinet ",
    "Committee",
    "approve ",
    "authority ",
    ". ",
    "subject to ",
    "by ",
    "31 March 2020",
    "in six months",
    "next meeting",
    "(",
    ")",
    "5 votes to 4",
    "unanimously ",
    ",",
    "\n",
    "; and ",
    "1. ",
    "delegated ",
    "Director ",
    "it ",
    "should ",
    "ask ",
    "for ",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts, st.data())
def test_any_clause_has_a_record_with_true_offsets(text: str, data: st.DataObject) -> None:
    doc = NLP(text)
    edges = sorted(data.draw(st.lists(st.integers(0, len(doc)), max_size=6, unique=True)))
    doc.spans["resolutions"] = [
        doc.char_span(doc[a].idx, doc[b - 1].idx + len(doc[b - 1]), label="RESOLUTION")
        for a, b in zip(edges[::2], edges[1::2], strict=False)
    ]
    WRITE(doc)
    for span in doc.spans["resolutions"]:
        record = span._.record
        assert set(record) == {field.name for field in RECORD}
        assert (record["object"] is None) == (record["record_rule"] is None) == (record["record_confidence"] is None)
        for name in ("actor", "object", "deadline", "condition"):
            start, end = record[f"{name}_start"], record[f"{name}_end"]
            assert (record[name] is None) == (start is None) == (end is None)
            assert start is None or one_line(text[start:end]) == record[name] != ""
            assert name == "actor" or start is None or span.start_char <= start < end <= span.end_char


@pytest.mark.parametrize(
    "piece",
    [
        "the report and the plan ",
        "The Cabinet Member for The Children And ",
        "subject to the next meeting of the ",
        "5 votes to 4 ",
        " ",
        "to the Director to ",
        "agreed that ",
        "to the Head of ",
        "asking for no change ",
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        filling = (piece * (size // len(piece) + 1))[:size]
        doc = NLP(f"RESOLVED: that {filling} be noted. {filling}")
        doc.spans["resolutions"] = [doc.char_span(10, 10 + size, label="RESOLUTION", alignment_mode="expand")]
        start = time.process_time()
        WRITE(doc)
        return time.process_time() - start

    small = max(seconds(50_000), 0.02)
    assert seconds(500_000) < 30 * small  # 10 times the text


def test_many_clauses() -> None:
    text = "RESOLVED: That the report be noted.\n\n" * 10_000
    doc = NLP(text)
    starts = range(10, len(text), len(text) // 10_000)
    doc.spans["resolutions"] = [make_span(doc, at, at + 24, "RESOLUTION") for at in starts]
    start = time.process_time()
    WRITE(doc)
    assert {span._.record["object"] for span in doc.spans["resolutions"]} == {"report"}
    assert time.process_time() - start < 20


def test_a_clause_of_white_space_before_a_verb() -> None:
    assert [record["object"] for record in read("RESOLVED [\nask ]")] == [None]
