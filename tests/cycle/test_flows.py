"""Deposits and withdrawals: which account they go to and come from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trimtab.cycle.flows import allocate_flows, flows_due
from trimtab.model.errors import InputError
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.testing.worlds import world

HOME = world(
    """
    account     instrument  qty    basis   acquired    price
    taxable     VTI         100    20,000  2019-03-04  250
    taxable     cash        2,000
    taxable_two VTI         10     2,000   2019-03-04  250
    taxable_two cash        6,000
    ira         VTI         100    20,000  2019-03-04  250
    """,
    targets="""
    target  weight  instruments
    stocks  100%    VTI
    """,
    accounts="""
    account      owner  wrapper
    taxable      self   taxable
    taxable_two  self   taxable
    ira          self   traditional
    """,
    as_of="2022-10-14",
)


def allocated(*flows: CashFlow, mandate: Mandate = HOME.mandate) -> dict[str, Decimal]:
    return {a: f for a, f in allocate_flows(HOME.snapshot, mandate, flows).items() if f}


def test_a_deposit_goes_to_the_largest_taxable_account() -> None:
    assert allocated(CashFlow(Decimal(500))) == {"taxable": Decimal(500)}


def test_a_deposit_goes_where_it_is_told() -> None:
    assert allocated(CashFlow(Decimal(500), account="ira")) == {"ira": Decimal(500)}


def test_a_withdrawal_takes_idle_cash_before_anything_is_sold() -> None:
    assert allocated(CashFlow(Decimal(-7_500))) == {
        "taxable": Decimal(-2_000),
        "taxable_two": Decimal(-5_500),
    }


def test_a_withdrawal_beyond_all_cash_makes_the_largest_account_sell() -> None:
    assert allocated(CashFlow(Decimal(-10_000))) == {
        "taxable": Decimal(-4_000),
        "taxable_two": Decimal(-6_000),
    }


def test_retirement_accounts_never_pay_unless_they_are_named() -> None:
    with pytest.raises(InputError, match=r"taxable, taxable_two can pay 35,500\.00"):
        allocated(CashFlow(Decimal(-40_000)))
    assert allocated(CashFlow(Decimal(-9_000), account="ira")) == {"ira": Decimal(-9_000)}


def test_dated_money_that_cannot_be_paid_is_named_by_its_clause() -> None:
    with pytest.raises(InputError, match=r"^withdrawal of 40,000\.00: .* Withdraw less, or"):
        allocated(CashFlow(Decimal(-40_000)))
    with pytest.raises(InputError, match=r"^flows\.roof of 40,000\.00: .* Lower it, or name"):
        allocated(CashFlow(Decimal(-40_000), clause="flows.roof"))


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, True),
        (date(2022, 10, 13), False),
        (date(2022, 10, 14), True),
        (date(2022, 11, 13), True),
        (date(2022, 11, 14), False),
    ],
)
def test_a_dated_need_is_met_from_its_day_up_to_thirty_days_ahead(
    due: date | None, expected: bool
) -> None:
    mandate = replace(HOME.mandate, flows=(CashFlow(Decimal(-100), due=due),))
    assert bool(flows_due(mandate, HOME.snapshot.as_of)) is expected


def test_accounts_that_are_to_sell_give_up_to_their_part_and_the_largest_the_rest() -> None:
    flows = (CashFlow(Decimal(-20_000)),)
    selling = {"taxable_two": Decimal(1_500)}
    found = allocate_flows(HOME.snapshot, HOME.mandate, flows, selling)
    assert found["taxable_two"] == Decimal(-7_500)  # its cash of 6,000 and its part
    assert found["taxable"] == Decimal(-12_500)


def test_no_account_gives_more_than_it_has_whatever_it_is_to_sell() -> None:
    flows = (CashFlow(Decimal(-20_000)),)
    found = allocate_flows(HOME.snapshot, HOME.mandate, flows, {"taxable_two": Decimal(99_000)})
    assert found["taxable_two"] == Decimal(-8_500)
    assert sum(found.values()) == Decimal(-20_000)
