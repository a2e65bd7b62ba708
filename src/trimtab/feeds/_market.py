"""Bars become a market history: grids of days by instruments, in one currency, with findings.

The days are those on which any instrument that is asked for has a price, a dividend or a split; a
row of a file that has none of them is no day.  Nothing is filled forward here.

Errors: `InputError` for an interval that holds no price, and those of
`_market_rates` and `_market_actions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trimtab.feeds._bars import BarField, Bars, Floats, day_at
from trimtab.feeds._market_actions import add_actions
from trimtab.feeds._market_question import MarketQuestion
from trimtab.feeds._market_rates import Rates
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.market import MarketHistory
from trimtab.model.market_findings import (
    ended,
    listed_late,
    opens_late,
    quotes_crossed,
    stops_early,
    without_actions,
)

__all__ = ["market_of"]

EDGE_DAYS_MAX = 7
"""A history may open or close so many days off what was asked for before it is worth a word."""
CONVERTED = (BarField.CLOSE, BarField.OPEN, BarField.VWAP, BarField.DIVIDEND)
NAMES_SHOWN_MAX = 5


def market_of(
    bars: Bars, question: MarketQuestion, actions: Iterable[CorporateAction] = ()
) -> MarketHistory:
    """The market history that bars and actions make.

    Refuses: what the module's docstring says.
    """
    actions = tuple(actions)
    own = _Selection(bars, question)
    grids = {field: own.grid(field) for field in CONVERTED}
    dividend, split = grids[BarField.DIVIDEND], own.grid(BarField.SPLIT)
    dividend[np.isnan(dividend)] = 0.0
    split[np.isnan(split) | (split == 0)] = 1.0
    rates = Rates(bars, own.dates, question.currency)
    is_told = bars.is_adjusted or not {BarField.DIVIDEND, BarField.SPLIT}.isdisjoint(bars.values)
    if not (actions or is_told):
        own.findings.append(without_actions(Path(bars.file).name))
    for at, name in enumerate(question.instruments):
        money = own.currency_of.get(name, question.currency)
        if money != question.currency:
            needed = ~np.isnan(grids[BarField.CLOSE][:, at]) | (dividend[:, at] > 0)
            rate = rates.of(money, needed, name)
            for field in CONVERTED:
                grids[field][:, at] *= np.where(np.isnan(rate), 1.0, rate)
    own.findings += add_actions(actions, own.dates, question, (dividend, split), rates, bars)
    dividend *= split  # stated for a unit after the day's split, held were units before it
    close = grids[BarField.CLOSE]
    half_spread = own.half_spread()
    return MarketHistory(
        dates=tuple(own.dates.astype(object).tolist()),
        instruments=question.instruments,
        close=close,
        open=grids[BarField.OPEN],
        vwap=grids[BarField.VWAP],
        volume=own.grid(BarField.VOLUME),
        half_spread=half_spread,
        dividend=dividend,
        split=split,
        source=f"{bars.source}, in {question.currency}",
        findings=(*bars.findings, *own.findings, *_spans(own.dates, question, close)),
    )


class _Selection:
    """The bars that were asked for, and where each stands in a grid."""

    def __init__(self, bars: Bars, question: MarketQuestion) -> None:
        self.bars, self.question = bars, question
        self.findings: list[Finding] = []
        column = {name: at for at, name in enumerate(question.instruments)}
        columns = np.array([column.get(name, -1) for name in bars.names], dtype=np.int64)
        self.currency_of = dict(zip(bars.names, bars.currencies, strict=True))
        since, until = np.datetime64(question.since, "D"), np.datetime64(question.until, "D")
        columns = columns[bars.code] if len(bars.code) else columns[:0]
        rows = np.flatnonzero((columns >= 0) & (bars.day >= since) & (bars.day <= until))
        says = ~np.isnan(bars.values[BarField.CLOSE][rows])
        if not says.any():
            raise self._no_price()
        for field, nothing in ((BarField.DIVIDEND, 0.0), (BarField.SPLIT, 1.0)):
            if field in bars.values:
                value = bars.values[field][rows]
                says |= ~np.isnan(value) & (value != 0) & (value != nothing)
        self.dates = np.unique(bars.day[rows][says])
        at = np.searchsorted(self.dates, bars.day[rows])
        at[at == len(self.dates)] = 0
        is_day = self.dates[at] == bars.day[rows]
        self.rows, self.column = rows[is_day], columns[rows][is_day]
        self.at = at[is_day]

    def grid(self, field: BarField) -> Floats:
        """One field as days by instruments, `nan` where nothing is known."""
        grid = np.full((len(self.dates), len(self.question.instruments)), np.nan)
        if field in self.bars.values:
            grid[self.at, self.column] = self.bars.values[field][self.rows]
        return grid

    def half_spread(self) -> Floats:
        """Half the spread as a fraction: as given, else from bid and ask.

        Source: half the quoted spread over the midpoint.
        """
        given = self.grid(BarField.HALF_SPREAD)
        bid, ask = self.grid(BarField.BID), self.grid(BarField.ASK)
        quoted = (ask - bid) / (ask + bid)
        with np.errstate(invalid="ignore"):
            crossed = quoted < 0
        for at in np.flatnonzero(crossed.any(axis=0)):
            days = np.flatnonzero(crossed[:, at])
            first = day_at(self.dates, int(days[0]))
            name = self.question.instruments[at]
            self.findings.append(quotes_crossed(name, first, len(days)))
        quoted[crossed] = np.nan
        return np.where(np.isnan(given), quoted, given)

    def _no_price(self) -> InputError:
        """The error for an interval without any price, with the interval that has some."""
        asked = self.question
        names = ", ".join(asked.instruments[:NAMES_SHOWN_MAX])
        if len(asked.instruments) > NAMES_SHOWN_MAX:
            names += f" and {len(asked.instruments) - NAMES_SHOWN_MAX} more"
        seen = self.bars.seen
        bound = (
            f"the rows go from {seen[0]} to {seen[1]}" if seen else "there is no row of it at all"
        )
        return InputError(
            f"market history of {names}",
            f"has no price from {asked.since} to {asked.until}",
            bound,
            "correct the names or the days",
            file=self.bars.file,
        )


def _spans(
    dates: npt.NDArray[np.datetime64], question: MarketQuestion, close: Floats
) -> list[Finding]:
    """What there is to say of first and last days: of the history and of every instrument."""
    opens, closes = day_at(dates, 0), day_at(dates, -1)
    edge = timedelta(days=EDGE_DAYS_MAX)
    found: list[Finding] = []
    if opens - question.since > edge:
        found.append(opens_late(opens, question.since))
    if question.until - closes > edge:
        found.append(stops_early(closes, question.until))
    for at, name in enumerate(question.instruments):
        rows = np.flatnonzero(~np.isnan(close[:, at]))
        if len(rows) and rows[0] > 0:
            found.append(listed_late(name, day_at(dates, int(rows[0])), opens))
        if len(rows) and rows[-1] < len(dates) - 1:
            found.append(ended(name, day_at(dates, int(rows[-1])), closes))
    return found
