"""The pictures of the plan: drawn for one day as for many, and for targets that came or went."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from trimtab.app.bands_past import PastBands, PastTarget
from trimtab.app.evidence.figures import PolicyFigures
from trimtab.app.web.past_runs import PastAnswer
from trimtab.app.web.upkeep.calendar import calendar_figure
from trimtab.app.web.upkeep.plan_figures import past_picture

EVIL = "<script>alert(1)</script>"
FIGURES = cast(
    PolicyFigures,
    SimpleNamespace(
        trades=3, turnover=0.1, costs=SimpleNamespace(total=1), taxes=SimpleNamespace(total=2.0),
        tracking_error=None, drawdown_max=None, after_liquidation_end=100.0,
    ),
)  # fmt: skip


def past(days: int, *names: str) -> PastBands:
    dates = tuple(date(2022, 1, 3) + timedelta(day) for day in range(days))
    targets = tuple(
        PastTarget(name, 0.5, 0.05, np.linspace(0.5, 0.6, days), days // 2) for name in names
    )
    return PastBands(dates, targets, dates[:1], FIGURES)


@pytest.mark.parametrize("days", [1, 2, 3, 1300])
def test_a_past_of_any_length_is_drawn(days: int) -> None:
    picture = past_picture(PastAnswer(past(days, "stocks", "bonds"), None, None))
    for drawn in picture.drawn:
        assert drawn.count('class="is"') == 2
        assert "nan" not in drawn
        assert len(drawn) < 12_000
    assert [row.cells[0] for row in picture.targets.rows] == ["stocks", "bonds"]


def test_targets_that_came_or_went_stand_in_the_table() -> None:
    answer = PastAnswer(past(9, "stocks", "gone"), past(9, "stocks", "new"), None)
    picture = past_picture(answer)
    rows = {str(row.cells[0]): row.cells[1:] for row in picture.targets.rows}
    assert set(rows) == {"stocks", "new", "gone"}
    assert rows["new"][:3] == (None, None, None)
    assert rows["gone"][3:] == (None, None, None)
    assert picture.drawn[0].count('class="was"') == 1
    assert [row.cells[0] for row in picture.figures.rows] == ["saved", "draft"]


def test_names_in_pictures_are_text() -> None:
    picture = past_picture(PastAnswer(past(5, EVIL), None, None))
    assert EVIL not in picture.drawn[0]
    assert "&lt;script&gt;" in picture.drawn[0]


def test_a_calendar_without_windows_is_none() -> None:
    assert calendar_figure((), date(2022, 1, 3)) is None
