"""What an engine is to carry out, and how far it is: the orders of one decision.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.cycle.orders import Block, Session, Slice
from trimtab.model.findings import Finding

__all__ = ["Progress", "Work"]


@dataclass(frozen=True, slots=True)
class Work:
    """The orders of one decision, which of them leave as blocks, and the session that they have."""

    slices: tuple[Slice, ...]
    session: Session
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the orders stand after a step; `findings` are what was noticed in it."""

    waiting: int
    unsettled: int
    findings: tuple[Finding, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to send or to hear of."""
        return self.waiting == 0 and self.unsettled == 0
