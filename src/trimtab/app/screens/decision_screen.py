"""The screen of `trimtab explain`: why a decision, what else, and what would turn it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.explaining.alternatives import Alternative
from trimtab.app.explaining.confidence import Confidence
from trimtab.app.explaining.explanation import Explanation
from trimtab.app.finding_words import numbers_of
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, money, paragraph, percent
from trimtab.model.findings import Severity

__all__ = ["show_explanation"]

NAMES = {
    "hold": "hold (only what is due)",
    "rule": "the rule",
    "proposed": "this decision",
    "full_rebalance": "all the way to target",
}


def show_explanation(explanation: Explanation, folder: str) -> None:
    """Print all that is said of a decision."""
    out, decision = console(), explanation.asked.decision
    paragraph(out, explanation.headline, "bold")
    paragraph(out, _decided_by(explanation), "dim")
    heading(out, "Why")
    for sentence in explanation.why.sentences:
        paragraph(out, sentence.text, indent=2, hang=2)
    if explanation.turns is not None:
        heading(out, "What would have to change for the opposite")
        for sentence in explanation.why_not.sentences:
            paragraph(out, sentence.text, indent=2, hang=2)
    _alternatives(out, explanation)
    _confidence(out, explanation.confidence)
    _withheld(out, explanation.withheld)
    _findings(out, explanation)
    trades = decision.plan.trades if decision.plan is not None else ()
    if trades:
        hint = f"`{called_as()} explain {trades[0].id} {folder}` tells all about one trade."
        out.print()
        paragraph(out, hint, "dim")


def _decided_by(explanation: Explanation) -> str:
    policy, model = explanation.question.policy, explanation.model
    if model is None:
        return f"Decided by the rule {policy.name}." if policy.name != "learned" else (
            "Decided by the rule, not by the model: see the findings."
        )  # fmt: skip
    return f"Decided by the model {model[0]} (SHA-256 {model[1][:12]}), within reach of the rule."


def _alternatives(out: Console, explanation: Explanation) -> None:
    """Each course with what it costs over the first year."""
    currency = explanation.question.observation.snapshot.household.base_currency
    heading(out, "What else could be done, and what it would cost")
    table = plain_table(
        ("  Course", "fold"), ("Trades", "right"), ("Drift, a year", "right"),
        ("Trading", "right"), ("Tax now", "right"), ("In all", "right"),
    )  # fmt: skip
    for one in explanation.alternatives:
        cells = (one.drift, one.trading, one.tax, one.total)
        told = ["–" if cell is None else money(cell, currency) for cell in cells]
        table.add_row(Text(f"  {_name(one)}"), str(one.trades), *told)
    show_table(out, table)


def _name(one: Alternative) -> str:
    return f"{NAMES[one.name]} ({one.policy})" if one.name == "rule" else NAMES[one.name]


def _confidence(out: Console, sure: Confidence | None) -> None:
    if sure is None:
        return
    heading(out, "How sure it is")
    words = (
        f"Of {sure.draws} histories drawn again from the household's own, {sure.same} lead to the "
        f"same, trade or hold: {percent(sure.share, 0)} (95 % interval {percent(sure.low, 0)} to "
        f"{percent(sure.high, 0)}). That is not the chance that a trade turns out well."
    )
    paragraph(out, words, indent=2)


def _withheld(out: Console, withheld: tuple[str, ...]) -> None:
    """That something is missing, and why."""
    if not withheld:
        return
    heading(out, "Withheld")
    count = f"{len(withheld)} sentence{'s' if len(withheld) != 1 else ''}"
    words = f"{count} had a number that a second computation did not confirm; please report it:"
    paragraph(out, words, indent=2)
    for one in withheld:
        paragraph(out, one, indent=4, hang=2)


def _findings(out: Console, explanation: Explanation) -> None:
    findings = [f for f in explanation.asked.decision.findings if f.severity > Severity.NOTE]
    if not findings:
        return
    heading(out, "Findings")
    for finding in findings:
        words = f"{finding.severity.name.lower()}: {finding} {numbers_of(finding)}".rstrip()
        paragraph(out, words, indent=2, hang=2)
