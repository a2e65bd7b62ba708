"""How a person wants figures shown: a cookie that holds no secret and decides nothing else.

Errors: none; a cookie that says something else is as good as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["COOKIE", "Preferences", "Shares", "Theme", "preferences_of"]

COOKIE = "trimtab_shows"


class Shares(StrEnum):
    """How fractions are written."""

    PERCENT = "percent"
    BPS = "bps"


class Theme(StrEnum):
    """Which colours; the system's unless a person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices; `hides_amounts` where somebody may look over their shoulder."""

    shares: Shares = Shares.PERCENT
    hides_amounts: bool = False
    theme: Theme = Theme.SYSTEM

    def cookie(self) -> str:
        """The cookie's text."""
        return f"{self.shares}.{'hidden' if self.hides_amounts else 'shown'}.{self.theme}"


def preferences_of(cookies: Mapping[str, str]) -> Preferences:
    """The choices that came with a request; the usual ones where none did."""
    words = cookies.get(COOKIE, "").split(".")
    if len(words) != 3 or words[0] not in set(Shares) or words[2] not in set(Theme):
        return Preferences()
    return Preferences(Shares(words[0]), words[1] == "hidden", Theme(words[2]))
