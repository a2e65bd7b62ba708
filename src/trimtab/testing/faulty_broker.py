"""A broker in front of an exact account, with a network in between that loses, delays and repeats.

It implements `ports.Broker` and keeps its promises: no write is retried, an outcome that nothing
proves is `UNKNOWN`, and `find` denies an order only where there is none.  With chaos calm it is a
broker like any other.

Errors: `BrokerError` from reads, `Crash` where the process ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from trimtab.model.brokers import (
    BrokerCash,
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerPosition,
    BrokerState,
    Capabilities,
    Link,
    Trouble,
)
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport, OrderState, Sent
from trimtab.testing.account_events import bust, fill_late
from trimtab.testing.exact_account import ExactAccount
from trimtab.testing.faults import Chaos, FaultKind, SimulatedClock

__all__ = ["FaultyBroker"]

CALL_SECONDS_MAX = 0.6
LATE_SECONDS_MAX = 40.0
"""How long a request may be on its way, where ids keep a late one from doing harm."""
FILL_SHARES = (0.01, 0.05, 0.25)
"""How quickly the market fills: the chance of each standing order at every call."""
HALT_SECONDS = 30.0


class FaultyBroker:
    """One account at a broker."""

    def __init__(
        self,
        account: ExactAccount,
        chaos: Chaos,
        clock: SimulatedClock,
        closes: datetime,
        instruments: Mapping[str, BrokerInstrument],
    ) -> None:
        self.exact, self.chaos, self.clock = account, chaos, clock
        self.account, self.closes, self.instruments = account.name, closes, instruments
        self.capabilities = Capabilities(
            stream=True, unique_id_days=None if account.takes_twice else 7
        )
        self.sendings: list[Sent] = []
        self._fill_share = chaos.chance.choice(FILL_SHARES)
        self._on_its_way: list[tuple[datetime, Order]] = []
        self._stream: list[BrokerEvent] = []
        self._held: list[BrokerEvent] = []
        self._down_until: datetime | None = None
        self._halted_until: datetime | None = None

    # Reads

    def open(self) -> BrokerState:
        """As the port says."""
        return self.state()

    def close(self) -> None:
        """As the port says."""

    def instrument(self, name: str) -> BrokerInstrument | None:
        """As the port says."""
        return self.instruments.get(name)

    def state(self) -> BrokerState:
        """As the port says."""
        return self.chaos.around(self._state)

    def fills(self, since: datetime) -> Sequence[Fill]:
        """As the port says."""
        return self.chaos.around(lambda: self._fills(since))

    def find(self, order_id: str) -> OrderReport | None:
        """As the port says."""
        return self.chaos.around(lambda: self._find(order_id))

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """As the port says."""
        return self.chaos.around(self._events)

    def _state(self) -> BrokerState:
        self._read()
        exact, at = self.exact, self.clock.true
        positions = [
            BrokerPosition(name, f"b-{name}", units, exact.available(name), None, price)
            for name, price in exact.prices.items()
            if (units := exact.units[name])
        ]
        standing = [exact.report(one, at) for one in exact.orders if one.stands]
        is_complete = not self.chaos.strikes(FaultKind.INCOMPLETE)
        if not is_complete:
            del positions[: self.chaos.chance.randint(0, len(positions))]
            del standing[: self.chaos.chance.randint(0, len(standing))]
        settled = exact.cash - exact.unsettled
        cash = BrokerCash("USD", settled, exact.unsettled, exact.spendable)
        return BrokerState(
            self.account, at, at, "USD", (cash,), tuple(positions), tuple(standing), is_complete
        )

    def _fills(self, since: datetime) -> Sequence[Fill]:
        self._read()
        found = sorted(
            (fill for fill in self.exact.fills() if fill.at >= since), key=lambda fill: fill.at
        )
        if found and self.chaos.strikes(FaultKind.LAGGING):
            found.pop()
        return found

    def _find(self, order_id: str) -> OrderReport | None:
        self._read()
        there = self.exact.of(order_id)
        return self.exact.report(there[0], self.clock.true) if there else None

    def _events(self) -> Sequence[BrokerEvent]:
        self._time_goes_by()
        if self._is_down():
            raise BrokerError(Trouble.UNAVAILABLE, "stream", "is not connected")
        self._collect()
        heard, self._stream = self._stream, self._held
        self._held = []
        return heard

    def _read(self) -> None:
        self._time_goes_by()
        if self._is_down():
            raise BrokerError(Trouble.UNAVAILABLE, "broker", "is not reached")
        self.chaos.read()

    # Writes

    def submit(self, order: Order) -> Ack:
        """As the port says."""
        return self.chaos.around(lambda: self._submit(order))

    def replace(self, order_id: str, order: Order) -> Ack:
        """Not offered: an order is canceled, and another takes its place."""
        return self._ack(order_id, AckVerdict.REJECTED, "not offered")

    def cancel(self, order_id: str) -> Ack:
        """As the port says."""
        return self.chaos.around(lambda: self._cancel(order_id))

    def _submit(self, order: Order) -> Ack:
        self.sendings.append(Sent(order.id, self.clock.true, len(self.sendings) + 1))
        self._time_goes_by()
        chaos = self.chaos
        if chaos.strikes(FaultKind.THROTTLED):
            return replace(self._ack(order.id, AckVerdict.THROTTLED, "429"), retry_after=2.0)
        if self._is_down() or chaos.strikes(FaultKind.LOST):
            return self._ack(order.id, AckVerdict.UNKNOWN, "504")
        if not self.exact.takes_twice and chaos.strikes(FaultKind.LATE):
            seconds = chaos.chance.uniform(0.0, LATE_SECONDS_MAX)
            self._on_its_way.append((self.clock.true + timedelta(seconds=seconds), order))
            return self._ack(order.id, AckVerdict.UNKNOWN, "504")
        if chaos.strikes(FaultKind.QUESTION):
            return replace(self._ack(order.id, AckVerdict.QUESTION), question="Are you sure?")
        ack = self._deliver(order)
        if not self.exact.takes_twice and chaos.strikes(FaultKind.DOUBLED):
            self._deliver(order)
        if chaos.strikes(FaultKind.ACCEPTED_UNHEARD):
            return self._ack(order.id, AckVerdict.UNKNOWN, "500")
        return ack

    def _deliver(self, order: Order) -> Ack:
        """What the exchange does with an order that arrives."""
        if self.exact.of(order.id) and not self.exact.takes_twice:
            return self._ack(order.id, AckVerdict.DUPLICATE, "client order id must be unique")
        refusal = self.exact.refusal(order)
        if self.clock.true >= self.closes:
            refusal = "the market is closed"
        if self.chaos.strikes(FaultKind.REJECTED):
            refusal = "forbidden for this account"
        if refusal:
            return self._ack(order.id, AckVerdict.REJECTED, refusal)
        standing = self.exact.take(order, self.clock.true)
        ack = self._ack(order.id, AckVerdict.ACCEPTED)
        return replace(ack, broker_id=standing.broker_id)

    def _cancel(self, order_id: str) -> Ack:
        self._time_goes_by()
        is_unheard = self.chaos.strikes(FaultKind.CANCEL_LOST)
        if self._is_down() or (is_unheard and self.chaos.chance.random() < 0.5):
            return self._ack(order_id, AckVerdict.UNKNOWN, "504")
        there = [one for one in self.exact.of(order_id) if one.stands]
        for standing in there:
            standing.cancel_asked = True
        if is_unheard:
            return self._ack(order_id, AckVerdict.UNKNOWN, "500")
        return self._ack(order_id, AckVerdict.ACCEPTED if there else AckVerdict.REJECTED)

    def _ack(self, order_id: str, verdict: AckVerdict, text: str = "") -> Ack:
        return Ack(verdict, order_id, self.clock.true, text=text)

    # The world

    def _time_goes_by(self) -> None:
        """What happens at the exchange and on the way there while somebody waits for an answer."""
        chance, exact = self.chaos.chance, self.exact
        self.clock.wait(chance.uniform(0.02, CALL_SECONDS_MAX))
        now = self.clock.true
        arrived = [order for due, order in self._on_its_way if due <= now]
        self._on_its_way = [one for one in self._on_its_way if one[0] > now]
        for order in arrived:
            self._deliver(order)
        self._halt(now)
        before = exact.executions
        exact.trade(now, self._fill_share)
        self._count_partial(before)
        self._take_back(now)
        for standing in exact.orders:
            if standing.stands and standing.cancel_asked and chance.random() < 0.5:
                exact.end(standing, OrderState.CANCELED, now)
            elif standing.stands and now >= self.closes:
                exact.end(standing, OrderState.EXPIRED, now)

    def _take_back(self, now: datetime) -> None:
        """Busts, fills that overtook a cancel, and cancels by somebody else."""
        exact, chaos = self.exact, self.chaos
        if chaos.strikes(FaultKind.BUSTED) and not bust(exact, now):
            chaos.counts[FaultKind.BUSTED] -= 1
        if chaos.strikes(FaultKind.BUSTED_LATE) and not bust(exact, now, ended=True):
            chaos.counts[FaultKind.BUSTED_LATE] -= 1
        if chaos.strikes(FaultKind.FILLED_LATE) and not fill_late(exact, now):
            chaos.counts[FaultKind.FILLED_LATE] -= 1
        standing = [one for one in exact.orders if one.stands]
        if standing and chaos.strikes(FaultKind.CANCELED_BY_HAND):
            exact.end(chaos.chance.choice(standing), OrderState.CANCELED, now)

    def _count_partial(self, before: int) -> None:
        if self.exact.executions > before and not self.chaos.is_calm:
            partial = [one for one in self.exact.orders if one.state is OrderState.PARTIAL]
            self.chaos.counts[FaultKind.PARTIAL] += bool(partial)

    def _halt(self, now: datetime) -> None:
        if self.chaos.strikes(FaultKind.HALTED):
            self.exact.halted.add(self.chaos.chance.choice(sorted(self.exact.prices)))
            self._halted_until = now + timedelta(seconds=HALT_SECONDS)
        if self._halted_until is not None and (now >= self._halted_until or self.chaos.is_calm):
            self.exact.halted.clear()
            self._halted_until = None

    def _is_down(self) -> bool:
        now, chaos = self.clock.true, self.chaos
        if chaos.strikes(FaultKind.DISCONNECTED):
            self._down_until = now + timedelta(seconds=chaos.chance.uniform(1.0, 60.0))
            self.exact.news.clear()
            self._stream, self._held = [], []
        if self._down_until is None:
            return False
        if now < self._down_until and not chaos.is_calm:
            self.exact.news.clear()
            return True
        self._down_until = None
        self._stream.append(Link(True, True, now, "connected again"))
        return False

    def _collect(self) -> None:
        """News on the stream: some of it lost, some twice, some late, some in another order."""
        chaos = self.chaos
        news, self.exact.news = self.exact.news, []
        for one in news:
            if chaos.strikes(FaultKind.DROPPED):
                continue
            if chaos.strikes(FaultKind.DELAYED):
                self._held.append(one)
                continue
            self._stream.append(one)
            if chaos.strikes(FaultKind.REPEATED):
                self._stream.append(one)
        if len(self._stream) > 1 and chaos.strikes(FaultKind.REORDERED):
            chaos.chance.shuffle(self._stream)
