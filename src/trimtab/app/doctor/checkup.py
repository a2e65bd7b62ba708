"""The whole check of a household's health: what was read, what is wrong, the gravest first.

Errors: none but for a folder that is not there.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.doctor.accounts import AccountFact, account_facts, account_findings
from trimtab.app.doctor.breaks import break_findings
from trimtab.app.doctor.journal import JournalFact, journal_fact, journal_findings
from trimtab.app.doctor.lots import lot_findings
from trimtab.app.doctor.prices import PriceFact, price_facts, price_findings
from trimtab.app.doctor.reading import examine
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity

__all__ = ["Checkup", "check_up"]


@dataclass(frozen=True, slots=True)
class Checkup:
    """The health of a folder.

    `mistakes` are what could not be read at all; `findings` stand in order of severity.
    """

    folder: Path
    name: str
    as_of: date
    mistakes: tuple[InputError, ...]
    findings: tuple[Finding, ...]
    prices: tuple[PriceFact, ...]
    accounts: tuple[AccountFact, ...]
    journal: JournalFact
    lots: int

    @property
    def counts(self) -> dict[str, int]:
        """How many mistakes, and how many findings of each severity."""
        found = Counter(finding.severity for finding in self.findings)
        grave = sorted(Severity, reverse=True)
        return {"mistake": len(self.mistakes)} | {one.name.lower(): found[one] for one in grave}

    @property
    def is_healthy(self) -> bool:
        """Whether all could be read and nothing is worth more than a note."""
        graver = any(finding.severity > Severity.NOTE for finding in self.findings)
        return not self.mistakes and not graver


def check_up(folder: Path, as_of: date | None, unseen_days_max: int) -> Checkup:
    """Look at everything in a household's folder.

    Refuses: a folder that is not there.
    """
    found = examine(folder, as_of)
    fact = journal_fact(found)
    findings = [
        *break_findings(found),
        *price_findings(found),
        *lot_findings(found),
        *account_findings(found, fact.entries, unseen_days_max),
        *journal_findings(found, fact),
    ]
    file, lots = found.mandate_file, found.lots
    return Checkup(
        folder=folder,
        name=folder.name if file is None else file.household.name,
        as_of=found.as_of,
        mistakes=tuple({str(error): error for error in found.mistakes}.values()),
        findings=tuple(sorted(findings, key=lambda finding: -finding.severity)),
        prices=price_facts(found),
        accounts=account_facts(found, fact.entries),
        journal=fact,
        lots=0 if lots is None else len(lots.lots),
    )
