"""A strict gateway of Interactive Brokers in memory: a session, its questions, and planned faults.

Where the description of the Web API lies beside the checkout, every request and every answer is
held against it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

from tests.brokers.described import Described, amended

ACCOUNT = "DU123456"
PREFIX = "/v1/api"
CONIDS = {"VTI": 12340041, "BND": 43645828}
Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
PATHS = (
    "/iserver/auth/status",
    "/iserver/auth/ssodh/init",
    "/tickle",
    "/iserver/accounts",
    "/iserver/account/orders",
    "/iserver/account/trades",
    "/iserver/account/{accountId}/orders",
    "/iserver/account/{accountId}/order/{orderId}",
    "/iserver/reply/{replyId}",
    "/iserver/contract/rules",
    "/iserver/marketdata/snapshot",
    "/portfolio/accounts",
    "/portfolio/{accountId}/positions/{pageId}",
    "/portfolio/{accountId}/positions/invalidate",
    "/portfolio/{accountId}/ledger",
    "/trsrv/stocks",
)


def description(path: Path) -> Described:
    """IBKR's description, where its types contradict its own examples set right."""
    text = amended(path)
    # Price steps are fractions; the examples show them so.
    every = json.dumps(text["components"]["schemas"]["contractRules"])
    loose = every.replace('"type": "integer"', '"type": "number"')
    text["components"]["schemas"]["contractRules"] = json.loads(loose)
    # Several contracts and fields are one parameter, as its own words say.
    for parameter in text["paths"]["/iserver/marketdata/snapshot"]["get"]["parameters"]:
        parameter["schema"] = {"type": "array", "items": parameter["schema"]}
    # Times are milliseconds, which no int32 holds; the examples show them so.
    every = json.dumps(text).replace('"format": "int32"', '"format": "int64"')
    return Described(json.loads(every), PATHS, PREFIX)


