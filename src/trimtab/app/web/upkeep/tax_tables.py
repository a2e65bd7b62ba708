"""The tax year as tables: what was realised, what is carried on, and the bill so far.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.tax_standing.year import TaxYear
from trimtab.app.web.tables import Cell, Column, Kind, Row, Table

__all__ = ["bill_table", "carried_table", "realized_table"]


def realized_table(year: TaxYear) -> Table:
    """The year's net gains, as each source has them."""
    columns = (
        Column("source", "According to"),
        Column("short", "Short-term", Kind.CENTS),
        Column("long", "Long-term", Kind.CENTS),
        Column("no_term", "Term not told", Kind.CENTS),
        Column("sales", "Sales", Kind.NUMBER),
        Column("unknown", "Of unknown gain", Kind.NUMBER),
    )
    rows = []
    for place, one in enumerate(year.sources):
        counts: tuple[Cell, Cell] = (None, None) if place == 0 else (one.sales, one.unknown)
        rows.append(Row((one.source, one.short, one.long, one.of_unknown_term or None, *counts)))
    return Table("realised", f"Gains realised in {year.year}", columns, tuple(rows))


def carried_table(year: TaxYear) -> Table:
    """Losses carried into the year and out of it."""
    columns = (
        Column("what", "Losses carried"),
        Column("short", "Short-term", Kind.CENTS),
        Column("long", "Long-term", Kind.CENTS),
    )
    told = year.realized
    rows = [
        Row((f"into {year.year}", told.carry_short, told.carry_long)),
        Row((f"out of {year.year} so far", year.bill.carry_short, year.bill.carry_long)),
    ]
    if year.after_plan is not None:
        after = year.after_plan
        rows.append(Row(("out of it, with today's plan", after.carry_short, after.carry_long)))
    return Table("carried", "Loss carry-forwards", columns, tuple(rows))


def bill_table(year: TaxYear) -> Table:
    """The bill so far, line by line."""
    columns = (
        Column("what", "What"),
        Column("amount", "Amount", Kind.CENTS),
        Column("source", "Rule"),
    )
    rows = [Row((one.text, one.amount, one.source)) for one in year.bill.lines]
    rows.append(Row(("together", year.bill.tax, ""), look="sum"))
    return Table("bill", f"Tax on the gains of {year.year} so far", columns, tuple(rows))
