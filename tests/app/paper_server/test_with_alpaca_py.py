"""Alpaca's own client trades on the paper server, without knowing that it is one."""

import asyncio
import threading
import time
from datetime import date
from typing import Any

import pytest
from alpaca.common.exceptions import APIError
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.requests import StockLatestQuoteRequest
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.models import Order, TradeUpdate
from alpaca.trading.requests import (
    ClosePositionRequest,
    GetCalendarRequest,
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
)
from alpaca.trading.stream import TradingStream

from tests.app.paper_server.served import KEY, SECRET, Served
from tests.brokers.paper.paper_parts import at

BUY, SELL, DAY = OrderSide.BUY, OrderSide.SELL, TimeInForce.DAY


@pytest.fixture
def client(paper: Served) -> TradingClient:
    return paper.client()


def buy(quantity: float, limit: float | None = None, name: str | None = None) -> Any:
    common = {"symbol": "VTI", "qty": quantity, "side": BUY, "time_in_force": DAY}
    if name is not None:
        common["client_order_id"] = name
    if limit is None:
        return MarketOrderRequest(**common)
    return LimitOrderRequest(limit_price=limit, **common)


def sent(client: TradingClient, asked: Any) -> Order:
    order = client.submit_order(asked)
    assert isinstance(order, Order)
    return order


def test_the_account_shows_cash_buying_power_and_value(client):
    account = client.get_account()
    assert (account.cash, account.buying_power, account.equity) == ("20000", "20000", "26527.805")
    sent(client, MarketOrderRequest(symbol="VTI", qty=10, side=SELL, time_in_force=DAY))
    account = client.get_account()
    assert (account.cash, account.non_marginable_buying_power) == ("21000", "20000")


def test_a_market_order_fills_at_the_ask(client):
    order = sent(client, buy(10, name="tt-1"))
    assert (order.status, order.filled_qty, order.filled_avg_price) == (
        OrderStatus.FILLED, "10", "100.1",
    )  # fmt: skip
    assert client.get_order_by_client_id("tt-1") == client.get_order_by_id(order.id) == order


def test_an_order_by_amount_and_one_in_fractions_fill_exactly(client):
    by_amount = MarketOrderRequest(symbol="BND", notional=100.04, side=BUY, time_in_force=DAY)
    assert sent(client, by_amount).filled_qty == "2"
    assert sent(client, buy(0.125)).filled_qty == "0.125"


def test_orders_are_listed_by_status_side_and_instrument(client):
    first, second = sent(client, buy(1, 90)), sent(client, buy(2))
    assert [one.id for one in client.get_orders()] == [first.id]
    closed = GetOrdersRequest(status=QueryOrderStatus.CLOSED, symbols=["VTI"], side=BUY)
    assert [one.id for one in client.get_orders(closed)] == [second.id]
    everything = GetOrdersRequest(status=QueryOrderStatus.ALL, limit=1)
    assert [one.id for one in client.get_orders(everything)] == [second.id]


def test_orders_are_replaced_and_canceled(paper, client):
    old = sent(client, buy(10, 99.00))
    new = client.replace_order_by_id(old.id, ReplaceOrderRequest(qty=5, limit_price=99.5))
    assert (new.replaces, new.qty, new.limit_price) == (old.id, "5", "99.5")
    assert client.get_order_by_id(old.id).status is OrderStatus.REPLACED
    client.cancel_order_by_id(new.id)
    assert client.get_order_by_id(new.id).status is OrderStatus.CANCELED
    sent(client, buy(1, 90))
    assert [one.status for one in client.cancel_orders()] == [200]
    assert client.get_orders() == []


def test_positions_are_shown_and_closed(client):
    shown = {one.symbol: one for one in client.get_all_positions()}
    assert (shown["BND"].qty, shown["VTI"].cost_basis) == ("30.5", "4000")
    assert client.get_open_position("VTI").market_value == "5002.5"
    part = client.close_position("VTI", ClosePositionRequest(percentage="50"))
    assert part.filled_qty == "25"
    assert {one.symbol for one in client.close_all_positions()} == {"BND", "VTI"}
    assert client.get_all_positions() == []


def test_clock_calendar_and_assets(client):
    clock = client.get_clock()
    assert (clock.is_open, clock.next_close, clock.next_open) == (True, at(4, 16), at(5, 9, 30))
    days = client.get_calendar(GetCalendarRequest(start=date(2024, 3, 28), end=date(2024, 4, 1)))
    assert [day.date for day in days] == [date(2024, 3, 28), date(2024, 4, 1)]
    asset = client.get_asset("VTI")
    assert asset.fractionable
    assert client.get_asset(asset.id) == asset
    assert len(client.get_all_assets()) == 4


