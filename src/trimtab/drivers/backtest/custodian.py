"""The custodian: what happens to an account without any order.

Interest on cash, splits, dividends (paid on the ex-date, as cash or more units), and instruments
without a price for too long, whose last price is paid out.  Every one of them is an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import numpy as np

from trimtab.books.entries import dividend, interest, reinvestment
from trimtab.books.lot_entries import split
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.sales import SalesDesk
from trimtab.drivers.backtest.settings import BacktestSettings, Dividends
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, total

__all__ = ["Custodian", "PaidDividend", "SplitDone"]

REINVESTED_STEP = Decimal("0.000001")
DAYS_A_YEAR = 365
SPLIT_DENOMINATOR_MAX = 10_000


@dataclass(frozen=True, slots=True)
class PaidDividend:
    """A dividend as it was paid into one account, with the lots that it was paid on."""

    account: str
    instrument: str
    on: date
    amount: Decimal
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class SplitDone:
    """A split: `new` units for every `old` of an instrument."""

    instrument: str
    new: int
    old: int


class Custodian:
    """Keeps the accounts: events of instruments, and interest."""

    def __init__(
        self,
        holdings: Holdings,
        market: MarketDays,
        sessions: range,
        settings: BacktestSettings,
        desk: SalesDesk,
    ) -> None:
        self.holdings, self.market, self.settings = holdings, market, settings
        self.sessions, self.desk = sessions, desk
        self.interest_owed: dict[str, float] = {}
        self.findings: list[Finding] = []

    def open_session(self, t: int) -> None:
        """What settles, interest for the days since the last session, and what has lapsed."""
        self.holdings.settle(t)
        if self.settings.cash_rate and t > self.sessions.start:
            self._accrue((self.market.dates[t] - self.market.dates[t - 1]).days)
        if self.market.gap_days[t]:
            self._pay_out_lapsed(t)

    def split(self, t: int) -> list[SplitDone]:
        """The splits of a session, whether held or not; what is held changes its units."""
        on, ratios, done = self.market.dates[t], self.market.split[t], []
        held = {lot.instrument for lot in self.holdings.lots}
        for column in np.flatnonzero(ratios != 1.0).tolist():
            name = self.market.instruments[column]
            ratio = Fraction(float(ratios[column])).limit_denominator(SPLIT_DENOMINATOR_MAX)
            one = SplitDone(name, ratio.numerator, ratio.denominator)
            done.append(one)
            if name in held:
                books, entry_id = self.holdings.ledger.view(), self.holdings.next_id(on, "split")
                entry_id = f"{entry_id} {name}"
                self.holdings.book(split(entry_id, on, books, name, one.new, one.old))
        return done

    def dividends_owed(self, t: int) -> list[PaidDividend]:
        """The dividends of a session, each per unit held on the eve: ask before its splits."""
        on, rates, ledger = self.market.dates[t], self.market.dividend[t], self.holdings.ledger
        owed = []
        for column in np.flatnonzero(rates > 0.0).tolist():
            name, rate = self.market.instruments[column], Decimal(repr(float(rates[column])))
            for account in self.holdings.accounts:
                lots = ledger.lots_of(name, account)
                amount = cents(rate * total(lot.quantity for lot in lots))
                if amount > 0:
                    owed.append(PaidDividend(account, name, on, amount, lots))
        return owed

    def pay(self, t: int, paid: PaidDividend) -> PaidDividend:
        """Pay a dividend as cash, or as more of the same where that is wanted and can be had."""
        holdings, on = self.holdings, paid.on
        column = self.market.column[paid.instrument]
        entry_id = holdings.next_id(on, f"dividend {paid.instrument}")
        wanted = self.settings.dividends is Dividends.REINVEST
        if wanted and self.market.own[t, column]:
            price = Decimal(repr(float(self.market.close[t, column])))
            units = (paid.amount / price).quantize(REINVESTED_STEP, rounding=ROUND_DOWN)
            if units > 0:
                lot_id = holdings.ledger.free_lot_id(entry_id)
                lot = Lot(
                    lot_id, paid.account, paid.instrument, units, paid.amount, on, reinvested=True
                )
                holdings.book(reinvestment(entry_id, on, lot, holdings.base))
                return paid
        if wanted:
            self.findings.append(_not_reinvested(paid))
        where = (paid.account, holdings.base, paid.amount, paid.instrument)
        holdings.book(dividend(entry_id, on, *where))
        return paid

    def _pay_out_lapsed(self, t: int) -> None:
        """Pay out what has had no price for longer than the settings let the last one stand.

        Bankruptcies and mergers for cash are both a last price; a share exchange is not known to a
        price file and is paid out like them.
        """
        limit, ages = self.settings.forward_fill_sessions_max, self.market.age[t]
        held = self.holdings.units.any(axis=0)
        for column in np.flatnonzero((ages > limit) & held).tolist():
            name, age = self.market.instruments[column], int(ages[column])
            price = Decimal(repr(float(self.market.close[t, column])))
            for account in self.holdings.accounts:
                lots = self.holdings.ledger.lots_of(name, account)
                if lots:
                    self._pay_out(t, age, lots, price)

    def _pay_out(self, t: int, age: int, lots: Sequence[Lot], price: Decimal) -> None:
        on, name, account = self.market.dates[t], lots[0].instrument, lots[0].account
        units = [LotUnits(lot.id, lot.quantity) for lot in lots]
        proceeds = cents(price * total(lot.quantity for lot in lots))
        self.desk.sell(on, units, proceeds, f"end {name}")
        self.findings.append(
            Finding(
                "instrument_ended",
                Severity.WARNING,
                name,
                f"has had no price since {self.market.dates[t - age]}; on {on} {account} was paid "
                f"{proceeds:,.2f} for it, its last price",
                actual=f"{age} sessions without a price",
                bound=f"{self.settings.forward_fill_sessions_max} sessions",
                remedy="give the prices that are missing, or let the last one stand for longer; a "
                "merger for shares is a change of symbol",
            )
        )

    def _accrue(self, days: int) -> None:
        """Interest on the cash that lay overnight."""
        for account, cash in zip(
            self.holdings.accounts, self.holdings.cash_amounts.tolist(), strict=True
        ):
            earned = max(cash, 0.0) * self.settings.cash_rate * days / DAYS_A_YEAR
            self.interest_owed[account] = self.interest_owed.get(account, 0.0) + earned

    def credit_interest(self, t: int) -> Decimal:
        """Pay interest on the last session of a month, and on the last of all; what was paid."""
        on, paid = self.market.dates[t], ZERO
        if not self.settings.cash_rate:
            return paid
        if self.market.following(t).month == on.month and t + 1 < self.sessions.stop:
            return paid
        for account, owed in self.interest_owed.items():
            amount = cents(Decimal(owed))
            if amount > 0:
                entry_id = self.holdings.next_id(on, f"interest {account}")
                base = self.holdings.base
                self.holdings.book(interest(entry_id, on, account, base, amount))
                self.interest_owed[account] = owed - float(amount)
                paid += amount
        return paid


def _not_reinvested(paid: PaidDividend) -> Finding:
    return Finding(
        "not_reinvested",
        Severity.NOTE,
        paid.instrument,
        f"its dividend of {paid.amount:,.2f} in {paid.account} on {paid.on} stayed in cash: there "
        "was no price to buy at, or it was too small",
    )
