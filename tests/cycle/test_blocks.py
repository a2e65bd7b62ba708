"""A block is shared out to the unit and the cent, in proportion, and nobody is favoured."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.cycle.blocks import allocated, block_of, in_blocks, shares_of
from trimtab.cycle.orders import OrdersPlanned, Slice, Tradable, order_id
from trimtab.model.brokers import BrokerInstrument, Quote
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.money import cents
from trimtab.model.orders import Fill, Order
from trimtab.model.snapshots import Side

D = Decimal
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def want(account: str, quantity: int, limit: str = "100", side: Side = Side.BUY) -> Order:
    name = order_id("c-1", account)
    return Order(name, "c-1", account, "VTI", side, D(quantity), limit=D(limit), trade="t1")


def fill(quantity: int, price: str = "99.995", fee: str = "0.07", name: str = "x1") -> Fill:
    side = Side.BUY
    return Fill(name, "tt-block", "b-1", "VTI", side, D(quantity), D(price), AT, D(fee))


def test_a_block_is_the_sum_with_a_limit_that_all_would_take():
    block = block_of("omnibus", [want("a", 5, "101"), want("b", 7, "100")])
    assert (block.account, block.quantity, block.limit) == ("omnibus", 12, 100)
    sale = [want("a", 5, "101", Side.SELL), want("b", 7, "100", Side.SELL)]
    assert block_of("omnibus", sale).limit == 101
    assert block_of("omnibus", sale[::-1]).id == block_of("omnibus", sale).id


@pytest.mark.parametrize(
    ("filled", "shares"),
    [(100, (50, 30, 20)), (50, (25, 15, 10)), (10, (5, 3, 2)), (1, (1, 0, 0)), (0, (0, 0, 0))],
)
def test_a_partial_fill_is_shared_in_proportion(filled, shares):
    wanted = [want("a", 50), want("b", 30), want("c", 20)]
    assert shares_of(D(filled), wanted, D(1)) == shares


def test_more_than_was_wanted_cannot_be_shared_out():
    with pytest.raises(InvariantError, match="cannot be filled"):
        shares_of(D(3), [want("a", 2)], D(1))


@pytest.mark.parametrize(
    "other",
    [
        replace(want("b", 1), instrument="BND"),
        replace(want("b", 1), side=Side.SELL),
        replace(want("b", 1), quantity=None, notional=D(5)),
    ],
)
def test_orders_that_do_not_belong_together_are_no_block(other):
    with pytest.raises(InputError, match="block"):
        block_of("omnibus", [want("a", 1), other])


def sliced(account: str, minutes: int = 0, **changes: object) -> Slice:
    return Slice(replace(want(account, 5), **changes), AT + timedelta(minutes=minutes))


TWO = {"joint": "fix", "ira": "fix"}


@pytest.mark.parametrize(
    ("slices", "lines", "blocks"),
    [
        ([sliced("joint"), sliced("ira")], TWO, [("ira", 2)]),
        ([sliced("joint"), sliced("ira")], {}, []),
        ([sliced("joint"), sliced("ira")], {"joint": "fix"}, []),
        ([sliced("joint"), sliced("ira")], {"joint": "fix", "ira": "other"}, []),
        ([sliced("joint"), sliced("ira", minutes=5)], TWO, []),
        ([sliced("joint"), sliced("ira", side=Side.SELL)], TWO, []),
        ([sliced("joint"), sliced("ira", instrument="BND")], TWO, []),
        ([sliced("joint"), sliced("joint", id="tt-2"), sliced("ira")], TWO, []),
        (
            [sliced("joint"), sliced("ira"), sliced("ira", instrument="BND", id="tt-3")],
            TWO,
            [("ira", 2)],
        ),
    ],
    ids=[
        "one line", "no line takes blocks", "one account's does", "two lines", "at two moments",
        "two sides", "two instruments", "two trades of one account", "and another alone",
    ],
)  # fmt: skip
def test_orders_that_accounts_of_one_line_have_in_common_are_a_block(slices, lines, blocks):
    tradable = Tradable(BrokerInstrument("VTI", "b"), Quote("VTI", D(1), D(2), AT))
    tradables = {(account, "VTI"): tradable for account in TWO}
    planned = in_blocks(OrdersPlanned(tuple(slices)), lines, tradables)
    assert [(one.account, len(one.parts)) for one in planned.blocks] == blocks
    assert planned.slices == tuple(slices)
    again = in_blocks(OrdersPlanned(tuple(slices[::-1])), lines, tradables)
    assert [one.id for one in again.blocks] == [one.id for one in planned.blocks]


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(1, 300), st.decimals("0.01", "900", places=4)),
        min_size=1,
        max_size=4,
    ),
)
def test_units_money_and_fees_add_up_and_no_share_is_off_by_a_step(quantities, executed):
    wanted = [want(f"a{number}", units) for number, units in enumerate(quantities)]
    fills, left = [], sum(quantities)
    for number, (units, price) in enumerate(executed):
        units = min(units, left)
        if units:
            fills.append(fill(units, str(price), "0.03", f"x{number}"))
            left -= units
    filled = sum(one.quantity for one in fills)
    parts = allocated(wanted, fills, D(1))
    assert sum(one.quantity for one in parts) == filled
    assert sum(cents(one.quantity * one.price) for one in parts) == sum(
        cents(one.quantity * one.price) for one in fills
    )
    assert sum(one.fee for one in parts) == sum(one.fee for one in fills)
    given_to = {one.account: one.quantity for one in parts}
    for order in wanted:
        quota = filled * order.quantity / sum(quantities)
        assert abs(given_to.get(order.account, 0) - quota) < 1
        assert given_to.get(order.account, 0) <= order.quantity
