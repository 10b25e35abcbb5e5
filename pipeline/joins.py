"""What joins one span of a document to another, as fields: the table columns and the JSON are made from them.

Offsets count characters of the document's text; a field is None where the text is silent.
"""

import datetime

from pipeline.labels import Field

SURE = Field("confidence", float, "Share of joins by this rule that are right, measured on the dev split.")
RULE = Field("rule", str, "Id of the rule that joined.")

PEOPLE = (
    Field("start", int, "First character of the mention: of the name, or of the office where it stands for the name."),
    Field("end", int, "Character after the last."),
    Field("person", str, "The person's fullest name in the document, without title."),
    Field("office", str, "The office that the document states for the person."),
    Field("stated_start", int, "First character of the name and office that stand side by side: the evidence."),
    Field("stated_end", int, "Character after the last."),
    RULE,
    SURE,
)
FIGURES = (
    Field("start", int, "First character of the figure."),
    Field("end", int, "Character after the last."),
    Field("kind", str, "`percentage`, `count` or `money`."),
    Field("low", float, "Lower bound: in percent, percentage points, things or pounds."),
    Field("high", float, "Upper bound; equals `low` for a single figure."),
    Field("unit", str, "`percent`, `percentage_point`, `number` or `GBP`."),
    Field("comparator", str, "Word beside the figure, such as `over` or `at least`; empty if none."),
    Field("change", str, "`rise` or `fall` where the figure is one or is where one led; empty if neither."),
    Field("measure", str, "What is measured, in the words of the text."),
    Field("measure_start", int, "First character of the measure."),
    Field("measure_end", int, "Character after the last."),
    Field("period", str, "The year, period or date that the figure is for."),
    Field("period_start", int, "First character of the period."),
    Field("period_end", int, "Character after the last."),
    Field("first_day", datetime.date, "First day of the period, where it is written as one."),
    Field("last_day", datetime.date, "Last day of the period, inclusive."),
    Field("place", str, "The place that the figure is for."),
    Field("place_start", int, "First character of the place."),
    Field("place_end", int, "Character after the last."),
    RULE,
    SURE,
)
NAME = (
    Field("name", str, "The fullest form of this name in the document."),
    Field("name_start", int, "First character of that form: the evidence."),
    Field("name_end", int, "Character after the last."),
    Field("joined_by", str, "Rule that joins this mention with that form: `same`, `years`, `short_form` and so on."),
    Field("joined_confidence", float, "Share of joins by this rule that are right, measured on the dev split."),
)
RECORD = (
    Field("actor", str, "Who decides, where the sentence names a body."),
    Field("actor_start", int, "First character of the actor."),
    Field("actor_end", int, "Character after the last."),
    Field("object", str, "What is decided upon."),
    Field("object_start", int, "First character of the object."),
    Field("object_end", int, "Character after the last."),
    Field("strategies", str, "Strategies named in the clause, with `; ` between them."),
    Field("roles", str, "Offices named in the clause, the owners of what is to be done, with `; ` between them."),
    Field("providers", str, "Providers named in the clause, with `; ` between them."),
    Field("periods", str, "Periods named in the clause, with `; ` between them."),
    Field("deadline", str, "When something is to be done."),
    Field("deadline_start", int, "First character of the deadline."),
    Field("deadline_end", int, "Character after the last."),
    Field("condition", str, "On what condition: from `subject to` and the like to its end."),
    Field("condition_start", int, "First character of the condition."),
    Field("condition_end", int, "Character after the last."),
    Field("unanimous", bool, "True where the text says that nobody was against."),
    Field("votes_for", int, "Votes for."),
    Field("votes_against", int, "Votes against."),
    Field("abstentions", int, "Abstentions."),
    Field("record_rule", str, "Id of the rule that found the object."),
    Field("record_confidence", float, "Share of objects by this rule that are right, measured on the dev split."),
)


def empty(fields: tuple[Field, ...]) -> dict[str, None]:
    """A join of which nothing is known yet."""
    return dict.fromkeys((field.name for field in fields), None)
