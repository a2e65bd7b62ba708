"""The United States: federal income tax on capital gains, the 3.8 % tax, and a state's flat rate.

Gains and losses net within and across terms; up to $3,000 of a net loss reduces ordinary income and
the rest is carried by character.  Gains stack on top of ordinary income, so that long-term ones
fill the 0/15/20 % brackets above it.  Not covered: the alternative minimum tax, the 25 % and 28 %
rates, itemised deductions that move with income, and states that deny carry-forwards.

Errors: `InputError` for a profile without income or rates, and for a year without a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, total
from trimtab.model.taxes import TaxBill, TaxCurve, TaxLine, TaxProfile
from trimtab.taxes._base import order_lots
from trimtab.taxes._netting import Netted, net_gains
from trimtab.taxes._us_figures import LOSS_LIMIT, loss_limit
from trimtab.taxes._us_income import STEP, Income, UsYear, us_year

__all__ = ["PLUGIN", "UsFederal"]

TAXED_AT_WITHDRAWAL = frozenset({Wrapper.TRADITIONAL, Wrapper.WORKPLACE})


@dataclass(frozen=True, slots=True)
class _Rates:
    """Marginal rates around a position, all taxes together."""

    short: Decimal
    long: Decimal
    ordinary: Decimal


@dataclass(frozen=True, slots=True)
class UsFederal:
    """US federal income tax, net investment income tax and a flat state rate."""

    name: ClassVar[str] = "us_federal"

    def curve(
        self, profile: TaxProfile, as_of: date, short: Decimal = ZERO, long: Decimal = ZERO
    ) -> TaxCurve:
        """Marginal rates around today's position, moved by these net gains."""
        year = us_year(profile, as_of.year)
        rates = _rates(year, *_position(profile, short, long))
        net_short, net_long = _position(profile)
        return TaxCurve(
            short_rate=float(rates.short),
            long_rate=float(rates.long),
            ordinary_rate=float(rates.ordinary),
            ordinary_limit=float(_limit(profile)),
            carry_short_rate=float(profile.carry_value * rates.short),
            carry_long_rate=float(profile.carry_value * rates.long),
            net_short=float(net_short),
            net_long=float(net_long),
        )

    def assess(self, profile: TaxProfile, short: Decimal, long: Decimal, as_of: date) -> TaxBill:
        """The year's bill with these net gains on top of what is realised."""
        year, limit = us_year(profile, as_of.year), _limit(profile)
        net_short, net_long = _position(profile, short, long)
        netted = net_gains(net_short, net_long, limit)
        rates = _rates(year, net_short, net_long)
        lines = tuple(_lines(year, netted))
        return TaxBill(
            tax=total(line.amount for line in lines),
            net_short=net_short,
            net_long=net_long,
            deduction=netted.deduction,
            carry_short=netted.carry_short,
            carry_long=netted.carry_long,
            lines=lines,
            steps=tuple(_steps(profile, short, long, netted)),
            carry_worth=cents(_worth(profile, rates, netted)),
            marginal_short=_marginal(year, rates, net_short, net_long, STEP, ZERO),
            marginal_long=_marginal(year, rates, net_short, net_long, ZERO, STEP),
        )

    def location_drag(
        self, profile: TaxProfile, instrument: Instrument, wrapper: Wrapper, as_of: date
    ) -> float:
        """Dividends at today's marginal rates in taxable accounts, nothing in shelters."""
        if not wrapper.is_taxable or instrument.dividend_yield == 0:
            return 0.0
        qualified, ordinary = _dividend_rates(profile, as_of.year)
        part = instrument.qualified_fraction
        rate = part * qualified + (1 - part) * ordinary
        return float(instrument.dividend_yield * rate)

    def withdrawal_rate(self, profile: TaxProfile, wrapper: Wrapper, as_of: date) -> float:
        """The ordinary rate on pre-tax accounts; nothing on the others used for their purpose.

        A withdrawal is no investment income, but it can lift modified AGI over the threshold.
        Penalties on early withdrawals (26 USC 72(t)) depend on age and are not in it.
        Source: 26 USC 408(d)(1), 1411(c)(5).
        """
        if wrapper not in TAXED_AT_WITHDRAWAL:
            return 0.0
        year = us_year(profile, as_of.year)
        start = year.base.with_gains(net_gains(*_position(profile), _limit(profile)))
        return float(year.marginal(start, start.plus(STEP, investment=False)))

    def relief_order(
        self, profile: TaxProfile, lots: Sequence[Lot], unit_value: Decimal, as_of: date
    ) -> tuple[Lot, ...]:
        """The lots in the profile's order; least tax first uses today's marginal rates."""
        rates = _rates(us_year(profile, as_of.year), *_position(profile))
        return order_lots(lots, profile.relief, unit_value, as_of, rates.short, rates.long)


def _position(
    profile: TaxProfile, short: Decimal = ZERO, long: Decimal = ZERO
) -> tuple[Decimal, Decimal]:
    """The year's nets within each term, carry-forwards taken off."""
    done = profile.realized
    return done.short - done.carry_short + short, done.long - done.carry_long + long


def _limit(profile: TaxProfile) -> Decimal:
    if profile.ordinary_income is None:
        return LOSS_LIMIT[profile.filing_status]
    return loss_limit(profile.filing_status, profile.ordinary_income)


