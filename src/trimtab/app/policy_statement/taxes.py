"""The tax that the rules reckon with, losses that are taken, and how wash sales are read.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, day, listed, share
from trimtab.model.taxes import FilingStatus, ReliefOrder, TaxProfile
from trimtab.model.wash_readings import HoldingReading

__all__ = ["harvest", "profile", "wash_sales"]

REGIMES = {
    "us_federal": "the federal income tax of the United States",
    "flat": "one rate for each kind of gain",
    "none": "no tax at all",
}
FILING = {
    FilingStatus.SINGLE: "single",
    FilingStatus.JOINT: "married, jointly",
    FilingStatus.SEPARATE: "married, separately",
    FilingStatus.HEAD: "head of a household",
}
RELIEF = {
    ReliefOrder.FIFO: "those bought first are sold first",
    ReliefOrder.LIFO: "those bought last are sold first",
    ReliefOrder.HIFO: "those with the highest basis are sold first",
    ReliefOrder.SPECIFIC: "those that are named are sold",
    ReliefOrder.LEAST_TAX: "those that cost the least tax are sold first",
    ReliefOrder.AVERAGE: "mutual funds are sold at their average basis, all else first in, "
    "first out",
}
HOLDING = {
    HoldingReading.ADD_DAYS_HELD: "the days that the sold stock was held are added to those of "
    "what replaces it",
    HoldingReading.BEGIN_WITH_OLD: "what replaces the sold stock counts as held from the day the "
    "old one was",
}


def profile(facts: Facts) -> Iterator[Clause]:
    """Whose rules apply, and what the tax depends on."""
    tax = facts.mandate.tax
    regime = REGIMES.get(tax.regime, f"the rules called {tax.regime}")
    year = f" of {tax.year}" if tax.year is not None else ", of the year of each decision"
    yield Clause("tax.regime", f"Taxes are reckoned by {regime}{year}.")
    yield Clause("tax.filing_status", f"The return is filed as {FILING[tax.filing_status]}.")
    yield from _income(tax, facts)
    yield from _rates(tax)
    yield from _year(tax, facts)
    yield Clause("tax.relief", f"Of several lots, {RELIEF[tax.relief]}.")
    yield Clause(
        "tax.carry_value",
        f"A loss that must wait for later years is counted at {share(tax.carry_value)} of the tax "
        "that it would save.",
    )


def _income(tax: TaxProfile, facts: Facts) -> Iterator[Clause]:
    incomes = (
        ("ordinary_income", tax.ordinary_income, "Taxable income without capital gains"),
        (
            "qualified_dividends",
            tax.qualified_dividends or None,
            "Qualified dividends among that income",
        ),
        (
            "modified_agi",
            tax.modified_agi,
            "Modified adjusted gross income without capital gains",
        ),
        (
            "net_investment_income",
            tax.net_investment_income or None,
            "Interest, dividends and rents of the year",
        ),
    )
    for key, value, words in incomes:
        if value is not None:
            yield Clause(f"tax.{key}", f"{words}: {facts.money(value)}.")


def _rates(tax: TaxProfile) -> Iterator[Clause]:
    rates = (
        ("short_rate", tax.short_rate, "Federal rate on short-term gains, instead of the brackets"),
        ("long_rate", tax.long_rate, "Federal rate on long-term gains, instead of the brackets"),
        ("state_rate", tax.state_rate or None, "The state's rate on gains"),
        ("state_long_rate", tax.state_long_rate, "The state's rate on long-term gains"),
    )
    for key, rate, words in rates:
        if rate is not None:
            yield Clause(f"tax.{key}", f"{words}: {share(rate)}.")


def _year(tax: TaxProfile, facts: Facts) -> Iterator[Clause]:
    figures = (
        ("realized_short", tax.realized.short, "Net short-term gain so far this year"),
        ("realized_long", tax.realized.long, "Net long-term gain so far this year"),
        ("carry_short", tax.realized.carry_short, "Short-term loss carried over"),
        ("carry_long", tax.realized.carry_long, "Long-term loss carried over"),
    )
    for key, value, words in figures:
        if value:
            yield Clause(f"tax.{key}", f"{words}: {facts.money(value)}.")
    if (until := tax.realized.until) is not None:
        told = f"Gains so far are stated up to {day(until)}; recorded sales after it are added."
        yield Clause("tax.realized_until", told)


def harvest(facts: Facts) -> Iterator[Clause]:
    """When a loss is taken for its tax value."""
    rules = facts.mandate.harvest
    terms = (
        f"a lot's loss must reach {facts.money(rules.minimum_loss)} and "
        f"{share(rules.minimum_loss_fraction)} of its basis, {rules.days_held_min} days or more "
        "after the purchase"
    )
    yield Clause(
        "harvest",
        f"Losses are taken for their tax value; {terms}."
        if rules.enabled
        else f"Losses are not taken for their tax value. Where they were, {terms}.",
    )
    if rules.rising_towards_year_end:
        yield Clause(
            "harvest.rising_towards_year_end", "From October on, more is asked of each loss."
        )


def wash_sales(facts: Facts) -> Iterator[Clause]:
    """What counts as the same, what may stand in, and how the law is read."""
    rules = facts.mandate.wash_sales
    for number, group in enumerate(rules.groups, 1):
        text = f"{listed(group)} count as the same thing (26 USC 1091)."
        yield Clause(f"wash_sales.groups.{number}", text)
    for name, others in rules.substitutes.items():
        yield Clause(
            f"wash_sales.substitutes.{name}",
            f"{listed(others, 'or')} may stand in for {name} without being the same.",
        )
    reading = rules.reading
    yield Clause("wash_sales.holding", f"After a wash sale, {HOLDING[reading.holding]}.")
    counted = (
        ("earlier_lots", reading.lots_acquired_earlier, "Shares bought before the sold lot"),
        ("sold_earlier", reading.lots_sold_earlier, "Shares that were gone before the loss"),
        ("sold_same_day", reading.lots_sold_same_day, "Shares sold on the day of the loss"),
    )
    for key, does, words in counted:
        counts = "count as its replacement" if does else "do not count as its replacement"
        yield Clause(f"wash_sales.{key}", f"{words} {counts}.")
    like = "count" if reading.workplace_counts else "do not count"
    yield Clause(
        "wash_sales.workplace",
        f"Purchases in a 401(k), an HSA or a 529 {like} like those in an IRA.",
    )
