"""A FIX session by QuickFIX: logon, heartbeats, numbers on disk, resend of what was missed.

QuickFIX keeps the numbers in a folder but not the messages: an order of ours is never sent again by
the session itself (it would come late, at another price), it fills the gap instead; whoever sent
the order asks for it.  So no password lands on disk either, and QuickFIX's own logs stay off.  A
session counts as up only when both sides have come to the same numbers (`_fix_settling`).

Errors: `InputError` where QuickFIX is not installed or refuses the settings.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, Protocol

from trimtab.brokers._fix_callbacks import callbacks, outgoing
from trimtab.brokers._fix_dictionary import prices_dictionary
from trimtab.brokers._fix_profiles import Profile, Sequence
from trimtab.brokers._fix_tls import TlsTunnel
from trimtab.brokers._fix_wire import Message
from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

__all__ = ["Hearer", "QuickFixLine", "SessionPlan", "Wire"]

LOGON_WAIT_SECONDS, LOGOUT_WAIT_SECONDS = 10, 2
LATENCY_MAX_SECONDS = 120
"""A message whose time is further from ours is refused: one of the clocks is wrong."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Where and as whom to log on.

    `prices` for a session of prices, whose messages have repeating groups.
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
    prices: bool = False


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
        self._application = callbacks(self._quickfix, plan, hearer, lambda: self.trouble)
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
        made = outgoing(quickfix, plan.profile.begin, message)
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

    Orders are not validated by a dictionary: every broker adds to the standard, and what matters is
    checked where it is read.
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
    if plan.prices:
        path = plan.folder / f"{plan.sender}-{plan.target}.xml"
        path.write_text(prices_dictionary(plan.profile.begin), encoding="utf-8")
        told |= {
            "UseDataDictionary": "Y",
            "DataDictionary": str(path),
            "AllowUnknownMsgFields": "Y",
            "ValidateUserDefinedFields": "N",
            "ValidateFieldsOutOfOrder": "N",
        }
    session = quickfix.Dictionary()
    for name, value in told.items():
        session.setString(name, value)
    settings = quickfix.SessionSettings()
    name = quickfix.SessionID(plan.profile.begin, plan.sender, plan.target)
    settings.set(name, session)
    return settings
