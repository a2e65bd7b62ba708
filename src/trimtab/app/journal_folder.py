"""A household's journal in its folder: chained entries in, books out.

Ties the hash chain of `books` to the file of `stores`; the port that drivers append to.
Errors: `InputError` for a journal that cannot be read or added to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.books.chain import EMPTY, Head, Record, record_from, sealed_lines, verify
from trimtab.books.entries import decision, opening_cash, opening_lot
from trimtab.books.entry_json import entry_text
from trimtab.books.ledger import Books, replay
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO
from trimtab.model.snapshots import CashBalance, Snapshot
from trimtab.stores._journal_file import JOURNAL_NAME, JournalFile, JournalText, StoredHead

__all__ = [
    "FolderJournal",
    "JournalCheck",
    "JournalMovedError",
    "base_currency_of",
    "missing_head",
    "opening_entries",
]

BASE_CURRENCY = "base_currency"
"""The detail of the first entry that says in which currency bases and gains are."""


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """What a check of the journal found, and how much it looked at."""

    findings: tuple[Finding, ...]
    entries: int
    head: Head | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all was found."""
        return not self.findings


class JournalMovedError(InputError):
    """The journal is not what it was when something was computed from it."""


class FolderJournal:
    """The journal of one household's folder; implements `ports.Journal`."""

    def __init__(self, folder: Path) -> None:
        self.file = JournalFile(folder)

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded here."""
        return self.file.exists

    @property
    def end(self) -> str:
        """What its last entry is sealed with; empty where there is none."""
        head = self.file.read_head() if self.exists else None
        return "" if head is None else head.seal

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries, all or none.

        Refuses: a journal that is not whole at its end.
        """
        self.append_texts([entry_text(entry) for entry in entries])

    def append_texts(self, texts: Sequence[str], after: str | None = None) -> None:
        """Add entries that are written already, as `entry_text` does; all or none.

        `after` is the `end` that the journal must still have.
        Refuses: as `append`; a journal that another command added to since, `JournalMovedError`.
        """

        def make(text: str | None) -> tuple[Sequence[str], str]:
            if after is not None and after != (text or ""):
                fact = "another command added to it meanwhile"
                raise JournalMovedError("journal", fact, "", "run this one again")
            lines, head = sealed_lines(texts, EMPTY if text is None else Head.read(text))
            return lines, str(head)

        if texts:
            self.file.append(make)

    def complete(self, entries: Sequence[Entry]) -> None:
        """Add those of the entries that are missing, also where adding them was interrupted.

        What stands behind the head is set aside where these very entries begin with it.
        Refuses: as `append`.
        """
        text = self.file.read() if self.exists else None
        if text is None or text.head is None or text.head == StoredHead(0, ""):
            before: frozenset[str] = frozenset()
        else:
            before = frozenset(entry.id for entry in self.entries())
        missing = [entry for entry in entries if entry.id not in before]
        if text is not None and text.head is not None and text.is_interrupted:
            head = self._head_of(text)
            lines, _ = sealed_lines(map(entry_text, missing), head or EMPTY)
            whole = text.lines[: 0 if head is None else head.count]
            rest = "\n".join((*text.lines[len(whole) :], text.torn))
            if "".join(f"{line}\n" for line in lines).startswith(rest):
                self.file.set_aside()
        end = "" if text is None or text.head is None else text.head.seal
        self.append_texts([entry_text(entry) for entry in missing], end)

    def lines(self) -> tuple[str, ...]:
        """The lines of all acknowledged records in order.

        Refuses: a journal whose end is missing.
        """
        text = self.read()
        head = self._head_of(text)
        lines = text.lines if head is None else text.lines[: head.count]
        if head is not None and len(lines) < head.count:
            raise InputError(
                "journal",
                f"{head.count - len(lines)} of {head.count} entries are missing at its end",
                remedy="restore it from a backup",
                file=str(self.file.path),
            )
        return lines

    def records(self) -> tuple[Record, ...]:
        """All acknowledged records in order.

        Refuses: a line that is no record, naming it.
        """
        return self._records(self.lines(), 0)

    def some_records(self, after: int, most: int) -> tuple[Record, ...]:
        """So many acknowledged records behind that of a number; no others are parsed.

        Refuses: as `records`.
        """
        return self._records(self.lines()[after : after + most], after)

    def _records(self, lines: Sequence[str], after: int) -> tuple[Record, ...]:
        records = []
        for number, line in enumerate(lines, start=after + 1):
            try:
                records.append(record_from(line))
            except InputError as error:
                raise InputError(
                    f"entry {number}",
                    error.fact,
                    remedy="see `trimtab journal verify`",
                    file=str(self.file.path),
                    line=number,
                ) from None
        return tuple(records)

    def entries(self) -> tuple[Entry, ...]:
        """All acknowledged entries in order."""
        return tuple(record.entry for record in self.records())

    def books(self, until: date | None = None) -> tuple[Books, tuple[InputError, ...]]:
        """The books that the entries (up to a day) come to, and the errors of those refused.

        The base currency is the one that the journal was opened with, else `USD`.
        """
        entries = self.entries()
        counted = (one for one in entries if until is None or one.on <= until)
        return replay(counted, base_currency_of(entries))

    def read(self) -> JournalText:
        """The journal's text.

        Refuses: a folder without one.
        """
        if not self.exists:
            raise InputError(
                "journal",
                "there is none here",
                remedy="`trimtab journal open DIR` begins one with what the folder holds",
                file=str(self.file.path),
            )
        return self.file.read()

    def verify(self, noted: str = "") -> JournalCheck:
        """Find whatever is not as it was written.

        `noted` is the hash of a head noted earlier, or its first characters: it must be there.
        """
        text = self.read()
        head = self._head_of(text)
        findings = list(verify(text.lines, head))
        if text.torn:
            findings.append(_torn(text))
        elif text.head is not None and text.head.length != text.length and not findings:
            findings.append(_other_length(text.length, text.head.length))
        findings += missing_head(text.lines, noted)
        return JournalCheck(tuple(findings), len(text.lines), head)

    def _head_of(self, text: JournalText) -> Head | None:
        """The recorded head; a journal just created has an empty one."""
        if text.head is None:
            return None
        try:
            return Head.read(text.head.seal) if text.head.seal else EMPTY
        except InputError as error:
            raise error.at(str(self.file.head_path)) from None

    def adopt(self) -> Head:
        """Record a head for a journal that has lost its own.

        Refuses: a journal whose chain is broken or whose last line is torn.
        """
        text = self.file.read()
        wrong = [one for one in verify(text.lines, None) if one.severity is Severity.REFUSAL]
        if text.torn or wrong:
            found = wrong[0] if wrong else _torn(text)
            raise InputError(
                found.subject, found.message, "only a whole chain is adopted", found.remedy
            )
        last = record_from(text.lines[-1]) if text.lines else None
        head = EMPTY if last is None else Head(last.sequence, last.hash)
        self.file.adopt(str(head))
        return head


