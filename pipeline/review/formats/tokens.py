"""The words of a text for formats that are made of words."""

from functools import cache
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp import LONGEST_TEXT, blank
from pipeline.review.records import Document


@cache
def tokenizer() -> Language:
    """Ours, without its limit on the length of a text."""
    nlp = blank()
    nlp.max_length = LONGEST_TEXT
    return nlp


def tokenize(document: Document) -> Doc:
    """The text as our tokenizer splits it, and also at the edges of spans that cut a token, so that none is lost."""
    text, doc = document["text"], tokenizer().make_doc(document["text"])
    starts, ends = ({span[side] for span in document["spans"]} for side in ("start", "end"))
    firsts, lasts = {token.idx for token in doc}, {token.idx + len(token) for token in doc}
    if starts <= firsts and ends <= lasts:
        return doc
    words, spaces = list[str](), list[bool]()
    for start, end in pairwise(sorted(starts | ends | firsts | lasts | {len(text)})):
        if text[start:end] == " " and words and not spaces[-1] and start not in starts and end not in ends:
            spaces[-1] = True
        else:
            words.append(text[start:end])
            spaces.append(False)
    return Doc(doc.vocab, words, spaces)