def _rates(year: UsYear, short: Decimal, long: Decimal) -> _Rates:
    """Marginal rates where gains begin to be taxed, and where a loss is deducted.

    In a window of about $125 the schedule's 12 % reaches above the 0 % bracket for gains, so that
    a short-term dollar there costs less than a long-term one; the curve takes the higher rate.
    """
    limit = _limit(year.profile)
    netted = net_gains(short, long, limit)
    gains = year.base.plus(netted.short_gain, long_gain=netted.long_gain)
    kept = year.base.with_gains(netted)
    long_rate = year.marginal(gains, gains.plus(long_gain=STEP))
    short_rate = year.marginal(gains, gains.plus(STEP))
    full = netted.deduction == limit and limit > 0
    below, above = (kept, kept.plus(STEP)) if full else (kept.plus(-STEP), kept)
    return _Rates(max(short_rate, long_rate), long_rate, year.marginal(below, above))


def _worth(profile: TaxProfile, rates: _Rates, netted: Netted) -> Decimal:
    lost = rates.short * netted.carry_short + rates.long * netted.carry_long
    return profile.carry_value * lost


def _marginal(
    year: UsYear,
    rates: _Rates,
    short: Decimal,
    long: Decimal,
    more_short: Decimal,
    more_long: Decimal,
) -> Decimal:
    """What a step of gain costs, a carry-forward that it uses up included."""

    def cost(netted: Netted) -> Decimal:
        worth = _worth(year.profile, rates, netted)
        return year.total(year.base.with_gains(netted)) - worth

    limit = _limit(year.profile)
    before = net_gains(short, long, limit)
    after = net_gains(short + more_short, long + more_long, limit)
    return (cost(after) - cost(before)) / STEP


@lru_cache(maxsize=256)
def _dividend_rates(profile: TaxProfile, as_of_year: int) -> tuple[Decimal, Decimal]:
    """Marginal rates on a qualified and on an ordinary dividend."""
    year = us_year(profile, as_of_year)
    start = year.base.with_gains(net_gains(*_position(profile), _limit(profile)))
    qualified = year.marginal(start, start.plus(dividends=STEP))
    return qualified, year.marginal(start, start.plus(STEP))


def _steps(profile: TaxProfile, short: Decimal, long: Decimal, netted: Netted) -> Iterator[TaxLine]:
    """From gains and losses to what is taxed, steps of zero left out."""
    done = profile.realized
    every = (
        ("short-term, year to date", done.short, "26 USC 1222(1)-(2)"),
        ("short-term, this plan", short, "26 USC 1222(1)-(2)"),
        ("short-term loss carried in", -done.carry_short, "26 USC 1212(b)(1)(A)"),
        ("long-term, year to date", done.long, "26 USC 1222(3)-(4)"),
        ("long-term, this plan", long, "26 USC 1222(3)-(4)"),
        ("long-term loss carried in", -done.carry_long, "26 USC 1212(b)(1)(B)"),
        ("loss of one term set against gain of the other", netted.offset, "26 USC 1222(9)-(11)"),
        ("short-term gain taxed", netted.short_gain, "26 USC 1(j)"),
        ("long-term gain taxed", netted.long_gain, "26 USC 1(h)"),
        ("net loss deducted from ordinary income", netted.deduction, "26 USC 1211(b)"),
        ("short-term loss carried out", netted.carry_short, "26 USC 1212(b)(1)(A)"),
        ("long-term loss carried out", netted.carry_long, "26 USC 1212(b)(1)(B)"),
    )
    for text, amount, source in every:
        if amount != 0:
            yield TaxLine(text, amount, source)


def _lines(year: UsYear, netted: Netted) -> Iterator[TaxLine]:
    """What the gains add to each tax; lines of zero left out but for the 0 % bracket."""
    base = year.base
    ordinary = base.plus(netted.short_gain - netted.deduction)
    every = ordinary.plus(long_gain=netted.long_gain)
    table = "rates given" if year.table is None else f"26 USC 1(j); {year.table.source}"
    if netted.short_gain or netted.deduction:
        what = "short-term gain" if netted.short_gain else "deducted loss"
        amount = year.federal(ordinary) - year.federal(base)
        yield TaxLine(f"{what} at ordinary rates", cents(amount), table)
    if netted.long_gain:
        yield from _long_lines(year, ordinary, every)
    if amount := cents(year.investment_tax(every) - year.investment_tax(base)):
        text = "net investment income tax, 3.8 %"
        if year.assumed_agi:
            text += " (modified AGI taken as taxable income plus the standard deduction)"
        yield TaxLine(text, amount, "26 USC 1411")
    if amount := cents(year.state(every) - year.state(base)):
        yield TaxLine("state tax", amount, "rate given")


def _long_lines(year: UsYear, below: Income, every: Income) -> Iterator[TaxLine]:
    """Long-term gain by bracket, or in one line where no bracket table says more."""
    amount = year.federal(every) - year.federal(below)
    if year.table is None:
        yield TaxLine("long-term gain at the rate given", cents(amount), "rates given")
        return
    source = f"26 USC 1(h)(1); {year.table.source}"
    floor = max(ZERO, below.ordinary + below.dividends)
    gain = max(ZERO, below.ordinary + below.dividends + every.long_gain) - floor
    slices = year.table.slices(floor, gain)
    stacked = total(rate * part for rate, part in slices)
    if cents(stacked) != cents(amount):  # the schedule's own tax is lower, so the law takes that
        yield TaxLine("long-term gain, at the lower ordinary rates", cents(amount), source)
        return
    left = cents(amount)
    for k, (rate, part) in enumerate(slices):
        tax = left if k == len(slices) - 1 else cents(rate * part)
        left -= tax
        yield TaxLine(f"long-term gain of {part:,.2f} at {rate * 100:.0f} %", tax, source)


PLUGIN = UsFederal
