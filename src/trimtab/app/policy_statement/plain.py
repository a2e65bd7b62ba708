"""How the statement writes amounts, shares, days and lists: exactly, and nothing rounded away.

A change of the mandate's last digit must change a sentence, so figures keep all their digits.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.report.words import SYMBOLS, day, quantity
from trimtab.model.choices import PlugInChoice, Setting

__all__ = ["Clause", "amount", "day", "listed", "setting", "settings_words", "share"]

MINUS = "−"


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence or two of the statement; `id` is the clause of the mandate that they state."""

    id: str
    text: str


def share(fraction: Decimal | float) -> str:
    """A fraction of one as a percentage, with all its digits."""
    return f"{quantity(Decimal(str(fraction)) * 100).replace('-', MINUS)} %"


def amount(value: Decimal, currency: str) -> str:
    """An amount with its currency, with cents where it has some."""
    digits = f"{abs(value):,.2f}" if value == round(value, 2) else quantity(abs(value))
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{MINUS if value < 0 else ''}{symbol}{digits.removesuffix('.00')}"


def listed(names: Iterable[str], word: str = "and") -> str:
    """`A, B and C`."""
    *others, last = [*names] or ["nothing"]
    return f"{', '.join(others)} {word} {last}" if others else last


def setting(value: Setting | object) -> str:
    """A setting as a person reads it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return listed(f"{_name(str(key))} {setting(one)}" for key, one in value.items())
        case tuple() | list():
            return listed(map(setting, value))
        case Decimal():
            return quantity(value).replace("-", MINUS)
        case _:
            return str(value)


def settings_words(choice: PlugInChoice) -> str:
    """A plug-in's own settings behind a sentence; nothing where it has none."""
    if not choice.settings:
        return ""
    return f" Its settings: {setting(choice.settings)}."


def _name(key: str) -> str:
    return key.replace("_", " ")
