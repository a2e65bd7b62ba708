"""What a session offers an order: the price of its moment, and a part of the volume.

Nothing is offered without a price of the day.  Where the data lacks the open, the volume-weighted
price or the volume that was asked for, a finding says what stood in for it.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.results import FillRecord
from trimtab.drivers.backtest.settings import BacktestSettings, FillTiming
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO

__all__ = ["Offer", "Offers"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A price, and no more than so many units; `why` says where that limit comes from."""

    price: Decimal
    most: Decimal
    why: str


class Offers:
    """The offers of one session after the other."""

    def __init__(self, market: MarketDays, settings: BacktestSettings) -> None:
        self.market, self.settings = market, settings
        self.findings: list[Finding] = []
        self._t = -1
        self._taken: dict[str, Decimal] = {}

    def open(self, t: int) -> None:
        """Begin a session, of whose volume nothing is taken yet."""
        self._t, self._taken = t, {}

    def to(self, record: FillRecord) -> Offer | None:
        """What an order is offered, none where its instrument has no price of its own today."""
        t, column = self._t, self.market.column[record.instrument]
        if not self.market.own[t, column]:
            return None
        close = float(self.market.close[t, column])
        price, what = close, ""
        match self.settings.fill:
            case FillTiming.NEXT_OPEN:
                price, what = float(self.market.open[t, column]), "opening price"
            case FillTiming.NEXT_VWAP:
                price, what = float(self.market.vwap[t, column]), "volume-weighted price"
        if not np.isfinite(price):
            price = close
            self._note_unknown(record, f"no {what}", "filled at the close")
        most, why = self._room(column, record)
        return Offer(Decimal(repr(price)), most, why)

    def _room(self, column: int, record: FillRecord) -> tuple[Decimal, str]:
        """What the participation limit leaves of the session's volume."""
        limit = self.settings.participation_max
        if limit is None:
            return record.ordered, ""
        volume = float(self.market.volume[self._t, column])
        if not np.isfinite(volume):
            self._note_unknown(record, "no volume", "filled without regard to the limit on it")
            return record.ordered, ""
        room = Decimal(limit * volume) - self._taken.get(record.instrument, ZERO)
        return max(ZERO, room), f"the limit is {limit:.0%} of a volume of {volume:,.0f}"

    def taken(self, record: FillRecord) -> None:
        """Count what was filled against the session's volume."""
        name = record.instrument
        self._taken[name] = self._taken.get(name, ZERO) + record.quantity

    def _note_unknown(self, record: FillRecord, what: str, so: str) -> None:
        """Something that the data does not say, and what was done instead."""
        self.findings.append(
            Finding(
                "fill_data",
                Severity.NOTE,
                record.instrument,
                f"has {what} on {record.on}: its orders were {so}",
                remedy="give the data, or choose another moment for fills",
            )
        )
