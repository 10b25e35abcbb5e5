"""The headings of agenda items, told from numbered paragraphs, clauses and lists.

A heading's number rises through the meeting; a clause's or a paragraph's number starts again and again. So a heading
that its form makes certain (capitals, a PDF link, a section below) is taken where its number rises, a weaker one only
where it continues the count and no list does.
"""

from collections import Counter
from collections.abc import Sequence

from pipeline.components.page.bodies import find_council, is_body
from pipeline.components.page.dates import find_date
from pipeline.components.page.headings import Heading, read_candidates
from pipeline.components.page.lines import Line
from pipeline.components.page.numbers import read_number
from pipeline.components.page.titles import CERTAIN, LIKELY, POSSIBLE, is_capitals, without_link

_SKIPPED = 3  # numbers that a list of headings may leave out


def find_headings(lines: Sequence[Line], start: int, end: int, cells: bool) -> list[Heading]:
    """The headings of items among lines[start:end], in order.

    cells (bool): The page comes from a table, so that a number may stand on a line of its own.
    """
    return _in_order(lines, list(read_candidates(lines, start, end, cells))) or _unnumbered(lines, start, end)


def split_number(text: str) -> tuple[str, str]:
    """Number and title of a line that is known to be a title: "15. Family Placement" -> "15", "Family Placement"."""
    number = read_number(text[:300])
    if not number or number.form == "decimal" or not text[number.end : 300].strip():
        return "", without_link(text)
    return number.written, without_link(text[number.end :])


def _in_order(lines: Sequence[Line], candidates: list[Heading]) -> list[Heading]:
    certain = Counter(c.scheme for c in candidates if c.strength == CERTAIN).most_common(1)
    main = certain[0][0] if certain else None
    taken: list[Heading] = []
    latest: dict[str, int] = {}
    clause, clause_at = 0, -1  # the number that the next entry of a list would bear, and where the list has come to
    for position, (candidate, limit) in enumerate(zip(candidates, _next_certain(candidates), strict=True)):
        last = latest.get(candidate.scheme)
        joined = clause_at == candidate.first - 1 and not lines[candidate.first].gap
        if candidate.strength == CERTAIN:
            fits = last is None or candidate.order > last
        elif (main not in (None, candidate.scheme)) or candidate.order >= limit or joined:
            fits = False
        else:
            fits = not _in_list(lines, candidate, taken) and (
                _continues(candidate, last, clause, bool(taken))
                or (position < _SKIPPED and not taken and _begins(lines, candidates[position : position + 2]))
            )
        if fits:
            taken.append(candidate)
            latest[candidate.scheme] = candidate.order
            clause = 0
        elif not candidate.scheme:
            clause, clause_at = candidate.order + 1, candidate.first
    return taken


def _next_certain(candidates: list[Heading]) -> list[int]:
    """For each candidate the number of the next certain one of its scheme."""
    limits: list[int] = []
    nearest: dict[str, int] = {}
    for candidate in reversed(candidates):
        limits.append(nearest.get(candidate.scheme, 10**6))
        if candidate.strength == CERTAIN:
            nearest[candidate.scheme] = candidate.order
    return limits[::-1]


def _continues(candidate: Heading, last: int | None, clause: int, any_taken: bool) -> bool:
    """Whether a candidate that is not certain continues the count of headings rather than that of a list."""
    follows = last is not None and candidate.order == last + 1
    if clause == candidate.order and not (follows and candidate.strength == LIKELY):
        return False
    if candidate.strength == LIKELY:
        return not any_taken if last is None else last < candidate.order <= last + _SKIPPED
    return follows or (candidate.scheme not in ("", "item") and (last or 0) < candidate.order)


def _begins(lines: Sequence[Line], pair: list[Heading]) -> bool:
    """Whether a candidate that is not even likely is item 1: below attendance or date, or with item 2 behind it."""
    first = pair[0]
    if first.order != 1:
        return False
    if len(pair) == 2 and (pair[1].scheme, pair[1].order) == (first.scheme, 2) and pair[1].strength >= LIKELY:
        return True
    above = lines[max(0, first.first - 12) : first.first]
    headed = any(line.lists_persons() or find_date(line.head) for line in above)
    return headed and not lines[first.first].text.endswith((".", "?"))


def _in_list(lines: Sequence[Line], candidate: Heading, taken: list[Heading]) -> bool:
    """Whether the candidate stands directly below an introduction ("as follows:") or a decision's marker."""
    if candidate.first == 0 or (taken and taken[-1].last == candidate.first - 1):
        return False
    above = lines[candidate.first - 1]
    if above.opens("marker"):
        return not above.text.endswith(".")
    return above.text.endswith((":", ":-", "–", "-")) and not is_capitals(above.text) and not above.opens("cue")


def _unnumbered(lines: Sequence[Line], start: int, end: int) -> list[Heading]:
    """Lines in capitals that stand alone, for minutes that number nothing, or the paragraph below the title."""
    found = []
    for index in range(_below_header(lines, start, end), end - 1):
        line, below = lines[index], lines[index + 1]
        text = line.text
        if line.cue or not (line.gap and 4 <= len(text) <= 150 and text[0].isupper() and is_capitals(text)):
            continue
        if find_date(text) or find_council(text) or (not below.gap and is_capitals(below.text)):
            continue
        number = _number_below(lines[index + 1 : min(index + 3, end)])
        found.append(Heading(index, index, number, 0, "", text.rstrip(" :-–"), POSSIBLE, "heading_capitals"))
    return found


def _number_below(lines: Sequence[Line]) -> str:
    """The number of an item that stands before its first paragraph instead of its title."""
    for line in lines:
        number = read_number(line.text[:60])
        if number and number.form in ("code", "slash", "plain"):
            return "" if line.text.endswith("?") else number.written
    return ""


def _below_header(lines: Sequence[Line], start: int, end: int) -> int:
    """The first line below the meeting's name, date and attendance."""
    below = start
    for index in range(start, min(end, start + 30)):
        line, place = lines[index], index - start
        dated = place < 8 and (place < 3 or len(line.text) < 160) and find_date(line.head)
        if line.lists_persons() or dated or (place < 4 and is_body(line.text)):
            below = index + 1
        elif len(line.text) > 100 and line.text.endswith(".") and below < index:
            break
    return below
