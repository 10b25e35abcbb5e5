"""Word lists as data: each `<name>.toml` here is checked when loaded. Anyone may add a row; grammar stays in code."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import Errors, PipelineError


class Pattern(BaseModel):
    """One row of a word list.

    id (str): Unique in its file; ends up on the span as the rule id where the row decides the rule.
    kind (str): Which list of the file the row belongs to.
    words (tuple[str, ...]): The wordings, matched whole and without regard to case unless the matcher says otherwise.
    value (str): What the words stand for, where the id does not say it.
    example (str): One line in which the row matters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    kind: str
    words: tuple[str, ...] = Field(min_length=1)
    value: str = ""
    example: str


@cache
def load(name: str) -> tuple[Pattern, ...]:
    """Read `<name>.toml`.

    RETURNS (tuple[Pattern, ...]): The rows in file order.
    RAISES (PipelineError): For a broken file, a row with unknown or missing keys, or an id used twice.
    """
    file = f"{name}.toml"
    keys = ", ".join(Pattern.model_fields)
    rows: list[Pattern] = []
    try:
        data = tomllib.loads(resources.files(__package__).joinpath(file).read_text("utf8"))
    except tomllib.TOMLDecodeError as err:
        raise PipelineError(Errors.E201.format(file=file, problem=err, keys=keys)) from err
    for number, row in enumerate(data.get("pattern", []), 1):
        try:
            rows.append(Pattern(**row))
        except ValidationError as err:
            first = err.errors()[0]
            problem = f"row {number} ({row.get('id', 'no id')}), {'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise PipelineError(Errors.E201.format(file=file, problem=problem, keys=keys)) from err
    ids = [row.id for row in rows]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise PipelineError(Errors.E201.format(file=file, problem=f"the id {twice[0]!r} is used twice", keys=keys))
    return tuple(rows)


def by_kind(name: str, kind: str) -> tuple[Pattern, ...]:
    """The rows of one kind in `<name>.toml`."""
    return tuple(row for row in load(name) if row.kind == kind)


def alternation(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, longest first; a blank is any white space, an apostrophe both kinds."""
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        part = re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]")
        parts.append(part)
    return "(?:" + "|".join(parts) + ")"
