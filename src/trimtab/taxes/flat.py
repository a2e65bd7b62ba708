"""One rate on every capital gain, whatever the income and however long it was held.

The rule of many countries outside the United States, and the plainest one to compare with.  Losses
offset gains of the same year; what is left is carried into later years where the regime says so.
Dividends and interest pay the same rate, and no loss takes anything off them.

Errors: `InputError` where the profile gives two different rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, total
from trimtab.model.taxes import (
    Instalment,
    TaxBill,
    TaxCurve,
    TaxLine,
    TaxProfile,
    TaxTable,
    YearIncome,
)
from trimtab.taxes._base import BusinessDay, next_weekday, order_lots
from trimtab.taxes._netting import net_gains

__all__ = ["PLUGIN", "Flat"]


@dataclass(frozen=True, slots=True)
class Flat:
    """One rate on net gains.

    Unit: `rate` a fraction of one, used where the profile gives no `short_rate`; the profile's
    `state_rate` comes on top.
    """

    name: ClassVar[str] = "flat"
    rate: Decimal = Decimal("0.25")
    carry_losses: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ValueError(f"rate is {self.rate}; it must be at least 0 and below 1")

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """The one rate for both terms; it is the same at every position."""
        rate = self._rate(profile)
        net_short, net_long = _position(profile)
        carried = float(profile.carry_value * rate) if self.carry_losses else 0.0
        return TaxCurve(
            short_rate=float(rate),
            long_rate=float(rate),
            carry_short_rate=carried,
            carry_long_rate=carried,
            net_short=float(net_short),
            net_long=float(net_long),
        )

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """The rate times the year's net gain; a net loss saves nothing this year."""
        return self.assess_year(profile, YearIncome(short, long), as_of)

    def assess_year(self, profile: TaxProfile, income: YearIncome, as_of: date) -> TaxBill:
        """The rate times net gain, dividends and interest."""
        rate = self._rate(profile)
        done_short, done_long = _position(profile)
        net_short, net_long = done_short + income.short, done_long + income.long
        netted = net_gains(net_short, net_long, ZERO)
        lost = netted.carry_short + netted.carry_long
        kept = profile.carry_value * rate if self.carry_losses else ZERO
        lines = tuple(_lines(rate, netted.short_gain + netted.long_gain, income))
        marginal = kept if lost > 0 else rate
        return TaxBill(
            tax=total(line.amount for line in lines),
            net_short=net_short,
            net_long=net_long,
            deduction=ZERO,
            carry_short=netted.carry_short if self.carry_losses else ZERO,
            carry_long=netted.carry_long if self.carry_losses else ZERO,
            lines=lines,
            carry_worth=cents(kept * lost),
            marginal_short=marginal,
            marginal_long=marginal,
        )

    def table(self, profile: TaxProfile, year: int) -> TaxTable:
        """The one rate."""
        rate = float(self._rate(profile))
        return TaxTable(
            (),
            (rate,),
            (),
            (rate,),
            graduated=False,
            carry_value=float(profile.carry_value) if self.carry_losses else 0.0,
            carries=self.carry_losses,
        )

    def instalments(
        self,
        profile: TaxProfile,
        year: int,
        prior_tax: Decimal | None,
        prior_agi: Decimal | None = None,
        business_day: BusinessDay = next_weekday,
    ) -> tuple[Instalment, ...]:
        """None: the whole tax is paid when the year is settled."""
        return ()

    def settlement_day(self, year: int, business_day: BusinessDay = next_weekday) -> date:
        """15 April of the year after, as in the United States, so that the two compare."""
        return business_day(date(year + 1, 4, 15))

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """Dividends at the flat rate in taxable accounts, nothing in shelters."""
        return float(instrument.dividend_yield * self._rate(profile)) if wrapper.is_taxable else 0.0

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """Nothing: withdrawals are not part of this regime."""
        return 0.0

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots in the profile's order."""
        rate = self._rate(profile)
        return order_lots(lots, profile.relief, unit_value, as_of, rate, rate)

    def _rate(self, profile: TaxProfile) -> Decimal:
        short, long = profile.short_rate, profile.long_rate
        if long is not None and long != short:
            raise InputError(
                "[tax]",
                f"short_rate {short} and long_rate {long} differ",
                "the flat regime has one rate",
                "give short_rate alone, or choose another regime",
            )
        return (self.rate if short is None else short) + profile.state_rate


def _lines(rate: Decimal, gain: Decimal, income: YearIncome) -> Iterator[TaxLine]:
    """What is taxed, kind by kind, kinds of zero left out."""
    for text, amount in (
        ("net gain", gain),
        ("dividends", income.qualified_dividends + income.ordinary_dividends),
        ("interest", income.interest),
    ):
        if amount:
            yield TaxLine(f"{text} of {amount:,.2f} at the flat rate", cents(rate * amount))


def _position(profile: TaxProfile) -> tuple[Decimal, Decimal]:
    done = profile.realized
    return done.short - done.carry_short, done.long - done.carry_long


PLUGIN = Flat
