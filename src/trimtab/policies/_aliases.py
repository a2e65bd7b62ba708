"""Short names of policies: `5/25`, `200/175`, `5%`, `quarterly`, `learned:band`.

Errors: none; a name that is no alias is given back as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from trimtab.model.mandate import PlugInChoice, Setting
from trimtab.policies._schedule import Frequency

__all__ = ["ALIASES", "resolve"]

PERCENT = Decimal("0.01")
BASIS_POINT = Decimal("0.0001")
BASIS_POINTS_FROM = 100
"""From here on, a pair of numbers is a threshold and a destination in basis points."""

ALIASES: Mapping[str, tuple[str, Mapping[str, Setting]]] = {
    "buy-and-hold": ("hold", {}),
    "buy_and_hold": ("hold", {}),
    "none": ("hold", {}),
    "default": ("no_trade_zone", {}),
    "bands": ("threshold", {}),
    "tlh": ("harvest", {}),
    "cash-flow": ("flows", {}),
    **{frequency.value: ("calendar", {"frequency": frequency.value}) for frequency in Frequency},
}
"""Words; patterns with numbers stand below."""


def _pair(first: Decimal, second: Decimal) -> tuple[str, Mapping[str, Setting]]:
    """`5/25`: points and percent of target; `200/175`: threshold and destination in bp."""
    if first < BASIS_POINTS_FROM:
        return "threshold", {"absolute": first * PERCENT, "relative": second * PERCENT}
    return "threshold", {
        "absolute": first * BASIS_POINT,
        "destination": float(second / first),
    }


LEARNED = "learned:"
"""Before the name of a model: `learned:band` is the promoted model of that name."""

_NUMBER = r"(\d+(?:\.\d+)?)"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., tuple[str, Mapping[str, Setting]]]], ...] = (
    (re.compile(rf"{_NUMBER}/{_NUMBER}"), _pair),
    (
        re.compile(rf"{_NUMBER}\s*%"),
        lambda points: ("threshold", {"absolute": points * PERCENT}),
    ),
    (
        re.compile(rf"{_NUMBER}\s*%\s*rel(?:ative)?"),
        lambda percent: ("threshold", {"relative": percent * PERCENT}),
    ),
)


def resolve(choice: PlugInChoice) -> PlugInChoice:
    """The policy that an alias stands for; settings of the choice win over the alias's own."""
    word = choice.name.strip().lower()
    if word.startswith(LEARNED):
        model = word.removeprefix(LEARNED).strip()
        return replace(choice, name="learned", settings={"model": model, **choice.settings})
    found = ALIASES.get(word)
    for pattern, build in _PATTERNS:
        if found is None and (match := pattern.fullmatch(word)):
            found = build(*(Decimal(number) for number in match.groups()))
    if found is None:
        return choice
    name, settings = found
    return replace(choice, name=name, settings={**settings, **choice.settings})
