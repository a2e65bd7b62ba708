"""A comparison or a sweep as Parquet files, one a table, for programs with many days to look at.

Exact amounts are texts, as in JSON: a program that needs them as numbers says how many decimals it
wants.  Each file names its table and schema in its metadata.

Errors: `InputError` where pyarrow is not installed, or a file cannot be written.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trimtab.app.evidence.records import SCHEMA, Column, Kind, Source, Table, in_batches
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    import pyarrow as arrow

__all__ = ["has_pyarrow", "require_pyarrow", "write_parquet"]

ROWS_AT_A_TIME = 65_536
"""Rows of a row group, and of what lies in memory at a time."""


def write_parquet(
    folder: Path, source: Source, tables: Sequence[Table[Source]]
) -> tuple[Path, ...]:
    """Write `daily.parquet` and the other tables into a folder that is there.

    Refuses: a missing pyarrow, and a place that cannot be written.
    """
    require_pyarrow()
    import pyarrow as arrow
    from pyarrow import parquet

    written = []
    for table in tables:
        path = folder / f"{table.name}.parquet"
        schema = _schema(table, arrow)
        try:
            _replace(path, schema, _batches(table, schema, source, arrow), parquet)
        except OSError as error:
            raise InputError(
                f"cannot write {path.name!r}",
                error.strerror or str(error),
                remedy="check that the folder exists, has room and may be written",
                file=str(path),
            ) from None
        written.append(path)
    return tuple(written)


def has_pyarrow() -> bool:
    """Whether Parquet files can be written here."""
    return find_spec("pyarrow") is not None


def require_pyarrow() -> None:
    """Say so before anything is written where Parquet cannot be.

    Refuses: a missing pyarrow.
    """
    if not has_pyarrow():
        raise InputError(
            "Parquet files",
            "pyarrow is not installed",
            remedy="install it with `pip install 'trimtab[parquet]'`, or write JSON instead",
        )


def _schema(table: Table[Source], arrow: Any) -> arrow.Schema:
    """Columns with their types, and what the file says of itself."""
    types = {
        Kind.WORD: arrow.string(),
        Kind.DAY: arrow.date32(),
        Kind.EXACT: arrow.string(),
        Kind.NUMBER: arrow.float64(),
        Kind.COUNT: arrow.int64(),
        Kind.YES_NO: arrow.bool_(),
    }
    fields = [arrow.field(column.name, types[column.kind]) for column in table.columns]
    metadata = {"trimtab.table": table.name, "trimtab.schema": str(SCHEMA)}
    return arrow.schema(fields, metadata=metadata)


def _batches(
    table: Table[Source], schema: arrow.Schema, source: Source, arrow: Any
) -> Iterator[arrow.RecordBatch]:
    for rows in in_batches(table.rows(source), ROWS_AT_A_TIME):
        columns = zip(*rows, strict=True)
        arrays = [
            arrow.array(_cells(column, cells), type=field.type)
            for column, cells, field in zip(table.columns, columns, schema, strict=True)
        ]
        yield arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _cells(column: Column, cells: tuple[object, ...]) -> list[object]:
    """A column's cells as Arrow takes them: exact numbers as texts."""
    if column.kind is Kind.EXACT:
        return [f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in cells]
    return list(cells)


def _replace(
    path: Path, schema: arrow.Schema, batches: Iterator[arrow.RecordBatch], parquet: Any
) -> None:
    """Write beside a file, then take its place: a reader meets the old file or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with parquet.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C too leaves nothing lying about
        Path(temporary).unlink(missing_ok=True)
        raise
