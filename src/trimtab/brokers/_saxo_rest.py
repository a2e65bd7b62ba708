"""Saxo's OpenAPI as questions and answers: pages are walked, limits are kept, absence is proven.

Each group of services allows 120 requests a minute and orders one a second; every answer says what
is left, and where nothing is, nobody asks until it says that there is again.  An order that is not
open is looked up in the order log, which goes back for years.

Errors: `BrokerError` for a question that has no usable answer, or more pages than the limits allow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from trimtab.brokers._account_view import Holdings, broker_clock
from trimtab.brokers._exact_json import NotExact, list_of, object_of, text_of
from trimtab.brokers._http import Answer, Http
from trimtab.brokers._json_numbers import with_numbers
from trimtab.brokers._pace import Pace, Rate
from trimtab.brokers._reading import Reader
from trimtab.brokers._saxo_instruments import ASSET_TYPES, Instruments, Uic, chosen, instrument_of
from trimtab.brokers._saxo_words import cash_of, fill_of, log_report_of, position_of, report_of
from trimtab.model.brokers import BrokerError, BrokerInstrument, Trouble
from trimtab.model.orders import Fill, OrderReport

__all__ = ["SaxoRest"]

PAGE = 200
PAGES_MAX = 100
GROUP_BURST, GROUP_PER_SECOND = 60, 1.0
"""Half of 120 requests at once and half over the minute: no minute ever has more."""
LOG, INSTRUMENTS = "/cs/v1/audit/orderactivities", "/ref/v1/instruments"
SHOWN = "DisplayAndFormat"
ROOT = "root"
"""The group of services that know the user."""
NOT_PRECHECKED = frozenset({"ManualOrder"})
REFUSED = frozenset({400})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keys:
    """By what Saxo names the account and its owner in requests."""

    account: str
    client: str

    @property
    def params(self) -> dict[str, str]:
        """As parameters."""
        return {"AccountKey": self.account, "ClientKey": self.client}


class SaxoRest:
    """The questions of one account."""

    def __init__(
        self,
        http: Http,
        pace: Pace,
        names: Instruments,
        account: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.http, self.names = http, names
        self._reader, self._pace = Reader(http, ()), pace
        self._account, self._clock = account, clock
        self._known: Keys | None = None
        groups = ("port", "trade", "ref", "cs", ROOT)
        self._rates = {
            name: Rate(f"saxo {account} {name}", GROUP_PER_SECOND, GROUP_BURST) for name in groups
        }
        self._orders = Rate(f"saxo {account} orders", 1.0)

    def keys(self) -> Keys:
        """The account's keys.

        Refuses: an account that the token's user does not have.
        """
        if self._known is None:
            self._known = self.ask("/port/v1/accounts/me", self._keys_of)
        return self._known

    def open_orders(self) -> tuple[OrderReport, ...]:
        """Every open order of the account, ours or not."""
        asked = {**self.keys().params, "Status": "All", "FieldGroups": SHOWN}
        found: dict[str, OrderReport] = {}
        for page in self._pages("/port/v1/orders", asked):
            for one in page:
                report = self._understood("/port/v1/orders", self._report, one)
                found[report.broker_id] = report
        return tuple(found.values())

    def logged(self, since: datetime) -> tuple[OrderReport, ...]:
        """The last state of every order that the log tells of since a moment."""
        entries = self._log(since, "Last")
        return tuple(
            self._understood(LOG, lambda one: log_report_of(one, self.names), one)
            for one in entries
        )

    def fills(self, since: datetime) -> tuple[Fill, ...]:
        """Every execution from a moment on, the oldest first; each once."""
        found: dict[str, Fill] = {}
        for one in self._log(since, "All"):
            fill = self._understood(LOG, lambda entry: fill_of(entry, self.names), one)
            if fill is not None and fill.account == self._account and fill.at >= since:
                found[fill.execution_id] = fill
        return tuple(sorted(found.values(), key=lambda one: (one.at, one.execution_id)))

    def holdings(self, orders: tuple[OrderReport, ...]) -> Holdings:
        """Cash, positions, and whether the token may trade."""
        keys = self.keys().params
        path, before = "/port/v1/balances", self._clock()
        answer = self._answer(path, keys)
        cash = self._understood(path, cash_of, answer.body)
        theirs = broker_clock("Saxo", answer.headers, before, self._clock())
        path = "/port/v1/netpositions"
        asked = {**keys, "FieldGroups": f"NetPositionBase,NetPositionView,{SHOWN}"}
        positions = [
            self._understood(path, lambda one: position_of(one, self.names, orders), one)
            for page in self._pages(path, asked)
            for one in page
        ]
        may_trade = self.ask(f"/{ROOT}/v1/user", _may_trade)
        blocks = () if may_trade else ("Saxo: this token may read, not trade",)
        held = tuple(one for one in positions if one.quantity)
        return Holdings(cash.currency, (cash,), held, theirs, blocks)

    def uic(self, instrument: str) -> Uic | None:
        """The number of an instrument; none where Saxo does not have it.

        Refuses: a ticker that several instruments have.
        """
        known = self.names.uic(instrument)
        if known is not None:
            return known
        symbol = self.names.symbol(instrument)
        asked = {"Keywords": symbol.partition(":")[0], "AssetTypes": ",".join(ASSET_TYPES)}
        found = self.ask(
            INSTRUMENTS,
            lambda body: chosen(body, instrument, symbol),
            {**asked, "AccountKey": self.keys().account, "$top": str(PAGE)},
        )
        if found is not None:
            self.names.know(instrument, found)
        return found

    def instrument(self, instrument: str) -> BrokerInstrument | None:
        """How an instrument is traded; none where it is not."""
        uic = self.uic(instrument)
        if uic is None:
            return None
        path = f"{INSTRUMENTS}/details/{uic.number}/{uic.asset_type}"
        return self.ask(path, lambda body: instrument_of(body, instrument, uic), self.keys().params)

    def precheck(self, body: Mapping[str, object]) -> str:
        """Why Saxo would refuse an order; empty where it would not."""
        path = "/trade/v2/orders/precheck"
        asked = with_numbers({name: body[name] for name in body if name not in NOT_PRECHECKED})
        rate = self._group(path)
        answer = self._reader.answer(path, slow=(rate,), method="POST", body=asked, also=REFUSED)
        self._heed(answer, rate)
        return self._understood(path, _error_of, answer.body)

    def post(self, body: object, request_id: str) -> Answer:
        """Send an order, once; Saxo takes one `request_id` once in fifteen seconds."""
        return self._write("POST", "/trade/v2/orders", body, {}, request_id)

    def delete(self, broker_id: str, request_id: str) -> Answer:
        """Ask that an order be canceled, once."""
        path = f"/trade/v2/orders/{quote(broker_id, safe='')}"
        return self._write("DELETE", path, None, {"AccountKey": self.keys().account}, request_id)

    def _log(self, since: datetime, kind: str) -> list[Any]:
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {**self.keys().params, "EntryType": kind, "FromDateTime": start}
        asked["FieldGroups"] = SHOWN
        return [one for page in self._pages(LOG, asked) for one in page]

    def _pages(self, path: str, asked: Mapping[str, str]) -> list[list[Any]]:
        """All pages: as long as an answer names a next one, whatever its length."""
        pages: list[list[Any]] = []
        more = {**asked, "$top": str(PAGE)}
        for _ in range(PAGES_MAX):
            listed, following = self.ask(path, _page_of, more)
            pages.append(listed)
            if following is None:
                return pages
            if not listed:
                raise self._reader.unreadable(path, "an empty page names a next one")
            skip = str(sum(len(page) for page in pages))
            more = {**more, "$skiptoken": following} if path == LOG else {**more, "$skip": skip}
        raise self._reader.unreadable(path, f"there are more than {PAGES_MAX} pages")

    def ask(
        self, path: str, understand: Callable[[Any], T], params: Mapping[str, str] | None = None
    ) -> T:
        """What an answer says."""
        return self._understood(path, understand, self._answer(path, params or {}).body)

    def _answer(self, path: str, params: Mapping[str, str]) -> Answer:
        rate = self._group(path)
        answer = self._reader.answer(path, params, slow=(rate,))
        self._heed(answer, rate)
        return answer

    def _write(
        self, method: str, path: str, body: object, params: Mapping[str, str], request_id: str
    ) -> Answer:
        group = self._group(path)
        rates = (group, self._orders) if method == "POST" else (group,)
        content = None if body is None else with_numbers(body)
        headers = {"x-request-id": request_id}
        answer = self.http.write(method, path, content, params, rates=rates, headers=headers)
        self._heed(answer, group)
        return answer

    def _heed(self, answer: Answer, group: Rate) -> None:
        """Let nobody ask before the answer says that there is something left."""
        dimensions = {"session": group, "sessionorders": self._orders, "appday": group}
        for name, rate in dimensions.items():
            left = answer.headers.get(f"x-ratelimit-{name}-remaining", "")
            wait = answer.headers.get(f"x-ratelimit-{name}-reset", "")
            if left == "0" and wait.isdecimal():
                self._pace.hold((rate,), float(wait))

    def _group(self, path: str) -> Rate:
        return self._rates[path.split("/")[1]]

    def _understood(self, path: str, understand: Callable[[Any], T], body: object) -> T:
        return self._reader.understood(path, understand, body)

    def _report(self, one: Any) -> OrderReport:
        return report_of(one, self.names, self._clock())

    def _keys_of(self, body: Any) -> Keys:
        listed = list_of(object_of(body, "the accounts").get("Data"), "the accounts")
        names = []
        for one in listed:
            shown = object_of(one, "an account")
            names.append(text_of(shown.get("AccountId"), "an AccountId"))
            if names[-1] == self._account:
                account = text_of(shown.get("AccountKey"), "an AccountKey")
                return Keys(account, text_of(shown.get("ClientKey"), "a ClientKey"))
        raise BrokerError(
            Trouble.PERMISSION,
            f"the account at {self.http.name}",
            f"the token's user has {', '.join(names) or 'none'}",
            f"the settings name {self._account}",
            "give a token of that user, or name another account",
        )


def _page_of(body: Any) -> tuple[list[Any], str | None]:
    """What a page lists, and what names the next one, if there is one."""
    shown = object_of(body, "a page")
    following = shown.get("__next")
    if following is None:
        return list(list_of(shown.get("Data"), "a page's Data")), None
    address = text_of(following, "the next page")
    token = address.partition("skiptoken=")[2].partition("&")[0]
    token = unquote(token)
    return list(list_of(shown.get("Data"), "a page's Data")), token


def _may_trade(body: Any) -> bool:
    rights = object_of(object_of(body, "the user").get("AccessRights"), "the AccessRights")
    may = rights.get("CanTrade")
    if not isinstance(may, bool):
        raise NotExact(f"CanTrade is {may!r}")
    return may


def _error_of(body: Any) -> str:
    shown = object_of(body, "the answer")
    error = shown if "ErrorCode" in shown else shown.get("ErrorInfo")
    if error is None:
        return ""
    said = object_of(error, "the ErrorInfo")
    return f"{said.get('ErrorCode')}: {said.get('Message')}"
