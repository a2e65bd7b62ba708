"""Breaks: where a household's records do not agree, or lack what a tax needs.

A break stays open until a person answers it, and the answer is an entry of the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["ANSWERED", "TAKEN", "Break", "BreakKind", "break_id"]

ANSWERED = "break"
"""The detail of a journal entry that names the break it settles."""
TAKEN = "take"
"""The detail of such an entry that says whose record counts: positions, lots or journal."""


class BreakKind(StrEnum):
    """What is wrong."""

    QUANTITY = "quantity"  # positions, lots and journal disagree
    LOTS = "lots"  # the same quantity, made up of other lots
    CASH = "cash"  # the broker's cash is not the journal's
    BASIS = "unknown_basis"
    ACQUIRED = "unknown_date"
    HISTORY = "missing_history"  # more was sold than was ever seen to be bought
    TRANSFER = "transfer"  # where units came from, or went
    SPLIT = "split"
    EXCHANGE = "symbol_change"
    VALUE = "value"  # quantity times price is not the value
    SHORT = "short_position"
    ACTION = "unknown_event"  # a transaction that cannot be booked as it stands
    ROW = "row"  # a row of a file that could not be read


@dataclass(frozen=True, slots=True)
class Break:
    """One disagreement, and what would settle it.

    `blocks` says that nothing is traded in `account` while it is open.  `facts` are the figures on
    each side, as text; `source` is where the row stands, as `file:line`.
    """

    id: str
    kind: BreakKind
    account: str
    instrument: str
    message: str
    remedy: str
    blocks: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def touches(self, account: str) -> bool:
        """Whether it stops trading in an account; a file of several names them all in its facts."""
        return self.blocks and account in (
            self.account,
            *self.facts.get("accounts", "").split(", "),
        )


def break_id(kind: BreakKind, *parts: object) -> str:
    """A short name that the same disagreement always gets."""
    told = "\0".join([kind.value, *map(str, parts)])
    return "b" + hashlib.sha256(told.encode()).hexdigest()[:8]
