"""The matching engine: what becomes of orders as the clock moves."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.brokers.paper.paper_parts import MONDAY, PLAIN, Market, at, request, tick
from trimtab.brokers.paper.book import PaperOrder, PaperStatus
from trimtab.brokers.paper.checks import Refusal, Refused
from trimtab.brokers.paper.terms import Commission
from trimtab.model.orders import TimeInForce

D = Decimal
DAY, GTC, IOC = TimeInForce.DAY, TimeInForce.GOOD_TILL_CANCELED, TimeInForce.IMMEDIATE_OR_CANCEL
OPG, CLS = TimeInForce.AT_OPEN, TimeInForce.AT_CLOSE
QUOTED = [tick(at(4, 9, 30), "100.00", "100.10")]


@pytest.mark.parametrize(
    ("asked", "status", "filled", "price"),
    [
        (request("o", "buy", "10"), "filled", "10", "100.10"),
        (request("o", "sell", "10"), "filled", "10", "100.00"),
        (request("o", "buy", "10", limit="100.20"), "filled", "10", "100.10"),
        (request("o", "buy", "10", limit="100.09"), "new", "0", None),
        (request("o", "sell", "10", limit="100.01"), "new", "0", None),
        (request("o", "buy", "10", limit="100.09", lasts=IOC), "canceled", "0", None),
        (request("o", "buy", "0.25"), "filled", "0.25", "100.10"),
        (request("o", "buy", notional="1001"), "filled", "10", "100.10"),
        (request("o", "buy", "10", lasts=CLS), "new", "0", None),
    ],
)
def test_an_order_in_a_session_meets_the_other_side_of_the_quote(asked, status, filled, price):
    order = Market(QUOTED, held={"VTI": "50"}).taken(at(4), asked)
    assert (order.status, order.filled) == (status, D(filled))
    assert order.average_price == (None if price is None else D(price))


def test_a_fill_moves_cash_units_and_cost_exactly():
    market = Market(QUOTED, cash="10000", held={"VTI": "50"})
    market.taken(at(4), request("b", "buy", "10"))
    assert (market.book.cash, market.book.held("VTI")) == (D("8999.00"), 60)
    assert market.book.positions["VTI"].cost == 50 * 80 + D("1001.00")
    market.taken(at(4, 11), request("s", "sell", "30"))
    assert market.book.cash == D("8999.00") + D("3000.00")
    assert market.book.positions["VTI"].cost == D("2500.50")


def test_a_commission_is_charged_once_an_order_and_by_unit_and_value():
    commission = Commission(per_order=D("1"), per_unit=D("0.01"), rate=D("0.001"))
    ticks = [tick(at(4, 9, 30), "100.00", "100.00", "50"), tick(at(4, 12), "100", "100", "50")]
    market = Market(ticks, terms=replace(PLAIN, commission=commission))
    order = market.taken(at(4), request("o", "buy", "10"))
    market.engine.advance(at(4, 13))
    fees = [one.fill.fee for one in market.book.executions.values()]
    assert fees == [D("1.55"), D("0.55")]  # 1 + 0.05 + 0.50, then without the order's own
    assert market.book.cash == 100000 - 1000 - D("2.10")
    assert market.book.orders[order.id].status is PaperStatus.FILLED


def test_a_tick_gives_no_more_than_its_share_of_the_volume_and_the_next_one_goes_on():
    ticks = [
        tick(at(4, 9, 30), "100", "100", "60"),
        tick(at(4, 11), "101", "101", "30"),
        tick(at(4, 12), "102", "102", "900"),
    ]
    market = Market(ticks)
    order = market.taken(at(4), request("o", "buy", "10"))
    other = market.taken(at(4, 10, 1), request("p", "buy", "1"))
    assert (order.filled, other.filled) == (6, 0)  # both share a tenth of 60
    order = market.now(order, at(4, 12))
    assert (order.status, order.average_price) == ("filled", D("100.5"))
    assert market.said() == [
        *("new", "partial_fill 6 at 100", "new", "partial_fill 3 at 101"),
        *("fill 1 at 102", "fill 1 at 102"),
    ]


def test_whole_units_are_filled_in_whole_units():
    market = Market([tick(at(4, 9, 30), "100", "100", "57")])
    assert market.taken(at(4), request("o", "buy", "10")).filled == 5
    assert market.taken(at(4), request("p", "buy", "0.9")).filled == D("0.7")


@pytest.mark.parametrize(
    ("asked", "sent", "ends", "when"),
    [
        (request("o", "buy", "1", limit="90"), at(4), "expired", at(4, 16)),
        (request("o", "buy", "1", limit="90"), at(4, 17), "expired", at(5, 16)),
        (request("o", "buy", "1", limit="90", lasts=OPG), at(4, 9), "canceled", at(4, 9, 30)),
        (request("o", "buy", "1", limit="90", lasts=CLS), at(4), "expired", at(4, 16)),
        (request("o", "buy", "1", limit="90", lasts=IOC), at(4), "canceled", at(4)),
        (request("o", "buy", "1", limit="90", lasts=GTC), at(4), "new", None),
    ],
)
def test_an_order_that_is_not_executed_ends_when_its_time_is_over(asked, sent, ends, when):
    market = Market(QUOTED)
    order = market.now(market.taken(sent, asked), at(8, 18))
    assert (order.status, order.closed) == (ends, when)


def test_an_order_of_the_night_waits_for_the_session_and_fills_at_its_first_quote():
    market = Market([tick(at(4, 9, 30), "105.00", "105.10")])
    order = market.taken(at(4, 8), request("o", "buy", "10"))
    assert order.status is PaperStatus.ACCEPTED
    order = market.now(order, at(4, 9, 30))
    assert (order.status, order.average_price) == ("filled", D("105.10"))
    assert market.said() == ["accepted", "new", "fill 10 at 105.10"]


def test_orders_of_the_auctions_meet_one_price_without_a_spread():
    ticks = [tick(at(4, 9, 30), "100.00", "100.10"), tick(at(4, 16), "101.00", "101.20")]
    market = Market(ticks, held={"VTI": "50"})
    opening = market.taken(at(4, 9), request("o", "buy", "10", lasts=OPG))
    assert market.now(opening, at(4, 9, 31)).average_price == D("100.05")
    closing = market.taken(at(4, 15), request("c", "sell", "10", lasts=CLS))
    assert market.now(closing, at(4, 15, 59)).filled == 0
    assert market.now(closing, at(4, 16)).average_price == D("101.10")


def test_the_closing_tick_still_serves_orders_of_the_day():
    market = Market([*QUOTED, tick(at(4, 16), "89.00", "89.10")])
    order = market.taken(at(4), request("o", "buy", "1", limit="90"))
    assert market.now(order, at(4, 16)).average_price == D("89.10")


def test_what_cash_no_longer_pays_for_is_canceled_and_never_owed():
    market = Market([tick(at(4, 9, 30), "119.00", "120.00")], cash="1005")
    order = market.now(market.taken(at(4, 8), request("o", "buy", "10")), at(4, 10))
    assert (order.status, order.filled) == ("canceled", 8)
    assert order.text == "insufficient buying power"
    assert market.book.cash == 1005 - 960


def test_the_proceeds_of_a_sale_are_settled_before_the_next_session():
    market = Market(QUOTED, cash="0", held={"VTI": "50"})
    market.taken(at(4), request("s", "sell", "10"))
    assert (market.book.cash, market.book.settled, market.book.unsettled) == (1000, 0, 1000)
    refused = market.send(at(4, 11), request("b", "buy", "1", instrument="BND"))
    assert isinstance(refused, Refusal)
    assert refused.why is Refused.BUYING_POWER
    market.taken(at(5, 10), request("b2", "buy", "1", instrument="BND"))
    assert market.book.unsettled == 0


def test_proceeds_of_a_friday_settle_on_monday():
    market = Market([tick(at(8, 9, 30), "100", "100.10")], cash="0", held={"VTI": "50"})
    market.taken(at(8), request("s", "sell", "10"))
    (settlement,) = market.book.settlements
    assert settlement.on.isoformat() == "2024-03-11"


def test_a_margin_account_spends_what_is_not_settled():
    terms = replace(PLAIN, spends_unsettled=True)
    market = Market(QUOTED, cash="0", held={"VTI": "50"}, terms=terms)
    market.taken(at(4), request("s", "sell", "10"))
    market.taken(at(4), request("b", "buy", "5", instrument="BND"))
    assert market.book.cash == D("1000") - D("500.50")


def test_a_halted_instrument_takes_orders_and_fills_them_when_it_goes_on():
    market = Market([*QUOTED, tick(at(4, 11), "101.00", "101.10")])
    market.engine.halt("VTI", at(4, 9, 45))
    order = market.taken(at(4), request("o", "buy", "10"))
    assert market.now(order, at(4, 12)).status is PaperStatus.NEW
    listing = market.engine.listing("VTI")
    assert listing is not None
    assert listing.halted
    market.engine.resume("VTI", at(4, 12, 30))
    assert market.book.orders[order.id].average_price == D("101.10")
    assert market.said() == ["halt", "new", "resume", "fill 10 at 101.10"]


def test_a_canceled_order_keeps_what_was_filled_and_a_late_fill_still_counts():
    market = Market([tick(at(4, 9, 30), "100", "100", "40")])
    order = market.taken(at(4), request("o", "buy", "10"))
    canceled = market.engine.cancel(order.id, at(4, 11))
    assert isinstance(canceled, PaperOrder)
    assert (canceled.status, canceled.filled) == ("canceled", 4)
    late = market.engine.fill_late(order.id, D(6), D("100"), at(4, 11, 0, 1))
    assert isinstance(late, PaperOrder)
    assert (late.status, late.filled, market.book.held("VTI")) == ("filled", 10, 10)
    again = market.engine.cancel(order.id, at(4, 12))
    assert isinstance(again, Refusal)
    assert again.why is Refused.CLOSED


def test_a_replaced_order_gives_its_place_cash_and_name_to_the_new_one():
    market = Market(QUOTED, cash="1000")
    old = market.taken(at(4), request("o", "buy", "10", limit="99.00"))
    new = market.engine.replace(old.id, request("p", "buy", "10", limit="99.50"), at(4, 11))
    assert isinstance(new, PaperOrder)
    old = market.book.orders[old.id]
    assert (old.status, old.replaced_by, new.replaces) == ("replaced", new.id, old.id)
    assert [one.id for one in market.book.open_orders] == [new.id]
    assert market.said() == ["new", "replaced", "new"]


def test_a_sale_by_amount_leaves_to_other_sales_what_is_theirs():
    market = Market([*QUOTED, tick(at(4, 12), "50.00", "50.10")], held={"VTI": "10"})
    other = market.taken(at(4), request("a", "sell", "5", limit="100.20"))
    market.engine.halt("VTI", at(4, 10, 30))
    by_amount = market.taken(at(4, 11), request("b", "sell", notional="500"))
    market.engine.resume("VTI", at(4, 13))
    assert market.book.orders[by_amount.id].filled == 5  # at 50.00, ten would be needed
    assert market.now(other, at(4, 14)).status is PaperStatus.NEW


def test_a_bust_takes_back_cash_units_and_the_fill():
    market = Market(QUOTED, cash="5000", held={"VTI": "50"})
    order = market.taken(at(4), request("s", "sell", "20"))
    (name,) = market.book.executions
    market.engine.bust(name, at(4, 11))
    book = market.book
    assert (book.cash, book.unsettled, book.held("VTI")) == (5000, 0, 50)
    assert (book.orders[order.id].filled, book.orders[order.id].status) == (0, "canceled")
    assert market.said()[-1] == "trade_bust 0 at 100.00"
    twice = market.engine.bust(name, at(4, 12))
    assert isinstance(twice, Refusal)


def test_an_order_that_was_taken_may_be_rejected_afterwards():
    market = Market(QUOTED)
    order = market.taken(at(4), request("o", "buy", "10", limit="90"))
    rejected = market.engine.reject(order.id, at(4, 11), "exchange says no")
    assert isinstance(rejected, PaperOrder)
    assert (rejected.status, rejected.text) == ("rejected", "exchange says no")


def test_a_clock_that_goes_back_plays_nothing_twice():
    market = Market([*QUOTED, tick(at(4, 11), "90", "90")])
    market.engine.advance(at(4, 12))
    market.engine.advance(at(4, 9))
    order = market.taken(at(4, 9), request("o", "buy", "1"))
    assert (order.average_price, market.book.at) == (90, at(4, 12))


def test_the_same_calls_give_the_same_book_ids_included():
    def played() -> Market:
        market = Market([*QUOTED, tick(at(4, 12), "99", "99.10", "700")], held={"BND": "9"})
        market.taken(at(4), request("a", "buy", "80", limit="99.50"))
        market.taken(at(4, 11), request("b", "sell", "9", instrument="BND"))
        market.engine.advance(at(6))
        return market

    assert played().book == played().book


def test_equity_is_noted_at_every_close():
    market = Market([*QUOTED, tick(at(4, 16), "110", "110")], cash="500", held={"VTI": "10"})
    market.engine.advance(at(5, 17))
    assert market.book.equity[MONDAY] == 500 + 1100
    assert len(market.book.equity) == 2
