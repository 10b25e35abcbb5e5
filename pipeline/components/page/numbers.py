"""The numbers that councils give to agenda items and minutes, as a line starts with them."""

import re
from typing import NamedTuple

from pipeline.components.page.dates import starts_with_month
from pipeline.components.page.words import NOT_CODE

_GAP = r"(\s*[|:–—]?\s+|$)"
_FORMS = {
    # Item 7:  AGENDA ITEM 7 -  Item No. 447 –  Item 24/71  Minute 71
    "item": re.compile(
        r"(?:the\s+)?(?:(?:agenda\s+)?item|minute)\s*(?:no\b\.?|number)?\s*"
        r"((\d{1,4})(?:/\d{2,4}|[a-z])?(?:\([a-z]+\))?)(?![\w/])([\s.:|–—-]*)",
        re.IGNORECASE,
    ),
    # 14/22  14.9/12  195/2022
    "slash": re.compile(rf"\*?\s*((\d{{1,3}})(?:\.\d{{1,2}})?/(\d{{2}}|\d{{4}}))(?![\d/-])[.:]?{_GAP}"),
    # 126.  5  *29.  5(b)  9 (ii)  216 (17)
    "plain": re.compile(rf"\*?\s*((\d{{1,4}})(?:\([a-z]+\))?)([.):]?){_GAP}(?:\*\s*|\((?:[ivx]+|\d{{1,3}})\)\s+)?"),
    # CAB-27  F31  CES32/01/20  GMCA 61/25  CAB/87
    "code": re.compile(rf"\*?\s*(([A-Z]{{1,6}})[ ./-]{{0,2}}(\d{{1,4}})(?:/\d{{1,4}}){{0,2}})[.:]?{_GAP}"),
    # 17.2
    "decimal": re.compile(r"((\d{1,2})\.(\d{1,2}))\.?(\s+)"),
}


class Number(NamedTuple):
    """The number of an item.

    form (str): item, slash, plain, code or decimal.
    written (str): Such as "CAB-27"; order (int): 27; scheme (str): what numbers of one run share, "CAB".
    mark (str): The full stop, colon or bracket behind a plain number.
    gap (str): What stands between number and title.
    end (int): Where the title starts.
    """

    form: str
    written: str
    order: int
    scheme: str
    mark: str
    gap: str
    end: int


def read_number(text: str) -> Number | None:
    """The number that a line starts with, if it can be an item's and not a date's, a year's or a count's."""
    for form, pattern in _FORMS.items():
        match = pattern.match(text)
        if not match:
            continue
        first, second, third = match[1], match[2], match[3]
        mark, order, scheme = "", second, form
        if form == "slash":
            scheme = "/" + third
        elif form == "plain":
            mark, scheme = third, ""
        elif form == "code":
            order, scheme = third, second
        elif form == "decimal":
            order, scheme = third, second + "."
        number = Number(form, first, int(order), scheme, mark, match[match.lastindex or 1] or "", match.end())
        return None if _is_other(number, text[match.end() :]) else number
    return None


def _is_other(number: Number, title: str) -> bool:
    """Whether it belongs to the words behind it ("12 January", "2021 budget", "14 children") or is no minute number."""
    if number.form == "code":
        return number.scheme.lower() in NOT_CODE or 1900 <= number.order < 2100
    if number.form == "plain" and not number.mark:
        return title[:1].islower() or starts_with_month(title) or 1900 <= number.order < 2100
    return title[:1].islower()


def is_numbered(text: str) -> bool:
    """Whether a line starts as a numbered one does, whatever the number is of."""
    return any(pattern.match(text) for pattern in _FORMS.values())
