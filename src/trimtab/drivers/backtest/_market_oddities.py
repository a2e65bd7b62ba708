"""What is odd in the numbers of a market history: gaps, splits not told, dividends, stale prices.

None of it stops a backtest: a reader decides whether the price or the world was odd.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby
from math import log

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_rules import MarketRules
from trimtab.model.findings import Finding, Severity
from trimtab.model.market import MarketHistory

__all__ = ["oddities"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WHOLE_RATIOS = (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100)
SIMPLE_RATIOS = (
    Fraction(3, 2),
    *(Fraction(each) for each in WHOLE_RATIOS),
    *(Fraction(1, each) for each in WHOLE_RATIOS),
)
"""Splits that happen: new units for each old one."""
RATIOS = np.array([float(ratio) for ratio in SIMPLE_RATIOS])
MOVE_MIN = 0.25
"""Below it no move is held against the ratios: 3 for 2, the smallest of them, moves by a third."""
DEVIATIONS = 1.4826
VOLUME_SESSIONS = 5
NEWS_FACTOR = 2.0
AROUND_SESSIONS = 20
"""Sessions either side of a day that tell how far the price usually moves."""
STATED_SPLIT_MIN = 1.25
"""A stock dividend below it moves the price less than a bad day does."""


def oddities(history: MarketHistory, rules: MarketRules) -> Iterator[Finding]:
    """All that is odd, instrument by instrument, day by day; of many alike only the first few."""
    for at, name in enumerate(history.instruments):
        column = _Column(history, at, name)
        found = [
            *_gaps(column, rules),
            *_splits(column, rules),
            *_splits_without_move(column),
            *_large_dividends(column, rules),
            *_stale(column, rules),
        ]
        for _, alike in groupby(found, key=lambda one: one[1].code):
            yield from _first_few(list(alike), rules.findings_alike_max)


class _Column:
    """One instrument: its columns, and the rows that have a close."""

    def __init__(self, history: MarketHistory, at: int, name: str) -> None:
        self.name, self.dates = name, history.dates
        self.close = np.asarray(history.close, np.float64)[:, at]
        self.volume = np.asarray(history.volume, np.float64)[:, at]
        self.dividend = np.asarray(history.dividend, np.float64)[:, at]
        self.split = np.asarray(history.split, np.float64)[:, at]
        self.rows: Ints = np.flatnonzero(~np.isnan(self.close))

    def finding(
        self, code: str, row: int, words: str, actual: str = "", bound: str = "", remedy: str = ""
    ) -> tuple[date, Finding]:
        """A warning with its day."""
        return self.dates[row], Finding(
            f"market.{code}", Severity.WARNING, self.name, words, actual, bound, remedy
        )


def _first_few(alike: list[tuple[date, Finding]], most: int) -> Iterator[Finding]:
    """Findings of one code and instrument, those beyond the first few as a number."""
    yield from (finding for _, finding in alike[:most])
    if len(alike) > most:
        last, example = alike[-1]
        words = f"and {len(alike) - most} more of these, the last on {last}"
        yield Finding(example.code, example.severity, example.subject, words)


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where flags stand in a row: first position and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _gaps(column: _Column, rules: MarketRules) -> Iterator[tuple[date, Finding]]:
    """Stretches without a close between two that have one."""
    first = int(column.rows[0])
    inside = np.isnan(column.close[first : int(column.rows[-1])])
    for start, stop in _runs(inside):
        sessions, row = stop - start, first + start
        if sessions <= rules.gap_sessions_max:
            continue
        words = (
            f"has no close from {column.dates[row]} to {column.dates[first + stop - 1]}, "
            f"{sessions} sessions"
        )
        limit = rules.forward_fill_sessions_max
        if sessions > limit:
            words += _paid_out(column, row, limit)
        yield column.finding("gap", row, words, str(sessions), str(rules.gap_sessions_max))


def _paid_out(column: _Column, row: int, limit: int) -> str:
    """What becomes of a holding in a gap that is longer than a close may stand in for."""
    lapses = row + limit
    price = float(column.close[row - 1] / np.prod(column.split[row : lapses + 1]))
    return (
        f": its last close stands in for {limit} of them, and what is held of it is paid out on "
        f"{column.dates[lapses]} at {price:g}"
    )


def _splits(column: _Column, rules: MarketRules) -> Iterator[tuple[date, Finding]]:
    """Moves that look like a split which nobody told."""
    rows = column.rows
    before, now = rows[:-1], rows[1:]
    units = np.cumprod(column.split)
    paid = np.concatenate([[0.0], np.cumsum(column.dividend)])
    worth = column.close[now] * units[now] / units[before] + paid[now + 1] - paid[before + 1]
    move, shown = worth / column.close[before], column.close[now] / column.close[before]
    is_large = (np.abs(move - 1) > MOVE_MIN) & (np.abs(shown - 1) > MOVE_MIN)
    for at in np.flatnonzero(is_large & (now - before <= rules.gap_sessions_max)):
        if abs(log(move[at])) < rules.split_usual_moves_min * _usual_move(move, int(at)):
            continue  # in wild days a third up or down is no rarity
        which = int(np.argmin(np.abs(np.log(move[at] * RATIOS))))
        ratio, distance = SIMPLE_RATIOS[which], abs(float(move[at] * RATIOS[which]) - 1)
        volumes = _volumes(column, int(now[at]))
        fits = _fits(volumes, RATIOS[which], rules.split_volume_factor_max)
        if fits and distance <= rules.split_distance_with_volume_max:
            yield _split_words(column, (int(before[at]), int(now[at])), ratio, volumes, fits=True)
        elif distance <= rules.split_distance_max and abs(move[at] - 1) > rules.split_move_min:
            yield _split_words(column, (int(before[at]), int(now[at])), ratio, volumes, fits=False)


def _usual_move(move: Floats, at: int) -> float:
    """The median move of the days around one, up or down; zero where there are none.

    Unit: of the logarithm, as a standard deviation (Source: 1.4826 median absolute deviations).
    """
    around = np.concatenate(
        [move[max(0, at - AROUND_SESSIONS) : at], move[at + 1 :][:AROUND_SESSIONS]]
    )
    return float(DEVIATIONS * np.median(np.abs(np.log(around)))) if len(around) else 0.0


def _volumes(column: _Column, row: int) -> tuple[float, float, float]:
    """The usual volume before a day, that of the day, and the usual one from the day on."""
    start = max(0, row - VOLUME_SESSIONS)
    return (
        _usual(column.volume[start:row]),
        _usual(column.volume[row : row + 1]),
        _usual(column.volume[row : row + VOLUME_SESSIONS]),
    )


def _usual(volumes: Floats) -> float:
    """The median of the volumes that are known, `nan` where none is."""
    known = volumes[volumes > 0]
    return float(np.median(known)) if len(known) else float("nan")


def _fits(volumes: tuple[float, float, float], ratio: float, factor_max: float) -> bool:
    """Whether a volume changed as units did, on the day or from the day on.

    It has to be nearer to the ratio than to no change.  A day on which many times that was traded
    is news, not a split.
    """
    distance_max = min(log(factor_max), abs(log(ratio)) / 2)
    on_the_day, since = (each / volumes[0] / ratio for each in volumes[1:])
    if abs(log(on_the_day)) <= distance_max:
        return True
    return on_the_day <= factor_max * NEWS_FACTOR and abs(log(since)) <= distance_max


def _split_words(
    column: _Column,
    rows: tuple[int, int],
    ratio: Fraction,
    volumes: tuple[float, float, float],
    *,
    fits: bool,
) -> tuple[date, Finding]:
    before, now = rows
    new_for_old = f"{ratio.numerator} for {ratio.denominator}"
    words = (
        f"closes at {column.close[now]:g} on {column.dates[now]} after {column.close[before]:g} "
        f"on {column.dates[before]}"
    )
    remedy = f"add the split {ratio.numerator}:{ratio.denominator} of {column.dates[now]}"
    if fits:
        words += (
            f", with a volume of {volumes[1]:,.0f} after {volumes[0]:,.0f}: "
            f"probably a split of {new_for_old} that is not in the data"
        )
        return column.finding("split_missing", now, words, remedy=remedy)
    told = "its volume does not bear it out" if volumes[1] > 0 else "there is no volume to tell"
    words += f": perhaps a split of {new_for_old} that is not in the data; {told}"
    return column.finding("split_possible", now, words, remedy=f"if it is one, {remedy}")


def _splits_without_move(column: _Column) -> Iterator[tuple[date, Finding]]:
    """Splits that the closes do not show, as if they were adjusted for them."""
    before, now = column.rows[:-1], column.rows[1:]
    units = np.cumprod(column.split)
    ratio = units[now] / units[before]
    moved = np.abs(np.log(column.close[now] / column.close[before]))
    stated = np.abs(np.log(ratio))
    for at in np.flatnonzero((stated >= log(STATED_SPLIT_MIN)) & (moved < stated / 2)):
        row = int(now[at])
        words = (
            f"closes at {column.close[row]:g} on {column.dates[row]} after "
            f"{column.close[before[at]]:g}, although {ratio[at]:g} units stand for one from that "
            "day: are the closes adjusted for splits already?"
        )
        yield column.finding("split_without_move", row, words)


def _large_dividends(column: _Column, rules: MarketRules) -> Iterator[tuple[date, Finding]]:
    """Dividends that are a large part of the close before."""
    paid = np.flatnonzero(column.dividend > 0)
    paid = paid[paid > column.rows[0]]
    eve = column.close[column.rows[np.searchsorted(column.rows, paid) - 1]]
    for row, close in zip(paid, eve, strict=True):
        part = float(column.dividend[row] / close)
        if part > rules.dividend_fraction_max:
            words = (
                f"pays a dividend of {column.dividend[row]:g} on {column.dates[row]}, "
                f"{part:.0%} of the close before, {close:g}"
            )
            bound = f"{rules.dividend_fraction_max:.0%}"
            yield column.finding("dividend_large", int(row), words, f"{part:.0%}", bound)


def _stale(column: _Column, rules: MarketRules) -> Iterator[tuple[date, Finding]]:
    """Closes that do not move while nothing is traded."""
    rows = column.rows
    close, volume = column.close[rows], column.volume[rows]
    still = (np.diff(close) == 0) & ~(volume[1:] > 0)
    for start, stop in _runs(still):
        sessions = stop - start
        if sessions < rules.stale_sessions_max:
            continue
        words = (
            f"closes at {close[stop]:g} on every day from {column.dates[rows[start]]} to "
            f"{column.dates[rows[stop]]}, {sessions} sessions without a move or a volume: "
            "these may be no prices"
        )
        bound = str(rules.stale_sessions_max)
        yield column.finding("stale", int(rows[stop]), words, str(sessions), bound)
