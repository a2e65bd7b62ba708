"""Names that people give their policies are read in full, or cut with a mark; never at the edge."""

from dataclasses import replace

import numpy as np
import pytest

from tests.app.evidence.made_runs import made_run
from trimtab.app.evidence import Drawing, compare
from trimtab.app.evidence.page.bars import cost_chart, interval_chart
from trimtab.app.evidence.page.by_year import YearTotals, year_grid
from trimtab.app.evidence.page.shapes import Shape
from trimtab.app.report.svg import LETTER_WIDTH, NARROW, WIDE, Layout, Text
from trimtab.app.report.words import money_in, percent

NAMES = ("cost_aware with harvesting", "cost_aware without harvesting", "5%")


def cut_at_the_left(shapes: tuple[Shape, ...]) -> list[str]:
    return [
        shape.words
        for shape in shapes
        if isinstance(shape, Text)
        and (shape.x - len(shape.words) * LETTER_WIDTH if shape.anchor == "end" else shape.x) < 0
    ]


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
def test_charts_of_one_row_a_policy_show_its_whole_name(layout: Layout) -> None:
    found = compare(
        [replace(made_run("5/25"), policy=name) for name in NAMES],
        drawing=Drawing(draws=50),
    )
    charts = [
        cost_chart(found.ranking, money_in("USD"), layout),
        interval_chart(found, layout),
    ]
    for chart in charts:
        assert cut_at_the_left(chart.shapes) == []
    words = {shape.words for shape in charts[0].shapes if isinstance(shape, Text)}
    assert words >= set(NAMES)


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
def test_rows_of_years_stay_told_apart(layout: Layout) -> None:
    rows = [YearTotals(name, np.array([0.1, 0.2])) for name in (*NAMES, "x" * 200)]
    grid = year_grid(rows, (2021, 2022), lambda part: percent(part, 0), ("t", "Turnover"), layout)
    assert cut_at_the_left(grid.shapes) == []
    labels = [s.words for s in grid.shapes if isinstance(s, Text) and s.look == "label"]
    assert len(set(labels)) == len(rows)
