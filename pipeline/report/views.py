"""The views of the report: which table each shows, under which name, with which columns first."""

from dataclasses import dataclass, field

from pipeline.labels import BY_NAME
from pipeline.schema import Column, columns_of

CONTEXT = ("sentence", "council", "meeting_date", "document")
INSIDE = ("doc_id", "start", "end")  # where a row stands; shown as a link
TITLES = {
    "doc_id": "File",
    "sha256": "SHA-256",
    "meeting_date": "Meeting",
    "ons_code": "ONS code",
    "ons_name": "ONS name",
    "ons_kind": "ONS kind",
    "low": "From",
    "high": "To",
    "roles": "Owners",
    "joined_confidence": "Confidence of the join",
    "record_confidence": "Confidence of the object",
}


@dataclass(frozen=True)
class View:
    """One table of the report.

    id (str): Its name in the page's address. title, group, note (str): For people; the group is one of the contents.
    table (str): Of the run. label (str): The entities it is narrowed to; empty for all rows.
    shown (tuple[str, ...]): Columns in their order, the first one the link to the place; the others can be switched on.
    names (dict[str, str]): Titles of columns, where another is better than the column's name.
    """

    id: str
    title: str
    group: str
    note: str
    table: str
    shown: tuple[str, ...]
    label: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def columns(self) -> list[Column]:
        """All columns that the page gets, those that are shown first."""
        known = {column.name: column for column in columns_of(self.table)}
        first = [known.get(name) or ADDED[name] for name in self.shown]
        if "doc_id" in known and "document" not in self.shown and self.table != "documents":
            known["document"] = ADDED["document"]
        rest = [c for c in known.values() if c not in first and c.name not in INSIDE and not is_edge(c.name)]
        return [c for c in (*first, *rest) if not (self.label and c.name == "label")]

    def title_of(self, column: str) -> str:
        """What people read above a column."""
        return self.names.get(column) or TITLES.get(column) or column.replace("_", " ").capitalize()


def is_edge(name: str) -> bool:
    """Whether a column holds an offset, which says nothing to a reader."""
    return name.endswith(("_start", "_end")) or name == "evidence_doc_id"


def mentions_of(label: str, id_: str, title: str, *shown: str) -> View:
    """The view of one type of entity."""
    columns = ("text", *shown, *CONTEXT, "confidence")
    names = {"text": label.capitalize(), "name": "Fullest form"}
    return View(id_, title, "Named in the text", BY_NAME[label].definition, "entities", columns, label, names)


REGISTERED = ("mentions", "first_meeting", "last_meeting")
PLACE = {"text": "Mention"}
VIEWS = (
    View(
        "documents",
        "Documents",
        "",
        "One row per document. Follow a title to read it.",
        "documents",
        ("title", "council", "body", "meeting_date", "kind", "words", "resolution", "doc_id"),
        names={label.lower(): label.replace("_", " ").capitalize() + "s" for label in BY_NAME}
        | {"strategy": "Strategies", "date_range": "Periods", "resolution": "Decisions", "meetings": "Meetings held"},
    ),
    View(
        "decisions",
        "Decisions",
        "What was decided",
        "One row per clause that was resolved: who decided, what about, by when.",
        "resolutions",
        ("clause", "outcome", "actor", "object", "deadline", "council", "body", "meeting_date", "document"),
    ),
    View(
        "strategies",
        "Strategies",
        "What was decided",
        "Every strategy of every council, its years, and what was done with it when. All mentions of one are joined.",
        "strategies",
        ("name", "council", "period", "actions", *REGISTERED),
        names={"actions": "Decisions", "period": "Years"},
    ),
    View(
        "actions",
        "Decisions on them",
        "What was decided",
        "One row per strategy and decision clause: was it decided upon, or only named?",
        "actions",
        ("clause", "outcome", "name", "how", "body", "meeting_date", "confidence", "document"),
        names={"name": "Strategy", "how": "How it is named"},
    ),
    View(
        "people",
        "People",
        "Who and how much",
        "Every mention of a person whose office the document states, by name or by that office.",
        "people",
        ("text", "person", "office", "sentence", "council", "meeting_date"),
        names=PLACE,
    ),
    View(
        "figures",
        "Figures",
        "Who and how much",
        "Percentages, counts and sums of money, with what they measure, for when and where.",
        "figures",
        ("text", "measure", "low", "kind", "change", "period", "place", "sentence", "council", "meeting_date"),
        names={"text": "Figure", "low": "Value"},
    ),
    View(
        "percentages",
        "Percentages",
        "Who and how much",
        BY_NAME["PERCENTAGE"].definition,
        "percentages",
        ("text", "low", "high", "unit", *CONTEXT),
        names={"text": "Percentage"},
    ),
    View(
        "periods",
        "Periods",
        "Who and how much",
        BY_NAME["DATE_RANGE"].definition,
        "date_ranges",
        ("text", "start_date", "end_date", "kind", *CONTEXT),
        names={"text": "Period"},
    ),
    View(
        "providers",
        "Providers",
        "Named in the text",
        "One row per provider and council, all its mentions joined.",
        "providers",
        ("name", "council", *REGISTERED),
    ),
    View(
        "places",
        "Places",
        "Named in the text",
        "One row per place and council, all its mentions joined; with its ONS code where one area alone has the name.",
        "places",
        ("name", "council", "ons_name", "ons_kind", "ons_code", *REGISTERED),
    ),
    mentions_of("ROLE", "role-mentions", "Roles"),
    mentions_of("STRATEGY", "strategy-mentions", "Strategies named", "name"),
    mentions_of("PROVIDER", "provider-mentions", "Providers named", "name"),
    mentions_of("PLACE", "place-mentions", "Places named", "name"),
    View(
        "mentions",
        "Joined mentions",
        "Named in the text",
        "Which mention belongs to which entry of the registers, and by which rule.",
        "mentions",
        ("text", "name", "register", "joined_by", "confidence", "document"),
        names=PLACE | {"name": "Entry"},
    ),
    View(
        "failures",
        "Could not be read",
        "",
        "Files and rows that could not be read, why, and what to do about it.",
        "failures",
        ("source", "cause", "next_step", "reader"),
        names={"source": "File", "next_step": "What to do"},
    ),
)
ADDED = {
    "document": Column("document", str, "The document's title; its file where it has none."),
    "name": Column("name", str, "Name of the entry in its register."),
}
