"""What runs before this one left in finished parts, so that no text is annotated twice.

A part's manifest, `manifest/part-00000.json`, is written after its files and holds their sha256: a part is there and
whole, or it is not there.
"""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import DocBin

from pipeline.documents import RECORD, pick, read_docbin, to_page_name
from pipeline.keys import Keys
from pipeline.schema import TABLES

OPEN = 3  # parts of which the content is held
PAGE_END = b"</html>"


@dataclass
class Manifest:
    """A finished part.

    model, rules (str): As in Keys.
    html (bool): Whether each document has its page.
    texts (list): Per document, in order: id, digest, characters.
    sources (list): Per file, in order: digest, documents in this part, the file's documents before this part, whether
        the file ends here. The digest is empty where a text failed: failures are tried again.
    failed, empty, words (int), spans (dict[str, int]): Counts.
    files (dict[str, str]): sha256 by path below the run's folder.
    """

    model: str
    rules: str
    html: bool
    texts: list[tuple[str, str, int]] = field(default_factory=list)
    sources: list[tuple[str, int, int, bool]] = field(default_factory=list)
    failed: int = 0
    empty: int = 0
    words: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf8")

    @staticmethod
    def read(path: Path) -> "Manifest | None":
        """None where the file is none of ours."""
        try:
            return Manifest(**json.loads(path.read_text("utf8")))
        except (OSError, ValueError, TypeError):
            return None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Place(NamedTuple):
    """Where a document lies. part (int): In `Earlier.paths`. row (int): In the part."""

    part: int
    row: int


class Known(NamedTuple):
    """A text that was annotated before. doc_id, digest (str), characters (int), place (Place)."""

    doc_id: str
    digest: str
    characters: int
    place: Place


class Part:
    """A finished part; its files are read when they are asked for."""

    def __init__(self, path: Path):
        self.folder = path.parents[1]
        self.name = path.stem
        self.manifest = Manifest.read(path) or Manifest("", "", False)

    def file(self, kind: str) -> Path:
        """kind (str): `annotated`, `docs` or a table."""
        suffix = {"annotated": ".jsonl", "docs": ".spacy"}.get(kind)
        return self.folder / (f"{kind}/{self.name}{suffix}" if suffix else f"tables/{kind}/{self.name}.parquet")

    def is_whole(self) -> bool:
        """Whether the files are those that were written."""
        try:
            return all(sha256_of(self.folder / file) == sha256 for file, sha256 in self.manifest.files.items())
        except OSError:
            return False

    def has_page(self, row: int) -> bool:
        """Whether the HTML page of a document is there to its end."""
        try:
            with self.page(row).open("rb") as file:
                file.seek(-len(PAGE_END), os.SEEK_END)
                return file.read() == PAGE_END
        except OSError:
            return False

    def page(self, row: int) -> Path:
        """The HTML page of a document."""
        return self.folder / "html" / to_page_name(self.manifest.texts[row][0])

    @cached_property
    def lines(self) -> list[str]:
        with self.file("annotated").open(encoding="utf8", newline="\n") as file:
            return list(file)

    @cached_property
    def bin(self) -> DocBin:
        return read_docbin(self.file("docs").read_bytes())

    @cached_property
    def tables(self) -> dict[str, tuple[pa.Table, list[int]]]:
        """Every table but `failures`, and where in it each document's rows begin, with the end at the end."""
        return {table: self.table(table) for table in TABLES if table != "failures"}

    def table(self, name: str) -> tuple[pa.Table, list[int]]:
        rows = pq.read_table(self.file(name), partitioning=None)
        counts = dict.fromkeys((text[0] for text in self.manifest.texts), 0)
        for doc_id in rows.column("doc_id").to_pylist():
            counts[doc_id] += 1
        starts = [0]
        for count in counts.values():
            starts.append(starts[-1] + count)
        return rows, starts

    def rows(self, table: str, row: int) -> pa.Table:
        """A document's rows."""
        made, starts = self.tables[table]
        return made.slice(starts[row], starts[row + 1] - starts[row])

    def text(self, row: int) -> tuple[str, dict[str, Any]]:
        """The text of a document and its record."""
        line = json.loads(self.lines[row])
        return line["text"], {name: line["meta"][name] for name in RECORD}

    def docbin(self, row: int) -> DocBin:
        """A document by itself."""
        return pick(self.bin, row, self.strings)

    @cached_property
    def strings(self) -> dict[int, str]:
        """The strings of the DocBin by their hash."""
        return {hash_string(string): string for string in self.bin.strings}


class Parts:
    """The finished parts, the last few of them open."""

    def __init__(self, paths: list[Path]):
        self.paths = paths
        self.held: OrderedDict[int, Part] = OrderedDict()

    def __getitem__(self, number: int) -> Part:
        if number not in self.held:
            self.held[number] = Part(self.paths[number])
            if len(self.held) > OPEN:
                self.held.popitem(last=False)
        self.held.move_to_end(number)
        return self.held[number]


class Earlier:
    """Finds texts and files in what earlier runs left.

    folders (Iterable[Path]): Of the runs; what a later one holds counts.
    """

    def __init__(self, folders: Iterable[Path]):
        self.paths = [path for folder in folders for path in sorted((folder / "manifest").glob("part-*.json"))]
        self.parts = Parts(self.paths)
        self.by_digest: dict[bytes, Place] = {}
        # By digest of a file and its documents before: part, first row, rows, whether the file ends there.
        self.by_source: dict[tuple[bytes, int], tuple[int, int, int, bool]] = {}
        for number in range(len(self.paths)):
            part = Part(self.paths[number])
            if not part.is_whole():
                continue
            for row, (_, digest, _) in enumerate(part.manifest.texts):
                self.by_digest[bytes.fromhex(digest)] = Place(number, row)
            first = 0
            for digest, count, before, ends in part.manifest.sources:
                if digest:
                    self.by_source[bytes.fromhex(digest), before] = (number, first, count, ends)
                first += count

    def text(self, digest: str) -> Place | None:
        """Where a text was annotated."""
        return self.by_digest.get(bytes.fromhex(digest))

    def source(self, digest: str) -> list[Known]:
        """All texts of a file, in order; empty if it is not known, or was not read to its end without a failure."""
        key, found, ends = bytes.fromhex(digest), list[Known](), False
        while not ends:
            part, first, count, ends = self.by_source.get((key, len(found)), (0, 0, 0, True))
            if not count:
                return []
            texts = self.parts[part].manifest.texts[first : first + count]
            found += [Known(*text, Place(part, row)) for row, text in enumerate(texts, first)]
        return found

    def agreement(self, place: Place, keys: Keys, html: bool) -> str:
        """What of a document may be taken over: `all`, `model` (the rules must run again) or `text`."""
        part = self.parts[place.part]
        if part.manifest.model != keys.model:
            return "text"
        if part.manifest.rules != keys.rules or (html and not (part.manifest.html and part.has_page(place.row))):
            return "model"
        return "all"
