"""Made-up pages, as many as wanted: paragraphs of the training documents put together anew.

A page is the opening of one training document and runs of paragraphs of others, up to a length that is drawn for it.
Numbers, some names and some other words are changed, so that no page and hardly any paragraph is there twice and new
words go on coming, as in real text. Page n is the same in every corpus that is large enough to hold it.
"""

import itertools
import json
import math
import random
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from pipeline.training.corpus import read_split

DATA = Path(__file__).parents[1] / "training_data"
KINDS = {"item": (0.95, 450, 0.6), "whole meeting": (0.05, 3000, 0.6)}  # share, median words, spread of the logarithm
OPENING, RUN = 4, 3  # paragraphs taken together: of a page's opening, of another page
RENAMED, REPLACED = 1 / 15, 1 / 8  # of the words with a capital inside a sentence, of the long words without one
IN_FOLDER = 500  # files
HTML_EVERY = 4  # the others are plain text

GAP = re.compile(r"\n[ \t]*\n+")
NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))(?:\d{3,}|\d\d(?=%| per cent))")  # no years
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
WORD = re.compile(r"\b[a-z]{5,}\b")
SYLLABLES = """
Ash Bar Cal Dun Esk Far Gil Hal Inch Kel Lang Mar Nor Orm Pen Quar Ros Sel Thor Ul Wal Yar
ad be ca der el fi gan hol is ke low men ni os per ri sen ter un ver
ba den fer gate ing kirk leigh man nor pe ro shaw thwa val wen
bury by cott dale field ford ham ington ley mere more ness ridge sall stead ton wick worth
"""  # of made-up names, in their order
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/meetings">Meetings</a></li></ul></nav>
<main>{body}</main>
<footer><p>Powered by a made-up council</p></footer></body></html>
"""


def texts(count: int, first: int = 0, openings: bool = False) -> Iterator[str]:
    """The texts of pages `first` to `first + count`; with `openings` only the opening of each, some 50 words."""
    whole = [document["text"].strip() for document in read_split(DATA, "train")]
    words = [word for text in whole for word in WORD.findall(text)]
    pages = [GAP.split(text) for text in whole]
    for number in range(first, first + count):
        draw = random.Random(number)
        made = draw.choice(pages)[:OPENING] if openings else paragraphs(pages, draw)
        yield changed("\n\n".join(made), words, draw)


def paragraphs(pages: list[list[str]], draw: random.Random) -> list[str]:
    """The paragraphs of one new page, taken from others."""
    shares, medians, spreads = zip(*KINDS.values(), strict=True)
    kind = draw.choices(range(len(KINDS)), shares)[0]
    wanted = draw.lognormvariate(math.log(medians[kind]), spreads[kind])
    taken = draw.choice(pages)[:OPENING]
    words = sum(len(paragraph.split()) for paragraph in taken)
    while words < wanted:
        page = draw.choice(pages)
        start = draw.randrange(len(page))
        run = page[start : start + RUN]
        taken += run
        words += sum(len(paragraph.split()) for paragraph in run)
    return taken


def changed(text: str, words: list[str], draw: random.Random) -> str:
    """The text with other numbers and some other words, drawn from `words` or, for names, made up."""
    syllables = [line.split() for line in SYLLABLES.split("\n")[1:-1]]

    def number(found: re.Match[str]) -> str:
        return str(draw.randrange(10 ** (len(found[0]) - 1), 10 ** len(found[0])))

    def name(found: re.Match[str]) -> str:
        return "".join(map(draw.choice, syllables)) if draw.random() < RENAMED else found[0]

    def word(found: re.Match[str]) -> str:
        return draw.choice(words) if draw.random() < REPLACED else found[0]

    return NUMBER.sub(number, NAME.sub(name, WORD.sub(word, text)))


def html(text: str) -> str:
    """The same text as a saved page, with a little furniture around it."""
    paragraphs = [escape(paragraph).replace("\n", "<br>\n") for paragraph in GAP.split(text)]
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return PAGE.format(title=paragraphs[0].partition("<br>")[0], body=body)


def write_lines(path: Path, *parts: Iterable[str]) -> None:
    """One JSON string per line."""
    with path.open("w", encoding="utf8") as file:
        for text in itertools.chain(*parts):
            file.write(json.dumps(text) + "\n")


def write(folder: Path, texts: Iterable[str]) -> int:
    """One file per text, in folders. RETURNS (int): Words."""
    words = 0
    for number, page in enumerate(texts):
        below = folder / f"{number // IN_FOLDER:04}"
        below.mkdir(parents=True, exist_ok=True)
        as_html = number % HTML_EVERY == 0
        (below / f"{number:06}.{'html' if as_html else 'txt'}").write_text(html(page) if as_html else page, "utf8")
        words += len(page.split())
    return words
