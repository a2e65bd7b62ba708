"""What a page or file of evidence says about its origin, besides what is in the runs.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["About"]


@dataclass(frozen=True, slots=True)
class About:
    """Whose money, in which currency, and where the prices come from, in a sentence or two."""

    household: str
    currency: str = "USD"
    source: str = ""
