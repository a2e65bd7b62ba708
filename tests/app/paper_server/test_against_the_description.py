"""Requests of Alpaca's client and our answers, both held against Alpaca's own description."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
)

from tests.app.paper_server.served import Served
from tests.brokers.paper.paper_parts import at, request

openapi_core = pytest.importorskip("openapi_core")
from openapi_core.contrib.requests import (  # noqa: E402
    RequestsOpenAPIRequest,
    RequestsOpenAPIResponse,
)


@pytest.fixture(scope="module")
def description(shared_dir: Path) -> dict[str, Any]:
    text = (shared_dir / "brokers/specs/alpaca-trading.mcp.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def checker(description: dict[str, Any]) -> Any:
    here = {"url": "http://127.0.0.1:{port}", "variables": {"port": {"default": "80"}}}
    return openapi_core.OpenAPI.from_dict(copy.deepcopy(description) | {"servers": [here]})


@pytest.fixture
def strict(paper: Served, checker: Any) -> Iterator[TradingClient]:
    """A client whose every request and answer is checked, and which must have been checked."""
    seen: list[str] = []

    def check(response: requests.Response, *_: object, **__: object) -> None:
        asked = RequestsOpenAPIRequest(response.request)
        checker.validate_request(asked)
        if response.status_code < 400 and response.status_code != 204:
            checker.validate_response(asked, RequestsOpenAPIResponse(response))
        seen.append(response.url)

    client = paper.client()
    client._session.hooks["response"].append(check)
    yield client
    assert seen


def limit_order(quantity: str = "1", limit: str = "90") -> LimitOrderRequest:
    return LimitOrderRequest(
        symbol="VTI", qty=quantity, limit_price=limit, side=OrderSide.BUY,
        time_in_force=TimeInForce.DAY, client_order_id="tt-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        *("/account", "/account/configurations", "/clock", "/positions", "/positions/VTI"),
        *("/assets", "/assets/VTI", "/orders?status=all", "/account/activities"),
        *(
            "/calendar?start=2024-03-01T00:00:00Z&end=2024-04-30T00:00:00Z",
            "/account/portfolio/history",
        ),
    ],
)
def test_what_is_read_is_as_described(strict, paper, path):
    paper.market.taken(at(4), request("a", "buy", "10"))
    paper.set_clock(at(5, 17))
    assert strict.get(path)


def test_orders_are_as_described_from_their_beginning_to_their_end(strict, paper):
    """Numbers of alpaca-py's requests are no text, as the description wants; ours are both."""
    body = {
        "symbol": "VTI", "qty": "1", "limit_price": "90", "side": "buy", "type": "limit",
        "time_in_force": "day", "client_order_id": "tt-1",
    }  # fmt: skip
    made = strict.post("/orders", body)
    assert strict.get("/orders:by_client_order_id", {"client_order_id": "tt-1"}) == made
    new = strict.patch(f"/orders/{made['id']}", {"qty": "2"})
    everything = GetOrdersRequest(status=QueryOrderStatus.ALL)
    assert len(strict.get_orders(everything)) == 2
    strict.cancel_order_by_id(new["id"])
    strict.post("/orders", body | {"client_order_id": "tt-2"})
    assert len(strict.cancel_orders()) == 1
    strict.post("/orders", {**body, "client_order_id": "tt-3", "limit_price": "100.1"})
    assert strict.close_all_positions()


def test_executions_are_described_as_trading_activities(paper, description):
    """One by one: in the path of one kind, the description lets no activity be of one kind only."""
    paper.market.taken(at(4), request("a", "buy", "10"))
    (fill,) = paper.ask("GET", "/v2/account/activities/FILL").json()
    known = description["components"]["schemas"]["TradingActivities"]["properties"]
    assert fill.keys() == known.keys()
    assert all(isinstance(value, str) for value in fill.values())


def test_what_is_refused_has_a_code_and_a_message(paper, description):
    body = {"symbol": "VTI", "qty": "999", "side": "buy", "type": "market", "time_in_force": "day"}
    answer = paper.ask("POST", "/v2/orders", json=body)
    assert str(answer.status_code) in description["paths"]["/v2/orders"]["post"]["responses"]
    assert answer.json().keys() == {"code", "message"}


def test_alpaca_py_writes_amounts_as_numbers_and_is_understood(paper):
    client = paper.client()
    order = client.submit_order(limit_order("1.5", "90.25"))
    assert (order.qty, order.limit_price) == ("1.5", "90.25")
    changed = client.replace_order_by_id(order.id, ReplaceOrderRequest(limit_price=90.3))
    assert (changed.qty, changed.limit_price) == ("1.5", "90.3")
    by_amount = MarketOrderRequest(
        symbol="BND", notional=33.33, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    assert client.submit_order(by_amount).notional == "33.33"
