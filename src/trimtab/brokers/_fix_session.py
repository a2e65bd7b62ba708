"""A FIX session by QuickFIX: logon, heartbeats, numbers on disk, resend of what was missed.

QuickFIX keeps the numbers in a folder but not the messages: an order of ours is never sent again by
the session itself (it would come late, at another price), it fills the gap instead; whoever sent
the order asks for it.  So no password lands on disk either, and QuickFIX's own logs stay off.  A
session counts as up only when both sides have come to the same numbers (`_fix_settling`).

Errors: `InputError` where QuickFIX is not installed or refuses the settings.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, Protocol

from trimtab.brokers._fix_profiles import Profile, Sequence
from trimtab.brokers._fix_settling import Settling
from trimtab.brokers._fix_tls import TlsTunnel
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import Kind
from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

__all__ = ["Hearer", "QuickFixLine", "SessionPlan", "Wire"]

RAW_DATA_LENGTH, RAW_DATA = 95, 96
LOGON_WAIT_SECONDS, LOGOUT_WAIT_SECONDS = 10, 2
LATENCY_MAX_SECONDS = 120
"""A message whose time is further from ours is refused: one of the clocks is wrong."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Where and as whom to log on.

    Unit: `heartbeat` and `reconnect` seconds; `start` and `end` of the session's day in UTC.
    """

    profile: Profile
    sender: str
    target: str
    host: str
    port: int
    folder: Path
    tls: bool = True
    username: Secret | None = None
    password: Secret | None = None
    sequence: Sequence = Sequence.KEEP
    heartbeat: int = 30
    reconnect: int = 15
    start: str = "00:00:00"
    end: str = "00:00:00"


class Hearer(Protocol):
    """Who is told what happens on a session, from the session's own thread."""

    def on_up(self) -> None:
        """Logged on."""

    def on_down(self, why: str) -> None:
        """Logged out, or cut."""

    def on_gap(self, why: str) -> None:
        """The broker's numbers jumped: something may never come."""

    def on_sending(self, message: Message) -> bool:
        """A message is about to leave; false keeps it."""
        ...

    def on_message(self, message: Message) -> None:
        """A message of the broker's application."""


class Wire(Protocol):
    """A session as the broker uses it; tests have another than QuickFIX's."""

    @property
    def is_up(self) -> bool:
        """Whether it is logged on."""
        ...

    @property
    def trouble(self) -> str:
        """Why it cannot be reached, as far as is known."""
        ...

    def start(self) -> None:
        """Begin to connect, and go on trying."""

    def stop(self) -> None:
        """Log out and end."""

    def send(self, message: Message) -> bool:
        """Hand a message over; false where it certainly did not leave."""
        ...


class QuickFixLine:
    """The session of a plan, as a `Wire`."""

    def __init__(self, plan: SessionPlan, hearer: Hearer) -> None:
        self._quickfix = _library()
        self._plan, self._hearer = plan, hearer
        self._tunnel: TlsTunnel | None = None
        self._initiator: Any = None
        self._held: tuple[Any, ...] = ()
        self._application = _application(self._quickfix, plan, hearer, lambda: self.trouble)
        self._lock = Lock()

    @property
    def is_up(self) -> bool:
        """Whether the session is logged on."""
        return bool(self._application.is_up)

    @property
    def trouble(self) -> str:
        """Why the tunnel cannot be made, where it cannot."""
        return self._tunnel.why if self._tunnel is not None else ""

    def start(self) -> None:
        """Begin to connect.

        Refuses: settings that QuickFIX cannot use.
        """
        quickfix, plan = self._quickfix, self._plan
        plan.folder.mkdir(parents=True, exist_ok=True)
        host, port = plan.host, plan.port
        if plan.tls:
            self._tunnel = TlsTunnel(plan.host, plan.port)
            host, port = "127.0.0.1", self._tunnel.port
        try:
            settings = _settings(quickfix, plan, host, port)
            store = quickfix.FileStoreFactory(settings)
            # A thread for the connection: QuickFIX's other initiator walks over connections while
            # they end, and takes the process with it when a logon is refused.
            self._initiator = quickfix.ThreadedSocketInitiator(self._application, store, settings)
            self._held = (settings, store)  # QuickFIX keeps references, not owners
            self._initiator.start()
        except (quickfix.ConfigError, quickfix.RuntimeError) as error:
            self.stop()
            fact = f"QuickFIX cannot use its settings ({error})"
            raise InputError("the FIX session", fact) from None

    def stop(self) -> None:
        """Log out and end; what the broker sends meanwhile comes again at the next logon."""
        if self._initiator is not None:
            self._initiator.stop()
            self._initiator = None
        if self._tunnel is not None:
            self._tunnel.close()
            self._tunnel = None

    def send(self, message: Message) -> bool:
        """Hand a message to the session, once; false where it certainly did not leave."""
        if not self.is_up:
            return False
        quickfix, plan = self._quickfix, self._plan
        made = quickfix.Message()
        made.getHeader().setField(quickfix.StringField(Tag.BEGIN_STRING, plan.profile.begin))
        made.getHeader().setField(quickfix.StringField(Tag.MSG_TYPE, message.kind))
        for tag, value in message.body:
            made.setField(quickfix.StringField(tag, value))
        with self._lock:
            self._application.was_kept = False
            try:
                quickfix.Session.sendToTarget(made, plan.sender, plan.target)
            except quickfix.SessionNotFound:
                return False
            return not self._application.was_kept


