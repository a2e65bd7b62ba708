"""Any broker over FIX 4.2 or 4.4 by the standard, and what all FIX dialects have in common.

Errors: `InputError` for settings that cannot be, on `connect`; see `_fix_broker` for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_profiles import FIX42, FIX44, Profile, Sequence
from trimtab.brokers._fix_quotes import FixQuotes
from trimtab.brokers._fix_session import SessionPlan
from trimtab.brokers._fix_terms import FixTerms
from trimtab.model.errors import InputError

__all__ = ["Fix", "session_plan"]

DIALECTS: Mapping[str, Profile] = {"4.2": FIX42, "4.4": FIX44}


@dataclass(frozen=True, slots=True)
class Fix:
    """One account at a broker that speaks FIX by the standard.

    `folder` keeps the session's numbers and journal, and must outlive a restart; `sender` and
    `target` are the session's names as the broker gave them; `signs_on` where a logon carries a
    name and a password, which are the secrets `username` and `password`; `symbols` gives the
    broker's name where it differs from the instrument's id; `start` and `end` bound the session's
    day in UTC, where it has one; `data` names a session of its own for prices, with `data_port`
    where that is another, empty where quotes come from elsewhere.
    """

    account: str
    host: str
    port: int
    sender: str
    target: str
    folder: str
    version: Literal["4.2", "4.4"] = "4.4"
    tls: bool = True
    signs_on: bool = True
    sequence: Sequence = Sequence.KEEP
    start: str = "00:00:00"
    end: str = "00:00:00"
    currency: str = "USD"
    symbols: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    data_port: int = 0

    def connect(self, wiring: Wiring) -> FixBroker:
        """The account, not opened yet; the wiring's `custody` shows its cash and positions.

        Refuses: a secret that is not there, an address of another machine without TLS.
        """
        plan = session_plan(self, DIALECTS[self.version], wiring)
        terms = FixTerms(self.account, self.currency, self.symbols, custody=wiring.custody)
        prices = None
        if self.data:
            port = self.data_port or self.port
            own = replace(plan, sender=self.data, port=port, prices=True)
            prices = FixQuotes(terms, own, wiring)
        return FixBroker(terms, plan, wiring, prices=prices)


def session_plan(settings: Fix, profile: Profile, wiring: Wiring) -> SessionPlan:
    """The session of some settings in a dialect.

    Refuses: a session without TLS to another machine, where anybody could read and change it.
    """
    if not settings.tls and not _is_here(settings.host):
        raise InputError(
            f"the FIX session {settings.sender}",
            f"it would reach {settings.host} without TLS",
            "only this machine may be reached so",
            "leave `tls` on, or tunnel it yourself and name the tunnel's end",
        )
    return SessionPlan(
        profile,
        settings.sender,
        settings.target,
        settings.host,
        settings.port,
        Path(settings.folder).expanduser(),
        settings.tls,
        wiring.secret("username") if settings.signs_on else None,
        wiring.secret("password") if settings.signs_on else None,
        settings.sequence,
        start=settings.start,
        end=settings.end,
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


EXAMPLE = Fix("U1", "127.0.0.1", 9880, "TRIMTAB", "BROKER", "fix", tls=False, signs_on=False)
PLUGIN = Fix
