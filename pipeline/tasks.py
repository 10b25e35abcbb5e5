"""What goes to the processes that annotate, and what comes back."""

from typing import Any, NamedTuple


class Settings(NamedTuple):
    """How to annotate. model (str): Folder. html (bool): Also make pages."""

    model: str
    html: bool


class Task(NamedTuple):
    """A text to annotate.

    text, doc_id (str), record (dict): As in `doc._.record`.
    earlier (bytes): DocBin of the text as annotated by the same model under other rules; only the rules are run then.
    """

    text: str
    doc_id: str
    record: dict[str, Any]
    earlier: bytes = b""


class Annotated(NamedTuple):
    """A text, annotated.

    line (str): For annotated/*.jsonl. docbin (bytes): The one Doc. rows (dict[str, list]): By table.
    page (str): The HTML page, if asked for.
    """

    line: str
    docbin: bytes
    rows: dict[str, list[dict[str, Any]]]
    page: str


class Failed(NamedTuple):
    """Why there is no result. cause, next_step (str): As in the table `failures`."""

    cause: str
    next_step: str


Result = Annotated | Failed


class Started(NamedTuple):
    """First thing a process says. error (str): Why it cannot annotate, for the user; empty if it can."""

    error: str = ""
