"""What a tax year has realised so far: what the mandate states, and the sales recorded since.

A household that trades by itself outgrows what somebody once wrote down.  Where the mandate says up
to which day its figures count every sale (`tax.realized_until`), the sales of `trades.csv` after it
are added, so that each plan sees the year as it is.

Errors: none; a sale whose gain or term is not recorded is a finding, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Term
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Side, Snapshot, TradeRecord

__all__ = ["with_sales"]

CLAUSE = "tax.realized_until"


def with_sales(mandate: Mandate, snapshot: Snapshot) -> tuple[Mandate, tuple[Finding, ...]]:
    """The mandate whose gains of the year are those up to the snapshot's day, and what they lack.

    Figures that are stated for an earlier year do not count in a later one.  Asked again with the
    answer, it adds nothing.
    Unit: base currency.
    Source: 26 USC 1222; 26 USC 1091 for the part of a loss that is disallowed.
    """
    stated = mandate.tax.realized
    if stated.until is None or stated.until >= snapshot.as_of:
        return mandate, ()
    year = mandate.tax.year or snapshot.as_of.year
    sums = {Term.SHORT: ZERO, Term.LONG: ZERO}
    if stated.until.year == year:
        sums = {Term.SHORT: stated.short, Term.LONG: stated.long}
    unknown = 0
    for one in _sales_since(stated.until, snapshot, year):
        if one.term is None or one.gain is None:
            unknown += 1
        else:
            sums[one.term] += _allowed(one, one.gain)
    realized = replace(stated, short=sums[Term.SHORT], long=sums[Term.LONG], until=snapshot.as_of)
    findings = (_unknown(unknown),) if unknown else ()
    return replace(mandate, tax=replace(mandate.tax, realized=realized)), findings


def _sales_since(until: date, snapshot: Snapshot, year: int) -> Iterator[TradeRecord]:
    """The taxed sales of the year after a day."""
    taxable = {one.id for one in snapshot.household.accounts if one.wrapper.is_taxable}
    for one in snapshot.trades:
        is_counted = one.on > until and one.on.year == year
        if is_counted and one.side is Side.SELL and one.account in taxable:
            yield one


def _allowed(sale: TradeRecord, gain: Decimal) -> Decimal:
    """A sale's gain without the part of a loss that a wash sale disallows."""
    if gain >= 0 or not sale.quantity:
        return gain
    return gain * (sale.quantity - sale.washed_quantity) / sale.quantity


def _unknown(count: int) -> Finding:
    return Finding(
        "sale_without_gain",
        Severity.WARNING,
        "trades.csv",
        f"of {count} sale{'' if count == 1 else 's'} of the year no gain or no term is known; "
        "the year's tax is counted without",
        remedy="write gain and term beside it, or state the year's gains up to a later day",
        clause=CLAUSE,
    )
