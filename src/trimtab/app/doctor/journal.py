"""The journal: whether it is whole, and whether its books are what lots.csv says.

Errors: none; findings, and mistakes of a journal that cannot be read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.doctor.reading import Examined
from trimtab.app.journal_folder import FolderJournal, base_currency_of
from trimtab.app.screens.words import money_cents, quantity
from trimtab.books.ledger import Books, replay
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO

__all__ = ["JournalFact", "journal_fact", "journal_findings"]

CENT = Decimal("0.01")
UNIT = Decimal("1e-6")
"""Units that brokers round differently."""


@dataclass(frozen=True, slots=True)
class JournalFact:
    """A journal as it was found; without one there are no entries."""

    exists: bool
    entries: tuple[Entry, ...] = ()
    is_whole: bool = False
    findings: tuple[Finding, ...] = ()
    refused: tuple[InputError, ...] = ()
    books: Books | None = None


def journal_fact(found: Examined) -> JournalFact:
    """The journal of a folder; one that cannot be read is a mistake."""
    book = FolderJournal(found.folder)
    if not book.exists:
        return JournalFact(False)
    check = found.tried(book.verify, None)
    if check is None:
        return JournalFact(True)
    none: tuple[Entry, ...] = ()
    entries = found.tried(book.entries, none) if check.is_whole else none
    books, refused = replay(entries, base_currency_of(entries)) if entries else (None, ())
    return JournalFact(True, entries, check.is_whole, check.findings, refused, books)


def journal_findings(found: Examined, fact: JournalFact) -> Iterator[Finding]:
    """What is wrong with the journal, or between it and lots.csv."""
    if not fact.exists:
        yield Finding(
            "no_journal",
            Severity.NOTE,
            "journal",
            "there is none, so nothing says how the lots came to be",
            remedy=f"`trimtab journal open {found.folder}` begins one",
        )
        return
    yield from fact.findings
    for error in fact.refused:
        yield Finding(
            "entry_refused",
            Severity.WARNING,
            error.subject,
            f"the books refuse it: {error.fact}",
            bound=error.bound,
            remedy=error.remedy or f"see `trimtab journal replay {found.folder}`",
        )
    if fact.books is not None and found.lots is not None:
        yield from _differences(found, fact.books)


def _differences(found: Examined, books: Books) -> Iterator[Finding]:
    """Positions, bases and cash of which lots.csv and the books say different things."""
    lots = found.lots
    if lots is None:
        return
    remedy = (
        "record what happened (`trimtab import FILE`, `trimtab journal events "
        f"{found.folder}`), or correct lots.csv"
    )
    units = _sides()
    basis = _sides()
    for side, some in ((0, lots.lots), (1, tuple(books.lots.values()))):
        for lot in some:
            units[lot.account, lot.instrument][side] += lot.quantity
            if lot.basis is not None:
                basis[lot.account, lot.instrument][side] += lot.basis
    for (account, name), (here, there) in sorted(units.items()):
        where = f"{name} in {account}"
        worth = basis[account, name]
        if abs(here - there) > UNIT:
            sides = f"{quantity(here)} units", quantity(there)
            yield _difference(where, sides, remedy)
        elif abs(worth[0] - worth[1]) >= CENT:
            yield _difference(f"basis of {where}", _in(books.base_currency, worth), remedy)
    cash = _sides()
    for balance in lots.cash:
        cash[balance.account, balance.currency][0] += balance.amount
    for place, amount in books.cash.items():
        cash[place][1] += amount
    for (account, currency), both in sorted(cash.items()):
        if abs(both[0] - both[1]) >= CENT:
            yield _difference(f"cash of {account}", _in(currency, both), remedy)


def _in(currency: str, amounts: list[Decimal]) -> tuple[str, str]:
    """Both sides as money."""
    return money_cents(amounts[0], currency), money_cents(amounts[1], currency)


def _sides() -> dict[tuple[str, str], list[Decimal]]:
    return defaultdict(lambda: [ZERO, ZERO])


def _difference(subject: str, sides: tuple[str, str], remedy: str) -> Finding:
    """One figure that differs: what lots.csv says, and what the books say."""
    return Finding(
        "journal_differs",
        Severity.WARNING,
        subject,
        f"lots.csv has {sides[0]}, the books of the journal {sides[1]}",
        actual=sides[0],
        bound=sides[1],
        remedy=remedy,
    )
