"""A small exchange that speaks FIX, and two ways to reach it: in memory, and a QuickFIX acceptor.

It is written from the standard, with its own tables, so that a mistake of the adapter is not
repeated here.  `plan` says what becomes of the next orders.
"""

import socket
import ssl
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from select import select
from typing import Any

from trimtab.brokers._fix_callbacks import outgoing
from trimtab.brokers._fix_session import Hearer
from trimtab.brokers._fix_wire import Message

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PRICE = Decimal("100.5")


@dataclass
class Resting:
    """An order as the exchange has it."""

    fields: dict[int, str]
    number: int
    filled: Decimal = Decimal(0)
    status: str = "0"

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.fields[38])


@dataclass
class FakeExchange:
    """Takes requests, gives reports; `plan` of an order: fill, rest, part, reject or mute."""

    version: str = "FIX.4.4"
    plan: deque[str] = field(default_factory=deque)
    orders: dict[str, Resting] = field(default_factory=dict)
    received: list[Message] = field(default_factory=list)
    executions: int = 0
    totals_only: bool = False

    def take(self, message: Message) -> list[Message]:
        """The answers to a request."""
        self.received.append(message)
        told = dict(message.body)
        match message.kind:
            case "D":
                return self._new(told)
            case "F":
                return self._cancel(told)
            case "G":
                return self._replace(told)
            case "H":
                return [self._status(told)]
            case "V":
                return [self._snapshot(name) for name in message.every(55)]
            case "U7":
                return [
                    Message.of(
                        "U2", ((15, "USD"), (7005, "30"), (7006, "9000.5"), (7007, "10000"))
                    ),
                    Message.of("U3", ((55, "EUR/USD"), (7008, "20000"))),
                ]
        return []

    def fill(self, name: str, quantity: str, price: str = str(PRICE)) -> Message:
        """Execute a part of an order that rests."""
        order = self.orders[name]
        order.filled += Decimal(quantity)
        order.status = "2" if order.filled >= order.quantity else "1"
        kind = order.status if self.version == "FIX.4.2" or self.totals_only else "F"
        last = () if self.totals_only else ((32, quantity), (31, price))
        return self.report(order, kind, last)

    def bust(self, name: str, execution: str) -> Message:
        """Take an execution back."""
        order = self.orders[name]
        order.filled, order.status = Decimal(0), "0"
        extra = ((19, execution), (31, str(PRICE)))
        return self.report(order, "H", extra, transaction="1")

    def report(
        self,
        order: Resting,
        kind: str,
        extra: tuple[tuple[int, str], ...] = (),
        transaction: str = "0",
    ) -> Message:
        """An execution report on an order."""
        self.executions += 1
        told = order.fields
        left = Decimal(0) if order.status in "248C" else order.quantity - order.filled
        fields = [(37, f"B{order.number}"), (11, told[11]), (17, f"E{self.executions}")]
        fields += [(150, kind), (39, order.status), (55, told[55]), (54, told[54])]
        fields += [(38, told[38]), (14, str(order.filled)), (151, str(left))]
        fields += [(6, str(PRICE) if order.filled else "0"), (60, "20261120-15:00:00.000")]
        if self.version == "FIX.4.2":
            fields.append((20, transaction))
        return Message.of("8", [*fields, *extra])

    def _snapshot(self, name: str) -> Message:
        """Best bid and ask, as a whole."""
        entries = ((269, "0"), (270, "99.5"), (271, "300"), (269, "1"), (270, "100.5"))
        return Message.of("W", ((55, name), (268, "2"), *entries))

    def _new(self, told: dict[int, str]) -> list[Message]:
        what = self.plan.popleft() if self.plan else "fill"
        name = told[11]
        if what == "mute":
            return []
        if name in self.orders:
            twin = Resting(told, 0, status="8")
            return [self.report(twin, "8", ((103, "6"), (58, "duplicate order")))]
        order = self.orders[name] = Resting(told, len(self.orders) + 1)
        if what == "reject":
            order.status = "8"
            return [self.report(order, "8", ((103, "3"), (58, "exceeds limit")))]
        answers = [self.report(order, "0")]
        if what == "fill":
            answers.append(self.fill(name, told[38]))
        elif what == "part":
            answers.append(self.fill(name, str(order.quantity // 2)))
        return [] if what == "swallow" else answers

    def _cancel(self, told: dict[int, str]) -> list[Message]:
        order = self.orders.get(told[41])
        if order is None or order.status in "248":
            status = "8" if order is None else order.status
            fields = [(37, "NONE"), (11, told[11]), (41, told[41]), (39, status)]
            return [Message.of("9", [*fields, (434, "1"), (102, "0"), (58, "too late")])]
        order.status = "4"
        fields = {**order.fields, 11: told[11]}
        canceled = Resting(fields, order.number, order.filled, "4")
        return [self.report(canceled, "4", ((41, told[41]),))]

    def _replace(self, told: dict[int, str]) -> list[Message]:
        old = self.orders[told[41]]
        old.status = "4"
        new = self.orders[told[11]] = Resting(told, old.number, old.filled)
        new.status = "5" if self.version == "FIX.4.2" else "0"
        return [self.report(new, "5", ((41, told[41]),))]

    def _status(self, told: dict[int, str]) -> Message:
        order = self.orders.get(told[11])
        asked = ((790, told[790]),) if 790 in told else ()
        if order is None:
            ghost = Resting({**told, 38: "0"}, 0, status="8")
            return self.report(ghost, "I", (*asked, (103, "5"), (58, "unknown order")), "3")
        return self.report(order, "I", asked, transaction="3")


class MemoryWire:
    """A `Wire` that reaches the exchange without a network; `cut` ends it in mid-sentence."""

    def __init__(self, exchange: FakeExchange, hearer: Hearer) -> None:
        self.exchange, self.hearer = exchange, hearer
        self.is_up = False
        self.number = 1
        self.cut_before_answer = False
        self.trouble = ""

    def start(self) -> None:
        self.is_up = True
        self.hearer.on_up()

    def stop(self) -> None:
        self.cut("we left")

    def cut(self, why: str = "") -> None:
        if self.is_up:
            self.is_up = False
            self.hearer.on_down(why)

    def send(self, message: Message) -> bool:
        self.number += 1
        whole = Message((*message.fields, (34, str(self.number))))
        if not self.is_up or not self.hearer.on_sending(whole):
            return False
        answers = self.exchange.take(whole)
        if self.cut_before_answer:
            self.cut("connection reset")
            return True
        self.tell(*answers)
        return True

    def tell(self, *messages: Message) -> None:
        for message in messages:
            stamped = Message((*message.fields, (52, "20261120-15:00:00.100")))
            self.hearer.on_message(stamped)


def acceptor(
    exchange: FakeExchange,
    folder: Path,
    port: int,
    client: str,
    password: str = "",
    dictionary: str = "",
) -> Any:
    """A QuickFIX acceptor in front of the exchange; it checks the password where one is given.

    `client` names the session of its client: another in every test, for QuickFIX knows sessions
    by their names within a process.
    """
    import quickfix

    class Application(quickfix.Application):
        def __init__(self):
            super().__init__()
            self.is_up, self.logons = False, []

        def onCreate(self, session):  # noqa: N802
            pass

        def onLogon(self, session):  # noqa: N802
            self.is_up = True

        def onLogout(self, session):  # noqa: N802
            self.is_up = False

        def toAdmin(self, message, session):  # noqa: N802
            pass

        def fromAdmin(self, message, session):  # noqa: N802
            said = Message.read(message.toString())
            if said.kind == "A":
                self.logons.append(message.toString())
                if password and said.get(554, said.get(96)) != password:
                    raise quickfix.RejectLogon("wrong password")

        def toApp(self, message, session):  # noqa: N802
            pass

        def fromApp(self, message, session):  # noqa: N802
            for answer in exchange.take(Message.read(message.toString())):
                self.tell(answer)

        def tell(self, answer):
            made = outgoing(quickfix, exchange.version, answer)
            quickfix.Session.sendToTarget(made, "BROKER", client)

    made = (quickfix, Application(), exchange.version, folder, port, client)
    return QuickFixAcceptor(*made, dictionary)


KEPT: list[Any] = []
"""Acceptors that have ended: QuickFIX does not survive their destruction beside a new one."""


class QuickFixAcceptor:
    """An acceptor that can be stopped and started: its messages and numbers stay on disk."""

    def __init__(
        self,
        quickfix: Any,
        application: Any,
        version: str,
        folder: Path,
        port: int,
        client: str,
        dictionary: str = "",
    ) -> None:
        self.quickfix, self.application = quickfix, application
        told = {
            "ConnectionType": "acceptor",
            "SocketAcceptPort": str(port),
            "SocketReuseAddress": "Y",
            "StartTime": "00:00:00",
            "EndTime": "00:00:00",
            "UseDataDictionary": "N",
            "FileStorePath": str(folder),
        }
        if dictionary:
            told |= {"UseDataDictionary": "Y", "DataDictionary": dictionary}
        session = quickfix.Dictionary()
        for name, value in told.items():
            session.setString(name, value)
        self.settings = quickfix.SessionSettings()
        self.settings.set(quickfix.SessionID(version, "BROKER", client), session)
        self.store = quickfix.FileStoreFactory(self.settings)
        self.server: Any = None

    def start(self) -> None:
        quickfix = self.quickfix
        self.server = quickfix.ThreadedSocketAcceptor(self.application, self.store, self.settings)
        self.server.start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
            KEPT.append(self.server)
            self.server = None


class Relay:
    """A way to a port that can be cut and held shut; with a context, its near end speaks TLS."""

    def __init__(self, to: int, context: ssl.SSLContext | None = None) -> None:
        self._to, self._context = to, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.is_shut = self.is_deaf = False
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """End what runs, as a pulled cable would; and let nobody through until `is_shut` ends."""
        self.is_shut = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def _serve(self) -> None:
        while True:
            near, _ = self._listener.accept()
            if self.is_shut:
                near.close()
                continue
            try:
                if self._context is not None:
                    near.settimeout(5)
                    near = self._context.wrap_socket(near, server_side=True)
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.close()
                continue
            self._ends += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        near.settimeout(0.02)
        with near, far, suppress(OSError):
            while True:
                for source, sink in ((near, far), (far, near)):
                    waiting = select([source], [], [], 0.01)[0]
                    if source is near and isinstance(near, ssl.SSLSocket) and near.pending():
                        waiting = [near]
                    if not waiting:
                        continue
                    try:
                        data = source.recv(65_536)
                    except TimeoutError:
                        continue
                    if not data:
                        return
                    if not (self.is_deaf and sink is far):
                        sink.sendall(data)
