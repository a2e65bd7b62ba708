"""`live.toml`: where a household's accounts are held, where the service remembers, who approves.

It stands beside `mandate.toml` and holds no secret:

    [store]
    url = "live.db"              # a file of the folder, or postgresql://user@host/database
    household = "rivera-3f9c2a"  # its name there; written at first use where others share it

    [approvals]
    needed = 1                   # so many people must approve
    people = []                  # these; anybody at this machine where none is named
    note_required = false
    price_move = 0.02            # an approval lapses when a price moved by more, a fraction

    [sending]                    # held against each order as it leaves; no limit where left out
    trade_max = 50000            # so much a trade may be worth, in base currency
    day_max = 200000             # so much may leave in a day
    drawdown_max = 0.25          # nothing leaves so far below the highest value, a fraction

    [service], [alerts]          # see `service_settings`
    [orders]                     # see `order_settings`

    [accounts.joint]             # the account's id in the mandate
    broker = "alpaca"
    account = "PA3TEST"          # further keys are the broker's own
    quotes = "quotes.csv"        # bid and ask from a file, where the broker shows none
    positions = "positions.csv"  # what a FIX session does not tell; see `custody`

Errors: `InputErrors` with file and line; what looks like a secret is refused and never shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from trimtab.app.live.link_settings import (
    PAPER,
    BrokerAccount,
    broker_kinds,
    check_link,
    link_of,
    refuse_shared_sessions,
)
from trimtab.app.live.order_settings import OrderSettings, order_settings
from trimtab.app.live.sending_settings import SendingRules, sending_rules
from trimtab.app.live.service_settings import (
    AlertRules,
    ServiceRules,
    alert_rules,
    service_rules,
)
from trimtab.app.live.settings_secrets import refuse_secrets
from trimtab.app.text_files import Collector, read_text
from trimtab.cycle.approvals import ApprovalRules
from trimtab.model.errors import InputError, nearest
from trimtab.model.toml_lines import key_lines

__all__ = [
    "LIVE_NAME",
    "PAPER",
    "STORE_DEFAULT",
    "BrokerAccount",
    "LiveSettings",
    "broker_kinds",
    "check_link",
    "parse_live",
    "read_live",
]

LIVE_NAME = "live.toml"
STORE_DEFAULT = "live.db"
SECTIONS = ("store", "approvals", "sending", "accounts", "alerts", "service", "orders")

_WORDS = {int: "whole number", list: "list of names", bool: "true or false", float: "fraction"}


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """All that `live.toml` says; without the file no account is linked to a broker.

    `household` is the name under which the store knows it, empty for the mandate's own.
    """

    folder: Path
    store: str = STORE_DEFAULT
    accounts: tuple[BrokerAccount, ...] = ()
    approvals: ApprovalRules = field(default_factory=ApprovalRules)
    alerts: AlertRules = field(default_factory=AlertRules)
    service: ServiceRules = field(default_factory=ServiceRules)
    sending: SendingRules = field(default_factory=SendingRules)
    household: str = ""
    orders: OrderSettings = field(default_factory=OrderSettings)

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / LIVE_NAME

    @property
    def store_place(self) -> str:
        """The store's URL; a name alone is a file of the folder."""
        if "://" in self.store:
            return self.store
        return str(self.folder / Path(self.store).expanduser())

    @property
    def is_shared(self) -> bool:
        """Whether the store lies outside of the folder, where other households may be."""
        return "://" in self.store or Path(self.store_place).parent != self.folder

    def linked(self, account: str) -> BrokerAccount:
        """The link of an account.

        Refuses: one that has none, with the nearest that has.
        """
        for one in self.accounts:
            if one.account == account:
                return one
        known = [one.account for one in self.accounts]
        remedy = nearest(account, known) if known else "link it with `trimtab broker add`"
        raise InputError(f"account {account!r}", "no broker is linked to it", "", remedy)


def read_live(folder: Path) -> LiveSettings:
    """What `live.toml` of a folder says, the defaults where there is no such file.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    path = folder / LIVE_NAME
    if not path.exists():
        return LiveSettings(folder)
    return parse_live(read_text(path, "live settings"), folder)


def parse_live(text: str, folder: Path) -> LiveSettings:
    """What a text of `live.toml` says.

    Refuses: as `read_live`.
    """
    errors = Collector(str(folder / LIVE_NAME))
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        errors.refuse(None, "live settings", f"the file breaks: {error}", "", "mend the line")
        errors.raise_any()
        raise AssertionError from error  # unreachable: the line above raised
    lines = key_lines(text)
    refuse_secrets(document, (), lines, errors)
    errors.raise_any()
    for name, section in document.items():
        if name not in SECTIONS:
            known = nearest(name, SECTIONS)
            errors.refuse(lines.get((name,)), f"[{name}]", "there is no such section", "", known)
        elif not isinstance(section, dict):
            errors.refuse(lines.get((name,)), name, "is no section", "", f"write [{name}]")
    errors.raise_any()
    store, household = _store(document.get("store", {}), lines, errors)
    approvals = _approvals(document.get("approvals", {}), lines, errors)
    sending = sending_rules(document.get("sending", {}), lines, errors)
    accounts = tuple(
        found
        for name, table in document.get("accounts", {}).items()
        if (found := link_of(name, table, lines.get(("accounts", name)), errors)) is not None
    )
    refuse_shared_sessions(accounts, lines, errors)
    alerts = alert_rules(document.get("alerts", {}), lines, errors)
    service = service_rules(document.get("service", {}), lines, errors)
    orders = order_settings(document.get("orders", {}), lines, errors)
    errors.raise_any()
    return LiveSettings(
        folder, store, accounts, approvals, alerts, service, sending, household, orders
    )


Lines = Mapping[tuple[str | int, ...], int]


def _store(table: Mapping[str, object], lines: Lines, errors: Collector) -> tuple[str, str]:
    """The store's URL, and the household's name in it."""
    for key in table.keys() - {"url", "household"}:
        line = lines.get(("store", key))
        known = nearest(key, ("url", "household"))
        errors.refuse(line, f"store.{key}", "unknown key", "", known)
    url, household = table.get("url", STORE_DEFAULT), table.get("household", "")
    if not isinstance(household, str):
        line = lines.get(("store", "household"))
        errors.refuse(line, "store.household", f"is {household!r}", "a text")
        household = ""
    if not isinstance(url, str) or not url.strip():
        remedy = "name a file, or write postgresql://user@host/database"
        errors.refuse(lines.get(("store", "url")), "store.url", f"is {url!r}", "a text", remedy)
        return STORE_DEFAULT, household
    return url, household


def _approvals(table: Mapping[str, object], lines: Lines, errors: Collector) -> ApprovalRules:
    kinds = {"needed": int, "people": list, "note_required": bool, "price_move": float}
    before = len(errors.errors)
    for key, value in table.items():
        line, subject = lines.get(("approvals", key)), f"approvals.{key}"
        if key not in kinds:
            errors.refuse(line, subject, "unknown key", "", nearest(key, kinds))
        elif type(value) is not kinds[key]:
            errors.refuse(line, subject, f"is {value!r}", f"write a {_WORDS[kinds[key]]}")
    if len(errors.errors) > before:
        return ApprovalRules()
    given: dict[str, Any] = dict(table)
    people = tuple(str(one) for one in given.pop("people", ()))
    if "price_move" in given:
        given["price_move"] = Decimal(str(given["price_move"]))
    try:
        return ApprovalRules(people=people, **given)
    except InputError as error:
        key = error.subject.partition(".")[2]
        errors.add(error, lines.get(("approvals", key)))
        return ApprovalRules()
