"""Findings: numbered reasons with a subject, what is, and what the bound was."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Finding", "Severity"]


class Severity(IntEnum):
    """What a finding does to a decision."""

    NOTE = 0
    WARNING = 1
    APPROVAL = 2
    REFUSAL = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason: `actual` and `bound` are shown as given, `code` names the rule for machines.

    `clause` is the mandate's clause that the finding rests on, empty where it rests on none.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    actual: str = ""
    bound: str = ""
    remedy: str = ""
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"
