"""Words beside a match, looked up in a word list: for many matches a dictionary is far quicker than an alternation."""

from pipeline.patterns import by_kind

REACH = 80  # characters; how far words beside a match are read
MOST = 5  # words; the longest wording has that many


class Cues:
    """The wordings of one kind of row, by the value of their row, or its id where it has none.

    name (str): The word list: `<name>.toml`.
    kind (str): The kind of its rows.
    """

    def __init__(self, name: str, kind: str):
        self.known = {word: row.value or row.id for row in by_kind(name, kind) for word in row.words}
        self.firsts = {word.split()[0] for word in self.known}
        self.lasts = {word.split()[-1] for word in self.known}

    def before(self, words: list[str]) -> str:
        """What the longest known wording at the end of `words` stands for, or empty."""
        if not words or words[-1] not in self.lasts:
            return ""
        found = (self.known.get(" ".join(words[-count:])) for count in range(len(words), 0, -1))
        return next((value for value in found if value), "")

    def after(self, words: list[str]) -> str:
        """What the longest known wording at the start of `words` stands for, or empty; punctuation may follow it."""
        if not words or words[0].rstrip(".,;:)") not in self.firsts:
            return ""
        found = (self.known.get(" ".join(words[:count]).rstrip(".,;:)")) for count in range(len(words), 0, -1))
        return next((value for value in found if value), "")


def words_before(text: str, at: int) -> list[str]:
    """The words in front of a position, in lower case and without opening brackets and quotation marks."""
    words = text[max(0, at - REACH) : at].lower().split()[-MOST:]
    return [word.lstrip("([‘“'\"") for word in words]


def words_after(text: str, at: int) -> list[str]:
    """The words behind a position, as written; none where a word goes on there."""
    return text[at : at + REACH].split()[:MOST] if text[at : at + 1].isspace() else []
