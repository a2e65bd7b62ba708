"""Market data as a paper broker hears it: ticks in the order of time, and corporate actions.

A tick is bid and ask, the last price, and how much may trade until the next one.  Recorded daily
prices become two ticks a session, one at the open and one at the close; nothing is known before
its time.

Errors: none of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isnan
from operator import attrgetter
from typing import Protocol

from trimtab.brokers.paper.sessions import Session, Sessions
from trimtab.model.brokers import Quote
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import PriceHistory
from trimtab.ports import QuoteFeed

__all__ = ["QuoteTape", "RecordedTape", "Tape", "Tick", "daily_tape", "price_step", "tick_of"]

DOLLAR = Decimal(1)
_STEP, _SMALL_STEP = Decimal("0.01"), Decimal("0.0001")


def price_step(price: Decimal) -> Decimal:
    """The least step of a price: a cent, and a hundredth of one below a dollar.

    Source: 17 CFR 242.612 (Regulation NMS, Rule 612).
    """
    return _STEP if price >= DOLLAR else _SMALL_STEP


@dataclass(frozen=True, slots=True)
class Tick:
    """What the market shows of an instrument from a moment on.

    Unit: `volume` in units that trade on this tick, by everybody; none where it is not limited.
    """

    instrument: str
    at: datetime
    bid: Decimal
    ask: Decimal
    last: Decimal
    volume: Decimal | None = None


class Tape(Protocol):
    """Where ticks and corporate actions come from."""

    def ticks(self, after: datetime, until: datetime) -> Iterable[Tick]:
        """Ticks after one moment up to and including another, the oldest first."""
        ...

    def actions(self, since: date, until: date) -> Iterable[CorporateAction]:
        """Corporate actions with an ex-date from `since` to `until`, the oldest first."""
        ...


def tick_of(
    instrument: str,
    at: datetime,
    price: Decimal,
    half_spread: Decimal,
    volume: Decimal | None = None,
) -> Tick:
    """A tick of a price alone: bid and ask half a spread away, rounded outwards.

    Unit: `half_spread` a fraction of the price.
    """
    step = price_step(price)
    bid = (price * (1 - half_spread) / step).to_integral_value(ROUND_FLOOR) * step
    ask = (price * (1 + half_spread) / step).to_integral_value(ROUND_CEILING) * step
    return Tick(instrument, at, max(bid, _SMALL_STEP), ask, price, volume)


class RecordedTape:
    """Ticks that are all known already; two tapes of the same ticks play the same."""

    def __init__(self, ticks: Iterable[Tick], actions: Iterable[CorporateAction] = ()) -> None:
        self._ticks: Sequence[Tick] = sorted(ticks, key=lambda one: (one.at, one.instrument))
        self._actions = sorted(actions, key=lambda one: (one.on, one.instrument, one.kind))

    def ticks(self, after: datetime, until: datetime) -> Sequence[Tick]:
        """Ticks after one moment up to and including another, the oldest first."""
        at = attrgetter("at")
        first = bisect_right(self._ticks, after, key=at)
        return self._ticks[first : bisect_right(self._ticks, until, lo=first, key=at)]

    def actions(self, since: date, until: date) -> Iterable[CorporateAction]:
        """Corporate actions with an ex-date in between, both included."""
        return (one for one in self._actions if since <= one.on <= until)


class QuoteTape:
    """Ticks of a feed of live quotes: a new quote is a tick, an old one none.

    Unit: an ask or bid size of zero says nothing of how much trades.
    """

    def __init__(
        self,
        feed: QuoteFeed,
        instruments: Sequence[str],
        actions: Iterable[CorporateAction] = (),
    ) -> None:
        self._feed, self._instruments = feed, tuple(instruments)
        self._actions = tuple(sorted(actions, key=lambda one: (one.on, one.instrument)))

    def ticks(self, after: datetime, until: datetime) -> Sequence[Tick]:
        """The quotes that are newer than `after`, the oldest first."""
        quotes = self._feed.quotes(self._instruments, until)
        new = (_quoted(one) for one in quotes.values() if after < one.at <= until)
        return sorted(new, key=lambda one: (one.at, one.instrument))

    def actions(self, since: date, until: date) -> Iterable[CorporateAction]:
        """Corporate actions with an ex-date in between, both included."""
        return (one for one in self._actions if since <= one.on <= until)


def _quoted(quote: Quote) -> Tick:
    sizes = [size for size in (quote.bid_size, quote.ask_size) if size > 0]
    volume = min(sizes) if sizes else None
    return Tick(quote.instrument, quote.at, quote.bid, quote.ask, quote.middle, volume)


def daily_tape(
    history: MarketHistory | PriceHistory,
    sessions: Sessions,
    half_spread: Decimal,
    actions: Iterable[CorporateAction] = (),
    half_spreads: Mapping[str, Decimal] | None = None,
) -> RecordedTape:
    """Daily prices as ticks at the open and at the close; a day that is no session is left out.

    Where the open is not known, the session opens at the close before.  A day's volume, where it is
    known, is had half at the open and half at the close.
    Unit: `half_spread` a fraction of the price, `half_spreads` of single instruments.
    """
    ticks: list[Tick] = []
    spreads = half_spreads or {}
    for column, name in enumerate(history.instruments):
        spread, before = spreads.get(name, half_spread), None
        for row, day in enumerate(history.dates):
            session, bar = sessions.hours(day), _bar(history, row, column)
            if session is not None:
                ticks += _ticks_of(name, session, bar, before, spread)
            before = bar.close if bar.close is not None else before
    return RecordedTape(ticks, actions)


@dataclass(frozen=True, slots=True)
class _Bar:
    open: Decimal | None
    close: Decimal | None
    volume: Decimal | None


def _bar(history: MarketHistory | PriceHistory, row: int, column: int) -> _Bar:
    if isinstance(history, PriceHistory):
        return _Bar(None, _known(history.closes[row][column]), None)
    opened, closed = history.open[row][column], history.close[row][column]
    volume = float(history.volume[row][column])
    units = None if isnan(volume) or volume <= 0 else Decimal(int(volume))
    return _Bar(_known(opened), _known(closed), units)


def _known(price: float) -> Decimal | None:
    """A float price as the exact price that it stands for, at most four places; none for `nan`."""
    number = float(price)
    return None if isnan(number) or number <= 0 else Decimal(f"{number:.4f}").normalize() + 0


def _ticks_of(
    name: str, session: Session, bar: _Bar, before: Decimal | None, spread: Decimal
) -> Iterable[Tick]:
    half = None if bar.volume is None else (bar.volume / 2).to_integral_value(ROUND_FLOOR)
    opened = bar.open if bar.open is not None else before
    if opened is not None and bar.close is not None:
        yield tick_of(name, session.opens, opened, spread, half)
    if bar.close is not None:
        yield tick_of(name, session.closes, bar.close, spread, half)
