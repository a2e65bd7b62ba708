"""The sections of `live.toml` that the service lives by: when it looks, and what it tells whom.

    [service]
    run_after_open = 30          # minutes after the open: the day's check and cycle
    look_seconds = 60            # how often prices are looked at while the market is open
    silent_minutes = 15          # `trimtab serve --check` raises the alarm after so much silence
    trade = true                 # false: it watches and tells, and orders nothing
    weekly_pdf = true            # false: the report of a week is a page alone

    [alerts]
    channels = ["family"]        # their URLs: TRIMTAB_ALERTS_FAMILY, or the system's keyring
    drift_warning = 0.03         # fractions of the household's value
    drift_critical = 0.05        # the cycle runs at once; the mandate says what it may do alone
    weekly = "on"                # each kind on, digest (once a day) or off

Errors: mistakes are added to the file's, with their line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from trimtab.app.text_files import Collector
from trimtab.model.errors import InputError, nearest

__all__ = [
    "AlertKind",
    "AlertRules",
    "Delivery",
    "ServiceRules",
    "alert_rules",
    "service_rules",
]

Lines = Mapping[tuple[str | int, ...], int]
Rules = TypeVar("Rules")

MINUTES_OF_SESSION = 180
"""The shortest session has half an hour more."""
LOOK_SECONDS_MIN, LOOK_SECONDS_MAX = 1, 3_600
SILENT_MINUTES_MIN, SILENT_MINUTES_MAX = 2, 10_080


class AlertKind(StrEnum):
    """What an alert is about."""

    DRIFT = "drift"
    """The farthest target passed the warning."""
    CRITICAL = "critical"
    """It passed the critical threshold, and the cycle ran."""
    APPROVALS = "approvals"
    """Something waits for people, or what they said came to something."""
    ORDERS = "orders"
    """What was ordered and executed."""
    TROUBLE = "trouble"
    """A break, a broker that cannot be asked, files that cannot be read, a halt."""
    WEEKLY = "weekly"
    """The report of a week."""
    DEAD_MAN = "dead_man"
    """The service has not been at work."""


class Delivery(StrEnum):
    """When an alert is sent."""

    ON = "on"
    """At once."""
    DIGEST = "digest"
    """With all others of the day, after the close."""
    OFF = "off"
    """Never; it is not kept either."""


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What is told, from when on, and through which channels.

    Unit: thresholds as fractions of the household's value.
    Refuses: thresholds out of order, and names of channels that no variable could carry.
    """

    channels: tuple[str, ...] = ()
    drift_warning: float = 0.03
    drift_critical: float = 0.05
    delivery: Mapping[AlertKind, Delivery] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0.0 < self.drift_warning <= self.drift_critical < 1.0:
            fact = f"warning {self.drift_warning}, critical {self.drift_critical}"
            bound = "fractions above 0 and below 1, the warning not above the critical one"
            raise InputError("alerts.drift_warning", fact, bound, "0.03 are 3 %")
        for name in self.channels:
            if not (name.isascii() and name.replace("_", "a").isalnum()):
                fact, bound = f"{name!r} is no name", "letters, digits and underscores"
                raise InputError("alerts.channels", fact, bound, "its URL is never written here")

    def how(self, kind: AlertKind) -> Delivery:
        """When alerts of a kind are sent; at once where nothing is said."""
        return self.delivery.get(kind, Delivery.ON)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """When the service looks and acts.

    Unit: minutes after the open, seconds, minutes.
    Refuses: what is out of bounds.
    """

    run_after_open: int = 30
    look_seconds: int = 60
    silent_minutes: int = 15
    trade: bool = True
    weekly_pdf: bool = True

    def __post_init__(self) -> None:
        _within("run_after_open", self.run_after_open, 0, MINUTES_OF_SESSION)
        _within("look_seconds", self.look_seconds, LOOK_SECONDS_MIN, LOOK_SECONDS_MAX)
        _within("silent_minutes", self.silent_minutes, SILENT_MINUTES_MIN, SILENT_MINUTES_MAX)


def alert_rules(table: Mapping[str, object], lines: Lines, errors: Collector) -> AlertRules:
    """The section `[alerts]`."""
    own: dict[str, type] = {"channels": list, "drift_warning": float, "drift_critical": float}
    known = {**own, **dict.fromkeys(map(str, AlertKind), str)}
    if not _check("alerts", table, known, lines, errors):
        return AlertRules()
    delivery = {}
    for kind in AlertKind:
        word = table.get(kind.value, Delivery.ON.value)
        if word not in set(Delivery):
            line = lines.get(("alerts", kind.value))
            bound = f"it is one of {', '.join(Delivery)}"
            errors.refuse(line, f"alerts.{kind}", f"is {word!r}", bound)
        else:
            delivery[kind] = Delivery(str(word))
    given: dict[str, Any] = {key: value for key, value in table.items() if key in own}
    given["channels"] = tuple(map(str, given.pop("channels", ())))
    return _made(
        lambda: AlertRules(delivery=delivery, **given), AlertRules(), "alerts", lines, errors
    )


def service_rules(table: Mapping[str, object], lines: Lines, errors: Collector) -> ServiceRules:
    """The section `[service]`."""
    flags = {"trade": bool, "weekly_pdf": bool}
    known = {"run_after_open": int, "look_seconds": int, "silent_minutes": int, **flags}
    if not _check("service", table, known, lines, errors):
        return ServiceRules()
    given: dict[str, Any] = dict(table)
    return _made(lambda: ServiceRules(**given), ServiceRules(), "service", lines, errors)


_WORDS = {
    int: "a whole number", bool: "true or false", float: "a fraction", list: "a list of names",
    str: "a text",
}  # fmt: skip


def _check(
    section: str,
    table: Mapping[str, object],
    known: Mapping[str, type],
    lines: Lines,
    errors: Collector,
) -> bool:
    """Whether every key is known and of its kind; what is not is told."""
    before = len(errors.errors)
    for key, value in table.items():
        line, subject = lines.get((section, key)), f"{section}.{key}"
        if key not in known:
            errors.refuse(line, subject, "unknown key", "", nearest(key, known))
        elif type(value) is not known[key]:
            errors.refuse(line, subject, f"is {value!r}", f"write {_WORDS[known[key]]}")
    return len(errors.errors) == before


def _made(
    make: Callable[[], Rules], default: Rules, section: str, lines: Lines, errors: Collector
) -> Rules:
    try:
        return make()
    except InputError as error:
        key = error.subject.partition(".")[2]
        errors.add(error, lines.get((section, key)))
        return default


def _within(key: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InputError(f"service.{key}", f"is {value}", f"{least} to {most}")
