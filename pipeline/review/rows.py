"""A sheet's rows, as people left them: what they ask for is found in the text, which the sheet does not carry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from pipeline.review.drafts import Draft, Target
from pipeline.review.known import LEARNED_NAMES
from pipeline.review.records import Correction, Found
from pipeline.review.repairs import BY_ID, RepairList, Source
from pipeline.review.words import fold, search

RIGHT, WRONG, CHANGE = VERDICTS = ("right", "wrong", "change")
ALL = "all"  # in the column where of the sheet missed: every place


@dataclass(frozen=True)
class Row:
    """A row of the sheet `spans`: the span as it was found, and what was filled in.

    not_text (str): Name of a column that Excel made a number or date of; empty if none.
    """

    found: Found
    verdict: str = ""
    new_text: str = ""
    new_label: str = ""
    not_text: str = ""

    @property
    def asks(self) -> tuple[str, ...]:
        """What was filled in."""
        return self.verdict, self.new_text, self.new_label, self.not_text

    @property
    def is_filled(self) -> bool:
        return any(self.asks)


@dataclass(frozen=True)
class Missed:
    """A row of the sheet `missed`. place (str): A sentence, a number, `all` or nothing."""

    where: str
    label: str
    words: str
    place: str = ""
    not_text: str = ""


@dataclass(frozen=True)
class SheetCorrection(Correction):
    """A document as it came back in a sheet. `spans` is what its rows ask for, not yet found in the text.

    is_ticked (bool): Marked as reviewed.
    """

    rows: list[Row] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    is_ticked: bool = True

    @property
    def is_filled(self) -> bool:
        return bool(self.missed) or any(row.is_filled for row in self.rows)


def asked(row: Row) -> Found | None:
    """The span that a row asks for, with the words that are to be looked for; None for one that is to go."""
    if row.verdict == WRONG and not (row.new_text or row.new_label):
        return None
    return row.found._replace(label=row.new_label or row.found.label, text=row.new_text or row.found.text)


def drafts(sheet: SheetCorrection, target: Target, report: RepairList) -> list[Draft]:
    """The spans that the rows ask for, where their words stand in the text; what cannot be done goes to the report."""
    reader = RowReader(sheet, target, report)
    rows = reader.once(sheet.rows)
    made = [draft for row in rows if (draft := reader.row(row)) is not None]
    for missed in sheet.missed:
        made += reader.missed(missed, made)
    reader.deleted()
    return made


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one document."""

    sheet: SheetCorrection
    target: Target
    report: RepairList

    def note(self, kind: str, found: Found, **details: object) -> bool:
        source = Source(
            self.sheet.file, found.where, self.sheet.doc_id, found.start, found.end, found.label, found.text or ""
        )
        return self.report.add(BY_ID[kind], source, 1, **details)

    def once(self, rows: Iterable[Row]) -> list[Row]:
        """The rows without copies; of a filled-in one and an empty one for the same span, the first counts."""
        by_span: dict[tuple[int, int, str], list[Row]] = {}
        for row in rows:
            by_span.setdefault(row.found[:3], []).append(row)
        kept = []
        for copies in by_span.values():
            filled = [row for row in copies if row.is_filled]
            if len({row.asks for row in filled}) > 1:
                places = ", ".join(row.found.where for row in filled)
                self.note("row-twice", filled[0].found, places=places)
            else:
                kept.append((filled or copies)[0])
        return kept

    def row(self, row: Row) -> Draft | None:
        """The span that a row asks for; None where there is none, or it cannot be made out."""
        found, changes = row.found, bool(row.new_text or row.new_label)
        if row.not_text:
            self.note("not-text", found, column=row.not_text)
        elif row.verdict not in ("", *VERDICTS):
            near = get_close_matches(row.verdict, VERDICTS, 1)
            guess = f"Is it {near[0]}?" if near else "Write right, wrong or change."
            self.note("verdict-unknown", found, verdict=row.verdict, guess=guess)
        elif row.verdict == CHANGE and not changes:
            self.note("change-empty", found)
        elif (
            row.verdict in (RIGHT, WRONG)
            and changes
            and not self.note("verdict-contradicts", found, verdict=row.verdict)
        ) or (row.verdict == WRONG and not changes):
            pass
        elif row.new_text:
            return self.moved(row)
        else:
            return Draft(found, found.start, found.end, row.new_label or found.label, found.text)
        return None

    def moved(self, row: Row) -> Draft | None:
        """A span with other words: where they stand nearest to it."""
        found = row.found
        match = search(self.target.text, self.target.folded, row.new_text, found.start, found.end)
        if not match.places:
            self.note("new-text-missing", found, words=row.new_text)
        elif not match.is_clear:
            self.note("new-text-where", found, words=row.new_text, count=len(match.places))
        else:
            return self.at(match.places[0], row.new_label or found.label, found)
        return None

    def at(self, place: tuple[int, int], label: str, found: Found) -> Draft:
        return Draft(found, *place, label, self.target.text[slice(*place)])

    def missed(self, missed: Missed, others: list[Draft]) -> list[Draft]:
        """The spans that a row of the sheet `missed` adds."""
        found = Found(0, 0, missed.label, missed.words, missed.where)
        what = "text" if not missed.words else "label" if not missed.label else ""
        if missed.not_text:
            self.note("not-text", found, column=missed.not_text)
        elif what:
            self.note("missed-empty", found, what=what)
        else:
            return [self.at(place, missed.label, found) for place in self.places(missed, found, others)]
        return []

    def places(self, missed: Missed, found: Found, others: list[Draft]) -> list[tuple[int, int]]:
        """Where missed words stand: in all places, that one, or that sentence; without a hint the only one left."""
        places = sorted(search(self.target.text, self.target.folded, missed.words, 0, 0).places)
        taken = [(draft.start, draft.end) for draft in others if same_group(draft.label, missed.label)]
        free = [place for place in places if not any(start < place[1] and place[0] < end for start, end in taken)]
        details = {"words": missed.words, "count": len(places), "place": missed.place}
        if not places:
            self.note("missed-missing", found, **details)
        elif missed.place.casefold() == ALL:
            return free or places[:1]
        elif missed.place:
            chosen = self.chosen(missed, places)
            if not chosen:
                self.note("missed-place", found, **details)
            return chosen
        elif len(places) == 1 or len(free) == 1:
            return free or places
        else:
            self.note("missed-where", found, **details)
        return []

    def chosen(self, missed: Missed, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The place with that number, or the only one in that sentence."""
        if missed.place.isascii() and missed.place.isdigit() and 1 <= int(missed.place) <= len(places):
            return [places[int(missed.place) - 1]]
        if fold(missed.words) not in fold(missed.place):
            return []
        sentences = search(self.target.text, self.target.folded, missed.place, 0, 0).places
        within = [(a, b) for a, b in places if any(start <= a and b <= end for start, end in sentences)]
        return within if len(within) == 1 else []

    def deleted(self) -> None:
        """Predicted spans whose rows are gone."""
        have = Counter((row.found.start, row.found.end) for row in self.sheet.rows)
        for start, end, label in sorted(self.target.predicted):
            if have[start, end]:
                have[start, end] -= 1
            else:
                self.note("row-deleted", Found(start, end, label, self.target.text[start:end], "sheet spans"))


def same_group(one: str, other: str) -> bool:
    """Whether spans of two labels must not overlap."""
    return one == other or {one, other} <= LEARNED_NAMES
