"""The hash chain over journal entries: each record seals its entry and all records before it.

A record's hash is SHA-256 over the canonical JSON of its number, the hash before it, and its entry.
A changed, removed, added or moved record therefore breaks the chain at its place.  Two things a
chain alone cannot show: records cut off its end, and a chain that was written anew from some place
on.  Both show against a `Head` (count and last hash) that is kept elsewhere; whoever can rewrite
journal and head together leaves no trace, so keep a copy of the head where they cannot.

Pure: lines in, findings out.  Errors: `InputError` for a line that is no record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count as from_number

from trimtab.books.entry_json import canonical, entry_from, entry_text, quoted
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity

__all__ = [
    "EMPTY",
    "GENESIS",
    "Head",
    "Record",
    "canonical_record",
    "line_of",
    "record_from",
    "seal",
    "sealed_lines",
    "sealed_texts",
    "verify",
]

GENESIS = "0" * 64
"""What stands before the first record."""


@dataclass(frozen=True, slots=True)
class Record:
    """An entry with its number from 1, the hash before it, and its own."""

    sequence: int
    previous: str
    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many records a journal has, and the hash of the last."""

    count: int
    hash: str

    def __str__(self) -> str:
        return canonical({"count": self.count, "hash": self.hash})

    @classmethod
    def read(cls, text: str) -> Head:
        """The head that `str` wrote.

        Refuses: any other text.
        """
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        match data:
            case {"count": int(count), "hash": str(last)} if count >= 0:
                head = cls(count, last)
                if str(head) == text:
                    return head
        raise InputError(
            "journal head", f"{text!r} is not a count and a hash", remedy="restore the head"
        )


EMPTY = Head(0, GENESIS)

_NO_TEXT = re.compile("[\ud800-\udfff]")
"""What bytes that are not UTF-8 are read as; no line that was written holds one."""


def seal(entries: Iterable[Entry], after: Head = EMPTY) -> tuple[Record, ...]:
    """Records of these entries, chained to what is there already."""
    told = tuple(entries)
    hashes = [after.hash, *sealed_texts(map(entry_text, told), after)]
    return tuple(map(Record, from_number(after.count + 1), hashes, told, hashes[1:]))


def sealed_texts(texts: Iterable[str], after: Head = EMPTY) -> list[str]:
    """The hashes of the records of entries, given as `entry_text`, one after the other."""
    hashes = []
    sequence, previous = after.count, after.hash
    for told in texts:
        sequence += 1
        previous = _sha256(canonical_record(told, sequence, previous))
        hashes.append(previous)
    return hashes


def sealed_lines(texts: Iterable[str], after: Head = EMPTY) -> tuple[list[str], Head]:
    """The lines of the records of entries, given as `entry_text`, and the head after them."""
    told = list(texts)
    hashes = [after.hash, *sealed_texts(told, after)]
    lines = list(map(canonical_record, told, from_number(after.count + 1), hashes, hashes[1:]))
    return lines, Head(after.count + len(told), hashes[-1])


def line_of(record: Record) -> str:
    """A record as a line of text, without its end."""
    told = entry_text(record.entry)
    return canonical_record(told, record.sequence, record.previous, record.hash)


def canonical_record(told: str, sequence: int, previous: str, sealed: str | None = None) -> str:
    """A record around its entry's JSON, as `canonical` writes it; without a hash, what it seals."""
    own = "" if sealed is None else f'"hash":{quoted(sealed)},'
    return f'{{"entry":{told},{own}"previous":{quoted(previous)},"sequence":{sequence}}}'


