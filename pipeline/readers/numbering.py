"""Numbers of list items, which HTML and Word count but do not write into the text."""

ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def roman(value: int) -> str:
    """7 as vii."""
    text = ""
    for size, letters in ROMAN:
        count, value = divmod(value, size)
        text += letters * count
    return text


def letters(value: int) -> str:
    """3 as c, 28 as ab."""
    text = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def number(value: int, style: str) -> str:
    """A list number.

    style (str): `decimal`, or `lower-` or `upper-` before `alpha` or `roman`; anything else counts as decimal.
    """
    if not 0 < value < 4000 or style.endswith("decimal"):  # what neither letters nor Roman figures can write
        return str(value)
    text = {"alpha": letters, "roman": roman}.get(style.partition("-")[2], str)(value)
    return text.upper() if style.startswith("upper-") else text
