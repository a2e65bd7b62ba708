"""The section of `live.toml` that says how orders are priced and parted.

    [orders]
    pricing = "collar"           # or at_close (the closing auction), or market
    collar = 0.005               # a limit so far beyond the far side of the quote, a fraction
    slice_above = 0.01           # parts of a day's volume: larger orders are sliced ...
    participation_max = 0.10     # ... and nothing above this is ordered on one day
    slices_max = 12
    schedule = "almgren_chriss"  # or even (TWAP)
    risk_aversion = 1e-6         # of the schedule: larger sells sooner
    quote_seconds_max = 60       # an older quote is no quote
    blocks = true                # accounts of one line share an order, where the broker takes it

Errors: mistakes are added to the file's, with their line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from trimtab.app.text_files import Collector
from trimtab.cycle.orders import OrderRules, Pricing, Schedule
from trimtab.model.errors import InputError, nearest

__all__ = ["OrderSettings", "order_settings"]

Lines = Mapping[tuple[str | int, ...], int]

WORDS = {"pricing": Pricing, "schedule": Schedule}
FRACTIONS = ("collar", "slice_above", "participation_max")
QUOTE_SECONDS_MIN, QUOTE_SECONDS_MAX = 1, 3_600
RULE_KEYS = (*WORDS, *FRACTIONS, "slices_max", "risk_aversion")
KEYS = (*RULE_KEYS, "quote_seconds_max", "blocks")


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """How orders are priced and parted, how old a quote may be, and whether accounts share orders.

    Unit: `quote_seconds_max` seconds.
    Refuses: what is out of bounds.
    """

    rules: OrderRules = field(default_factory=OrderRules)
    quote_seconds_max: int = 60
    blocks: bool = True

    def __post_init__(self) -> None:
        if not QUOTE_SECONDS_MIN <= self.quote_seconds_max <= QUOTE_SECONDS_MAX:
            bound = f"{QUOTE_SECONDS_MIN} to {QUOTE_SECONDS_MAX:,} seconds"
            raise InputError("orders.quote_seconds_max", f"is {self.quote_seconds_max}", bound)


def order_settings(table: Mapping[str, object], lines: Lines, errors: Collector) -> OrderSettings:
    """What the section says, the defaults where it says nothing."""
    before = len(errors.errors)
    given: dict[str, Any] = {}
    for key, value in table.items():
        line, subject = lines.get(("orders", key)), f"orders.{key}"
        if key not in KEYS:
            errors.refuse(line, subject, "unknown key", "", nearest(key, KEYS))
            continue
        try:
            given[key] = _value(key, value)
        except InputError as error:
            errors.add(error, line)
    if len(errors.errors) > before:
        return OrderSettings()
    rules = {key: given.pop(key) for key in RULE_KEYS if key in given}
    try:
        return OrderSettings(OrderRules(**rules), **given)
    except InputError as error:
        errors.add(error, lines.get(("orders", error.subject.partition(".")[2])))
        return OrderSettings()


def _value(key: str, value: object) -> object:
    """A value of the kind that its key has.

    Refuses: any other.
    """
    subject = f"orders.{key}"
    is_number = type(value) in (int, float) and isfinite(float(str(value)))
    if key in WORDS:
        words = [str(one.value) for one in WORDS[key]]
        if value not in words:
            raise InputError(subject, f"is {value!r}", f"one of {', '.join(words)}")
        return WORDS[key](value)
    if key in FRACTIONS and is_number:
        return Decimal(str(value))
    if key == "risk_aversion" and is_number:
        return float(str(value))
    if key in ("slices_max", "quote_seconds_max") and type(value) is int:
        return value
    if key == "blocks" and type(value) is bool:
        return value
    kinds = {"blocks": "true or false", "slices_max": "a whole number"}
    bound = kinds.get(key, "a whole number" if key.startswith("quote") else "a number")
    raise InputError(subject, f"is {value!r}", f"write {bound}")
