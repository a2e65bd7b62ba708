"""What a person may answer to a break, and which answers fit which kind.

Errors: none; `answer_entries` refuses what does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.breaks import BreakKind

__all__ = ["FITTING", "LOT_FACTS", "Answer", "Side"]


class Side(StrEnum):
    """Whose record is right."""

    POSITIONS = "positions"
    LOTS = "lots"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says; the fields that fit the break's kind count.

    Unit: `basis` of the whole lot in base currency; `ratio` is (new, old) of a split; `account` the
    other side of a transfer.
    """

    take: Side | None = None
    basis: Decimal | None = None
    acquired: date | None = None
    account: str = ""
    is_outside: bool = False
    ratio: tuple[int, int] | None = None
    became: str = ""
    accept: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """The answer as the journal keeps it."""
        parts = {
            "take": self.take.value if self.take is not None else "",
            "basis": "" if self.basis is None else f"{self.basis:f}",
            "acquired": "" if self.acquired is None else self.acquired.isoformat(),
            "account": self.account,
            "outside": "yes" if self.is_outside else "",
            "ratio": "" if self.ratio is None else f"{self.ratio[0]}:{self.ratio[1]}",
            "became": self.became,
            "accepted": "yes" if self.accept else "",
        }
        return ", ".join(f"{name} {fact}" for name, fact in parts.items() if fact)


LOT_FACTS = "--basis AMOUNT and --acquired DAY"
FITTING: dict[BreakKind, str] = {
    BreakKind.QUANTITY: "--take positions, lots or journal, or --became SYMBOL",
    BreakKind.LOTS: "--take lots or journal",
    BreakKind.CASH: "--take positions or journal",
    BreakKind.BASIS: LOT_FACTS,
    BreakKind.ACQUIRED: LOT_FACTS,
    BreakKind.HISTORY: f"{LOT_FACTS} of what was sold, or --accept to leave the sale out",
    BreakKind.TRANSFER: f"--link ACCOUNT, or --outside (with {LOT_FACTS} where units came in)",
    BreakKind.SPLIT: "--ratio NEW:OLD, or --accept to leave it out",
    BreakKind.EXCHANGE: "--became SYMBOL (with --ratio NEW:OLD where units changed), or --accept",
    BreakKind.VALUE: "--accept",
    BreakKind.SHORT: "--accept",
    BreakKind.ACTION: "--accept, and record it by hand if it matters",
    BreakKind.ROW: "--accept, or correct the row and import the file again",
}
"""For each kind of break the answers that settle it, as a person gives them."""
