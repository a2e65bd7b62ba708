"""Charts of all policies over time: value after tax, the lead over the first, and under water.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.frame import Frame, Margins
from trimtab.app.evidence.page.shapes import Drawing, LogScale
from trimtab.app.report.svg import Layout, Line, Scale
from trimtab.app.report.words import Money, percent, signed

__all__ = ["Series", "lead_chart", "policy_look", "short_money", "underwater_chart", "value_chart"]

Floats = npt.NDArray[np.float64]

LOOKS = 8
MARGINS = {"wide": Margins(66, 14), "narrow": Margins(54, 8)}
HEIGHTS = {"wide": 270.0, "narrow": 200.0}
BOX_WIDTH = 168.0


@dataclass(frozen=True, slots=True)
class Series:
    """One policy's daily figures for a chart.

    Shape: `values` (T,).
    """

    policy: str
    look: str
    values: Floats


def policy_look(number: int) -> str:
    """The class of a policy's colour; the ninth policy has the first colour, dashed."""
    return f"s{number % LOOKS}" + (" again" if number >= LOOKS else "")


def value_chart(
    series: Sequence[Series], dates: Sequence[date], money: Money, is_log: bool, layout: Layout
) -> Drawing:
    """Value after tax owed and liquidation, policy by policy."""
    frame = Frame(layout, dates, MARGINS[layout.name])
    low, high = _reach(series)
    top, bottom = frame.room(HEIGHTS[layout.name])
    up = LogScale(low, high, bottom, top) if is_log else Scale(low, high, bottom, top)
    for one in reversed(series):
        frame.draw(one.values, up, f"line {one.look}")
    frame.levels(up, short_money(money))
    name, scale = ("value-log", ", equal ratios equally far") if is_log else ("value", "")
    _finish(frame, name, series, top, lambda amount: money(amount))
    ends = "; ".join(f"{one.policy} {money(one.values[-1])}" for one in series)
    title = f"Value after liquidation tax{scale}"
    return frame.drawing(name, title, f"At the end: {ends}")


def lead_chart(
    series: Sequence[Series], dates: Sequence[date], money: Money, layout: Layout
) -> Drawing:
    """How much more or less than the first policy each would have left, day by day."""
    frame = Frame(layout, dates, MARGINS[layout.name])
    leads = [Series(one.policy, one.look, one.values - series[0].values) for one in series]
    low, high = _reach(leads, (0.0,))
    top, bottom = frame.room(HEIGHTS[layout.name])
    up = Scale(low, high, bottom, top)
    zero = up.at(0.0)
    frame.shapes.append(Line(frame.left, zero, frame.right, zero, f"line {series[0].look}"))
    for one in reversed(leads[1:]):
        frame.draw(one.values, up, f"line {one.look}")
    frame.levels(up, lambda amount: signed(short_money(money)(amount)))
    _finish(frame, "lead", leads, top, lambda amount: signed(money(amount)))
    ends = "; ".join(f"{one.policy} {signed(money(one.values[-1]))}" for one in leads[1:])
    title = f"Ahead of or behind {series[0].policy}"
    return frame.drawing("lead", title, f"At the end, after liquidation tax: {ends}")


def underwater_chart(series: Sequence[Series], dates: Sequence[date], layout: Layout) -> Drawing:
    """How far each policy stood below its last high."""
    frame = Frame(layout, dates, MARGINS[layout.name])
    low = min(float(one.values.min()) for one in series)
    top, bottom = frame.room(HEIGHTS[layout.name] * 0.7)
    up = Scale(min(low * 1.05, -0.01), 0.0, bottom, top)
    frame.fill(series[0].values, up, 0.0, f"fill {series[0].look}")
    for one in reversed(series):
        frame.draw(one.values, up, f"line {one.look}")
    frame.levels(up, lambda depth: percent(depth, 0), 4)
    _finish(frame, "underwater", series, top, lambda depth: percent(depth))
    deepest = "; ".join(
        f"{one.policy} {percent(one.values.min())} on {dates[int(np.argmin(one.values))]}"
        for one in series
    )
    return frame.drawing("underwater", "Below the last high, before tax", f"Deepest: {deepest}")


def _finish(
    frame: Frame,
    chart_id: str,
    series: Sequence[Series],
    top: float,
    words: Callable[[float], str],
) -> None:
    """The axis of days, and readings in the order in which the policies ended."""
    height = frame.bottom - top
    frame.days_axis(top)
    ordered = sorted(series, key=lambda one: -float(one.values[-1]))

    def figures(at: int) -> tuple[str, ...]:
        return tuple(words(float(one.values[at])) for one in ordered)

    names = [(one.look, one.policy) for one in ordered]
    frame.readings(chart_id, top, height, BOX_WIDTH, names, figures)


def _reach(series: Sequence[Series], also: Sequence[float] = ()) -> tuple[float, float]:
    """The least and the greatest value, with a little air."""
    low = min(*also, *(float(one.values.min()) for one in series), np.inf)
    high = max(*also, *(float(one.values.max()) for one in series), -np.inf)
    air = (high - low) * 0.04 or abs(high) * 0.04 or 1.0
    is_positive = low > 0
    return (max(low - air, low * 0.9) if is_positive else low - air), high + air


def short_money(money: Money) -> Callable[[float], str]:
    """Amounts for an axis: thousands and millions in a letter."""

    def short(amount: float) -> str:
        for size, letter in ((1e9, "b"), (1e6, "m"), (1e3, "k")):
            if abs(amount) >= size:
                digits = f"{abs(amount) / size:.2f}".rstrip("0").rstrip(".")
                sample = money(1 if amount > 0 else -1)
                return sample.replace("1", digits + letter)
        return money(amount)

    return short
