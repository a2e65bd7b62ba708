"""One link of `live.toml`: an account of the household, and the broker that holds it.

Errors: mistakes of a table are added to the file's, with their line.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trimtab.app.text_files import Collector
from trimtab.model.errors import InputError
from trimtab.plugins import configure, names

__all__ = [
    "BLOCK_KEY",
    "PAPER",
    "BrokerAccount",
    "broker_kinds",
    "check_link",
    "link_of",
    "refuse_shared_sessions",
]

PAPER = "paper"
BLOCK_KEY = "block"
"""The setting of a paper account that names the block account through which it shares orders."""
SHOW_NO_POSITIONS = ("fix", "ibkr_fix", "dukascopy")
"""Brokers by whose line orders go, and no account comes."""


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """An account of the household, and the broker that holds it.

    `connection` is the name under which its secrets are known: the broker's, unless two accounts
    at one broker have keys of their own.  `settings` are the broker's.  `quotes` names a file of
    bid and ask; `positions` a file, or the settings of another way to the account, for brokers that
    do not show them.
    """

    account: str
    broker: str = PAPER
    connection: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    quotes: str = ""
    positions: str | BrokerAccount = ""

    @property
    def secrets_of(self) -> str:
        """The connection whose secrets are used."""
        return self.connection or self.broker


def link_of(name: str, table: object, line: int | None, errors: Collector) -> BrokerAccount | None:
    """The link that a table describes, none where it has mistakes, which are told."""
    subject = f"accounts.{name}"
    if not isinstance(table, MutableMapping):
        errors.refuse(line, subject, "is no section", "", f"write [{subject}]")
        return None
    settings: dict[str, Any] = dict(table)
    kind, connection = settings.pop("broker", PAPER), settings.pop("connection", "")
    if kind not in broker_kinds():
        known = ", ".join(broker_kinds())
        errors.refuse(line, f"{subject}.broker", f"is {kind!r}", f"there are {known}")
        return None
    quotes, positions = settings.pop("quotes", ""), settings.pop("positions", "")
    for key, value in (("connection", connection), ("quotes", quotes)):
        if not isinstance(value, str):
            errors.refuse(line, f"{subject}.{key}", f"is {value!r}", "a text")
            return None
    if isinstance(positions, MutableMapping):
        other = link_of(name, positions, line, errors)
        if other is None:
            return None
        positions = other
    if not isinstance(positions, str | BrokerAccount):
        fact, bound = f"is {positions!r}", "the name of a file, or a table with broker = ..."
        errors.refuse(line, f"{subject}.positions", fact, bound)
        return None
    found = BrokerAccount(name, str(kind), connection, settings, quotes, positions)
    try:
        check_link(found)
    except InputError as error:
        errors.add(error, line)
    return found


def refuse_shared_sessions(
    links: Sequence[BrokerAccount],
    lines: Mapping[tuple[str | int, ...], int],
    errors: Collector,
) -> None:
    """Refuse a FIX session that two accounts name: a session serves one account."""
    taken: dict[tuple[object, ...], str] = {}
    for link in links:
        if link.broker not in SHOW_NO_POSITIONS:
            continue
        keys = ("sender", "trading", "target", "host", "port")
        session = tuple(link.settings.get(key) for key in keys)
        if session in taken:
            fact = f"its FIX session is that of {taken[session]}"
            line = lines.get(("accounts", link.account))
            bound, remedy = "a session serves one account", "name a session of its own"
            errors.refuse(line, f"accounts.{link.account}", fact, bound, remedy)
        taken.setdefault(session, link.account)


def broker_kinds() -> tuple[str, ...]:
    """Every kind of broker that an account can be linked to, paper first."""
    return (PAPER, *(name for name in names("brokers") if name != PAPER))


def check_link(link: BrokerAccount) -> None:
    """Check a link's settings against its broker's.

    Refuses: unknown settings, values that do not fit, and positions for a broker that shows them.
    """
    if link.positions and link.broker not in SHOW_NO_POSITIONS:
        where = f"accounts.{link.account}.positions"
        kinds = ", ".join(SHOW_NO_POSITIONS)
        fact, bound = f"{link.broker} shows its positions itself", f"only {kinds} need it"
        raise InputError(where, fact, bound, "take the key out")
    if link.broker != PAPER:
        configure("brokers", link.broker, link.settings)
        return
    for key, value in link.settings.items():
        where = f"accounts.{link.account}.{key}"
        if key != BLOCK_KEY:
            raise InputError(where, "the paper broker has no such setting")
        if not isinstance(value, str) or not value.replace("-", "a").isalnum():
            remedy = 'name the block account that accounts share, as block = "family"'
            raise InputError(where, f"is {value!r}", "letters, digits and hyphens", remedy)