def record_from(line: str) -> Record:
    """The record that a line holds, whether or not its hash is right.

    Refuses: a line that is no record.
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError("record", "the line is not JSON") from None
    if not isinstance(data, dict) or set(data) != {"sequence", "previous", "entry", "hash"}:
        raise InputError("record", "the line has not the keys sequence, previous, entry and hash")
    sequence, previous, stated = data["sequence"], data["previous"], data["hash"]
    if not (isinstance(sequence, int) and isinstance(previous, str) and isinstance(stated, str)):
        raise InputError("record", "its number or its hashes are of another kind")
    return Record(sequence, previous, entry_from(data["entry"]), stated)


def verify(lines: Sequence[str], head: Head | None) -> tuple[Finding, ...]:
    """Find every place at which the lines are not the chain that was written.

    `head` is what was recorded apart from the lines; without one, the end cannot be vouched for.
    """
    checker = _Checker(lines)
    checker.run()
    checker.check_end(head)
    return tuple(checker.findings)


def _hash(sequence: int, previous: str, entry: Entry) -> str:
    return _sha256(canonical_record(entry_text(entry), sequence, previous))


def _sha256(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Checker:
    """One walk over the lines, gathering what is wrong."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.findings: list[Finding] = []
        self.lines = lines
        self.records: list[tuple[int, str, Record]] = []  # line number, line, record
        for number, line in enumerate(lines, start=1):
            if bad := _NO_TEXT.search(line):
                self._find(
                    "journal_unreadable",
                    f"line {number}",
                    f"character {bad.start() + 1} of it is no text: bytes that are not UTF-8",
                )
                continue
            try:
                self.records.append((number, line, record_from(line)))
            except InputError as error:
                self._find("journal_unreadable", f"line {number}", f"it is no record: {error.fact}")
        self.hashes: dict[int, str] = {0: GENESIS}  # by number, the first that has it
        for _, _, record in self.records:
            self.hashes.setdefault(record.sequence, record.hash)

    def run(self) -> None:
        """Hold every record against its own hash and against the one numbered before it."""
        highest, seen = 0, set[int]()
        for number, line, record in self.records:
            subject = f"line {number}, entry {record.sequence} ({record.entry.id})"
            self._check_content(subject, line, record)
            self._check_place(subject, record, highest, seen)
            before = self.hashes.get(record.sequence - 1, record.previous)
            if record.previous != before:
                self._find(
                    "journal_replaced",
                    subject,
                    f"it was written after another entry {record.sequence - 1} than this journal's",
                    record.previous[:12],
                    before[:12],
                )
            seen.add(record.sequence)
            highest = max(highest, record.sequence)

    def _check_content(self, subject: str, line: str, record: Record) -> None:
        actual = _hash(record.sequence, record.previous, record.entry)
        if actual != record.hash:
            self._find(
                "journal_altered",
                subject,
                "its content does not match its hash",
                actual[:12],
                record.hash[:12],
            )
        elif line != line_of(record):
            self._find("journal_altered", subject, "the line is not written as it was recorded")

    def _check_place(self, subject: str, record: Record, highest: int, seen: set[int]) -> None:
        number = record.sequence
        if number in seen:
            self._find("journal_inserted", subject, f"number {number} stands twice")
        elif number < highest:
            self._find(
                "journal_reordered",
                subject,
                f"it stands after number {highest}",
                str(number),
                str(highest),
            )
        else:
            missing = [one for one in range(highest + 1, number) if one not in self.hashes]
            if missing:
                self._find("journal_removed", subject, f"before it, {_numbers(missing)} missing")

    def check_end(self, head: Head | None) -> None:
        """Hold the end of the chain against the recorded head."""
        if head is None:
            self._find(
                "journal_no_head",
                "the journal's end",
                "no head is recorded, so entries cut off the end would not show",
                severity=Severity.WARNING,
            )
            return
        found = len(self.lines)
        if found < head.count:
            self._find(
                "journal_truncated",
                "the journal's end",
                f"{_entries(head.count - found)} of {head.count} missing",
                str(found),
                str(head.count),
            )
        elif found > head.count:
            self._find(
                "journal_unrecorded",
                f"line {head.count + 1}",
                f"{_entries(found - head.count)} after the recorded head: "
                "writing was interrupted, or another hand added to it",
                str(found),
                str(head.count),
            )
        is_there = head == EMPTY or any(one.hash == head.hash for _, _, one in self.records)
        if found >= head.count and not is_there:
            self._find(
                "journal_rewritten",
                f"line {head.count}",
                "no entry has the hash of the recorded head",
                bound=head.hash[:12],
            )

    def _find(
        self,
        code: str,
        subject: str,
        message: str,
        actual: str = "",
        bound: str = "",
        severity: Severity = Severity.REFUSAL,
    ) -> None:
        is_wrong = severity is Severity.REFUSAL
        remedy = "compare with a backup" if is_wrong else "restore it, or `journal mend --adopt`"
        self.findings.append(Finding(code, severity, subject, message, actual, bound, remedy))


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _numbers(missing: Sequence[int]) -> str:
    """Numbers in words: `number 3 is` or `numbers 3 to 7 are`."""
    if len(missing) == 1:
        return f"number {missing[0]} is"
    if missing[-1] - missing[0] + 1 == len(missing):
        return f"numbers {missing[0]} to {missing[-1]} are"
    return f"numbers {', '.join(map(str, missing))} are"
