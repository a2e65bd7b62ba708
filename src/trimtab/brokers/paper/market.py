"""All that a paper account trades on: prices, sessions, instruments, and how it begins.

Errors: as `BookFile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trimtab.brokers.paper.book import PaperBook
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import Tape
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.brokers import BrokerInstrument

__all__ = ["PaperMarket"]


@dataclass(frozen=True, slots=True)
class PaperMarket:
    """What one account trades on.

    `begins` makes the account where there is none yet, at a moment; `path` is its file, without one
    it lives as long as the process.
    """

    tape: Tape
    sessions: Sessions
    instruments: Mapping[str, BrokerInstrument]
    begins: Callable[[datetime], PaperBook]
    terms: PaperTerms
    path: Path | None = None

    def desk(self, clock: Callable[[], datetime]) -> PaperDesk:
        """The account's desk; what is in its file goes on as it stands."""
        rules = Rules(self.terms, self.sessions, self.instruments)
        if self.path is None:
            return PaperDesk(PaperEngine(self.begins(clock()), rules, self.tape), clock)
        if self.path.exists():
            return PaperDesk.on_disk(BookFile(self.path), rules, self.tape, clock)
        file = BookFile(self.path, self.begins(clock()))
        return PaperDesk.on_disk(file, rules, self.tape, clock)
