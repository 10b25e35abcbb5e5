"""The label table. Colours, span keys, attributes, table columns and the README's label list are made from it."""

import datetime
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Field:
    """One field of a rule label's value, and the column of its table.

    name (str): Key in the value.
    type (type): str, float, bool or date; a date is an ISO 8601 string in the value and a date in the table.
    definition (str): One line for people.
    column (str): Name of the table's column, where it is not the field's.
    """

    name: str
    type: type
    definition: str
    column: str = ""


@dataclass(frozen=True)
class Label:
    """One span type.

    name (str): The label, as on the span.
    kind ("learned" | "rule"): Found by the model (`doc.ents`) or by a matcher (`doc.spans`).
    definition (str): One line; the full rule is in `training_data/annotation-guidelines.md`.
    colour (str): Background in HTML and in the annotation tools.
    factory (str): Name of the matcher's spaCy factory; empty for learned labels.
    spans_key (str): Where the matcher writes: `doc.spans[spans_key]`; also the name of its table.
    attribute (str): The span attribute that holds the value: `span._.<attribute>`.
    fields (tuple[Field, ...]): The value's fields.
    """

    name: str
    kind: Literal["learned", "rule"]
    definition: str
    colour: str
    factory: str = ""
    spans_key: str = ""
    attribute: str = ""
    fields: tuple[Field, ...] = ()


LABELS = (
    Label("ROLE", "learned", "A job title or office held by one particular person.", "#cfe2f3"),
    Label("PLACE", "learned", "A named location: country, region, town, ward, street, building or home.", "#d9ead3"),
    Label(
        "PROVIDER",
        "learned",
        "A named organisation or service that delivers care, accommodation, fostering, adoption, health or education.",
        "#fce5cd",
    ),
    Label(
        "STRATEGY",
        "learned",
        "A named strategy, plan, policy, programme, practice model, framework, pledge or campaign.",
        "#ead1dc",
    ),
    Label(
        "PERCENTAGE",
        "rule",
        "A stated percentage or range of percentages, as numbers.",
        "#fff2cc",
        factory="minutes_percentages",
        spans_key="percentages",
        attribute="percentage",
        fields=(
            Field("low", float, "Lower bound, in percent or percentage points."),
            Field("high", float, "Upper bound; equals `low` for a single figure."),
            Field("unit", str, "`percent` or `percentage_point`."),
            Field("qualifier", str, "Word beside the figure, such as `over` or `at least`; empty if none."),
        ),
    ),
    Label(
        "DATE_RANGE",
        "rule",
        "A period with a stated start and end, as ISO dates.",
        "#d0e0e3",
        factory="minutes_date_ranges",
        spans_key="date_ranges",
        attribute="date_range",
        fields=(
            Field("start", datetime.date, "First day, inclusive.", column="start_date"),
            Field("end", datetime.date, "Last day, inclusive.", column="end_date"),
            Field("kind", str, "`calendar`, `financial_year`, `academic_year`, `municipal_year` or `quarter`."),
            Field("precision", str, "What was written: `year`, `quarter`, `month` or `day`."),
        ),
    ),
    Label(
        "RESOLUTION",
        "rule",
        "What the meeting decided, one span per decision clause.",
        "#e6e0f0",
        factory="minutes_resolutions",
        spans_key="resolutions",
        attribute="resolution",
        fields=(
            Field("number", str, "Clause number as written, such as `1` or `(b)`; empty if none."),
            Field("marker", str, "The words that announce the decision, such as `RESOLVED`; empty if none."),
            Field(
                "outcome", str, "Lemma of what was decided: `note`, `approve`, `delegate` and so on; empty if unclear."
            ),
            Field("body", str, "The clause on one line, without layout noise.", column="clause"),
            Field("truncated", bool, "The page cuts the clause off."),
        ),
    ),
)
BY_NAME = {label.name: label for label in LABELS}
LEARNED = tuple(label for label in LABELS if label.kind == "learned")
RULES = tuple(label for label in LABELS if label.kind == "rule")
COLOURS = {label.name: label.colour for label in LABELS}
