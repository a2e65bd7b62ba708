"""The custodian: what happens to an account without any order.

Splits, dividends (paid on the ex-date, as cash or more units), interest on cash, the adviser's fee,
and instruments that end, whose last price is paid out.  Every one of them is an entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import numpy as np

from trimtab.books.entries import dividend, fee, interest, reinvestment
from trimtab.books.lot_entries import sell, split
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings, Dividends
from trimtab.drivers.backtest.washes import WashBook
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents
from trimtab.quant.problem import Floats

__all__ = ["Custodian", "PaidDividend"]

REINVESTED_STEP = Decimal("0.000001")
DAYS_A_YEAR = 365
SPLIT_DENOMINATOR_MAX = 10_000
QUARTER_STARTS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class PaidDividend:
    """A dividend as it was paid into one account, with the lots that it was paid on."""

    account: str
    instrument: str
    on: date
    amount: Decimal
    lots: tuple[Lot, ...]


class Custodian:
    """Keeps the accounts: events of instruments, interest and fees."""

    def __init__(
        self,
        holdings: Holdings,
        market: MarketDays,
        settings: BacktestSettings,
        washes: WashBook,
    ) -> None:
        self.holdings, self.market, self.settings = holdings, market, settings
        self.washes = washes
        self.interest_owed: dict[str, float] = {}
        self.last_day: date | None = None
        self.findings: list[Finding] = []
        self.fees = ZERO

    def open_session(self, t: int) -> list[PaidDividend]:
        """Splits, then dividends, then what ended; the dividends paid."""
        self.holdings.settle(t)
        self._pay_out_ended(t)
        if not self.market.event_days[t]:
            return []
        eve = self.holdings.lots  # a dividend is per unit held on the eve, before today's split
        dividends = self._dividends(t, eve)
        self._splits(t)
        return [self._pay(t, one) for one in dividends]

    def _splits(self, t: int) -> None:
        on, ratios = self.market.dates[t], self.market.split[t]
        for column in np.flatnonzero(ratios != 1.0).tolist():
            name = self.market.instruments[column]
            ratio = Fraction(float(ratios[column])).limit_denominator(SPLIT_DENOMINATOR_MAX)
            if not any(lot.instrument == name for lot in self.holdings.lots):
                continue
            new, old = ratio.numerator, ratio.denominator
            books = self.holdings.ledger.view()
            self.holdings.book(
                [split(self.holdings.next_id(on, f"split {name}"), on, books, name, new, old)]
            )

    def _dividends(self, t: int, eve: tuple[Lot, ...]) -> list[PaidDividend]:
        on, rates = self.market.dates[t], self.market.dividend[t]
        found = []
        for column in np.flatnonzero(rates > 0.0).tolist():
            name, rate = self.market.instruments[column], Decimal(repr(float(rates[column])))
            for account in self.holdings.household.accounts:
                lots = tuple(
                    lot for lot in eve if (lot.account, lot.instrument) == (account.id, name)
                )
                amount = cents(rate * sum((lot.quantity for lot in lots), ZERO))
                if amount > 0:
                    found.append(PaidDividend(account.id, name, on, amount, lots))
        return found

    def _pay(self, t: int, paid: PaidDividend) -> PaidDividend:
        """Pay a dividend as cash, or as more of the same where that is wanted and can be had."""
        holdings, on = self.holdings, paid.on
        entry_id = holdings.next_id(on, f"dividend {paid.instrument}")
        column = self.market.column[paid.instrument]
        price = Decimal(repr(float(self.market.close[t, column])))
        reinvests = self.settings.dividends is Dividends.REINVEST and self.market.own[t, column]
        units = (paid.amount / price).quantize(REINVESTED_STEP, rounding=ROUND_DOWN)
        if reinvests and units > 0:
            lot_id = holdings.ledger.free_lot_id(entry_id)
            lot = Lot(
                lot_id, paid.account, paid.instrument, units, paid.amount, on, reinvested=True
            )
            holdings.book([reinvestment(entry_id, on, lot, holdings.base)])
        else:
            where = (paid.account, holdings.base, paid.amount, paid.instrument)
            holdings.book([dividend(entry_id, on, *where)])
        return paid

    def _pay_out_ended(self, t: int) -> None:
        """Pay out what had its last price on the session before.

        Bankruptcies and mergers for cash are both a last price; a share exchange is not known to a
        price file and is paid out like them.
        """
        on = self.market.dates[t]
        for column in self.market.ended(t):
            name = self.market.instruments[column]
            price = Decimal(repr(float(self.market.close[t, column])))
            for account in self.holdings.household.accounts:
                lots = self.holdings.ledger.lots_of(name, account.id)
                if lots:
                    self._pay_out(on, account.id, name, lots, price)

    def _pay_out(
        self, on: date, account: str, name: str, lots: tuple[Lot, ...], price: Decimal
    ) -> None:
        holdings = self.holdings
        units = [LotUnits(lot.id, lot.quantity) for lot in lots]
        proceeds = cents(price * sum((lot.quantity for lot in lots), ZERO))
        entry_id = holdings.next_id(on, f"end {name}")
        entry = sell(entry_id, on, holdings.ledger.view(), units, proceeds, holdings.base)
        for lot in lots:
            if lot.basis is not None:
                part = cents(price * lot.quantity)
                self.washes.sold(lot, lot.quantity, part, lot.basis, on)
        holdings.book([entry])
        self.findings.append(
            Finding(
                "instrument_ended",
                Severity.WARNING,
                name,
                f"has no price from {on} on; {account} was paid its last price of {price:,f}",
                actual=str(on),
                remedy="check what became of it: a merger for shares is a symbol change instead",
            )
        )

    def close_session(self, t: int, next_day: date | None, close: Floats) -> None:
        """Interest up to the next session, credited monthly; the fee on a quarter's first day."""
        on, settings = self.market.dates[t], self.settings
        if settings.cash_rate:
            self._accrue(on, next_day)
        first_of_quarter = self.last_day is not None and (
            on.month in QUARTER_STARTS and self.last_day.month != on.month
        )
        if settings.advisory_fee and first_of_quarter:
            self._charge(on, close)
        self.last_day = on

    def _accrue(self, on: date, next_day: date | None) -> None:
        days = (next_day - on).days if next_day is not None else 0
        ends_month = next_day is None or next_day.month != on.month
        for account in self.holdings.household.accounts:
            cash = float(self.holdings.cash(account.id))
            owed = self.interest_owed.get(account.id, 0.0)
            owed += max(cash, 0.0) * self.settings.cash_rate * days / DAYS_A_YEAR
            amount = cents(Decimal(owed)) if ends_month else ZERO
            if amount > 0:
                entry_id = self.holdings.next_id(on, f"interest {account.id}")
                base = self.holdings.base
                self.holdings.book([interest(entry_id, on, account.id, base, amount)])
                owed -= float(amount)
            self.interest_owed[account.id] = owed

    def _charge(self, on: date, close: Floats) -> None:
        """A quarter of the yearly fee, from the cash of each account on its own value."""
        for account, value in self._account_values(close):
            amount = cents(Decimal(value * self.settings.advisory_fee / 4.0))
            amount = min(amount, max(ZERO, self.holdings.cash(account)))
            if amount > 0:
                entry_id = self.holdings.next_id(on, f"fee {account}")
                base = self.holdings.base
                self.holdings.book([fee(entry_id, on, account, base, amount, "advisory fee")])
                self.fees += amount

    def _account_values(self, close: Floats) -> Iterator[tuple[str, float]]:
        for account in self.holdings.household.accounts:
            held = sum(
                float(lot.quantity) * float(close[self.market.column[lot.instrument]])
                for lot in self.holdings.lots
                if lot.account == account.id
            )
            yield account.id, held + float(self.holdings.cash(account.id))
