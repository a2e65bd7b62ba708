"""A strict Saxo in memory: its limits, its log of orders, and faults where a test plans them.

Where Saxo's descriptions lie beside the checkout, every request and every answer is held against
them.  They leave out the log of orders, whose parameters are held against its reference page.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.brokers.described import Described

ACCOUNT, TOKEN = "192134INET", "planted-token-93c1f7"
KEY, CLIENT = "LZTc7DdejXODf-WSl2aCyQ==", "7m4I|vtYLUnEGg77o9uQhw=="
PREFIX, ROOT = "/sim/openapi", "root"
UICS = {"VTI:arcx": 36590, "VTI:xmex": 999_001, "BND:xnas": 44421, "SXR8:xetr": 77_333}
LOG = "/cs/v1/audit/orderactivities"
LOG_PARAMETERS = frozenset(
    {"$skiptoken", "$top", "AccountKey", "ClientKey", "CorrelationKey", "EntryType", "FieldGroups"}
    | {"FromDateTime", "IncludeSubAccounts", "OrderId", "Status", "ToDateTime"}
)
Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
PATHS = {
    "port": (
        "/port/v1/accounts/me",
        "/port/v1/orders",
        "/port/v1/balances",
        "/port/v1/netpositions",
    ),
    "ref": ("/ref/v1/instruments", "/ref/v1/instruments/details/{Uic}/{AssetType}"),
    "trade": (
        "/trade/v2/orders",
        "/trade/v2/orders/{OrderIds}",
        "/trade/v2/orders/precheck",
        "/trade/v1/infoprices/list",
    ),
    ROOT: (f"/{ROOT}/v1/user",),
}


def descriptions(folder: Path) -> dict[str, Described]:
    """Saxo's descriptions, one for each group of services."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        group: Described(yaml.load((folder / f"{group}.yaml").read_text(), loader), paths, PREFIX)
        for group, paths in PATHS.items()
    }


