"""A strict Alpaca in memory: its rules of orders, its stream, and faults where a test plans them.

Where the official OpenAPI description lies beside the checkout, every request that reaches it and
every answer that it gives is held against the description, so neither side can make things up.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid5

import httpx
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from werkzeug.datastructures import Headers, ImmutableMultiDict

KEY, SECRET, ACCOUNT = "AKPLANTEDKEY7731", "planted-secret-5f0c2e", "PA3TEST"
SPACE = UUID(int=7)
Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
"""What happens to one request; it may let it be handled, before or instead of its own answer."""


def made_id(name: str) -> str:
    return str(uuid5(SPACE, name))


class Described:
    """Requests and answers against the official description."""

    def __init__(self, path: Path) -> None:
        text = json.loads(path.read_text())
        self.paths: dict[str, Any] = text["paths"]
        # It leaves open which kind of activity is listed under a type; FILL lists trades.
        listed = self.paths["/v2/account/activities/{activity_type}"]["get"]["responses"]["200"]
        trade = {"$ref": "#/components/schemas/TradingActivities"}
        listed["content"]["application/json"]["schema"]["items"] = trade
        # Strict: a field that is not described would be read over.
        for method, path in (("post", "/v2/orders"), ("patch", "/v2/orders/{order_id}")):
            body = self.paths[path][method]["requestBody"]["content"]["application/json"]
            name = body["schema"].get("$ref", "").rpartition("/")[2]
            schema = text["components"]["schemas"][name] if name else body["schema"]
            schema["additionalProperties"] = False
        self.api = OpenAPI.from_dict(text)

    def check(self, request: httpx.Request, response: httpx.Response) -> None:
        """Refuse what the description does not allow; only answers that it describes."""
        asked, answered = Asked(request), Answered(response)
        self.api.validate_request(asked)
        path = request.url.path
        path = path if path in self.paths else "/".join([*path.split("/")[:-1], "{}"])
        known = {
            one["name"]
            for name, methods in self.paths.items()
            if name.split("{")[0] == path.removesuffix("{}")
            for one in methods.get(asked.method, {}).get("parameters", ())
        }
        assert set(request.url.params) <= known, f"{request.url} asks for what is not described"
        if response.status_code == 200:
            self.api.validate_response(asked, answered)


class Asked:
    """An httpx request as openapi-core wants it."""

    def __init__(self, request: httpx.Request) -> None:
        self.host_url = "https://paper-api.alpaca.markets"
        self.path, self.method = request.url.path, request.method.lower()
        self.content_type = request.headers.get("content-type", "")
        self.body: bytes | None = request.content or None
        query = ImmutableMultiDict(parse_qsl(request.url.query.decode()))
        self.parameters = RequestParameters(query=query, header=Headers(dict(request.headers)))


class Answered:
    """An httpx response as openapi-core wants it."""

    def __init__(self, response: httpx.Response) -> None:
        self.data, self.status_code = response.content, response.status_code
        self.content_type = response.headers.get("content-type", "").partition(";")[0]
        self.headers = Headers(dict(response.headers))


@dataclass
class FakeAlpaca:
    """One account; `at` is its clock, which tests move."""

    at: datetime
    described: Described | None = None
    cash: Decimal = Decimal(100_000)
    unsettled: Decimal = Decimal(0)
    held: dict[str, Decimal] = field(default_factory=dict)
    symbols: tuple[str, ...] = ("VTI", "BND", "BRK.B")
    prices: dict[str, str] = field(default_factory=lambda: {"VTI": "250.10", "BND": "72.5"})
    is_open: bool = True
    status: str = "ACTIVE"
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    activities: list[dict[str, Any]] = field(default_factory=list)
    seen: list[httpx.Request] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    sockets: list[ServerConnection] = field(default_factory=list)

    def fault(self, method_and_path: str, *faults: Fault) -> None:
        """Plan what happens to the next requests to a path, one each."""
        self.faults.setdefault(method_and_path, []).extend(faults)

    def count(self, method_and_path: str) -> int:
        """How many requests to a path came."""
        return sum(f"{one.method} {one.url.path}" == method_and_path for one in self.seen)

    def transport(self) -> httpx.MockTransport:
        """The network between the adapter and this."""
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as planned or by the rules."""
        self.seen.append(request)

        def handled() -> httpx.Response:
            response = self._answer(request)
            if self.described is not None and response.status_code != 401:
                self.described.check(request, response)
            return response

        planned = self.faults.get(f"{request.method} {request.url.path}", [])
        return planned.pop(0)(request, handled) if planned else handled()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        keys = (request.headers.get("APCA-API-KEY-ID"), request.headers.get("APCA-API-SECRET-KEY"))
        if keys != (KEY, SECRET):
            return httpx.Response(401, json={"code": 40110000, "message": "request is not valid"})
        path, query = request.url.path, dict(request.url.params)
        match request.method, path.removeprefix("/v2/").split("/"):
            case "GET", ["account"]:
                return reply(self._account())
            case "GET", ["clock"]:
                return reply(self._clock())
            case "GET", ["positions"]:
                return reply([self._position(name) for name in self.held if self.held[name]])
            case "GET", ["assets", symbol]:
                return reply(self._asset(symbol)) if symbol in self.symbols else missing("asset")
            case "GET", ["account", "activities", "FILL"]:
                return reply(self._activities(query))
            case "GET", ["orders"]:
                return reply(self._open(query))
            case "GET", ["orders:by_client_order_id"]:
                found = self.by_client_id(query["client_order_id"])
                return missing("order") if found is None else reply(found)
            case "GET", ["orders", name]:
                return reply(self.orders[name]) if name in self.orders else missing("order")
            case "POST", ["orders"]:
                return self._post(json.loads(request.content))
            case "PATCH", ["orders", name]:
                return self._patch(name, json.loads(request.content))
            case "DELETE", ["orders", name]:
                return self._delete(name)
        return missing("endpoint")

    def by_client_id(self, order_id: str) -> dict[str, Any] | None:
        """The order of a client order id."""
        found = (one for one in self.orders.values() if one["client_order_id"] == order_id)
        return next(found, None)

    def _account(self) -> dict[str, Any]:
        free = self.cash - self.unsettled
        return {
            "id": made_id("account"),
            "account_number": ACCOUNT,
            "status": self.status,
            "currency": "USD",
            "cash": str(self.cash),
            "multiplier": "1",
            "buying_power": str(free),
            "non_marginable_buying_power": str(free),
            "trading_blocked": False,
            "account_blocked": False,
            "equity": str(self.cash),
        }

    def _clock(self) -> dict[str, Any]:
        later = self.at + timedelta(hours=5)
        return {
            "timestamp": self.at.isoformat(),
            "is_open": self.is_open,
            "next_open": later.isoformat(),
            "next_close": later.isoformat(),
        }

    def _asset(self, symbol: str) -> dict[str, Any]:
        return {
            "id": made_id(symbol),
            "class": "us_equity",
            "exchange": "ARCA",
            "symbol": symbol,
            "name": symbol,
            "status": "active",
            "tradable": True,
            "marginable": True,
            "shortable": True,
            "easy_to_borrow": True,
            "fractionable": symbol != "BRK.B",
        }

    def _position(self, symbol: str) -> dict[str, Any]:
        quantity, nothing = self.held[symbol], "0"
        return {
            "asset_id": made_id(symbol),
            "symbol": symbol,
            "exchange": "ARCA",
            "asset_class": "us_equity",
            "asset_marginable": True,
            "avg_entry_price": "200.5",
            "qty": str(quantity),
            "qty_available": str(quantity - self.reserved(symbol)),
            "side": "long",
            "market_value": nothing,
            "cost_basis": nothing,
            "unrealized_pl": nothing,
            "unrealized_plpc": nothing,
            "change_today": nothing,
            "unrealized_intraday_pl": nothing,
            "unrealized_intraday_plpc": nothing,
            "current_price": self.prices[symbol],
            "lastday_price": self.prices[symbol],
        }

    def reserved(self, symbol: str) -> Decimal:
        """What open sales hold back."""
        return sum(
            (
                Decimal(one["qty"]) - Decimal(one["filled_qty"])
                for one in self.orders.values()
                if one["symbol"] == symbol and one["side"] == "sell" and is_open(one)
            ),
            Decimal(0),
        )

    def _open(self, query: dict[str, str]) -> list[dict[str, Any]]:
        orders = [one for one in self.orders.values() if is_open(one)]
        if after := query.get("after_order_id"):
            orders = orders[[one["id"] for one in orders].index(after) + 1 :]
        return orders[: int(query["limit"])]

    def _activities(self, query: dict[str, str]) -> list[dict[str, Any]]:
        after = datetime.fromisoformat(query["after"])
        kept = [
            one
            for one in self.activities
            if datetime.fromisoformat(one["transaction_time"]) > after
        ]
        if token := query.get("page_token"):
            kept = kept[[one["id"] for one in kept].index(token) + 1 :]
        return kept[: int(query["page_size"])]

    def _post(self, body: dict[str, Any], replaces: str | None = None) -> httpx.Response:
        if self.by_client_id(body["client_order_id"]) is not None:
            return refused(422, 40010001, "client_order_id must be unique")
        symbol, quantity = body["symbol"], Decimal(body.get("qty", "1"))
        if symbol not in self.symbols:
            return refused(422, 42210000, f'asset "{symbol}" not found')
        is_part = "notional" in body or quantity % 1
        if is_part and body["time_in_force"] != "day":
            return refused(422, 42210000, "fractional orders must be DAY orders")
        if body["time_in_force"] in ("opg", "cls") and not self.is_open:
            return refused(422, 42210000, "market is closed for this time in force")
        free = self.held.get(symbol, Decimal(0)) - self.reserved(symbol)
        if body["side"] == "sell" and quantity > free and not replaces:
            text = (
                f"insufficient qty available for order (requested: {quantity}, available: {free})"
            )
            return refused(403, 40310000, text)
        cost = Decimal(body.get("notional") or quantity * Decimal(self.prices[symbol]))
        if body["side"] == "buy" and cost > self.cash - self.unsettled:
            return refused(403, 40310000, "insufficient buying power")
        order = self._booked(body, replaces)
        self.tell("new", order)
        return reply(order)

    def _booked(self, body: dict[str, Any], replaces: str | None) -> dict[str, Any]:
        now = self.at.isoformat().replace("+00:00", "668464435Z")  # nanoseconds, as Alpaca sends
        now = now if "." in now else now.replace("668464435Z", ".668464435Z")
        name = made_id(f"order {len(self.orders)}")
        empty = ("expired_at", "filled_at", "canceled_at", "failed_at", "filled_avg_price", "legs")
        order = {
            **dict.fromkeys(empty),
            "id": name,
            "status": "new" if self.is_open else "accepted",
            "filled_qty": "0",
            "created_at": now,
            "updated_at": now,
            "submitted_at": now,
            "order_class": "",
            "asset_id": made_id(body["symbol"]),
            "asset_class": "us_equity",
            "qty": None,
            "notional": None,
            "replaces": replaces,
            "replaced_by": None,
            "limit_price": None,
            "extended_hours": False,
            "order_type": body["type"],
            **body,
        }
        self.orders[name] = order
        return order

    def _patch(self, name: str, body: dict[str, Any]) -> httpx.Response:
        old = self.orders.get(name)
        if old is None or not is_open(old):
            return refused(422, 42210000, "order is not open")
        same = {part: old[part] for part in ("symbol", "side", "type", "time_in_force")}
        response = self._post(same | body, replaces=name)
        if response.status_code == 200:
            old |= {"status": "replaced", "replaced_by": response.json()["id"]}
            self.tell("replaced", old)
        return response

    def _delete(self, name: str) -> httpx.Response:
        if name not in self.orders:
            return missing("order")
        if not is_open(self.orders[name]):
            return refused(422, 42210000, "order is not cancelable")
        self.orders[name] |= {"status": "canceled", "canceled_at": self.at.isoformat()}
        self.tell("canceled", self.orders[name])
        return httpx.Response(204)

    def fill(self, order_id: str, quantity: str, price: str, *, told: bool = True) -> None:
        """Execute a part of an order; `told` over the stream too."""
        order = self.by_client_id(order_id)
        assert order is not None
        total = Decimal(order["filled_qty"]) + Decimal(quantity)
        is_whole = order["qty"] is not None and total >= Decimal(order["qty"])
        order |= {"filled_qty": str(total), "filled_avg_price": price}
        order["status"] = "filled" if is_whole else "partially_filled"
        name = f"{self.at:%Y%m%d%H%M%S}000::{made_id(f'fill {len(self.activities)}')}"
        kind = "fill" if is_whole else "partial_fill"
        self.activities.append(
            {
                "id": name,
                "activity_type": "FILL",
                "type": kind,
                "qty": quantity,
                "price": price,
                "cum_qty": str(total),
                "order_id": order["id"],
                "leaves_qty": "0",
                "order_status": order["status"],
                "side": order["side"],
                "symbol": order["symbol"],
                "transaction_time": self.at.isoformat(),
            }
        )
        sign = 1 if order["side"] == "buy" else -1
        held = self.held.get(order["symbol"], Decimal(0)) + sign * Decimal(quantity)
        self.held[order["symbol"]] = held
        self.cash -= sign * Decimal(quantity) * Decimal(price)
        if told:
            self.tell(kind, order, qty=quantity, price=price, execution_id=name.rpartition("::")[2])

    def tell(self, event: str, order: dict[str, Any], **more: str) -> None:
        """Send an update to whoever listens, in a binary frame as Alpaca does."""
        data = {"event": event, "order": order, "timestamp": self.at.isoformat(), **more}
        for socket in self.sockets:
            socket.send(json.dumps({"stream": "trade_updates", "data": data}).encode())

    @contextmanager
    def streaming(self) -> Iterator[str]:
        """The stream's server, and the address of it."""
        server = serve(self._stream, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            self.cut()
            server.shutdown()
            thread.join()

    def cut(self) -> None:
        """End every connection of the stream."""
        for socket in tuple(self.sockets):
            socket.close()

    def _stream(self, socket: ServerConnection) -> None:
        try:
            for raw in socket:
                message = json.loads(raw)
                if message["action"] == "authenticate":
                    keys = {"key_id": KEY, "secret_key": SECRET}
                    status = "authorized" if message["data"] == keys else "unauthorized"
                    data = {"status": status, "action": "authenticate"}
                    socket.send(json.dumps({"stream": "authorization", "data": data}).encode())
                else:
                    if socket not in self.sockets:  # an update may overtake the confirmation
                        self.sockets.append(socket)
                    data = {"streams": message["data"]["streams"]}
                    socket.send(json.dumps({"stream": "listening", "data": data}).encode())
        except ConnectionClosed:
            pass
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)


def is_open(order: dict[str, Any]) -> bool:
    return order["status"] in ("new", "accepted", "partially_filled")


def reply(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def missing(what: str) -> httpx.Response:
    return refused(404, 40410000, f"{what} not found")


def refused(status: int, code: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message})


def instead(status: int, text: str, **headers: str) -> Fault:
    """Answer this, and do nothing."""
    return lambda _, __: httpx.Response(status, text=text, headers=headers)


def after_doing(status: int, text: str) -> Fault:
    """Carry the request out, and answer this all the same."""

    def fault(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        handled()
        return httpx.Response(status, text=text)

    return fault


def cut_after_doing(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
    """Carry the request out, and cut the line."""
    handled()
    raise httpx.ReadTimeout("the line went quiet")
