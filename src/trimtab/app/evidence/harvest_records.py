"""The tables of a harvest report: its figures, and one row a year.

`docs/concepts/backtest-files.md` lists them for readers.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.evidence.harvest import HarvestReport
from trimtab.app.evidence.records import Column, Kind, Table
from trimtab.app.evidence.rows import Row

__all__ = ["HARVEST_FIGURES", "HARVEST_TABLES", "HARVEST_YEARS"]


def _figures(report: HarvestReport) -> Iterator[Row]:
    found = report.alphas
    yield (
        *(report.harvested, report.plain, report.dates[0], report.dates[-1]),
        *(found.tax_alpha, found.tax_alpha_liquidated),
        *(found.wealth_difference, found.wealth_difference_liquidated),
        *(found.held_instead, found.held_instead_liquidated),
        *(report.loss_yield, report.kept, report.disallowed, report.tax_saved),
        *(report.harvested_end, report.plain_end),
    )


def _years(report: HarvestReport) -> Iterator[Row]:
    for one in report.years:
        yield one.year, one.kept, one.disallowed, one.tax_saved


def _numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.NUMBER) for name in names)


HARVEST_FIGURES: Table[HarvestReport] = Table(
    "harvest_figures",
    (
        Column("harvested", Kind.WORD),
        Column("plain", Kind.WORD),
        Column("first_day", Kind.DAY),
        Column("last_day", Kind.DAY),
        *_numbers("tax_alpha", "tax_alpha_liquidated"),
        *_numbers("wealth_difference", "wealth_difference_liquidated"),
        *_numbers("held_instead", "held_instead_liquidated"),
        *_numbers("loss_yield", "losses_kept", "losses_disallowed", "tax_saved"),
        *_numbers("harvested_end", "plain_end"),
    ),
    _figures,
)
HARVEST_YEARS: Table[HarvestReport] = Table(
    "harvest_years",
    (
        Column("year", Kind.COUNT),
        *_numbers("losses_kept", "losses_disallowed", "tax_saved"),
    ),
    _years,
)
HARVEST_TABLES = (HARVEST_FIGURES, HARVEST_YEARS)
"""Every table of a harvest report."""
