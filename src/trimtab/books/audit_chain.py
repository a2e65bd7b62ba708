"""The hash chain over the audit of what people did, and the check of it.

A record is chained exactly as an entry of the journal is (`chain`): its hash is SHA-256 over the
canonical JSON of its number, the hash before it, and what was recorded.  Whoever has an export can
compute every hash again; what was changed, removed, added or moved shows at its place, and what was
cut off the end against the chain's end.  A chain that was written anew as a whole shows only
against a hash that somebody noted elsewhere.

Pure: records in, findings out.  Errors: `InputError` for an export that holds something else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from trimtab.books.chain import EMPTY, Head, sealed_texts
from trimtab.books.entry_json import canonical
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.web import AuditRecord, Outcome

__all__ = [
    "AuditCheck",
    "AuditChecker",
    "SealedRecord",
    "audit_text",
    "check_export",
    "sealed_after",
    "sealed_json",
]

FINDINGS_MAX = 50
"""Where everything is wrong, so many are told one by one."""
NO_EXPORT = ("it is no export of the audit", "", "take the file as it was downloaded")


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record of the audit with the hash before it, empty where that is not there, and its own."""

    record: AuditRecord
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What a check found; `head` is where the chain ends that was read, `left_out` how many records
    an export of a part does not hold."""

    findings: tuple[Finding, ...]
    count: int
    head: Head
    left_out: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every record is as it was written."""
        return not self.findings


def audit_text(record: AuditRecord) -> str:
    """What was recorded, as canonical JSON; its number stands beside it."""
    return canonical(_told(record))


def sealed_after(record: AuditRecord, before: Head) -> Head:
    """The chain's end once a record is added to it."""
    return Head(before.count + 1, sealed_texts((audit_text(record),), before)[0])


def sealed_json(one: SealedRecord) -> dict[str, Any]:
    """A record as an export holds it."""
    return _told(one.record) | {
        "number": one.record.number,
        "previous": one.previous,
        "hash": one.hash,
    }


def _told(record: AuditRecord) -> dict[str, Any]:
    return {
        "at": record.at.astimezone(UTC).isoformat(),
        "who": record.who,
        "what": record.what,
        "subject": record.subject,
        "outcome": record.outcome.value,
        "household": record.household,
        "address": record.address,
        "details": dict(record.details),
    }


@dataclass(slots=True)
class AuditChecker:
    """One walk over records in the order of their numbers.

    `is_part` where an export holds the records of some households alone: numbers are missing.
    """

    is_part: bool = False
    head: Head = EMPTY
    count: int = 0
    left_out: int = 0
    findings: list[Finding] = field(default_factory=list)
    noted: str = ""
    is_noted: bool = False

    def take(self, one: SealedRecord) -> None:
        """Hold a record against its hash and against the one before it."""
        number, subject = one.record.number, f"record {one.record.number}"
        self.count += 1
        missing = number - self.head.count - 1
        if missing < 0:
            self._find("audit_moved", subject, f"it stands after record {self.head.count}")
        elif missing and self.is_part:
            self.left_out += missing
        elif missing:
            words = "1 record is" if missing == 1 else f"{missing} records are"
            self._find("audit_removed", subject, f"before it, {words} missing")
        elif one.previous != self.head.hash:
            fact = "it was written after another record than the one before it"
            self._find("audit_replaced", subject, fact, one.previous[:12], self.head.hash[:12])
        is_told = missing > 0 and not self.is_part and not one.previous
        sealed = sealed_after(one.record, Head(number - 1, one.previous)).hash
        if sealed != one.hash and not is_told:
            fact = "its content does not match its hash"
            self._find("audit_altered", subject, fact, sealed[:12], one.hash[:12])
        self.is_noted = self.is_noted or one.hash.startswith(self.noted)
        self.head = Head(number, one.hash)

    def end(self, recorded: Head) -> AuditCheck:
        """The outcome, held against where the chain ended when its last record was written."""
        if self.is_part:
            self.left_out += max(0, recorded.count - self.head.count)
        elif self.head != recorded:
            fact = f"it ends with record {self.head.count}, and {recorded.count} were written"
            if self.head.count == recorded.count:
                fact = "its last hash is not the one that was recorded"
            self._find("audit_cut", "the end", fact, self.head.hash[:12], recorded.hash[:12])
        if self.noted and not self.is_noted:
            fact = "no record has the hash that was noted: it was cut off, or written anew"
            self._find("audit_rewritten", "the chain", fact, "", self.noted[:12])
        told = tuple(self.findings)
        if len(told) > FINDINGS_MAX:
            more = f"{len(told) - FINDINGS_MAX} more findings of its kinds"
            rest = Finding("audit_more", Severity.REFUSAL, "the audit", more)
            told = (*told[:FINDINGS_MAX], rest)
        return AuditCheck(told, self.count, self.head, self.left_out)

    def _find(self, code: str, subject: str, fact: str, actual: str = "", bound: str = "") -> None:
        remedy = "compare with a backup or an earlier export"
        self.findings.append(Finding(code, Severity.REFUSAL, subject, fact, actual, bound, remedy))


def check_export(text: str, noted: str = "") -> AuditCheck:
    """Check an export by itself, without the store that it came from.

    Refuses: a text that is no export of the audit.
    """
    try:
        told = json.loads(text)
        chain = told["chain"]
        recorded = Head(_whole(chain["count"]), str(chain["hash"]))
        checker = AuditChecker(is_part=chain["is_part"] is True, noted=noted)
        for row in told["records"]:
            checker.take(_sealed(row))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("export", *NO_EXPORT) from None
    return checker.end(recorded)


def _sealed(row: Mapping[str, Any]) -> SealedRecord:
    """The record of a row, which says that and nothing else.

    Refuses: with `ValueError` and its kin.
    """
    record = AuditRecord(
        *(datetime.fromisoformat(row["at"]), row["who"], row["what"], row["subject"]),
        *(Outcome(row["outcome"]), row["household"], row["address"], row["details"]),
        number=_whole(row["number"]),
    )
    one = SealedRecord(record, row["previous"], row["hash"])
    if sealed_json(one) != row:
        raise ValueError(row["number"])
    return one


def _whole(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(value)
    return value
