"""What backtests have to say beside their figures: on standard error, the gravest first.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from trimtab.app.screens.words import messages
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.findings import Finding, Severity

__all__ = ["tell_before", "tell_runs"]

SHOWN_MAX = 6
NAMES_MAX = 2


def tell_before(findings: Iterable[Finding]) -> None:
    """What was noticed of data and household before anything ran."""
    _tell([(finding, "") for finding in dict.fromkeys(findings)])


def tell_runs(runs: Sequence[BacktestRun], before: Iterable[Finding]) -> None:
    """What went wrong in the runs, once for all policies that met it; notes are on the page."""
    told_already = set(before)
    met: dict[tuple[str, str], tuple[Finding, list[str]]] = {}
    for run in runs:
        for finding in run.findings:
            if finding.severity > Severity.NOTE and finding not in told_already:
                known = met.setdefault((finding.code, finding.subject), (finding, []))
                known[1].append(run.policy)
    everyone = len(runs)
    _tell([(finding, _whose(names, everyone)) for finding, names in met.values()])


def _whose(names: Sequence[str], everyone: int) -> str:
    """The policies that met a finding, as the opening of its sentence."""
    if len(names) == everyone:
        return ""
    more = len(names) - NAMES_MAX
    return ", ".join(names[:NAMES_MAX]) + (f" and {more} more: " if more > 0 else ": ")


def _tell(found: Sequence[tuple[Finding, str]]) -> None:
    out = messages()
    ranked = sorted(found, key=lambda one: -one[0].severity)
    for finding, whose in ranked[:SHOWN_MAX]:
        remedy = f". {finding.remedy[:1].upper()}{finding.remedy[1:]}" if finding.remedy else ""
        words = f"{finding.severity.name.lower()}: {whose}{finding}{remedy}"
        words += "" if words.endswith((".", "?", "!")) else "."
        out.print(Text(words), soft_wrap=True)
    left = len(ranked) - SHOWN_MAX
    if left > 0:
        out.print(Text(f"{left} more on the page."), soft_wrap=True)
