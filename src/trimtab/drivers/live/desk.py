"""One account's desk: what is heard from its broker, and what is known of the account.

Reads may fail and are tried again later; nothing here writes to the broker.  The stream is a hint
and the poll is the truth: a stream may drop, repeat, or fall silent without a word.

Errors: none for a broker that cannot be asked: the desk is down until it can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from trimtab.model.breaks import Break
from trimtab.model.brokers import (
    BrokerError,
    BrokerEvent,
    BrokerState,
    Link,
    Notice,
    Trouble,
)
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO
from trimtab.model.orders import Fill, OrderReport
from trimtab.ports import Broker

__all__ = ["Desk", "Heard", "Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are asked and tried, in one place.

    Unit: seconds.  `absence`: how long after a sending a broker's "no such order" is a proof, and
    not an order that is still on its way; `absence_without_ids` the same where the broker would
    take one id twice, so that nothing but the wait protects.  `auction`: how long the closing
    auction may take after the close.  `fill`: for how long what a purchase costs is awaited before
    those behind it are cut.  `late_fills`: how far back executions are asked for; `lease`: for how
    long the right to work a household is taken.
    """

    poll: float = 15.0
    retry: float = 5.0
    rest_max: float = 900.0
    absence: float = 5.0
    absence_without_ids: float = 60.0
    cancel_again: float = 20.0
    auction: float = 600.0
    fill: float = 120.0
    late_fills: float = 2 * 24 * 3600.0
    lease: float = 60.0
    attempts_max: int = 6


@dataclass(slots=True)
class Heard:
    """What a broker said, parted by what is done with it.

    `standing` are its open orders, all of them; `absent` the ids that it proves to have no order.
    """

    standing: list[OrderReport] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    reports: list[OrderReport] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, order_id: str, report: OrderReport | None) -> None:
        """The answer to a question after one order."""
        if report is None:
            self.absent.append(order_id)
        else:
            self.reports.append(report)


@dataclass(slots=True)
class Desk:
    """What is known of one account at its broker.

    `stopped` says why nothing is traded there until a person looks; `is_current` that the state was
    read after everything that was heard; `breaks` are where it and the books disagree.
    """

    account: str
    broker: Broker
    pace: Pace
    is_open: bool = False
    is_current: bool = False
    state: BrokerState | None = None
    polled: datetime | None = None
    not_before: datetime | None = None
    rested_from: datetime | None = None
    stopped: str = ""
    breaks: tuple[Break, ...] = ()

    @property
    def may_send(self) -> bool:
        """Whether the account is known, agrees with the books, and lets itself be traded in."""
        if self.stopped or self.breaks or not self.is_current or self.state is None:
            return False
        return not self.state.trading_blocked

    def is_due(self, now: datetime) -> bool:
        """Whether the broker may be asked now, after trouble or a refusal for want of pace.

        A clock that says less than when the rest began was set back since, and the rest is over.
        """
        if self.not_before is None or self.rested_from is None or now < self.rested_from:
            return True
        return now >= self.not_before

    def rest(self, now: datetime, seconds: float | None) -> None:
        """Leave the broker alone for a while."""
        wanted = self.pace.retry if seconds is None else seconds
        self.rested_from = now
        self.not_before = now + timedelta(seconds=min(wanted, self.pace.rest_max))

    def hear(self, now: datetime) -> Heard:
        """What the stream brought."""
        heard = Heard()
        if not self.is_open:
            return heard
        try:
            events = self.broker.events(0.0)
        except BrokerError as error:
            return self._trouble(error, heard, now)
        for event in events:
            self._sort(event, heard)
        return heard

    def _sort(self, event: BrokerEvent, heard: Heard) -> None:
        match event:
            case OrderReport():
                heard.reports.append(event)
            case Fill():
                heard.fills.append(event)
            case Link():
                if event.gap or not event.up:
                    self.is_current = False
            case Notice():
                subject = event.instrument or self.account
                heard.findings.append(
                    Finding("broker_notice", Severity.NOTE, subject, event.text, event.code)
                )

    def poll(self, now: datetime, orders: Sequence[str], since: datetime) -> Heard:
        """Ask for the account, for each of these orders that it does not list, and for executions.

        Executions come last, so that none that a report counts is missing from them.
        """
        heard = Heard()
        try:
            if not self.is_open:
                self.broker.open()
                self.is_open = True
            # Brokers have numbers of their own for accounts; the books know the household's.
            state = replace(self.broker.state(), account=self.account)
            if state.trading_blocked:
                heard.findings.append(_blocked(state))
            heard.standing += state.open_orders
            listed = {report.order_id for report in state.open_orders}
            for order_id in orders:
                if order_id not in listed:
                    heard.add(order_id, self.broker.find(order_id))
            heard.fills += self.broker.fills(since)
        except BrokerError as error:
            return self._trouble(error, heard, now)
        self.polled, self.not_before = now, None
        if state.is_complete:
            self.state, self.is_current = state, True
        return heard

    def find(self, order_id: str, now: datetime) -> Heard:
        """Ask for one order: a report, its proven absence, or trouble."""
        heard = Heard()
        try:
            heard.add(order_id, self.broker.find(order_id))
        except BrokerError as error:
            return self._trouble(error, heard, now)
        return heard

    def _trouble(self, error: BrokerError, heard: Heard, now: datetime) -> Heard:
        self.is_current = False
        self.rest(now, None)
        if error.trouble in (Trouble.CREDENTIALS, Trouble.PERMISSION):
            self.stopped = str(error)
        if error.trouble is not Trouble.THROTTLED:
            self.is_open = False
        heard.findings.append(
            Finding(
                f"broker_{error.trouble.value}",
                Severity.WARNING,
                self.account,
                error.fact,
                bound=error.bound,
                remedy=error.remedy,
            )
        )
        return heard

    def spendable(self, currency: str, reserved: Decimal) -> Decimal:
        """Cash that purchases may take: settled, within the broker's own bound, not yet reserved.

        Unit: `reserved` by our purchases that stand, which some brokers count off their bound
        already and none counts off settled cash.
        """
        if self.state is None:
            return ZERO
        for cash in self.state.cash:
            if cash.currency == currency:
                return max(ZERO, min(cash.settled - reserved, cash.buying_power))
        return ZERO


def _blocked(state: BrokerState) -> Finding:
    """An account that shows itself, and lets nothing be traded."""
    return Finding(
        "trading_blocked",
        Severity.WARNING,
        state.account,
        "; ".join(state.notes) or "its broker lets nothing be traded in it",
        bound="no order leaves",
        remedy="ask the broker; what waits lapses at the session's end",
    )
