"""Dividends and splits of an actions file laid into the grids of a market history.

An ex-date on which the market has no day is moved to the next one, and one after the last day is
left out, each with a finding.  What the price file says already is taken once.

Errors: `InputError` for an action that the price file states otherwise, and for a dividend or split
of closes that are adjusted for it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import Bars, Floats, day_at
from trimtab.feeds._market_question import MarketQuestion
from trimtab.feeds._market_rates import Rates
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.market_findings import action_moved, action_unused

__all__ = ["add_actions"]

SAME = 1e-6
"""Relative difference within which two sources state one amount."""


def add_actions(
    actions: Iterable[CorporateAction],
    dates: npt.NDArray[np.datetime64],
    question: MarketQuestion,
    grids: tuple[Floats, Floats],
    rates: Rates,
    bars: Bars,
) -> list[Finding]:
    """Add actions to the grids of dividends and splits, in the currency of the history.

    Unit: a dividend is for one unit as traded on its day, after a split of that day.
    Refuses: what the module's docstring says.
    """
    column = {name: at for at, name in enumerate(question.instruments)}
    stated = grids[0].copy(), grids[1].copy()
    findings: list[Finding] = []
    for action in actions:
        day = np.datetime64(action.on, "D")
        if action.instrument not in column or day < dates[0]:
            continue  # nobody in this history held it on the eve
        if bars.is_adjusted:
            raise _counted_twice(action, bars)
        row, at = int(np.searchsorted(dates, day)), column[action.instrument]
        if row == len(dates):
            closes = day_at(dates, -1)
            findings.append(action_unused(action.instrument, action.kind, action.on, closes))
            continue
        if dates[row] != day:
            to = day_at(dates, row)
            findings.append(action_moved(action.instrument, action.kind, action.on, to))
        value, is_dividend = _value(action, row, rates), action.kind is ActionKind.DIVIDEND
        before = float(stated[0 if is_dividend else 1][row, at])
        if before != (0.0 if is_dividend else 1.0):
            _same_or_refused(action, before, value, bars)
        elif is_dividend:
            grids[0][row, at] += value
        else:
            grids[1][row, at] *= value
    return findings


def _value(action: CorporateAction, row: int, rates: Rates) -> float:
    """The amount in the currency of the history, or the ratio."""
    if action.kind is ActionKind.SPLIT:
        return float(action.ratio or 1)
    needed = np.zeros(len(rates.dates), dtype=np.bool_)
    needed[row] = True
    rate = rates.of(action.currency, needed, action.instrument)
    return float(action.amount or 0) * float(rate[row])


def _same_or_refused(action: CorporateAction, before: float, value: float, bars: Bars) -> None:
    if abs(before - value) > SAME * abs(before):
        raise InputError(
            f"{action.kind} of {action.instrument} on {action.on}",
            f"is {before:g} among the prices and {value:g} in {action.source}",
            remedy="correct one of the two",
            file=bars.file,
        )


def _counted_twice(action: CorporateAction, bars: Bars) -> InputError:
    return InputError(
        f"{action.kind} of {action.instrument} on {action.on}",
        f"is given in {action.source}, and the closes are adjusted for it",
        "it would count twice",
        "give closes as traded, or remove it",
        file=bars.file,
    )
