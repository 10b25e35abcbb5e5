"""What a reader gives: a text, or the reason why there is none."""

from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import Message, PipelineError

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """How much one file may ask for; a file beyond it is a failure, never cut short.

    megabytes (int): Size of a file that is read as one text, of a Word file unpacked, and of one line of JSONL.
    characters (int): Length of one text.
    pages (int): Pages of a PDF.
    seconds (float): Time until a file gives its next text.
    """

    megabytes: int = 100
    characters: int = 10_000_000
    pages: int = 1_000
    seconds: float = 60.0


@dataclass(frozen=True)
class Record:
    """One text.

    text (str): What is annotated; offsets count from here.
    reader (str): Which reader made it: `text`, `html`, `pdf`, `docx`, `jsonl`, `csv` or `parquet`.
    name (str): Id or number of the row in a file of many texts, else empty.
    encoding (str): How bytes became characters; empty where the format says so itself.
    metadata (dict): What the file tells about the text, plain JSON types: title, url, other columns of the row.
    pages (list[tuple[int, int]]): Offset at which each page of a PDF starts, and its number.
    """

    text: str
    reader: str
    name: str = ""
    encoding: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    pages: list[tuple[int, int]] = field(default_factory=list)


class ReadFailure(PipelineError):  # noqa: N818  (one row's failure is no error)
    """Why there is no text. Raised, it ends its file; yielded among records, it stands for one row.

    cause (str), next_step (str): For people.
    reader (str): Which reader gave up; empty if none began.
    name (str): Id or number of the row, else empty.
    """

    def __init__(self, cause: str, next_step: str, reader: str = "", name: str = ""):
        super().__init__(f"{cause}. {next_step}")
        self.cause = cause
        self.next_step = next_step
        self.reader = reader
        self.name = name


Item = Record | ReadFailure


def failure(message: Message, reader: str = "", name: str = "", **values: Any) -> ReadFailure:
    """A failure with one of the messages in `Errors`, its values filled in."""
    return ReadFailure(message.cause.format(**values), message.next_step.format(**values), reader, name)
