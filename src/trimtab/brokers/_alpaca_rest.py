"""Alpaca's REST services as questions and answers: pages are walked, absence is proven.

Errors: `BrokerError` for a question that has no usable answer, or more pages than the limits allow.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from trimtab.brokers._alpaca_words import Execution, Names, execution_of, report_of
from trimtab.brokers._exact_json import NotExact, list_of, object_of, text_of
from trimtab.brokers._http import Answer, Http
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.orders import OrderReport

__all__ = ["AlpacaRest"]

ORDERS_PAGE = 500
FILLS_PAGE = 100
PAGES_MAX = 200
FILLS_MARGIN = timedelta(seconds=2)
"""Activities are listed by when they were booked, in whole seconds; earlier ones are left out."""
NOT_FOUND = frozenset({404})
T = TypeVar("T")


class AlpacaRest:
    """The questions of one account, all under one rate."""

    def __init__(self, http: Http, rate: Rate, names: Names, account: str) -> None:
        self.http, self.names = http, names
        self._rates, self._account = (rate,), account

    def account(self) -> Mapping[str, Any]:
        """The account that the key belongs to."""
        return self._read("/v2/account", lambda body: object_of(body, "the account"))

    def clock(self) -> Mapping[str, Any]:
        """Alpaca's time, and whether its market is open."""
        return self._read("/v2/clock", lambda body: object_of(body, "the clock"))

    def positions(self) -> Sequence[Any]:
        """All positions; there are no pages."""
        return self._read("/v2/positions", lambda body: list_of(body, "the positions"))

    def open_orders(self) -> tuple[OrderReport, ...]:
        """Every open order, ours or not, the oldest first."""
        asked = {"status": "open", "direction": "asc", "limit": str(ORDERS_PAGE)}
        found: dict[str, OrderReport] = {}
        for _ in range(PAGES_MAX):
            page = self._read("/v2/orders", self._reports, asked)
            new = {one.broker_id: one for one in page if one.broker_id not in found}
            found |= new
            if len(page) < ORDERS_PAGE:
                return tuple(found.values())
            if not new:
                raise self._unreadable("/v2/orders", "a page repeats the one before")
            asked["after_order_id"] = page[-1].broker_id
        raise self._unreadable("/v2/orders", f"there are more than {PAGES_MAX} pages")

    def order_by_client_id(self, order_id: str) -> OrderReport | None:
        """The order of this client order id; none only where Alpaca says that there is none."""
        path = "/v2/orders:by_client_order_id"
        answer = self._ask(path, {"client_order_id": order_id}, NOT_FOUND)
        if answer.status == 404:
            return None
        report = self._understood(path, self._report, answer.body)
        if report.order_id != order_id:
            raise self._unreadable(path, f"it answered with {report.order_id or 'another order'}")
        return report

    def order(self, broker_id: str) -> OrderReport:
        """The order of Alpaca's id."""
        return self._read(f"/v2/orders/{quote(broker_id, safe='')}", self._report)

    def asset(self, symbol: str) -> Mapping[str, Any] | None:
        """What is known of a symbol; none where Alpaca does not trade it."""
        path = f"/v2/assets/{quote(symbol, safe='')}"
        answer = self._ask(path, {}, NOT_FOUND)
        if answer.status == 404:
            return None
        return self._understood(path, lambda body: object_of(body, "an asset"), answer.body)

    def executions(self, since: datetime) -> tuple[Execution, ...]:
        """Every execution from a moment on, the oldest first; each once."""
        path = "/v2/account/activities/FILL"
        after = (since - FILLS_MARGIN).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"after": after, "direction": "asc", "page_size": str(FILLS_PAGE)}
        found: dict[str, Execution] = {}
        for _ in range(PAGES_MAX):
            page = self._read(path, self._executions, asked)
            new = {one.fill.execution_id: one for one in page} | found
            if len(page) < FILLS_PAGE:
                return _in_order(new.values(), since)
            if len(new) == len(found):
                raise self._unreadable(path, "a page repeats the one before")
            found = new
            asked["page_token"] = page[-1].fill.execution_id
        raise self._unreadable(path, f"there are more than {PAGES_MAX} pages since {after}")

    def post(self, body: object) -> Answer:
        """Send an order, once."""
        return self.http.write("POST", "/v2/orders", body, rates=self._rates)

    def patch(self, broker_id: str, body: object) -> Answer:
        """Replace an order, once."""
        path = f"/v2/orders/{quote(broker_id, safe='')}"
        return self.http.write("PATCH", path, body, rates=self._rates)

    def delete(self, broker_id: str) -> Answer:
        """Ask that an order be canceled, once."""
        path = f"/v2/orders/{quote(broker_id, safe='')}"
        return self.http.write("DELETE", path, rates=self._rates)

    def _report(self, body: object) -> OrderReport:
        return report_of(body, self.names)

    def _reports(self, body: object) -> list[OrderReport]:
        return [self._report(one) for one in list_of(body, "the orders")]

    def _executions(self, body: object) -> list[Execution]:
        listed = list_of(body, "the activities")
        return [execution_of(one, self.names, self._account) for one in listed]

    def _ask(self, path: str, params: Mapping[str, str], also: frozenset[int]) -> Answer:
        answer = self.http.read(path, params or None, rates=self._rates, also=also)
        if answer.status == 404:  # a proof needs Alpaca's own words, not any 404
            self._understood(path, lambda body: text_of(body.get("message"), "why"), answer.body)
        return answer

    def _read(
        self, path: str, understand: Callable[[Any], T], params: Mapping[str, str] | None = None
    ) -> T:
        answer = self.http.read(path, params, rates=self._rates)
        return self._understood(path, understand, answer.body)

    def _understood(self, path: str, understand: Callable[[Any], T], body: object) -> T:
        try:
            return understand(body)
        except (NotExact, AttributeError) as error:
            raise self._unreadable(path, str(error)) from None

    def _unreadable(self, path: str, fact: str) -> BrokerError:
        return BrokerError(
            Trouble.UNREADABLE,
            f"{self.http.name}, GET {path}",
            self.http.clean(fact),
            remedy="nothing is concluded from it; it is asked again",
        )


def _in_order(found: Iterable[Execution], since: datetime) -> tuple[Execution, ...]:
    """By time; fills of one moment by what was filled in all, since pages mix them up."""
    late = (one for one in found if one.fill.at >= since)
    return tuple(sorted(late, key=lambda one: (one.fill.at, one.fill.broker_id, one.total)))
