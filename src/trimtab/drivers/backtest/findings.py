"""Findings of a run: each said once, with how often it was met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from trimtab.model.findings import Finding, Severity

__all__ = ["Said", "policy_raised"]


def policy_raised(on: date, error: BaseException) -> Finding:
    """A policy that failed on a day; the household holds."""
    return Finding(
        "policy_raised",
        Severity.WARNING,
        "policy",
        f"it failed on {on}, so that nothing was traded: {type(error).__name__}: {error}",
        remedy="mend the policy; `trimtab policies` lists those that come with it",
    )


class Said:
    """Findings by code and subject; a day's message stands for all days on which it was met."""

    def __init__(self) -> None:
        self._every: dict[tuple[str, str], tuple[Finding, int]] = {}

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Take findings; the first of a kind is the one that is told."""
        for finding in findings:
            key = finding.code, finding.subject
            first, count = self._every.get(key, (finding, 0))
            self._every[key] = first, count + 1

    def all(self) -> tuple[Finding, ...]:
        """What is told, in the order in which it was first met."""
        return tuple(
            first if count == 1 else replace(first, message=_often(first.message, count))
            for first, count in self._every.values()
        )


def _often(message: str, count: int) -> str:
    times = "once more" if count == 2 else f"{count - 1} times more"
    return f"{message} (and {times} later)"
