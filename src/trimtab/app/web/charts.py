"""A chart as pages show it: wide and narrow, and as a table, so that nothing depends on seeing it.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trimtab.app.report.charts import both
from trimtab.app.report.svg import Chart, Layout
from trimtab.app.web.tables import Table

__all__ = ["Figure", "figure_of"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart in both widths with the table that says the same; the style sheet shows one width."""

    charts: tuple[Chart, Chart]
    caption: str
    table: Table


def figure_of(draw: Callable[[Layout], Chart], caption: str, table: Table) -> Figure:
    """A figure from what draws its chart for a layout."""
    return Figure(both(draw), caption, table)
