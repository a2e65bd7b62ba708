"""The section `[sending]` of `live.toml`: what is held against every order as it leaves.

Errors: `InputErrors` with file and line, with those of the other sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.text_files import Collector
from trimtab.model.errors import InputError, nearest

__all__ = ["SENDING_KEYS", "SendingRules", "sending_rules"]

SENDING_KEYS = ("trade_max", "day_max", "drawdown_max")


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What is held against every order at the moment it leaves; none sets no limit.

    Unit: `trade_max` and `day_max` base currency; `drawdown_max` a fraction of the highest value.
    Refuses: amounts that are not above zero, falls that no value can have.
    """

    trade_max: Decimal | None = None
    day_max: Decimal | None = None
    drawdown_max: Decimal | None = None

    def __post_init__(self) -> None:
        for name in SENDING_KEYS:
            value = getattr(self, name)
            most = 1 if name == "drawdown_max" else None
            if value is not None and not (value > 0 and (most is None or value < most)):
                bound = "a fraction above 0 and below 1" if most else "an amount above zero"
                raise InputError(f"sending.{name}", f"is {value}", bound)


def sending_rules(
    table: Mapping[str, object], lines: Mapping[tuple[str | int, ...], int], errors: Collector
) -> SendingRules:
    """The caps of sending, each checked by itself."""
    given: dict[str, Decimal] = {}
    for key, value in table.items():
        line, subject = lines.get(("sending", key)), f"sending.{key}"
        if key not in SENDING_KEYS:
            errors.refuse(line, subject, "unknown key", "", nearest(key, SENDING_KEYS))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            errors.refuse(line, subject, f"is {value!r}", "write a number")
        else:
            try:
                given |= {key: Decimal(str(value))}
                SendingRules(**given)
            except InputError as error:
                errors.add(error, line)
                del given[key]
    return SendingRules(**given)
