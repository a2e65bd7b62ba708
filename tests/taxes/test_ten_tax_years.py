"""Ten tax years worked by hand, line by line, against the bill: see `ten_tax_years.md`."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tests.taxes.tax_year_page import Line, Year, number, worked_out, years
from trimtab.books.dividend_periods import HeldUnits, days_held_in_window
from trimtab.books.dividend_years import DividendTest
from trimtab.books.wash_sales import HistoricLot, WashSaleResult, match_wash_sales
from trimtab.model.accounts import Wrapper
from trimtab.model.lots import is_long_term
from trimtab.model.money import cents, total
from trimtab.model.taxes import TaxBill
from trimtab.quant.simulate.tax_rows import table_rows
from trimtab.quant.simulate.tax_table import tax_of_years
from trimtab.taxes.us_federal import UsFederal

D = Decimal
US = UsFederal()
YEARS = years()
EX_DATE, PAID = date(2024, 12, 18), date(2024, 12, 20)
every_year = pytest.mark.parametrize("year", YEARS, ids=[year.title for year in YEARS])
every_line = pytest.mark.parametrize(
    ("year", "line"),
    [(year, line) for year in YEARS for line in year.lines],
    ids=[f"{year.number} {line.form} {line.what}" for year in YEARS for line in year.lines],
)


def of_number(wanted: str) -> Year:
    return next(year for year in YEARS if year.number == wanted)


def bill_of(year: Year) -> TaxBill:
    return US.assess_year(year.profile, year.income, date(year.calendar_year, 12, 31))


def said(bill: TaxBill, what: str) -> Decimal | None:
    """What a bill says under these words."""
    named = {
        "tax": bill.tax,
        "net short": bill.net_short,
        "net long": bill.net_long,
        "deduction": bill.deduction,
        "carried short": bill.carry_short,
        "carried long": bill.carry_long,
        "modified AGI": bill.modified_agi,
    }
    if what in named:
        return named[what]
    return {line.text: line.amount for line in (*bill.steps, *bill.lines)}.get(what)


@every_line
def test_the_working_of_a_line_gives_its_amount(year: Year, line: Line):
    if line.working:
        assert cents(worked_out(line.working)) == line.amount


@every_line
def test_the_bill_says_what_the_line_says(year: Year, line: Line):
    elsewhere = ("paid ", "refund ", "disallowed", "basis of ")
    if line.in_bill and not line.in_bill.startswith(elsewhere):
        assert said(bill_of(year), line.in_bill) == line.amount


@every_year
def test_no_line_of_the_bill_is_missing_on_paper(year: Year):
    written = {line.in_bill for line in year.lines}
    assert {line.text for line in bill_of(year).lines} <= written


@every_year
def test_the_kernel_bills_the_year_alike(year: Year):
    done, income, taxes = year.profile.realized, year.income, np.empty((1, 3))
    short, long = income.short - done.carry_short, income.long - done.carry_long
    paid = income.qualified_dividends, income.ordinary_dividends, income.interest
    row = np.array([[float(amount) for amount in (short, long, *paid)]])
    tax_of_years(table_rows([US.table(year.profile, year.calendar_year)]), row, taxes)
    bill = bill_of(year)
    wanted = float(bill.tax), float(bill.carry_short), float(bill.carry_long)
    assert tuple(taxes[0]) == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize(("before", "after"), [("3a", "3b"), ("3b", "3c")])
def test_what_one_year_carries_out_the_next_carries_in(before, after):
    bill, carried_in = bill_of(of_number(before)), of_number(after).profile.realized
    assert (bill.carry_short, bill.carry_long) == (carried_in.carry_short, carried_in.carry_long)


# --- 6: the holding period of a dividend ---------------------------------------------------------


def dividend_and_sales() -> tuple[DividendTest, list[tuple[str, Decimal, date]]]:
    """The dividend of situation 6 as recorded on its ex-date, and the sales that follow."""
    held: dict[str, HeldUnits] = {}
    sales = []
    for lot, bought, units, sold, _ in of_number("6a").held:
        before = held[lot].quantity if lot in held else D(0)
        held[lot] = HeldUnits(lot, before + number(units), date.fromisoformat(bought))
        if sold:
            sales.append((lot, number(units), date.fromisoformat(sold)))
    test = DividendTest()
    lots = list(held.values())
    test.paid("FUND", D("3600.00"), EX_DATE, lots, on=PAID, qualified_fraction=D("0.9"))
    return test, sales


def test_days_held_are_counted_as_on_paper():
    for _, bought, _, sold, days in of_number("6a").held:
        until = date.fromisoformat(sold) if sold else None
        assert days_held_in_window(date.fromisoformat(bought), until, EX_DATE) == int(days)


@pytest.mark.parametrize(("number_", "as_of"), [("6a", "2024-12-31"), ("6b", "2025-04-15")])
def test_the_year_of_the_payment_has_the_dividend_as_sales_so_far_tell(number_, as_of):
    test, sales = dividend_and_sales()
    for lot, units, sold in sales:
        if sold <= date.fromisoformat(as_of):
            test.sold(lot, units, sold)
    income = of_number(number_).income
    assert test.qualified(2024) == income.qualified_dividends
    assert test.ordinary(2024) == income.ordinary_dividends


def test_the_dividend_is_final_before_the_return_is_due():
    test, _ = dividend_and_sales()
    assert test.final_from(2024) == date(2025, 1, 20)  # the sixty-first day is 20 January
    assert test.final_from(2024) < US.settlement_day(2024)


# --- 8: a wash sale over the turn of the year ----------------------------------------------------


def washed(until: date) -> WashSaleResult:
    lots = []
    for lot, instrument, bought, sold, units, cost, proceeds in of_number("8a").trades:
        if date.fromisoformat(bought) <= until:
            lots.append(
                HistoricLot(
                    lot=lot,
                    account="brokerage",
                    owner="one",
                    wrapper=Wrapper.TAXABLE,
                    instrument=instrument,
                    group=instrument,
                    quantity=number(units),
                    acquired=date.fromisoformat(bought),
                    cost=number(cost),
                    sold=date.fromisoformat(sold) if sold else None,
                    proceeds=number(proceeds) if proceeds else None,
                )
            )
    return match_wash_sales(lots)


@pytest.mark.parametrize(("number_", "until"), [("8a", "2024-12-31"), ("8b", "2025-04-15")])
def test_the_losses_of_the_year_are_those_that_stay_allowed(number_, until):
    starts = {row[0]: date.fromisoformat(row[2]) for row in of_number("8a").trades}
    gains = [
        part.proceeds - part.adjusted_basis + part.disallowed
        for part in washed(date.fromisoformat(until)).segments
        if part.sold is not None and not is_long_term(starts[part.lot], part.sold)
    ]
    assert total(gains) == of_number(number_).income.short


def test_the_loss_that_is_disallowed_is_in_the_basis_of_what_replaced_it():
    result = washed(date(2025, 4, 15))
    written = {line.in_bill: line.amount for line in of_number("8b").lines}
    assert total(match.disallowed for match in result.matches) == written["disallowed"]
    (replacement,) = (part for part in result.segments if part.lot == "R")
    assert replacement.adjusted_basis == written["basis of R"]


# --- 9: estimated payments -----------------------------------------------------------------------


def test_estimated_payments_and_refund_are_as_on_paper():
    year = of_number("9")
    prior = year.amount("tax of the year before"), year.amount("AGI of the year before")
    instalments = US.instalments(year.profile, year.calendar_year, *prior)
    made = {f"paid {paid.due}": paid.amount for paid in instalments}
    left = total(made.values()) - bill_of(year).tax
    made[f"refund {US.settlement_day(year.calendar_year)}"] = left
    written = {line.in_bill: line.amount for line in year.lines}
    assert {what: amount for what, amount in written.items() if what in made} == made
