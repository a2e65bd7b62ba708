"""Dividends by year and character while holding periods run."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.dividend_periods import HeldUnits, held_units, split_dividend
from trimtab.books.dividend_years import DividendTest
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot

D = Decimal
EX = date(2024, 12, 20)  # the window is 21 October 2024 to 18 February 2025
OLD, NEW = date(2020, 3, 2), date(2024, 12, 2)  # NEW is safe from 1 February 2025
HELD = (HeldUnits("old", D(60), OLD), HeldUnits("new", D(40), NEW))


def recorded(amount: str = "100", fraction: str = "1") -> DividendTest:
    test = DividendTest()
    test.paid("VTI", D(amount), EX, HELD, on=date(2024, 12, 24), qualified_fraction=D(fraction))
    return test


def of_2024(test: DividendTest) -> tuple[Decimal, Decimal]:
    return test.qualified(2024), test.ordinary(2024)


def test_a_dividend_counts_as_qualified_while_its_units_are_held():
    assert of_2024(recorded()) == (100, 0)


def test_only_what_the_payer_reports_can_be_qualified():
    assert of_2024(recorded(fraction="0.75")) == (75, 25)


@pytest.mark.parametrize(
    ("lot", "units", "sold", "qualified"),
    [
        ("old", "60", "2024-12-20", "100"),  # sixty days before the ex-date, and the ex-date
        ("new", "40", "2025-01-30", "60"),  # 59 days from 3 December on: not more than 60
        ("new", "40", "2025-01-31", "60"),  # 60 days
        ("new", "40", "2025-02-01", "100"),  # 61 days
        ("new", "10", "2025-01-10", "90"),  # only the units that were sold
        ("other", "10", "2025-01-10", "100"),
    ],
)
def test_a_sale_before_the_days_are_full_restates_the_year_of_the_payment(
    lot, units, sold, qualified
):
    test = recorded()
    restated = test.sold(lot, D(units), date.fromisoformat(sold))
    assert of_2024(test) == (D(qualified), 100 - D(qualified))
    assert sum(part.amount for part in restated) == 100 - D(qualified)
    assert all((part.year, part.ex_date) == (2024, EX) for part in restated)
    assert (test.qualified(2025), test.ordinary(2025)) == (0, 0)


def test_a_year_is_final_once_the_days_of_its_last_dividend_are_full():
    test = recorded()
    assert test.final_from(2024) == date(2025, 2, 1)
    test.sold("new", D(40), date(2025, 1, 10))
    assert test.final_from(2024) == date(2025, 1, 1)


def test_what_can_no_longer_change_is_forgotten():
    test = recorded()
    test.forget(date(2025, 2, 1))
    assert test.sold("new", D(40), date(2025, 2, 1)) == ()
    assert test.final_from(2024) == date(2025, 1, 1)
    assert of_2024(test) == (100, 0)


def test_a_later_dividend_lets_go_of_what_is_safe_by_then():
    test = recorded()
    later = date(2025, 3, 3)
    test.paid("VTI", D(40), later, [HeldUnits("new", D(40), NEW)], on=later)
    assert test.sold("new", D(40), date(2025, 3, 4)) == ()
    assert of_2024(test) == (100, 0)
    assert test.qualified(2025) == 40


def test_after_a_split_units_are_counted_in_new_ones():
    test = recorded()
    test.split("VTI", 2, 1)
    test.sold("new", D(20), date(2025, 1, 10))
    assert of_2024(test) == (90, 10)


def test_a_lot_that_a_wash_sale_divides_keeps_its_days():
    test = recorded()
    test.divided("new", "new/1", D(30), date(2025, 1, 3))
    test.sold("new/1", D(30), date(2025, 1, 10))
    assert of_2024(test) == (70, 30)
    test.sold("new", D(10), date(2025, 1, 13))
    assert of_2024(test) == (60, 40)


def test_a_gift_brings_the_givers_days_and_a_wash_sale_none():
    facts = {"account": "a", "instrument": "VTI", "quantity": D(1), "basis": D(1)}
    gift = Lot(id="g", acquired=NEW, holding_start=OLD, by_purchase=False, **facts)
    washed = Lot(id="w", acquired=NEW, holding_start=OLD, **facts)
    assert (held_units(gift).acquired, held_units(washed).acquired) == (OLD, NEW)


def test_units_of_unknown_age_prove_nothing():
    split = split_dividend(D(9), EX, [HeldUnits("x", D(3), None)], EX)
    assert (split.qualified, split.ordinary) == (0, 9)


@pytest.mark.parametrize(
    ("held", "fraction", "words"),
    [
        ((), "1", "paid on no units"),
        (HELD, "1.2", "its qualified fraction is 1.2"),
        ((HeldUnits("x", D(1), OLD, EX),), "1", "said to be sold"),
    ],
)
def test_dividends_that_cannot_be_are_refused(held, fraction, words):
    with pytest.raises(InputError, match=words):
        DividendTest().paid("VTI", D(5), EX, held, on=EX, qualified_fraction=D(fraction))


days = st.integers(-3, 80).map(lambda n: EX + timedelta(max(n, 0)))
lots = st.lists(
    st.tuples(
        st.integers(1, 500).map(D), st.integers(1, 90).map(lambda n: EX - timedelta(n)), days
    ),
    min_size=1,
    max_size=6,
)


@given(lots, st.integers(1, 10**7), st.sampled_from(["1", "0.8", "0"]))
def test_told_sale_by_sale_or_all_at_once_a_dividend_splits_the_same(drawn, paid, fraction):
    amount, late = D(paid).scaleb(-2), EX + timedelta(200)
    known = [
        HeldUnits(str(k), units, bought, sold) for k, (units, bought, sold) in enumerate(drawn)
    ]
    at_once = split_dividend(amount, EX, known, late, D(fraction))
    test = DividendTest()
    held = [HeldUnits(u.lot, u.quantity, u.acquired) for u in known]
    test.paid("X", amount, EX, held, on=EX, qualified_fraction=D(fraction))
    for units in sorted(known, key=lambda u: u.sold):
        half = units.quantity / 2
        test.sold(units.lot, half, units.sold)
        test.sold(units.lot, half, units.sold)
    assert of_2024(test) == (at_once.qualified, at_once.ordinary)
    assert at_once.provisional == 0
    assert sum(of_2024(test)) == amount
