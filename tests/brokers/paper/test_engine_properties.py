"""Whatever is asked of a paper account, no cent and no unit appears or vanishes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.brokers.paper.paper_parts import PLAIN, Market, at, request, tick
from trimtab.brokers.paper.book import PaperBook
from trimtab.brokers.paper.terms import Commission, PaperTerms
from trimtab.model.money import ZERO, cents, total
from trimtab.model.orders import TimeInForce

D = Decimal
FEES = Commission(D("0.35"), D("0.005"), D("0.0001"))
TERMS = [
    PLAIN,
    PaperTerms(commission=FEES),
    PaperTerms(spends_unsettled=True, refuses_opposite=False),
]

prices = st.integers(9_000, 11_000).map(lambda price: D(price) / 100)
quantities = st.one_of(st.integers(1, 60).map(str), st.decimals("0.001", "40", places=3).map(str))
orders = st.tuples(
    st.just("order"), st.sampled_from(["buy", "sell"]), quantities,
    st.one_of(st.just(""), prices.map(str)), st.sampled_from(list(TimeInForce)), st.booleans(),
)  # fmt: skip
acts = st.lists(
    st.one_of(
        orders,
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("bust"), st.integers(0, 9)),
        st.tuples(st.just("halt"), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 30)),
    ),
    max_size=30,
)
quoted = st.lists(
    st.tuples(st.integers(0, 120), prices, st.integers(0, 20), st.integers(0, 900)), max_size=40
)


def act(market: Market, what: tuple[Any, ...], number: int, hours: int) -> int:
    moment = at(4, 9) + timedelta(hours=hours)
    match what:
        case ("order", side, quantity, limit, lasts, by_amount):
            amount = {"notional": quantity} if by_amount else {"quantity": quantity}
            market.send(moment, request(f"o-{number}", side, limit=limit, lasts=lasts, **amount))
        case ("cancel", index) if index < len(market.book.orders):
            market.engine.cancel(list(market.book.orders)[index], moment)
        case ("bust", index) if index < len(market.book.executions):
            market.engine.bust(list(market.book.executions)[index], moment)
        case ("halt", True):
            market.engine.halt("VTI", moment)
        case ("halt", False):
            market.engine.resume("VTI", moment)
        case ("wait", more):
            return hours + more
    return hours


def check(
    book: PaperBook, cash: Decimal, units: Decimal, spends_unsettled: bool, has_busts: bool
) -> None:
    standing = [one for one in book.executions.values() if not one.busted and not one.fill.busts]
    moved = total(
        (one.fill.quantity if one.fill.side == "buy" else -one.fill.quantity) for one in standing
    )
    assert book.held("VTI") == units + moved
    paid = total(
        one.fill.fee
        + (1 if one.fill.side == "buy" else -1) * cents(one.fill.quantity * one.fill.price)
        for one in standing
    )
    assert book.cash == cash - paid
    for order in book.orders.values():
        mine = [one.fill for one in standing if one.fill.broker_id == order.id]
        assert order.filled == total(fill.quantity for fill in mine)
        assert order.request.quantity is None or order.filled <= order.request.quantity
        assert (order.id in book.open_ids) == order.status.is_open
    if not has_busts:  # a bust may take back what was spent or sold since
        assert (book.cash if spends_unsettled else book.settled) >= ZERO
        assert book.held("VTI") >= ZERO


@given(st.sampled_from(TERMS), quoted, acts)
def test_cash_units_and_orders_are_what_the_executions_make_of_them(terms, ticks, asked):
    made = [
        tick(at(4, 9) + timedelta(hours=hours), str(bid), str(bid + D(spread) / 100), str(volume))
        for hours, bid, spread, volume in ticks
    ]
    market, hours = Market(made, cash="3000", held={"VTI": "40"}, terms=terms), 0
    for number, what in enumerate(asked):
        hours = act(market, what, number, hours)
        has_busts = any(one[0] == "bust" for one in asked)
        check(market.book, D(3000), D(40), terms.spends_unsettled, has_busts)