def _library() -> ModuleType:
    try:
        return import_module("quickfix")
    except ImportError:
        raise InputError(
            "brokers over FIX",
            "QuickFIX is not installed",
            remedy="install it with `pip install 'trimtab[fix]'` (it compiles for some minutes)",
        ) from None


def _settings(quickfix: ModuleType, plan: SessionPlan, host: str, port: int) -> Any:
    """The plan as QuickFIX has it.

    Messages are not validated by a dictionary: every broker adds to the standard, and what matters
    is checked where it is read.
    """
    told = {
        "ConnectionType": "initiator",
        "SocketConnectHost": host,
        "SocketConnectPort": str(port),
        "SocketNodelay": "Y",
        "StartTime": plan.start,
        "EndTime": plan.end,
        "HeartBtInt": str(plan.heartbeat),
        "ReconnectInterval": str(plan.reconnect),
        "LogonTimeout": str(LOGON_WAIT_SECONDS),
        "LogoutTimeout": str(LOGOUT_WAIT_SECONDS),
        "UseDataDictionary": "N",
        "PersistMessages": "N",
        "CheckLatency": "Y",
        "MaxLatency": str(LATENCY_MAX_SECONDS),
        "ResetOnLogon": "Y" if plan.sequence is Sequence.LOGON else "N",
        "FileStorePath": str(plan.folder),
    }
    session = quickfix.Dictionary()
    for name, value in told.items():
        session.setString(name, value)
    settings = quickfix.SessionSettings()
    name = quickfix.SessionID(plan.profile.begin, plan.sender, plan.target)
    settings.set(name, session)
    return settings


def _application(
    quickfix: ModuleType, plan: SessionPlan, hearer: Hearer, why: Callable[[], str]
) -> Any:
    """QuickFIX's callbacks, which must not raise: an error in one would end its thread."""

    class Application(quickfix.Application):  # type: ignore[name-defined, misc]
        is_up = False
        was_kept = False
        last_word = ""

        def __init__(self) -> None:
            super().__init__()
            ask = partial(_ask_for_life, quickfix, plan)
            self.settling = Settling(ask, self.settled, self.silent)

        def settled(self) -> None:
            self.is_up, self.last_word = True, ""
            hearer.on_up()

        def silent(self, told: str) -> None:
            self.last_word = told
            hearer.on_down(told)

        def onCreate(self, session: Any) -> None:  # noqa: N802  (QuickFIX's names)
            pass

        def onLogon(self, session: Any) -> None:  # noqa: N802
            self.settling.begin()

        def onLogout(self, session: Any) -> None:  # noqa: N802
            self.settling.end()
            self.is_up = False
            hearer.on_down(self.last_word or why())

        def toAdmin(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is not None and said.kind == Kind.LOGON:
                _sign(quickfix, plan, message)
            if said is not None and said.kind == Kind.REJECT:  # QuickFIX drops what it refuses
                number, text = said.get(Tag.REF_SEQ_NUM), said.get(Tag.TEXT)
                hearer.on_gap(f"message {number} of the broker was refused: {text}")
            if said is not None and said.kind == Kind.LOGOUT:
                self.last_word = said.get(Tag.TEXT) or self.last_word

        def fromAdmin(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is None:
                return
            if said.kind == Kind.LOGOUT:
                self.last_word = said.get(Tag.TEXT) or "the broker ended the session"
            elif said.kind == Kind.HEARTBEAT:
                self.settling.answered(said.get(Tag.TEST_REQUEST))
            elif said.kind == Kind.REJECT:
                hearer.on_message(said)
            elif said.kind == Kind.SEQUENCE_RESET and said.get(Tag.GAP_FILL) != "Y":
                hearer.on_gap(f"the broker set its numbers to {said.get(Tag.NEW_SEQ_NO)}")

        def toApp(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is None or not hearer.on_sending(said):
                self.was_kept = True
                raise quickfix.DoNotSend()

        def fromApp(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is not None:
                hearer.on_message(said)

    return Application()


def _ask_for_life(quickfix: ModuleType, plan: SessionPlan, request: str) -> None:
    """Ask for a heartbeat that names the request."""
    made = quickfix.Message()
    made.getHeader().setField(quickfix.StringField(Tag.BEGIN_STRING, plan.profile.begin))
    made.getHeader().setField(quickfix.StringField(Tag.MSG_TYPE, Kind.TEST_REQUEST))
    made.setField(quickfix.StringField(Tag.TEST_REQUEST, request))
    with suppress(quickfix.SessionNotFound):  # it ended meanwhile, which is told elsewhere
        quickfix.Session.sendToTarget(made, plan.sender, plan.target)


def _read(message: Any) -> Message | None:
    try:
        return Message.read(message.toString())
    except Malformed:
        return None


def _sign(quickfix: ModuleType, plan: SessionPlan, message: Any) -> None:
    """Put the credentials into a logon: in fields of their own from 4.3 on, before as raw data."""
    if plan.password is None:
        return
    password = plan.password.reveal()
    if plan.profile.has_transaction_types:
        message.setField(quickfix.StringField(RAW_DATA_LENGTH, str(len(password.encode()))))
        message.setField(quickfix.StringField(RAW_DATA, password))
        return
    if plan.username is not None:
        message.setField(quickfix.StringField(Tag.USERNAME, plan.username.reveal()))
    message.setField(quickfix.StringField(Tag.PASSWORD, password))
