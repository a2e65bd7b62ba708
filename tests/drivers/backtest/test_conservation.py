"""No cent appears or vanishes: every day's value is the day before's, and what is known to move it.

The days come from the record, the movements from the journal: two ways to the same number.
"""

from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given

from tests.drivers.backtest.seeded import SEEDS, done, few
from trimtab.books.ledger import Ledger
from trimtab.model.entries import EntryKind, balance_of
from trimtab.model.money import ZERO


@few
@given(SEEDS)
def test_the_journal_replayed_gives_the_same_lots_and_cash(seed):
    drawn, test = done(seed)
    result = test.result()
    ledger = Ledger(drawn.start.books)
    for entry in test.holdings.entries:
        assert balance_of(entry) == {}
        ledger.apply(entry)
    books = ledger.books()
    assert tuple(books.lots.values()) == result.lots
    held = {account: books.cash.get((account, "USD"), ZERO) for account in result.cash}
    assert held == result.cash


@few
@given(SEEDS)
def test_every_days_change_of_value_is_explained_to_the_cent(seed):
    """Price gains on the units of the eve, and what entries brought and took."""
    drawn, test = done(seed)
    market, daily = test.market, test.result().daily
    moved = defaultdict(Decimal)  # cash that came from or went to places outside
    bought = defaultdict(float)  # worth at the close of what trades brought, less what they took
    for entry in test.holdings.entries:
        t = market.dates.index(entry.on)
        for posting in entry.postings:
            if posting.place not in test.holdings.accounts:
                continue
            if posting.lot is None:
                moved[t] += posting.amount
            elif posting.commodity != "USD" and entry.kind is not EntryKind.SPLIT:
                close = market.close[t, market.column[posting.commodity]]
                bought[t] += float(posting.amount) * close
    ledger = Ledger(drawn.start.books)
    by_day = defaultdict(list)
    for entry in test.holdings.entries:
        by_day[entry.on].append(entry)
    before = None
    for row, t in enumerate(test.sessions):
        if before is not None:
            units, value = before
            ratio = market.close[t] * market.split[t]
            gain = np.nan_to_num(units * (ratio - market.close[t - 1])).sum()
            explained = value + gain + float(moved[t]) + bought[t]
            assert daily.value[row] == pytest.approx(explained, abs=0.005)
        for entry in by_day[market.dates[t]]:
            ledger.apply(entry)
        units = np.zeros(len(market.instruments))
        for lot in ledger.lots.values():
            units[market.column[lot.instrument]] += float(lot.quantity)
        before = units, float(daily.value[row])


@few
@given(SEEDS)
def test_the_record_of_flows_income_costs_taxes_and_fees_is_the_journals(seed):
    _, test = done(seed)
    result = test.result()
    daily = result.daily
    sums = defaultdict(Decimal)
    for entry in test.holdings.entries:
        for posting in entry.postings:
            if posting.place in test.holdings.accounts and posting.lot is None:
                sums[entry.kind] += posting.amount
            if entry.kind is EntryKind.REINVESTMENT and posting.place == "income":
                sums[entry.kind] -= posting.amount
    income = sums[EntryKind.DIVIDEND] + sums[EntryKind.INTEREST] + sums[EntryKind.REINVESTMENT]
    assert daily.income.sum() == pytest.approx(float(income), abs=0.005)
    outside = sums[EntryKind.DEPOSIT] + sums[EntryKind.WITHDRAWAL]
    assert daily.flow.sum() - daily.tax_paid.sum() == pytest.approx(float(outside), abs=0.005)
    assert sum(result.fees.values()) == -sums[EntryKind.FEE]
    assert daily.cost.sum() == pytest.approx(
        float(sum(fill.cost for fill in result.fills)), abs=0.005
    )


@few
@given(SEEDS)
def test_gains_of_the_tax_years_are_those_of_the_fills_and_payouts_after_wash_sales(seed):
    _, test = done(seed)
    result, taxable = test.result(), test.holdings.taxable
    gains = sum(
        (sale.gain or ZERO) + sale.disallowed
        for fill in result.fills
        if fill.account in taxable
        for sale in fill.lots
    )
    paid_out = {
        (posting.lot, entry.on)
        for entry in test.holdings.entries
        if " end " in entry.id
        for posting in entry.postings
    }
    for one in test.holdings.ledger.realized:
        if (one.lot, one.on) in paid_out and one.account in taxable:
            gains += one.gain or ZERO
    assert gains == sum(year.short + year.long for year in result.tax_years)
