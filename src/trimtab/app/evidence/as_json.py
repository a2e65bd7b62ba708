"""A comparison or a sweep as one JSON file, for programs.

Tables stand as the names of their columns and their rows.  Exact amounts are texts (`"1234.50"`),
so that no program rounds them; other numbers have every digit that they were computed with, and
what is not a finite number is `null`; days are `"2022-12-30"`.

Errors: `InputError` where the file cannot be written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.records import SCHEMA, TABLES, Source, Table, in_batches
from trimtab.app.evidence.rows import Row, Value
from trimtab.app.evidence.sentences import plain, result_sentences
from trimtab.app.evidence.unseen import OutOfSample
from trimtab.app.json_text import Json
from trimtab.app.report.words import money_in
from trimtab.app.text_files import write_parts
from trimtab.model.errors import must

__all__ = ["file_parts", "json_parts", "write_json"]

ROWS_AT_A_TIME = 200


def write_json(path: Path, comparison: Comparison, about: About) -> None:
    """Write a comparison; it never lies in memory as one text.

    Refuses: a place that cannot be written.
    """
    write_parts(path, json_parts(comparison, about))


def json_parts(comparison: Comparison, about: About) -> Iterator[str]:
    """The text of the file, part by part."""
    return file_parts(_opening(comparison, about), comparison, TABLES)


def file_parts(opening: Json, source: Source, tables: Sequence[Table[Source]]) -> Iterator[str]:
    """The text of a file that begins with `opening`, an object, and goes on with tables."""
    text = json.dumps(opening, indent=1, allow_nan=False)
    yield text.removesuffix("\n}") + ',\n "tables": {'
    for number, table in enumerate(tables):
        names = json.dumps([column.name for column in table.columns])
        yield f"{',' if number else ''}\n  {json.dumps(table.name)}: {{\n"
        yield f'   "columns": {names},\n   "rows": ['
        for start, rows in enumerate(in_batches(table.rows(source), ROWS_AT_A_TIME)):
            yield f"{',' if start else ''}\n    {_rows(rows)}"
        yield "]\n  }"
    yield "\n }\n}\n"


def _opening(comparison: Comparison, about: About) -> Json:
    """What stands before the tables."""
    drawing = comparison.drawing
    sentences = result_sentences(comparison, money_in(about.currency))
    return {
        "kind": "trimtab.backtest",
        "schema": SCHEMA,
        "household": about.household,
        "currency": about.currency,
        "source": about.source,
        "result": [plain(sentence) for sentence in sentences],
        "first": comparison.first.policy,
        "ranked_by": comparison.ranked_by.value,
        "ranking": [figures.policy for figures in comparison.ranking],
        "out_of_sample": _out_of_sample(comparison.unseen),
        "bootstrap": {
            "draws": drawing.draws,
            "blocks": {one.policy: one.block for one in comparison.differences},
            "seed": drawing.seed,
            "confidence": drawing.confidence,
        },
    }


def _out_of_sample(unseen: OutOfSample | None) -> Json:
    """The days that no training saw; `null` where no learned policy saw any."""
    if unseen is None:
        return None
    return {
        "trained_until": unseen.trained_until.isoformat(),
        "sessions_seen": unseen.seen,
        "sessions": unseen.sessions,
        "first": None if unseen.first is None else unseen.first.isoformat(),
        "last": None if unseen.last is None else unseen.last.isoformat(),
        "policies": [
            {
                "policy": one.policy,
                "gained": one.gained,
                "turnover": one.turnover,
                "tax": one.tax,
                "cost": one.cost,
            }
            for one in unseen.figures
        ],
    }


def _rows(rows: tuple[Row, ...]) -> str:
    """Rows without the brackets around them; the encoder of C does all but what it cannot."""
    try:
        text = json.dumps(rows, default=_text, allow_nan=False)
    except ValueError:  # something is not finite
        text = json.dumps([[_finite(cell) for cell in row] for row in rows], default=_text)
    return text[1:-1]


def _text(value: object) -> str:
    """What JSON has no kind for."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    must(isinstance(value, date), "a cell is a number, a word or a day")
    return str(value)


def _finite(cell: Value) -> Value:
    return None if isinstance(cell, float) and not isfinite(cell) else cell
