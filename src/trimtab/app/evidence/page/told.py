"""What a run said of itself: findings, alike ones together, and what became of its decisions.

Errors: none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.findings import Finding
from trimtab.model.plans import Verdict

__all__ = ["ToldFinding", "told_findings", "verdict_words"]

VERDICTS = {
    Verdict.HOLD: "held",
    Verdict.TRADE: "traded",
    Verdict.APPROVAL: "traded as if a person had approved",
    Verdict.REFUSED: "refused by a guard",
    Verdict.INFEASIBLE: "found no plan that meets the mandate",
}


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One kind of finding of a run: how often, and between which days where it has days."""

    finding: Finding
    count: int
    first: date | None
    last: date | None


def verdict_words(run: BacktestRun) -> str:
    """What became of the policy's decisions, in words, the most frequent first."""
    counts = Counter(one.verdict for one in run.decisions)
    return ", ".join(f"{VERDICTS[verdict]} {count:,}" for verdict, count in counts.most_common())


def told_findings(run: BacktestRun) -> tuple[ToldFinding, ...]:
    """The findings of the run and of its decisions, alike ones together, the gravest first."""
    alike: dict[tuple[str, str], list[tuple[date | None, Finding]]] = defaultdict(list)
    for finding in run.findings:
        alike[finding.code, finding.subject].append((None, finding))
    for decision in run.decisions:
        for finding in decision.findings:
            alike[finding.code, finding.subject].append((decision.on, finding))
    told = []
    for found in alike.values():
        days = [on for on, _ in found if on is not None]
        latest = found[-1][1]
        told.append(
            ToldFinding(latest, len(found), min(days, default=None), max(days, default=None))
        )
    return tuple(sorted(told, key=lambda one: (-one.finding.severity, -one.count)))