@dataclass
class FakeIbkr:
    """One user's gateway; `at` is its clock, which tests move."""

    at: datetime
    described: Described | None = None
    cash: Decimal = Decimal(100_000)
    settled: Decimal = Decimal(100_000)
    held: dict[str, int] = field(default_factory=dict)
    logged_in: bool = True
    authenticated: bool = False
    competing: bool = False
    asks: dict[str, list[list[str]]] = field(default_factory=dict)
    """Questions by ticker: one list of message ids after the other."""
    shows_reference: bool = True
    prices: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What a snapshot says of a contract, from the second look on."""
    looked_at: set[int] = field(default_factory=set)
    looks: int = 0
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    trades: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, tuple[dict[str, Any], list[list[str]]]] = field(default_factory=dict)
    seen: list[httpx.Request] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def fault(self, method_and_path: str, *faults: Fault) -> None:
        """Plan what happens to the next requests to a path, one each."""
        self.faults.setdefault(method_and_path, []).extend(faults)

    def count(self, method_and_path: str) -> int:
        """How many requests to a path came."""
        return sum(_named(one) == method_and_path for one in self.seen)

    def transport(self) -> httpx.MockTransport:
        """The network between the adapter and this."""
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as planned or by the rules."""
        self.seen.append(request)

        def handled() -> httpx.Response:
            response = self._answer(request)
            response.headers["date"] = format_datetime(self.at.astimezone(UTC), usegmt=True)
            if self.described is not None and response.status_code < 300:
                self.described.check(request, response)
            return response

        planned = self.faults.get(_named(request), [])
        return planned.pop(0)(request, handled) if planned else handled()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not self.logged_in:
            return httpx.Response(401, text="access denied")
        method, path = _named(request).split(" ")
        body = json.loads(request.content) if request.content else {}
        query = dict(request.url.params)
        match method, path.removeprefix("/").split("/"):
            case "POST", ["iserver", "auth", "status"]:
                return reply(self._status())
            case "POST", ["iserver", "auth", "ssodh", "init"]:
                self.authenticated = True
                self.competing = self.competing and not body["compete"]
                return reply(self._status())
            case "POST", ["tickle"]:
                return reply({"session": "s", "iserver": {"authStatus": self._status()}})
            case "GET", ["trsrv", "stocks"]:
                return reply({query["symbols"]: self._stocks(query["symbols"])})
            case "GET" | "POST", ["portfolio", *rest]:
                return self._portfolio(rest)
        if not self.authenticated or self.competing:
            return refused(400, "Bad Request: no bridge")
        return self._trading(method, path, body, query)

    def _trading(
        self, method: str, path: str, body: dict[str, Any], query: dict[str, str]
    ) -> httpx.Response:
        match method, path.removeprefix("/iserver/").split("/"):
            case "GET", ["accounts"]:
                return reply({"accounts": [ACCOUNT], "selectedAccount": ACCOUNT})
            case "POST", ["contract", "rules"]:
                return reply(self._rules())
            case "GET", ["account", "orders"]:
                return self._list(query)
            case "GET", ["marketdata", "snapshot"]:
                return reply([self._price(int(one)) for one in query["conids"].split(",")])
            case "GET", ["account", "trades"]:
                return reply(self._trades(int(query["days"])))
            case "POST", ["account", name, "orders"] if name == ACCOUNT:
                [ticket] = body["orders"]
                return self._post(ticket)
            case "POST", ["reply", reply_id]:
                return self._reply(reply_id, body["confirmed"])
            case "DELETE", ["account", name, "order", number] if name == ACCOUNT:
                return self._delete(int(number))
        return refused(404, "no such endpoint")

    def _price(self, conid: int) -> dict[str, Any]:
        """As the real one: the first look at a contract only begins its data."""
        is_known = conid in self.looked_at
        self.looked_at.add(conid)
        return {"conid": conid, **(self.prices.get(conid, {}) if is_known else {})}

    def _status(self) -> dict[str, Any]:
        return {
            "authenticated": self.authenticated,
            "connected": True,
            "competing": self.competing,
            "message": "",
        }

    def _stocks(self, symbol: str) -> list[dict[str, Any]]:
        if symbol not in CONIDS:
            return []
        contracts = [
            {"conid": CONIDS[symbol], "exchange": "ARCA", "isUS": True},
            {"conid": CONIDS[symbol] + 1, "exchange": "MEXI", "isUS": False},
        ]
        return [{"name": symbol, "assetClass": "STK", "contracts": contracts}]

    def _rules(self) -> dict[str, Any]:
        return {
            "canTradeAcctIds": [ACCOUNT],
            "sizeIncrement": 1,
            "increment": 0.01,
            "cashCcy": "USD",
            "error": None,
        }

    def _portfolio(self, rest: list[str]) -> httpx.Response:
        match rest:
            case ["accounts"]:
                return reply([{"id": ACCOUNT, "accountId": ACCOUNT, "currency": "USD"}])
            case [_, "positions", "invalidate"]:
                return reply({"message": "success"})
            case [_, "positions", page]:
                listed = list(self.held.items())[int(page) * 100 :][:100]
                return reply([self._position(*one) for one in listed])
            case [_, "ledger"]:
                return reply({"USD": self._cash("USD"), "BASE": self._cash("BASE")})
        return refused(404, "no such endpoint")

    def _position(self, symbol: str, quantity: int) -> dict[str, Any]:
        conid = CONIDS.get(symbol, 900_000 + len(symbol))
        prices = {"avgCost": 200.5, "mktPrice": 250.125, "currency": "USD"}
        return {"conid": conid, "ticker": symbol, "position": float(quantity), **prices}

    def _cash(self, currency: str) -> dict[str, Any]:
        amounts = {"cashbalance": float(self.cash), "settledcash": float(self.settled)}
        return {"currency": currency, "secondkey": currency, "key": "LedgerList", **amounts}

    def _list(self, query: dict[str, str]) -> httpx.Response:
        if query.get("force") == "true":
            self.looks = 0
            return reply({"orders": [], "snapshot": False})
        self.looks += 1
        if self.looks == 1:  # as the real one: the first look is not whole
            return reply({"orders": [], "snapshot": False})
        shown = [
            {name: value for name, value in one.items() if self._is_shown(name)}
            for one in self.orders.values()
        ]
        return reply({"orders": shown, "snapshot": True})

    def _is_shown(self, name: str) -> bool:
        return self.shows_reference or name != "order_ref"

    def _trades(self, days: int) -> list[dict[str, Any]]:
        assert 1 <= days <= 7
        since = self.at.timestamp() * 1000 - days * 86_400_000
        return [one for one in self.trades if one["trade_time_r"] >= since]

    def _post(self, ticket: dict[str, Any]) -> httpx.Response:
        if any(one["order_ref"] == ticket["cOID"] for one in self.orders.values()):
            name = ticket["cOID"]
            return refused(400, f"Local order ID={name} is already registered.")
        symbol = next(name for name, conid in CONIDS.items() if conid == ticket["conid"])
        rounds = [*self.asks.get(symbol, [])]
        return self._ask(ticket, rounds) if rounds else self._book(ticket, symbol)

    def _ask(self, ticket: dict[str, Any], rounds: list[list[str]]) -> httpx.Response:
        messages, *later = rounds
        reply_id = f"reply-{len(self.seen)}"
        self.waiting = {reply_id: (ticket, later)}  # any other question is forgotten
        texts = [f"Are you sure about {one}?" for one in messages]
        question = {"id": reply_id, "isSuppressed": False, "message": texts}
        return reply([question | {"messageIds": messages}])

    def _reply(self, reply_id: str, yes: bool) -> httpx.Response:
        if reply_id not in self.waiting:
            return refused(400, "reply id not found")
        ticket, later = self.waiting.pop(reply_id)
        if not yes:
            return reply({"error": "Order not confirmed"})
        symbol = next(name for name, conid in CONIDS.items() if conid == ticket["conid"])
        return self._ask(ticket, later) if later else self._book(ticket, symbol)

    def _book(self, ticket: dict[str, Any], symbol: str) -> httpx.Response:
        free = self.held.get(symbol, 0)
        if ticket["side"] == "SELL" and ticket["quantity"] > free:
            return reply({"error": f"You hold {free} of {symbol} only"})
        number = 1_370_093_000 + len(self.orders)
        self.orders[number] = {
            "account": ACCOUNT,
            "acct": ACCOUNT,
            "orderId": number,
            "conid": str(ticket["conid"]),
            "ticker": symbol,
            "side": ticket["side"],
            "status": "Submitted",
            "totalSize": str(ticket["quantity"]),
            "filledQuantity": "0",
            "remainingQuantity": str(ticket["quantity"]),
            "order_ref": ticket["cOID"],
        }
        status = {"order_id": str(number), "order_status": "Submitted", "encrypt_message": "1"}
        return reply([status])

    def _delete(self, number: int) -> httpx.Response:
        if number not in self.orders:
            return reply({"error": f"OrderID {number} doesn't exist"})
        order = self.orders[number]
        if order["status"] not in ("Submitted", "PreSubmitted"):
            return reply({"error": f"Order {number} is {order['status']}"})
        order["status"] = "Cancelled"
        done = {"msg": "Request was submitted", "order_id": str(number), "account": ACCOUNT}
        return reply(done | {"conid": order["conid"]})

    def by_reference(self, order_id: str) -> dict[str, Any]:
        """The order of our id."""
        return next(one for one in self.orders.values() if one["order_ref"] == order_id)

    def fill(self, order_id: str, quantity: int, price: str, name: str = "") -> None:
        """Execute a part of an order."""
        order = self.by_reference(order_id)
        total = float(order["filledQuantity"]) + quantity
        is_whole = total >= float(order["totalSize"])
        order |= {"filledQuantity": str(total), "avgPrice": price}
        order |= {"status": "Filled" if is_whole else "Submitted"}
        order["lastExecutionTime_r"] = str(int(self.at.timestamp() * 1000))
        self.trades.append(
            {
                "execution_id": name or f"0000e0d5.6576fd{len(self.trades):02d}.01.01",
                "symbol": order["ticker"],
                "conid": order["conid"],
                "side": order["side"][0],
                "trade_time": f"{self.at:%Y%m%d-%H:%M:%S}",
                "trade_time_r": int(self.at.timestamp() * 1000),
                "size": float(quantity),
                "price": price,
                "order_ref": order_id,
                "commission": "1.01",
                "account": ACCOUNT,
                "accountCode": ACCOUNT,
                "order_id": order["orderId"],
            }
        )


def _named(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path.removeprefix(PREFIX)}"


def reply(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, error: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "statusCode": str(status)})
