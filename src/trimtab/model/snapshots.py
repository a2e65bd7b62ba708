"""Snapshots: all that was known at one moment, nothing later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.accounts import Household
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot, Term
from trimtab.model.money import ZERO, total

__all__ = ["CashBalance", "Price", "PriceGap", "PriceHistory", "Side", "Snapshot", "TradeRecord"]


class Side(StrEnum):
    """Which way a trade goes."""

    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class PriceGap:
    """A later day that has no price: what stands there instead, and where."""

    on: date
    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit of an instrument.

    Unit: `amount` in `currency`; `on` is the session it was seen in, `source` who said so; `gap`
    is the latest day that would have been used instead, had it a price.
    """

    instrument: str
    amount: Decimal
    currency: str
    on: date
    source: str = ""
    gap: PriceGap | None = None


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """Daily closes.

    Shape: `closes[t][k]` is the close of `instruments[k]` on `dates[t]`, `nan` where there is none.
    Unit: each instrument's own currency, adjusted as the feed says in `source`.
    """

    dates: tuple[date, ...]
    instruments: tuple[str, ...]
    closes: Sequence[Sequence[float]]
    source: str


@dataclass(frozen=True, slots=True)
class CashBalance:
    """Cash of one currency in one account; `unsettled` is the part that may not be spent yet."""

    account: str
    currency: str
    amount: Decimal
    unsettled: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """A trade that already happened, as far as taxes still look at it.

    Unit: `quantity` and `amount` (proceeds or cost, base currency) are positive; `gain` is signed,
    before any disallowed loss, and only a sale has one.  `washed_quantity` units of a loss sale are
    disallowed already; `served_quantity` of a sale had replaced others before, and do not again.
    `order` is the purchase that the lot belonged to where that has another
    name, as `Lot.order`: the lot itself may be gone.
    """

    account: str
    instrument: str
    side: Side
    on: date
    quantity: Decimal
    amount: Decimal
    gain: Decimal | None = None
    term: Term | None = None
    lot: str | None = None
    washed_quantity: Decimal = ZERO
    order: str | None = None
    served_quantity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was known at `as_of`.

    Unit: `rates` hold base-currency units for one unit of each foreign currency; `high_water` is
    the highest value that the household had until then, in base currency and adjusted for money
    that came and went since, where somebody keeps count.  `blocked` names accounts in which nothing
    is traded, each with the reason: what they hold is disputed.
    """

    as_of: date
    household: Household
    instruments: Mapping[str, Instrument]
    lots: tuple[Lot, ...]
    cash: tuple[CashBalance, ...]
    prices: Mapping[str, Price]
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    trades: tuple[TradeRecord, ...] = ()
    high_water: Decimal | None = None
    blocked: Mapping[str, str] = field(default_factory=dict)

    def rate(self, currency: str) -> Decimal:
        """Base-currency units for one unit of a currency.

        Refuses: a currency without a rate.
        """
        if currency == self.household.base_currency:
            return Decimal(1)
        if currency not in self.rates:
            raise InputError(
                f"currency {currency}",
                f"no rate to {self.household.base_currency} on {self.as_of}",
                remedy=f"give a price for {currency}{self.household.base_currency}",
            )
        return self.rates[currency]

    def unit_value(self, instrument: str) -> Decimal:
        """The value of one unit in the household's base currency.

        Refuses: an instrument without a price.
        """
        if instrument not in self.prices:
            raise InputError(
                f"instrument {instrument!r}",
                f"no price on or before {self.as_of}",
                remedy="add it to the price file, or sell the position from the lots file",
            )
        price = self.prices[instrument]
        return price.amount * self.rate(price.currency)

    def lot_value(self, lot: Lot) -> Decimal:
        """The value of a lot in base currency."""
        return lot.quantity * self.unit_value(lot.instrument)

    def cash_value(self, account: str | None = None) -> Decimal:
        """Cash of one account, or of all, in base currency."""
        return total(
            balance.amount * self.rate(balance.currency)
            for balance in self.cash
            if account in (None, balance.account)
        )

    def account_value(self, account: str) -> Decimal:
        """Cash and lots of one account in base currency."""
        lots = total(self.lot_value(lot) for lot in self.lots if lot.account == account)
        return lots + self.cash_value(account)

    @property
    def value(self) -> Decimal:
        """The household's total value in base currency."""
        return total(map(self.lot_value, self.lots)) + self.cash_value()
