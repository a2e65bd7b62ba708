"""Whether a market history can be trusted: what cannot be used is refused, what is odd is told.

A backtest asks this before it begins.  Each error and each finding names day and instrument; the
limits are `MarketRules`.  Nothing is changed here, and nothing filled: `fill_forward` says how long
the last close may stand in.

Errors: `InputErrors` for what cannot be used: no days, days twice or out of order, a hole in the
days, grids of another size, an instrument without any price, prices that are zero, negative or
infinite, and volumes, spreads, dividends and splits that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest._market_days import IsSession, day_errors, day_findings
from trimtab.drivers.backtest._market_oddities import oddities
from trimtab.drivers.backtest.market_rules import MarketRules
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding
from trimtab.model.market import Grid, MarketHistory
from trimtab.model.market_findings import ended, listed_late

__all__ = ["FilledCloses", "MarketRules", "check_market", "fill_forward", "final_sessions"]

Floats = npt.NDArray[np.float64]

ERRORS_MAX = 20


class FilledCloses(NamedTuple):
    """Closes with the last one standing in where one is missing, and how old each is.

    Shape: both (T, N), as the history.
    Unit: `close` base currency per unit, `nan` where there is none young enough; `age` sessions
    since the close was seen, 0 on the day itself, -1 before the first.
    """

    close: Floats
    age: npt.NDArray[np.int32]


def fill_forward(history: MarketHistory, limit: int | None) -> FilledCloses:
    """The closes of a history, a missing one stood in for by the last for at most `limit` sessions.

    Beyond the limit there is no close.  What is held is still worth something: without a limit
    (`None`) the last close stands for ever, to value it at.  A split in between changes the units,
    so it divides the close that stands in; dividends in between leave it alone.
    """
    close, split = np.asarray(history.close, np.float64), np.asarray(history.split, np.float64)
    row = np.arange(len(close))[:, None]
    seen = np.maximum.accumulate(np.where(np.isnan(close), -1, row), axis=0)
    age = np.where(seen < 0, -1, row - seen)
    at = np.maximum(seen, 0)
    units = np.cumprod(split, axis=0)
    since = units / np.take_along_axis(units, at, axis=0)
    filled = np.where(age == 0, close, np.take_along_axis(close, at, axis=0) / since)
    if limit is not None:
        filled[age > limit] = np.nan
    return FilledCloses(filled, age.astype(np.int32))


def final_sessions(history: MarketHistory) -> npt.NDArray[np.int64]:
    """The row of each instrument's last close: after it, it is delisted; -1 where it has none.

    Shape: (N,).
    """
    known = ~np.isnan(np.asarray(history.close, np.float64))
    last = known.shape[0] - 1 - np.argmax(known[::-1], axis=0)
    return np.where(known.any(axis=0), last, -1)


def check_market(
    history: MarketHistory, rules: MarketRules | None = None, is_session: IsSession | None = None
) -> tuple[Finding, ...]:
    """All that is to be said of a history: what its feed said, then what its numbers show.

    `is_session` is the exchange's calendar; without one, days are not held against any.
    Refuses: what the module's docstring says, all of it in one pass.
    """
    rules = rules or MarketRules()
    errors = list(islice(_errors(history, rules, is_session), ERRORS_MAX))
    if errors:
        raise InputErrors(errors)
    found = [*history.findings, *day_findings(history.dates, is_session), *_lives(history)]
    found += oddities(history, rules)
    return tuple(dict.fromkeys(found))  # a feed has told of first and last days already


def _errors(
    history: MarketHistory, rules: MarketRules, is_session: IsSession | None
) -> Iterator[InputError]:
    """Everything for which a history cannot be used."""
    yield from day_errors(history.dates, rules, is_session)
    seen: set[str] = set()
    for name in history.instruments:
        if name in seen:
            yield InputError(f"instrument {name}", "has two columns in the market history")
        seen.add(name)
    shape = (len(history.dates), len(history.instruments))
    wrong = [
        InputError(f"market history, {name}", f"is {grid.shape}", f"it must be {shape}")
        for name, grid, _, _ in _grids(history)
        if grid.shape != shape
    ]
    yield from wrong
    if wrong or not all(shape):
        return
    known = ~np.isnan(np.asarray(history.close, np.float64))
    for at in np.flatnonzero(~known.any(axis=0)):
        span = f"has no price from {history.dates[0]} to {history.dates[-1]}"
        remedy = "correct its name, or leave it out"
        yield InputError(f"instrument {history.instruments[at]}", span, remedy=remedy)
    for name, grid, is_wrong, bound in _grids(history):
        yield from _impossible(history, name, np.asarray(grid, np.float64), is_wrong, bound)


def _impossible(
    history: MarketHistory,
    name: str,
    values: Floats,
    is_wrong: Callable[[Floats], npt.NDArray[np.bool_]],
    bound: str,
) -> Iterator[InputError]:
    """Values that cannot be, by day and instrument."""
    with np.errstate(invalid="ignore"):
        wrong = is_wrong(values)
    for row, at in np.argwhere(wrong):
        subject = f"{name} of {history.instruments[at]} on {history.dates[row]}"
        remedy = "correct it, or give nan where there was no trade" if name == "price" else ""
        yield InputError(subject, f"is {values[row, at]:g}", bound, remedy)


def _not_above_zero(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((values <= 0) | np.isinf(values))


def _negative(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((values < 0) | np.isinf(values))


def _no_fraction(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((values < 0) | (values >= 1))


def _no_amount(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(~(values >= 0) | np.isinf(values))


def _no_ratio(values: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(~(values > 0) | np.isinf(values))


Rule = tuple[str, Grid, Callable[[Floats], npt.NDArray[np.bool_]], str]


def _grids(history: MarketHistory) -> tuple[Rule, ...]:
    """Every grid with its name, what is wrong in it, and the bound in words."""
    price = "a price must be above zero and finite"
    return (
        ("price", history.close, _not_above_zero, price),
        ("open", history.open, _not_above_zero, price),
        ("vwap", history.vwap, _not_above_zero, price),
        ("volume", history.volume, _negative, "a volume cannot be negative or infinite"),
        ("half-spread", history.half_spread, _no_fraction, "it is a fraction, from 0 up to 1"),
        ("dividend", history.dividend, _no_amount, "it is an amount, 0 where there is none"),
        ("split", history.split, _no_ratio, "it is a ratio above zero, 1 where there is none"),
    )


def _lives(history: MarketHistory) -> Iterator[Finding]:
    """What is listed late, and what ends early."""
    known = ~np.isnan(np.asarray(history.close, np.float64))
    opens, closes = history.dates[0], history.dates[-1]
    first, last = np.argmax(known, axis=0), final_sessions(history)
    for at, name in enumerate(history.instruments):
        if first[at] > 0:
            yield listed_late(name, history.dates[int(first[at])], opens)
        if last[at] < len(history.dates) - 1:
            yield ended(name, history.dates[int(last[at])], closes)
