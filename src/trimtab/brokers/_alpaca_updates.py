"""From the stream's messages to events: reports at once, fills from the list of activities.

A message that an order filled names the quantity filled in all.  Until the activities account for
it, the order is owed fills, and they are asked for again with every call.

Errors: none; what cannot be understood becomes `Link(gap=True)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from trimtab.brokers._alpaca_rest import AlpacaRest
from trimtab.brokers._alpaca_stream import Update
from trimtab.brokers._alpaca_words import Execution, report_of
from trimtab.brokers._exact_json import NotExact, moment_of, object_of, text_of
from trimtab.model.brokers import BrokerError, BrokerEvent, Link, Notice
from trimtab.model.money import ZERO
from trimtab.model.orders import Fill, OrderReport

__all__ = ["Updates"]

BUST = "trade_bust"
TAKEN_BACK = frozenset({BUST, "trade_correct"})
SPOKEN = frozenset({"suspended", "restated", "order_cancel_rejected", "order_replace_rejected"})
LOOK_BACK = timedelta(minutes=2)
"""How much earlier than the stream said a fill may be booked."""
OWED_MAX = timedelta(minutes=5)
"""After this, fills that the activities do not list are a gap to be reconciled."""
FILLS_MAX = 100_000
"""How many fills are remembered."""


class Updates:
    """What the stream said of orders, and what is still owed of their fills."""

    def __init__(
        self,
        rest: AlpacaRest,
        executions: Callable[[datetime], Sequence[Execution]],
        clock: Callable[[], datetime],
    ) -> None:
        self._rest, self._executions, self._clock = rest, executions, clock
        self._told: dict[str, None] = {}
        self._known: dict[str, Fill] = {}
        self._filled: dict[str, Decimal] = {}
        self._owed: dict[str, tuple[Decimal, datetime]] = {}

    def events(self, heard: Sequence[Update | Link]) -> list[BrokerEvent]:
        """The events of what was heard, and the fills that it announced."""
        found: list[BrokerEvent] = []
        for item in heard:
            if isinstance(item, Link):
                found.append(item)
                continue
            try:
                found += self._of_update(object_of(item.data, "an update"))
            except NotExact as error:
                found.append(self._gap(f"an update is unreadable: {error}"))
        return found + self._owed_fills()

    def _of_update(self, data: Any) -> list[BrokerEvent]:
        event = text_of(data.get("event"), "an update's event")
        said = data.get("timestamp") or data.get("at")
        at = self._clock() if said is None else moment_of(said, "an update's timestamp")
        report = report_of(data.get("order"), self._rest.names, at)
        if event in TAKEN_BACK:
            return [report, *self._taken_back(event, data, report)]
        if report.filled > self._filled.get(report.broker_id, ZERO):
            since = self._owed.get(report.broker_id, (ZERO, at))[1]
            self._owed[report.broker_id] = report.filled, min(since, at)
        reason = data.get("reason")
        if event in SPOKEN or isinstance(reason, str):
            text = f"{event}: {reason}" if isinstance(reason, str) else event
            text = self._rest.http.clean(text)
            return [report, Notice(event, text, at, report.instrument)]
        return [report]

    def _taken_back(self, event: str, data: Any, report: OrderReport) -> list[BrokerEvent]:
        """A bust of a fill that was told; whatever else was changed has to be reconciled."""
        gap = self._gap(f"{event} of {report.instrument}, order {report.broker_id}")
        self._filled[report.broker_id] = report.filled
        named = data.get("previous_execution_id")
        fill = next((one for name, one in self._known.items() if _is_of(name, named)), None)
        if fill is None or event != BUST:
            return [gap]
        bust = f"bust of {fill.execution_id}"
        return [
            replace(fill, execution_id=bust, busts=fill.execution_id, quantity=ZERO, fee=ZERO),
            gap,
        ]

    def _owed_fills(self) -> list[BrokerEvent]:
        if not self._owed:
            return []
        since = min(at for _, at in self._owed.values())
        try:
            listed = self._executions(since - LOOK_BACK)
        except BrokerError as error:  # they stay owed
            return self._given_up(str(error))
        new = [one for one in listed if one.fill.execution_id not in self._told]
        for one in listed:
            name = one.fill.broker_id
            self._told.setdefault(one.fill.execution_id)
            self._filled[name] = max(self._filled.get(name, ZERO), one.total)
            self.know(one.fill)
        _shorten(self._told)
        for name, (wanted, _) in tuple(self._owed.items()):
            if self._filled.get(name, ZERO) >= wanted:
                del self._owed[name]
        return [*(one.fill for one in new), *self._given_up("the activities do not list them")]

    def _given_up(self, why: str) -> list[BrokerEvent]:
        late = [name for name, (_, at) in self._owed.items() if self._clock() - at > OWED_MAX]
        for name in late:
            del self._owed[name]
        return [self._gap(f"fills of {name} did not come: {why}") for name in late]

    def know(self, fill: Fill) -> None:
        """Remember a fill, so that a bust of it can name it."""
        self._known[fill.execution_id] = fill
        _shorten(self._known)

    def _gap(self, why: str) -> Link:
        return Link(True, True, self._clock(), self._rest.http.clean(why))


def _is_of(activity: str, execution: object) -> bool:
    """Whether an activity, named by its moment and its execution, is of an execution."""
    return isinstance(execution, str) and activity.rpartition("::")[2] == execution


def _shorten(remembered: dict[str, Any]) -> None:
    while len(remembered) > FILLS_MAX:
        del remembered[next(iter(remembered))]
