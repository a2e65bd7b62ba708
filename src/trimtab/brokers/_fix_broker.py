"""An account behind a FIX session, as the port `Broker`, whatever the dialect.

FIX carries orders and what becomes of them, not the account: unless the dialect tells it, or
another source of the account is given, `state` is marked incomplete, and nobody takes it as flat.

Errors: reads raise `BrokerError`; a write answers an `Ack`, whatever happens.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_book import Answer, Book, status_key
from trimtab.brokers._fix_desk import Desk
from trimtab.brokers._fix_journal import FixJournal
from trimtab.brokers._fix_profiles import Sequence as Numbers
from trimtab.brokers._fix_quotes import FixQuotes
from trimtab.brokers._fix_session import Hearer, QuickFixLine, SessionPlan, Wire
from trimtab.brokers._fix_state import shown_state, told_state, untold_state
from trimtab.brokers._fix_terms import FixLimits, FixTerms, logon_refused
from trimtab.brokers._fix_wire import Message
from trimtab.brokers._fix_words import (
    SIDES,
    Asked,
    account_question,
    cancel_id,
    cancellation,
    new_order,
    refusal_of,
    replacement,
    status_question,
)
from trimtab.brokers._pace import Rate
from trimtab.brokers._secrets import Cleaner
from trimtab.model.brokers import (
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerState,
    Capabilities,
    Quote,
    Trouble,
)
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport
from trimtab.model.snapshots import Side

__all__ = ["FixBroker"]

SYMBOL_UNKNOWN = "[N/A]"
NOT_OURS = "order {} was not sent from here"


class FixBroker:
    """One account over one FIX session."""

    capabilities: Capabilities

    def __init__(
        self,
        terms: FixTerms,
        plan: SessionPlan,
        wiring: Wiring,
        limits: FixLimits | None = None,
        wire: Callable[[SessionPlan, Hearer], Wire] = QuickFixLine,
        prices: FixQuotes | None = None,
    ) -> None:
        self.account, self._prices = terms.account, prices
        profile = plan.profile
        self.capabilities = Capabilities(
            notional=profile.cash_orders,
            fractional=profile.quantity_step < 1,
            replace=profile.replaces,
            stream=True,
            replays_gaps=plan.sequence is not Numbers.LOGON,
            unique_id_days=1,
            writes_per_second=profile.orders_per_second,
            reads_per_minute=int(profile.orders_per_second * 60),
        )
        self._terms, self._plan, self._profile = terms, plan, profile
        self._limits = limits or FixLimits()
        self._pace, self._clock, self._sleep = wiring.pace, wiring.clock, wiring.sleep
        name = f"{profile.name} {plan.sender}"
        per_second = float(profile.orders_per_second)
        # Half at once and half over the second: no second ever has more than is allowed.
        burst = max(int(per_second / 2), 1)
        self._orders_rate = Rate(f"{name} orders", per_second / 2, burst)
        self._logons_rate = Rate(f"{name} logons", profile.logons_per_minute / 60, 2)
        secrets = [one for one in (plan.username, plan.password) if one is not None]
        self._clean = Cleaner(secrets)
        journal = FixJournal(plan.folder / f"{plan.sender}-{plan.target}.jsonl")
        book = Book(profile, terms.instrument, self._clean)
        gap = plan.sequence is Numbers.LOGON
        self._desk = Desk(book, journal, self._clock, always_gap=gap)
        self._wire = wire(plan, self._desk)
        self._questions = 0

    def open(self) -> BrokerState:
        """Log on, and show the account; what was missed meanwhile is resent behind the logon.

        Refuses: a logon that the broker does not take, with its words; a session that another
        process holds.
        """
        self._plan.folder.mkdir(parents=True, exist_ok=True)
        self._pace.wait([self._logons_rate], self._limits.logon)
        self._desk.load()
        self._desk.why = ""
        self._wire.start()
        if not self._desk.wait_up(self._limits.logon):
            why = self._clean(self._desk.why or self._wire.trouble)
            self._wire.stop()
            raise logon_refused(self._plan, why, self._limits)
        return self.state()

    def close(self) -> None:
        """Log out; orders stand, and what happens to them is resent at the next logon."""
        self._wire.stop()
        if self._prices is not None:
            self._prices.close()

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """Bid and ask by the session for prices, as the port `QuoteFeed`.

        Refuses: settings that name no such session.
        """
        if self._prices is None:
            raise BrokerError(
                Trouble.PERMISSION,
                f"{self._profile.name}, prices",
                "the settings name no session for prices",
                "no order without a quote",
                "name it as `data`, or a file of quotes as `quotes`",
            )
        return self._prices.quotes(instruments, at)

    def state(self) -> BrokerState:
        """The account now, as far as it is told."""
        if self._terms.custody is not None:
            now = self._clock()
            return shown_state(self._terms, self._desk, self._terms.custody(), now)
        if not self._profile.asks_account:
            return untold_state(self._terms, self._desk, self._clock())
        self._must_be_up("the account")
        before = self._desk.account.count
        self._wire.send(account_question(self._profile, self.account))
        if not self._desk.wait(lambda: self._desk.account.count > before, self._limits.answer):
            raise self._trouble("the account", "it was not told in time")
        self._settle_positions()
        return told_state(self._terms, self._desk, self._clock())

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded, as far as the settings say: FIX itself does not."""
        if not self._terms.is_traded(name):
            return None
        return BrokerInstrument(
            name,
            self._terms.symbol(name),
            self._terms.currency,
            quantity_step=self._profile.quantity_step,
            fractionable=self._profile.quantity_step < 1,
        )

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution that was ever told on this session from a moment on, oldest first."""
        told = (fill for fill in self._desk.book.fills.copy().values() if fill.at >= since)
        return tuple(sorted(told, key=lambda fill: (fill.at, fill.execution_id)))

    def find(self, order_id: str) -> OrderReport | None:
        """Where an order stands, asked anew: none where the broker says that it knows none.

        Requests are answered in their order, so this is proof for one that was sent before.
        """
        self._must_be_up(f"order {order_id}")
        known = self._asked(order_id) or Asked(order_id, SYMBOL_UNKNOWN, SIDES[Side.BUY])
        key = status_key(order_id)
        self._desk.forget(key)
        self._questions += 1
        request = f"q{self._questions}"
        sent = self._send(status_question(known, self._profile, request), order_id, key)
        if isinstance(sent, Ack):
            raise self._trouble(f"order {order_id}", sent.text)
        if sent is None:
            raise self._trouble(f"order {order_id}", "the question was not answered in time")
        if sent.is_absent:
            return None
        if sent.report is None:
            raise self._trouble(f"order {order_id}", f"the question was refused: {sent.text}")
        return sent.report

    def submit(self, order: Order) -> Ack:
        """Send an order, once; without a session nothing is sent, and nothing is kept for later."""
        if refusal := refusal_of(order, self._profile):
            return self._ack(AckVerdict.REJECTED, order.id, text=refusal)
        if order.id in self._desk.book.reports:
            text = "the broker has told of an order of this id"
            return self._ack(AckVerdict.DUPLICATE, order.id, text=text)
        symbol = self._terms.symbol(order.instrument)
        made = new_order(order, symbol, self.account, self._profile, self._clock())
        return self._written(made, order.id, order.id)

    def replace(self, order_id: str, order: Order) -> Ack:
        """Put an order in another's place; the new one has its own id."""
        known = self._asked(order_id)
        if known is None or not self._profile.replaces:
            why = "it cannot replace" if known else NOT_OURS.format(order_id)
            return self._ack(AckVerdict.REJECTED, order.id, text=why)
        if refusal := refusal_of(order, self._profile):
            return self._ack(AckVerdict.REJECTED, order.id, text=refusal)
        symbol = self._terms.symbol(order.instrument)
        made = replacement(known, order, symbol, self._profile, self._clock())
        return self._written(made, order.id, order.id)

    def cancel(self, order_id: str) -> Ack:
        """Ask that an order be canceled."""
        known = self._asked(order_id)
        if known is None:
            return self._ack(AckVerdict.REJECTED, order_id, text=NOT_OURS.format(order_id))
        request = cancel_id(order_id, self._desk.book.cancels.get(order_id, 0) + 1)
        return self._written(cancellation(known, request, self._clock()), order_id, request)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """What was heard since the last call."""
        return self._desk.take(wait_seconds)

    def _asked(self, order_id: str) -> Asked | None:
        return self._desk.book.asked.get(order_id)

    def _written(self, message: Message, order_id: str, key: str) -> Ack:
        """Send a request that changes something, and wait for what the broker says of it."""
        self._desk.forget(key)
        told = self._send(message, order_id, key)
        if isinstance(told, Ack):
            return told
        if told is None:
            cut = "" if self._desk.is_up else ": the session was cut"
            return self._ack(AckVerdict.UNKNOWN, order_id, text=f"no answer came{cut}")
        return self._ack(told.verdict, order_id, told)

    def _send(self, message: Message, order_id: str, key: str) -> Answer | Ack | None:
        """The answer to a message, none where none came; an `Ack` where it did not leave."""
        try:
            self._pace.wait([self._orders_rate], self._limits.turn)
        except BrokerError as error:
            return self._ack(AckVerdict.THROTTLED, order_id, text=str(error))
        if not self._desk.is_up or not self._wire.send(message):
            why = self._desk.disk or "the session is not logged on"
            text = f"nothing was sent: {why}"
            return self._ack(AckVerdict.THROTTLED, order_id, text=text)
        return self._desk.answer(key, self._limits.answer)

    def _ack(
        self, verdict: AckVerdict, order_id: str, told: Answer | None = None, text: str = ""
    ) -> Ack:
        told = told or Answer(verdict, text=text)
        wait = self._limits.retry if verdict is AckVerdict.THROTTLED else None
        return Ack(
            verdict,
            order_id,
            self._clock(),
            told.broker_id,
            told.code,
            self._clean(told.text),
            retry_after=wait,
        )

    def _settle_positions(self) -> None:
        """Positions come one by one without an end: wait until none has come for a while."""
        quiet = self._limits.positions_quiet
        for _ in range(int(self._limits.answer / quiet) + 1):
            seen = self._desk.account.positions_at
            if not self._desk.wait(lambda at=seen: self._desk.account.positions_at != at, quiet):  # type: ignore[misc]
                return

    def _must_be_up(self, subject: str) -> None:
        if not self._desk.is_up:
            raise self._trouble(subject, "the session is not logged on")

    def _trouble(self, subject: str, fact: str) -> BrokerError:
        where = f"{self._profile.name}, {subject}"
        return BrokerError(Trouble.UNAVAILABLE, where, self._clean(fact))