def test_latest_quotes_come_from_the_same_address(paper):
    data = StockHistoricalDataClient(KEY, SECRET, url_override=paper.url)
    quotes = data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols=["VTI", "BND"]))
    assert (quotes["VTI"].bid_price, quotes["VTI"].ask_price) == (100.0, 100.1)
    assert quotes["BND"].timestamp == at(4, 9, 30)


def test_activities_and_history_tell_what_happened(paper, client):
    sent(client, buy(150))
    paper.set_clock(at(4, 17))
    fills = client.get("/account/activities/FILL", {"direction": "asc"})
    assert [(one["type"], one["qty"], one["leaves_qty"]) for one in fills] == [
        ("partial_fill", "100", "50"), ("fill", "50", "0"),
    ]  # fmt: skip
    page = client.get("/account/activities", {"page_size": 1, "page_token": fills[1]["id"]})
    assert [one["id"] for one in page] == [fills[0]["id"]]
    assert client.get("/account/activities", {"after": at(4, 13).isoformat()}) == []
    assert client.get_portfolio_history().equity == [26670.305]


@pytest.mark.parametrize(
    ("asked", "status", "code", "says"),
    [
        (buy(1000), 403, 40310000, "insufficient buying power"),
        (MarketOrderRequest(symbol="VTI", qty=51, side=SELL, time_in_force=DAY), 403, 40310000,
         "requested: 51, available: 50"),
        (MarketOrderRequest(symbol="XYZ", qty=1, side=BUY, time_in_force=DAY), 422, 42210000,
         "not found"),
        (buy(1, 99.999), 422, 42210000, "no multiple of 0.01"),
        (MarketOrderRequest(symbol="VTI", qty=1, side=BUY, time_in_force=TimeInForce.FOK), 422,
         42210000, "time_in_force"),
    ],
)  # fmt: skip
def test_what_is_refused_raises_with_alpacas_status_and_code(client, asked, status, code, says):
    with pytest.raises(APIError, match=says) as error:
        client.submit_order(asked)
    assert (error.value.status_code, error.value.code) == (status, code)
    assert client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL)) == []


def test_an_id_is_taken_once(client):
    sent(client, buy(1, name="tt-1"))
    with pytest.raises(APIError, match="must be unique") as error:
        client.submit_order(buy(1, name="tt-1"))
    assert (error.value.status_code, error.value.code) == (422, 40010001)


def test_a_wrong_secret_is_refused(paper):
    with pytest.raises(APIError, match="not authorized") as error:
        paper.client("wrong").get_account()
    assert error.value.status_code == 401


def test_the_stream_tells_every_change_of_an_order(paper, client):
    heard: list[TradeUpdate] = []
    stream = TradingStream(KEY, SECRET, url_override=paper.url.replace("http", "ws") + "/stream")

    async def hear(update: TradeUpdate) -> None:
        heard.append(update)

    stream.subscribe_trade_updates(hear)
    thread = threading.Thread(target=stream.run, daemon=True)
    thread.start()
    until(lambda: stream._running)
    sent(client, buy(150, name="tt-1"))
    paper.set_clock(at(4, 12))
    waiting = sent(client, buy(1, 90))
    client.cancel_order_by_id(waiting.id)
    until(lambda: len(heard) == 5)
    told = heard.copy()
    stream.stop()
    sent(
        client, buy(1, 90)
    )  # the client looks whether it is to stop after a message, or five seconds
    thread.join(10)
    assert not thread.is_alive()
    assert [str(one.event) for one in told] == [
        "new", "partial_fill", "fill", "new", "canceled",
    ]  # fmt: skip
    fill = told[2]
    assert (fill.qty, fill.price, fill.position_qty) == (50, 101.1, 200)
    assert (fill.order.client_order_id, fill.order.filled_qty) == ("tt-1", "150")
    assert len({one.execution_id for one in told if one.execution_id}) == 2


def test_the_stream_refuses_a_wrong_secret(paper):
    stream = TradingStream(KEY, "wrong", url_override=paper.url.replace("http", "ws") + "/stream")

    async def connect() -> None:
        await stream._connect()
        with pytest.raises(ValueError, match="failed to authenticate"):
            await stream._auth()
        await stream.close()

    asyncio.run(connect())


def until(is_so: Any, seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.01)
