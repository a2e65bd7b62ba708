"""The lines of a federal bill: what each kind of income adds to each tax, and the steps before.

Kinds are laid on the household's other income in the order in which the law stacks them: what the
rate schedule taxes first, then qualified dividends, then long-term gains on top.  Each tax is
rounded once; its lines are differences of rounded sums, so that they add up to it.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from trimtab.model.money import ZERO, cents, total
from trimtab.model.taxes import TaxLine, TaxProfile, YearIncome
from trimtab.taxes._netting import Netted
from trimtab.taxes._us_income import Income, UsYear

__all__ = ["bill_lines", "bill_steps"]


def bill_steps(
    profile: TaxProfile, income: YearIncome, netted: Netted, sales: str
) -> Iterator[TaxLine]:
    """From gains and losses to what is taxed, steps of zero left out.

    `sales` names where the gains come from that are not in the profile.
    """
    done = profile.realized
    every = (
        ("short-term, year to date", done.short, "26 USC 1222(1)-(2)"),
        (f"short-term, {sales}", income.short, "26 USC 1222(1)-(2)"),
        ("short-term loss carried in", -done.carry_short, "26 USC 1212(b)(1)(A)"),
        ("long-term, year to date", done.long, "26 USC 1222(3)-(4)"),
        (f"long-term, {sales}", income.long, "26 USC 1222(3)-(4)"),
        ("long-term loss carried in", -done.carry_long, "26 USC 1212(b)(1)(B)"),
        ("loss of one term set against gain of the other", netted.offset, "26 USC 1222(9)-(11)"),
        ("short-term gain taxed", netted.short_gain, "26 USC 1(j)"),
        ("long-term gain taxed", netted.long_gain, "26 USC 1(h)"),
        ("net loss deducted from ordinary income", netted.deduction, "26 USC 1211(b)"),
        ("short-term loss carried out", netted.carry_short, "26 USC 1212(b)(1)(A)"),
        ("long-term loss carried out", netted.carry_long, "26 USC 1212(b)(1)(B)"),
        ("qualified dividends", income.qualified_dividends, "26 USC 1(h)(11)"),
        ("ordinary dividends", income.ordinary_dividends, "26 USC 61(a)(7)"),
        ("interest", income.interest, "26 USC 61(a)(4)"),
    )
    for text, amount, source in every:
        if amount != 0:
            yield TaxLine(text, amount, source)


def bill_lines(year: UsYear, income: YearIncome, netted: Netted) -> Iterator[TaxLine]:
    """What the investments add to each tax; lines of zero left out but for the 0 % bracket."""
    yield from _federal_lines(year, income, netted)
    base, every = year.base, year.with_yield(income).base.with_gains(netted)
    if amount := cents(year.investment_tax(every) - year.investment_tax(base)):
        text = "net investment income tax, 3.8 %"
        if year.assumed_agi:
            text += " (modified AGI taken as taxable income plus the standard deduction)"
        yield TaxLine(text, amount, "26 USC 1411")
    if amount := cents(year.state(every) - year.state(base)):
        yield TaxLine("state tax", amount, "rate given")


def _federal_lines(year: UsYear, income: YearIncome, netted: Netted) -> Iterator[TaxLine]:
    """Income tax by kind: the schedule's kinds one by one, then what stands on top by bracket."""
    table = "rates given" if year.table is None else f"26 USC 1(j); {year.table.source}"
    start, billed = year.federal(year.base), ZERO
    below = year.base
    gain = "deducted loss" if netted.deduction else "short-term gain"
    for text, amount in (
        ("ordinary dividends", income.ordinary_dividends),
        ("interest", income.interest),
        (gain, netted.short_gain - netted.deduction),
    ):
        if amount:
            below = below.plus(amount)
            tax = cents(year.federal(below) - start) - billed
            billed += tax
            yield TaxLine(f"{text} at ordinary rates", tax, table)
    dividends = below.plus(dividends=income.qualified_dividends)
    for text, lower, upper in (
        ("qualified dividends", below, dividends),
        ("long-term gain", dividends, dividends.plus(long_gain=netted.long_gain)),
    ):
        if upper != lower:
            tax = cents(year.federal(upper) - start) - billed
            billed += tax
            yield from _stacked_lines(year, text, lower, upper, tax)


def _stacked_lines(
    year: UsYear, text: str, lower: Income, upper: Income, tax: Decimal
) -> Iterator[TaxLine]:
    """Income at 0/15/20 % by bracket, or in one line where no bracket table says more."""
    if year.table is None:
        yield TaxLine(f"{text} at the rate given", tax, "rates given")
        return
    source = f"26 USC 1(h)(1); {year.table.source}"
    floor, top = _taxable(lower), _taxable(upper)
    slices = year.table.slices(floor, top - floor)
    stacked = total(rate * part for rate, part in slices)
    if cents(stacked) != cents(year.federal(upper) - year.federal(lower)):
        # the schedule's own tax is lower, so the law takes that
        yield TaxLine(f"{text}, at the lower ordinary rates", tax, source)
        return
    left = tax
    for k, (rate, part) in enumerate(slices):
        amount = left if k == len(slices) - 1 else cents(rate * part)
        left -= amount
        yield TaxLine(f"{text} of {part:,.2f} at {rate * 100:.0f} %", amount, source)


def _taxable(income: Income) -> Decimal:
    return max(ZERO, income.ordinary + income.dividends + income.long_gain)
