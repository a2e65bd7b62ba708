"""The brokerage session at Interactive Brokers: begun, kept alive, and given up to nobody silently.

A person logs in at the gateway; this begins the session that may trade, calls every minute so that
it does not end, and notices when another program of the same user has taken it.  Two programs that
take it from each other trade in neither, so that is done only where the settings say so.

Errors: `BrokerError` (credentials) where nobody is logged in or the session does not begin,
(permission) where another program has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trimtab.brokers._exact_json import NotExact, object_of
from trimtab.brokers._pace import Rate
from trimtab.brokers._reading import Reader
from trimtab.model.brokers import BrokerError, Link, Trouble

__all__ = ["KEEP_ALIVE", "Session"]

KEEP_ALIVE = timedelta(seconds=55)
"""IBKR asks for a call about every minute, and ends a session after several without one."""
STARTS_MAX = 3
START_PAUSE_SECONDS = 2.0
TICKLE_RATE = Rate("ibkr tickle", 1.0)
STATUS, INIT, TICKLE = "/iserver/auth/status", "/iserver/auth/ssodh/init", "/tickle"


@dataclass(frozen=True, slots=True)
class Status:
    """What IBKR says of the session."""

    authenticated: bool
    connected: bool
    competing: bool
    message: str

    @property
    def is_ours(self) -> bool:
        """Whether orders can be sent over it."""
        return self.authenticated and self.connected and not self.competing


class Session:
    """One user's session; `compete` takes it from whoever else has it."""

    def __init__(
        self,
        reader: Reader,
        compete: bool,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._reader, self._compete = reader, compete
        self._clock, self._sleep = clock, sleep
        self._kept: datetime | None = None
        self._is_up = False
        self._links: list[Link] = []

    def start(self) -> None:
        """Begin the session, or find it begun.

        Refuses: nobody logged in, another program's session, one that does not begin.
        """
        status = self._status()
        for _ in range(STARTS_MAX):
            if status.competing and not self._compete:
                raise _taken()
            if status.is_ours:
                self._kept, self._is_up = self._clock(), True
                return
            body = {"publish": True, "compete": self._compete}
            self._ask(INIT, status_of, body)
            self._sleep(START_PAUSE_SECONDS)
            status = self._status()
        if status.competing:
            raise _taken()
        said = f" ({status.message})" if status.message else ""
        raise BrokerError(
            Trouble.CREDENTIALS,
            "the session at IBKR",
            f"it does not begin{said}",
            f"{STARTS_MAX} tries",
            "log in again at the gateway's page",
        )

    def keep(self) -> None:
        """Call, where a minute has passed; begin again a session that has ended.

        Refuses: one that cannot be begun.
        """
        now = self._clock()
        if self._is_up and self._kept is not None and now - self._kept < KEEP_ALIVE:
            return
        try:
            status = self._ask(TICKLE, _tickled)
            if status.is_ours and self._is_up:
                self._kept = now
                return
            self.start()
        except BrokerError as error:
            self._tell(up=False, why=str(error))
            raise
        self._tell(up=True, why="the session had ended and was begun again")

    def doubt(self) -> None:
        """Ask anew before the next order: an answer said that the session is over."""
        self._kept = None

    def heard(self) -> list[Link]:
        """Changes of the session since the last call; each leaves a gap."""
        links, self._links = self._links, []
        return links

    def _tell(self, up: bool, why: str) -> None:
        if up or self._is_up:
            text = self._reader.http.clean(why)
            self._links.append(Link(up, True, self._clock(), text))
        self._is_up = up

    def _status(self) -> Status:
        return self._ask(STATUS, status_of)

    def _ask(self, path: str, understand: Callable[[Any], Status], body: object = None) -> Status:
        try:
            slow = (TICKLE_RATE,) if path == TICKLE else ()
            return self._reader.ask(path, understand, method="POST", body=body, slow=slow)
        except BrokerError as error:
            if error.trouble is not Trouble.CREDENTIALS:
                raise
            fact = "nobody is logged in"
            remedy = "log in at the gateway's page in a browser"
            raise BrokerError(error.trouble, "the gateway of IBKR", fact, "", remedy) from None


def status_of(body: Any) -> Status:
    """The session as IBKR describes it."""
    shown = object_of(body, "the status of the session")
    flags = []
    for name in ("authenticated", "connected", "competing"):
        value = shown.get(name)
        if not isinstance(value, bool):
            raise NotExact(f"{name} of the session is {value!r}")
        flags.append(value)
    said = shown.get("message") or shown.get("fail")
    return Status(flags[0], flags[1], flags[2], said if isinstance(said, str) else "")


def _tickled(body: Any) -> Status:
    shown = object_of(body, "the answer to a call")
    if "error" in shown:
        return Status(False, False, False, str(shown["error"]))
    return status_of(object_of(shown.get("iserver"), "iserver").get("authStatus"))


def _taken() -> BrokerError:
    return BrokerError(
        Trouble.PERMISSION,
        "the session at IBKR",
        "another program of the same user has it (TWS, the mobile app, a second gateway)",
        remedy="log out there, use a user of its own for this service, or set compete = true",
    )
