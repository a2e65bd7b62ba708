"""Long lines are thinned without losing their extremes, and scales put ticks on round values."""

import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.frame import Frame, Margins, day_marks
from trimtab.app.evidence.page.shapes import Drawing, LogScale, Path, area, line
from trimtab.app.evidence.page.thinning import kept_days, spread_days
from trimtab.app.report.svg import NARROW, WIDE, Layout, Text

PATH = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


@given(some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=400), some.integers(4, 60))
def test_a_thinned_line_keeps_its_ends_and_extremes(values: list[float], points: int):
    series = np.array(values)
    kept = kept_days(series, points)
    assert kept[0] == 0 and kept[-1] == len(series) - 1
    assert (np.diff(kept) > 0).all()
    assert len(kept) <= max(points + 2, len(series) if len(series) <= points else 0)
    assert series[kept].min() == series.min() and series[kept].max() == series.max()


def test_a_crash_of_one_day_stays_as_deep_as_it_was():
    series = np.linspace(100.0, 200.0, 5000)
    series[2345] = 20.0
    assert 2345 in kept_days(series, 100)


@given(some.integers(1, 2000), some.integers(1, 60))
def test_days_are_spread_from_the_first_to_the_last(count: int, columns: int):
    days = spread_days(count, columns)
    assert days[0] == 0 and len(days) <= columns and days[-1] < count
    assert columns == 1 or days[-1] == count - 1


def points_of(path: Path) -> list[tuple[float, float]]:
    """The places of a path's points, from its steps."""
    numbers = [float(number) for number in PATH.findall(path.points.split("V")[0])]
    steps = np.array(numbers).reshape(-1, 2)
    return [tuple(place) for place in np.cumsum(steps, axis=0).tolist()]


@given(some.lists(some.tuples(some.floats(0, 720), some.floats(0, 400)), min_size=2, max_size=50))
def test_steps_lead_back_to_the_places_however_many(places: list[tuple[float, float]]):
    """Rounding never adds up: every place is right to a twentieth of a unit."""
    x, y = (np.array(axis) for axis in zip(*places, strict=True))
    path = line(x, y, "look")
    rounded = [(round(a * 10) / 10, round(b * 10) / 10) for a, b in places]
    kept = [one for at, one in enumerate(rounded) if at == 0 or one != rounded[at - 1]]
    if len(kept) == 1:
        assert path.points.endswith("h0")
    else:
        assert np.allclose(points_of(path), kept, atol=0.051)


def test_an_area_closes_at_its_level():
    drawn = area(np.array([10.0, 20.0]), np.array([5.0, 7.5]), 30.0, "look")
    assert drawn.points == "M10,5l10,2.5V30H10z"


@pytest.mark.parametrize(
    ("low", "high"), [(900_000, 1_100_000), (8e5, 3e6), (5e4, 8e7), (99.0, 101.0), (1.0, 1.0001)]
)
def test_a_scale_of_ratios_marks_values_within_it(low: float, high: float):
    scale = LogScale(low, high, 300.0, 0.0)
    ticks = scale.ticks(5)
    assert all(low <= tick <= high for tick in ticks)
    assert len(ticks) <= 9
    assert scale.at(low) == 300.0 and scale.at(high) == pytest.approx(0.0)
    middle = (low * high) ** 0.5
    assert scale.at(middle) == pytest.approx(150.0)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(1990, 3, 1), date(2022, 12, 30), "2000"),
        (date(2014, 1, 2), date(2022, 12, 30), "2018"),
        (date(2020, 1, 2), date(2021, 6, 30), "Jul 2020"),
        (date(2020, 1, 2), date(2020, 1, 30), "2 Jan"),
        (date(2020, 1, 2), date(2020, 1, 2), "2 Jan 2020"),
    ],
)
@pytest.mark.parametrize("width", [280.0, 640.0])
def test_days_are_marked_as_there_is_room(first: date, last: date, said: str, width: float):
    marks = day_marks(first, last, width)
    assert all(first <= on <= last for on, _ in marks)
    assert 1 <= len(marks) <= width // 52 + 1
    assert said in [words for _, words in marks]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@pytest.mark.parametrize("days", [100, 400, 700, 732, 1900, 3287, 6000])
def test_marks_of_time_neither_touch_each_other_nor_leave_the_chart(layout: Layout, days: int):
    last = date(2022, 1, 7)
    dates = [last - timedelta(days=days - at) for at in range(days + 1)]
    frame = Frame(layout, dates, Margins(54, 8))
    frame.days_axis(0.0)
    words = sorted((s.x, len(s.words) * 6.0) for s in frame.shapes if isinstance(s, Text))
    assert words and words[-1][0] + words[-1][1] / 2 <= layout.width
    for (x, width), (after, other) in pairwise(words):
        assert after - x > (width + other) / 2 + 4


def test_words_in_a_chart_are_escaped():
    drawn = svg(Drawing('"><b', "wide", 10, 10, "<b>", "<i>", ()))
    assert "<b>" not in drawn and "<i>" not in drawn and "&lt;b&gt;" in drawn