@dataclass
class FakeSaxo:
    """One account; `at` is its clock, which tests move."""

    at: datetime
    described: dict[str, Described] = field(default_factory=dict)
    token: str = TOKEN
    cash: Decimal = Decimal(100_000)
    not_booked: Decimal = Decimal(0)
    held: dict[str, int] = field(default_factory=dict)
    may_trade: bool = True
    page: int = 1_000
    prices: list[dict[str, Any]] = field(default_factory=list)
    says_what_is_left: bool = False
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    requests: dict[str, datetime] = field(default_factory=dict)
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
            self._check(request, response)
            return response

        planned = self.faults.get(_named(request), [])
        return planned.pop(0)(request, handled) if planned else handled()

    def _check(self, request: httpx.Request, response: httpx.Response) -> None:
        path = _named(request).split(" ")[1]
        if path == LOG:
            assert set(request.url.params) <= LOG_PARAMETERS
        elif self.described and response.status_code in (200, 201):
            self.described[path.split("/")[1]].check(request, response)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401)
        method, path = _named(request).split(" ")
        query = dict(request.url.params)
        body = json.loads(request.content) if request.content else {}
        match method, path.removeprefix("/").split("/"):
            case "GET", ["port", "v1", "accounts", "me"]:
                account = {"AccountId": ACCOUNT, "AccountKey": KEY, "ClientKey": CLIENT}
                return reply({"Data": [account]})
            case "GET", ["root", "v1", "user"]:
                return reply({"AccessRights": {"CanTrade": self.may_trade}})
            case "GET", ["ref", "v1", "instruments"]:
                return reply({"Data": self._found(query["Keywords"])})
            case "GET", ["ref", "v1", "instruments", "details", uic, kind]:
                return reply(self._details(int(uic), kind))
            case "POST", ["trade", "v2", "orders"]:
                return self._once(request, lambda: self._post(body))
            case "GET", ["trade", "v1", "infoprices", "list"]:
                asked = {int(one) for one in query["Uics"].split(",")}
                return reply({"Data": [one for one in self.prices if one["Uic"] in asked]})
            case "POST", ["trade", "v2", "orders", "precheck"]:
                return self._precheck(body)
            case "DELETE", ["trade", "v2", "orders", name]:
                return self._once(request, lambda: self._delete(name))
        assert (query.get("AccountKey"), query.get("ClientKey")) == (KEY, CLIENT)
        match path.removeprefix("/").split("/"):
            case ["port", "v1", "balances"]:
                return reply(self._balance())
            case ["port", "v1", "netpositions"]:
                return self._paged([self._position(*one) for one in self.held.items()], query)
            case ["port", "v1", "orders"]:
                return self._paged(list(self.orders.values()), query)
            case ["cs", "v1", "audit", "orderactivities"]:
                return self._logged(query)
        return refused(404, "NotFound", "no such endpoint")

    def _once(self, request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        """Refuse a request of the same id within fifteen seconds."""
        name = request.headers["x-request-id"]
        last = self.requests.get(name)
        if last is not None and self.at - last < timedelta(seconds=15):
            return httpx.Response(409)
        self.requests[name] = self.at
        response = act()
        if self.says_what_is_left:
            response.headers["X-RateLimit-SessionOrders-Remaining"] = "0"
            response.headers["X-RateLimit-SessionOrders-Reset"] = "7"
        return response

    def _found(self, keywords: str) -> list[dict[str, Any]]:
        return [
            {"Symbol": symbol, "Identifier": uic, "AssetType": "Etf", "CurrencyCode": "USD"}
            for symbol, uic in UICS.items()
            if symbol.startswith(keywords[:2])
        ]

    def _details(self, uic: int, kind: str) -> dict[str, Any]:
        return {
            "Uic": uic,
            "AssetType": kind,
            "CurrencyCode": "USD",
            "LotSize": 1,
            "TickSize": 0.01,
            "IsTradable": True,
            "TradingStatus": "Tradable",
            "NonTradableReason": "None",
        }

    def _balance(self) -> dict[str, Any]:
        return {
            "CashBalance": float(self.cash),
            "TransactionsNotBooked": float(self.not_booked),
            "CashAvailableForTrading": float(self.cash),
            "Currency": "USD",
        }

    def _position(self, symbol: str, quantity: int) -> dict[str, Any]:
        uic = UICS.get(symbol, 500_000 + len(symbol))
        base = {"Amount": float(quantity), "Uic": uic, "AssetType": "Etf"}
        shown = {"AverageOpenPrice": 200.5, "CurrentPrice": 250.125}
        return {
            "NetPositionId": symbol,
            "NetPositionBase": base,
            "NetPositionView": shown,
            "DisplayAndFormat": {"Symbol": symbol},
        }

    def _paged(self, listed: list[dict[str, Any]], query: dict[str, str]) -> httpx.Response:
        start, size = int(query.get("$skip", 0)), min(int(query["$top"]), self.page)
        page: dict[str, Any] = {"Data": listed[start : start + size]}
        if start + size < len(listed):
            page["__next"] = f"/openapi/port/?$top={size}&$skip={start + size}"
        return reply(page)

    def _logged(self, query: dict[str, str]) -> httpx.Response:
        start = datetime.fromisoformat(query["FromDateTime"])
        kept = [one for one in self.log if datetime.fromisoformat(one["ActivityTime"]) >= start]
        if query["EntryType"] == "Last":
            kept = list({one["OrderId"]: one for one in kept}.values())
        first, size = int(query.get("$skiptoken", 0)), min(int(query["$top"]), self.page)
        page: dict[str, Any] = {"Data": kept[first : first + size]}
        if first + size < len(kept):
            page["__next"] = f"/openapi{LOG}?$top={size}&$skiptoken={first + size}"
        return reply(page)

    def _precheck(self, body: dict[str, Any]) -> httpx.Response:
        if body["Amount"] > 1_000:
            error = {"ErrorCode": "OrderValueTooLarge", "Message": "too large"}
            return httpx.Response(201, json={"ErrorInfo": error})
        return httpx.Response(201, json={"EstimatedCashRequired": 1.0})

    def _post(self, body: dict[str, Any]) -> httpx.Response:
        symbol = next(name for name, uic in UICS.items() if uic == body["Uic"])
        if body["BuySell"] == "Sell" and body["Amount"] > self.held.get(symbol, 0):
            return refused(400, "NotOwned", "you do not own that many")
        name = str(67_762_872 + len(self.log))
        self.orders[name] = {
            "OrderId": name,
            "Status": "Working",
            "Amount": body["Amount"],
            "FilledAmount": 0,
            "BuySell": body["BuySell"],
            "Uic": body["Uic"],
            "AssetType": body["AssetType"],
            "ExternalReference": body["ExternalReference"],
            "DisplayAndFormat": {"Symbol": symbol},
        }
        self.note(name, "Placed")
        return httpx.Response(201, json={"OrderId": name})

    def _delete(self, name: str) -> httpx.Response:
        if name not in self.orders:
            error = {"ErrorCode": "OrderNotFound", "Message": "no such order"}
            return reply({"Orders": [{"OrderId": name, "ErrorInfo": error}]})
        self.note(name, "Cancelled")
        del self.orders[name]
        return reply({"Orders": [{"OrderId": name}]})

    def note(self, name: str, status: str, said: str = "Confirmed", **more: object) -> None:
        """Add an entry to the log."""
        order = self.orders[name]
        kept = ("OrderId", "Amount", "BuySell", "Uic", "ExternalReference", "DisplayAndFormat")
        entry = {field: order[field] for field in (*kept, "FilledAmount")}
        self.log.append(
            entry
            | {"LogId": str(3_000 + len(self.log)), "Status": status, "SubStatus": said}
            | {"ActivityTime": f"{self.at:%Y-%m-%dT%H:%M:%S.%f}Z", "AccountId": ACCOUNT}
            | more
        )

    def fill(self, order_id: str, quantity: int, price: float) -> None:
        """Execute a part of an order."""
        order = next(one for one in self.orders.values() if one["ExternalReference"] == order_id)
        order["FilledAmount"] += quantity
        is_whole = order["FilledAmount"] >= order["Amount"]
        status, prices = ("FinalFill" if is_whole else "Fill"), {"AveragePrice": price}
        amounts = {"FillAmount": quantity, "ExecutionPrice": price}
        self.note(order["OrderId"], status, **prices, **amounts)
        if is_whole:
            del self.orders[order["OrderId"]]


def _named(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path.removeprefix(PREFIX)}"


def reply(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"ErrorCode": code, "Message": message})