def missing_head(lines: Sequence[str], noted: str) -> list[Finding]:
    """What it means that no line has the hash of a head noted earlier; nothing where one has."""
    if not noted or any(f'"hash":"{noted}' in line for line in lines):
        return []
    fact = "no entry has its hash: the chain was written anew"
    remedy = "compare with a backup"
    code, subject = "journal_rewritten", "the head noted earlier"
    return [Finding(code, Severity.REFUSAL, subject, fact, bound=noted, remedy=remedy)]


def base_currency_of(entries: Sequence[Entry]) -> str:
    """The base currency that a journal was opened with, else `USD`."""
    return entries[0].details.get(BASE_CURRENCY, "USD") if entries else "USD"


def opening_entries(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Entries that begin a journal with a snapshot's lots and cash, headed by its base currency."""
    on, base = snapshot.as_of, snapshot.household.base_currency
    facts = {BASE_CURRENCY: base, "household": snapshot.household.id}
    lots = [opening_lot(f"opening lot {lot.id}", on, lot, base) for lot in snapshot.lots]
    cash = [
        opening_cash(f"opening cash {one.account} {one.currency}", on, *_cash(one))
        for one in snapshot.cash
        if one.amount != ZERO
    ]
    return (decision("journal opened", on, facts), *lots, *cash)


def _cash(balance: CashBalance) -> tuple[str, str, Decimal]:
    return balance.account, balance.currency, balance.amount


def _other_length(found: int, recorded: int) -> Finding:
    return Finding(
        "journal_head_altered",
        Severity.REFUSAL,
        "the journal's head",
        f"it records {recorded:,} bytes where the journal has {found:,}, all of them in the chain",
        actual=f"{found:,}",
        bound=f"{recorded:,}",
        remedy="compare with a backup",
    )


def _torn(text: JournalText) -> Finding:
    return Finding(
        "journal_torn",
        Severity.REFUSAL,
        f"line {len(text.lines) + 1}",
        f"the last line of {JOURNAL_NAME} has no end: writing was interrupted",
        actual=text.torn[:40],
        remedy="`trimtab journal mend` moves it aside; record its entries again",
    )
