"""What an engine is to carry out: the orders of one decision.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.cycle.orders import Block, Session, Slice

__all__ = ["Work"]


@dataclass(frozen=True, slots=True)
class Work:
    """The orders of one decision, which of them leave as blocks, and the session that they have."""

    slices: tuple[Slice, ...]
    session: Session
    blocks: tuple[Block, ...] = ()
