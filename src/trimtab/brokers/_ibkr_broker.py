"""Interactive Brokers' Web API, through the gateway at which a person has logged in.

IBKR may ask before it takes an order.  A table of rules answers what is known to be harmless; any
other question comes back as an `Ack` that says so, nothing stands, and a person answers it.  Orders
carry our id (cOID), by which they are found again.

Errors: reads raise `BrokerError`; a write answers an `Ack`, whatever happens.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import httpx

from trimtab.brokers._account_view import view
from trimtab.brokers._base import Wiring
from trimtab.brokers._http import Http, Limits
from trimtab.brokers._ibkr_acks import Acks, Known
from trimtab.brokers._ibkr_contracts import Contracts
from trimtab.brokers._ibkr_quotes import IbkrQuotes
from trimtab.brokers._ibkr_rest import IbkrRest
from trimtab.brokers._ibkr_search import Search
from trimtab.brokers._ibkr_session import KEEP_ALIVE, Session
from trimtab.brokers._ibkr_words import refusal_of, ticket
from trimtab.brokers._pace import Rate
from trimtab.brokers._reading import Reader
from trimtab.model.brokers import (
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerState,
    Capabilities,
    Quote,
    Trouble,
)
from trimtab.model.errors import InputError
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport

if TYPE_CHECKING:
    from trimtab.brokers.ibkr import Ibkr

__all__ = ["IbkrBroker"]

PENALTY_SECONDS = 600.0
"""After too many requests IBKR answers nothing for ten minutes; asking on makes it longer."""
LATER = frozenset({Trouble.UNAVAILABLE, Trouble.THROTTLED, Trouble.CREDENTIALS, Trouble.UNREADABLE})
"""Troubles before an order left that a later attempt may not have."""
UNIQUE_DAYS = 1


class IbkrBroker:
    """An account at Interactive Brokers, as the ports `Broker`, `Asks` and `QuoteFeed`."""

    def __init__(self, settings: Ibkr, wiring: Wiring, limits: Limits | None = None) -> None:
        self.account = settings.account
        half = max(settings.requests_per_second // 2, 1)
        self.capabilities = Capabilities(
            unique_id_days=UNIQUE_DAYS,
            writes_per_second=Decimal(half),
            reads_per_minute=60 * half,
        )
        self._clock, self._sleep = wiring.clock, wiring.sleep
        self._http = Http(
            "IBKR",
            settings.address,
            sign=lambda _, __: {},
            secrets=(),
            pace=wiring.pace,
            clock=wiring.clock,
            sleep=wiring.sleep,
            limits=limits or Limits(penalty=PENALTY_SECONDS),
            transport=wiring.transport or _trusting(settings.certificate),
        )
        # Half at once and half over the second: no second ever has more than is allowed.
        reader = Reader(self._http, (Rate(f"ibkr {settings.address}", half, half),))
        self._session = Session(reader, settings.compete, wiring.clock, wiring.sleep)
        contracts = Contracts(settings.conids, settings.symbols)
        self._rest = IbkrRest(reader, contracts, settings.account, wiring.clock, wiring.sleep)
        self._prices = IbkrQuotes(reader, self._rest, wiring.sleep)
        self._known = Known()
        also = frozenset(settings.confirm)
        self._acks = Acks(self._rest, self._known, also, self._session.doubt, wiring.clock)
        self._search = Search(self._rest, self._known, wiring.clock)

    def open(self) -> BrokerState:
        """Begin the session, check the account and the clock, and show the account."""
        self._session.start()
        self._rest.accounts()
        return self.state()

    def close(self) -> None:
        """Close the connections; the session and the orders stand."""
        self._http.close()

    def state(self) -> BrokerState:
        """The account now."""
        self._session.keep()
        return view(self.account, self._clock, self._search.open_orders, self._rest.holdings)

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here."""
        self._session.keep()
        return self._rest.instrument(name)

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """Bid and ask of now, as the port `QuoteFeed`."""
        self._session.keep()
        return self._prices.quotes(instruments, at)

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution from a moment on, the oldest first."""
        self._session.keep()
        return self._rest.fills(since)

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none after two fresh looks at orders and one at executions.

        Refuses: to say so while an order without a reference may be this one.
        """
        self._session.keep()
        return self._search.find(order_id)

    def submit(self, order: Order) -> Ack:
        """Send an order, once, and answer what IBKR asks as far as the rules allow it."""
        if refusal := refusal_of(order):
            return self._acks.said(AckVerdict.REJECTED, order.id, "not sent", refusal)
        try:
            self._session.keep()
            conid = self._rest.conid(order.instrument)
        except BrokerError as error:
            verdict = AckVerdict.THROTTLED if error.trouble in LATER else AckVerdict.REJECTED
            return self._acks.said(verdict, order.id, f"not sent: {error.trouble}", str(error))
        if conid is None:
            text = f"IBKR has no contract for {order.instrument} in the United States"
            return self._acks.said(AckVerdict.REJECTED, order.id, "not sent", text)
        self._known.sent[order.id] = order
        return self._acks.placed(order.id, self._rest.post(ticket(order, conid, self.account)))

    def replace(self, order_id: str, order: Order) -> Ack:
        """Refused: IBKR changes an order under its old id, so that the new one is never found."""
        text = f"cancel {order_id} and send another: IBKR would keep its id"
        return self._acks.said(AckVerdict.REJECTED, order.id, "not sent", text)

    def cancel(self, order_id: str) -> Ack:
        """Ask that an order be canceled; what filled until then stands."""
        try:
            if order_id not in self._known.broker_ids and self.find(order_id) is None:
                return self._acks.said(
                    AckVerdict.REJECTED, order_id, "absent", f"no order {order_id}"
                )
        except BrokerError as error:
            return self._acks.said(AckVerdict.UNKNOWN, order_id, str(error.trouble), str(error))
        answer = self._rest.delete(self._known.broker_ids[order_id])
        return self._acks.canceled(order_id, answer)

    def answer(self, order_id: str, question: str, yes: bool) -> Ack:
        """Answer one question of one order, as a person decided.

        What it asks after a yes is answered by the rules, or comes back as another question.
        """
        return self._acks.replied(order_id, question, yes)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """Wait, and keep the session alive meanwhile; orders are polled."""
        left = wait_seconds
        while left > 0:
            self._kept()
            step = min(left, KEEP_ALIVE.total_seconds())
            self._sleep(step)
            left -= step
        self._kept()
        return self._session.heard()

    def _kept(self) -> None:
        try:
            self._session.keep()
        except BrokerError:
            return  # the session tells it as an event


def _trusting(certificate: str) -> httpx.BaseTransport | None:
    """A network that trusts the gateway's own certificate, and no other.

    Refuses: a file that is not there, or is no certificate.
    """
    if not certificate:
        return None
    try:
        trust = ssl.create_default_context(cafile=certificate)
    except OSError as error:  # which a file that is no certificate raises too
        raise InputError(
            "the certificate of IBKR's gateway",
            f"{certificate} cannot be used ({error.strerror or error})",
            remedy="give the certificate's file, in the form that begins with BEGIN CERTIFICATE",
        ) from None
    return httpx.HTTPTransport(verify=trust)
