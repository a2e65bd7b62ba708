"""Interactive Brokers' Web API as questions and answers; absence is proven, not assumed.

The list of orders is a copy that IBKR keeps: the first look may be empty and says so, and `force`
makes a new one.  Some questions may be asked once in five seconds only, and too many of any kind
shut the door for ten minutes, so each has its own pace.

Errors: `BrokerError` for a question that has no usable answer, or more pages than the limits allow.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import quote

from trimtab.brokers._account_view import Holdings, broker_clock
from trimtab.brokers._exact_json import NotExact, list_of, object_of, text_of
from trimtab.brokers._http import Answer, Http
from trimtab.brokers._ibkr_contracts import Contracts, instrument_of, listings_of, only
from trimtab.brokers._ibkr_words import cash_of, position_of, report_of, trades_of
from trimtab.brokers._json_numbers import with_numbers
from trimtab.brokers._pace import Rate
from trimtab.brokers._reading import Reader
from trimtab.model.brokers import BrokerError, BrokerInstrument, Trouble
from trimtab.model.orders import Fill, OrderReport

__all__ = ["IbkrRest"]

SLOW_PER_SECOND = 0.2
"""Orders, trades and the list of accounts: one request in five seconds each."""
SNAPSHOTS_MAX = 3
SNAPSHOT_PAUSE_SECONDS = 1.0
POSITIONS_PAGE, PAGES_MAX = 100, 100
TRADES_DAYS_MAX = 7
DAY = timedelta(days=1)


class IbkrRest:
    """The questions of one account."""

    def __init__(
        self,
        reader: Reader,
        contracts: Contracts,
        account: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self.contracts = contracts
        self._reader, self._account = reader, account
        self._clock, self._sleep = clock, sleep
        self._path = f"/iserver/account/{quote(account, safe='')}"
        self._portfolio = f"/portfolio/{quote(account, safe='')}"

    @property
    def http(self) -> Http:
        """The service below."""
        return self._reader.http

    def accounts(self) -> datetime | None:
        """Check that this account may be traded; answers IBKR's time, where it tells.

        IBKR wants this asked before anything else of orders.
        """
        path, before = "/iserver/accounts", self._clock()
        answer = self._reader.answer(path)
        self._reader.understood(path, self._check_account, answer.body)
        return broker_clock("IBKR", answer.headers, before, self._clock())

    def orders(self, fresh: bool = False) -> tuple[OrderReport, ...]:
        """The orders of this session, open and done; `fresh` after IBKR made a new list."""
        path, slow = "/iserver/account/orders", (_slow("orders"),)
        if fresh:
            self._reader.ask(path, _orders_of, {"force": "true"}, slow=slow)
        for _ in range(SNAPSHOTS_MAX):
            listed, is_whole = self._reader.ask(path, _orders_of, slow=slow)
            if is_whole:
                return self._reader.understood(path, self._reports, listed)
            self._sleep(SNAPSHOT_PAUSE_SECONDS)
        fact = f"the list of orders was not whole in {SNAPSHOTS_MAX} looks"
        raise BrokerError(Trouble.UNAVAILABLE, f"{self.http.name}, {path}", fact)

    def fills(self, since: datetime) -> tuple[Fill, ...]:
        """Every execution from a moment on, the oldest first; each once.

        Refuses: a moment before the seven days that IBKR looks back.
        """
        path = "/iserver/account/trades"
        days = ceil((self._clock() - since) / DAY)
        if days > TRADES_DAYS_MAX:
            raise BrokerError(
                Trouble.UNAVAILABLE,
                f"the executions at {self.http.name}",
                f"they are wanted since {since:%Y-%m-%d}",
                f"IBKR tells those of {TRADES_DAYS_MAX} days",
                "import the older ones from a statement (Flex query), then reconcile",
            )
        asked = {"days": str(max(days, 1))}
        listed = self._reader.ask(
            path,
            lambda body: trades_of(body, self.contracts, self._account),
            asked,
            slow=(_slow("trades"),),
        )
        once = {one.execution_id: one for one in listed if one.at >= since}
        return tuple(sorted(once.values(), key=lambda one: (one.at, one.execution_id)))

    def holdings(self, orders: tuple[OrderReport, ...]) -> Holdings:
        """Cash and positions, asked anew; IBKR would show an older copy of positions."""
        theirs = self.accounts()
        shown = self._reader.ask(
            "/portfolio/accounts", self._own_account, slow=(_slow("portfolio"),)
        )
        fresh = f"{self._portfolio}/positions/invalidate"
        self._reader.ask(fresh, lambda body: object_of(body, "the answer"), method="POST")
        positions = []
        for page in range(PAGES_MAX):
            path = f"{self._portfolio}/positions/{page}"
            listed = self._reader.ask(path, lambda body: list_of(body, "the positions"))
            positions += [
                self._reader.understood(
                    path, lambda body: position_of(body, self.contracts, orders), one
                )
                for one in listed
            ]
            if len(listed) < POSITIONS_PAGE:
                break
        else:
            raise self._reader.unreadable(path, f"there are more than {PAGES_MAX} pages")
        cash = self._reader.ask(f"{self._portfolio}/ledger", cash_of)
        currency = self._reader.understood(
            "/portfolio/accounts", lambda one: text_of(one.get("currency"), "the currency"), shown
        )
        refused = ("IBKR lets clients trade nothing in it",) if shown.get("noClientTrading") else ()
        held = tuple(one for one in positions if one.quantity)
        return Holdings(currency, cash, held, theirs, refused)

    def conid(self, instrument: str) -> int | None:
        """The contract of an instrument; none where IBKR lists none in the United States.

        Refuses: a ticker that several contracts have.
        """
        known = self.contracts.conid(instrument)
        if known is not None:
            return known
        symbol = self.contracts.symbol(instrument)
        found = self._reader.ask(
            "/trsrv/stocks", lambda body: listings_of(body, symbol), {"symbols": symbol}
        )
        listing = only(found, instrument)
        if listing is None:
            return None
        self.contracts.know(instrument, listing.conid)
        return listing.conid

    def instrument(self, instrument: str) -> BrokerInstrument | None:
        """How an instrument is traded; none where it is not."""
        conid = self.conid(instrument)
        if conid is None:
            return None
        return self._reader.ask(
            "/iserver/contract/rules",
            lambda body: instrument_of(body, instrument, conid, self._account),
            method="POST",
            body={"conid": conid, "isBuy": True},
        )

    def post(self, ticket: object) -> Answer:
        """Send an order, once."""
        return self._write("POST", f"{self._path}/orders", {"orders": [ticket]})

    def reply(self, reply_id: str, yes: bool) -> Answer:
        """Answer a question, once."""
        path = f"/iserver/reply/{quote(reply_id, safe='')}"
        return self._write("POST", path, {"confirmed": yes})

    def delete(self, broker_id: str) -> Answer:
        """Ask that an order be canceled, once."""
        return self._write("DELETE", f"{self._path}/order/{quote(broker_id, safe='')}", None)

    def _write(self, method: str, path: str, body: object) -> Answer:
        rates = self._reader.rates
        content = None if body is None else with_numbers(body)
        return self.http.write(method, path, content, rates=rates)

    def _check_account(self, body: Any) -> None:
        listed = list_of(object_of(body, "the accounts").get("accounts"), "the accounts")
        if self._account not in listed:
            shown = ", ".join(str(one) for one in listed) or "none"
            raise BrokerError(
                Trouble.PERMISSION,
                f"the account at {self.http.name}",
                f"the user may trade {shown}",
                f"the settings name {self._account}",
                "log in as a user of that account, or name another one",
            )

    def _own_account(self, body: Any) -> Any:
        for one in list_of(body, "the accounts"):
            if object_of(one, "an account").get("id") == self._account:
                return one
        raise NotExact(f"the account {self._account} is not listed")

    def _reports(self, listed: Any) -> tuple[OrderReport, ...]:
        own = (one for one in listed if self._is_own(object_of(one, "an order")))
        return tuple(report_of(one, self.contracts, self._clock()) for one in own)

    def _is_own(self, order: Any) -> bool:
        return text_of(order.get("account") or order.get("acct"), "account") == self._account


def _orders_of(body: Any) -> tuple[Any, bool]:
    """The list, and whether it is whole."""
    shown = object_of(body, "the orders")
    listed = list_of(shown.get("orders", []), "the orders")
    return listed, shown.get("snapshot") is True


def _slow(what: str) -> Rate:
    return Rate(f"ibkr {what}", SLOW_PER_SECOND)
