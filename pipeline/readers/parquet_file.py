"""Parquet tables of texts."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Errors
from pipeline.readers.record import Item, Limits, failure
from pipeline.readers.rows import make_record, need_text_column

BATCH = 100  # rows in memory at once


def read(path: Path, limits: Limits) -> Iterator[Item]:
    """The text of each row in path, rows counted from 1.

    RAISES (ReadFailure): If no column is called text, or it holds no texts.
    """
    pa.set_cpu_count(1)  # one batch at a time is read; each thread would reserve memory that the reader may not have
    with pq.ParquetFile(path, pre_buffer=False) as file:
        schema = file.schema_arrow
        text = need_text_column(schema.names, "parquet")
        type_ = schema.field(text).type
        if not (pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_dictionary(type_)):
            raise failure(Errors.E156, "parquet", type=type_)
        names = [field.name for field in schema if not pa.types.is_nested(field.type)]
        number = 0
        for batch in file.iter_batches(BATCH, columns=names, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield make_record({key: _plain(value) for key, value in row.items()}, "parquet", number, text)


def _plain(value: object) -> object:
    """Dates, decimals and the like as text."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
