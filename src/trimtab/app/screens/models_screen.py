"""The screens of `trimtab models`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.finding_words import numbers_of
from trimtab.app.models.card import card_page, coverage_words, evidence_words
from trimtab.app.models.health import Condition, Health
from trimtab.app.models.listing import ModelLine
from trimtab.app.models.outcomes import Became, Outcome
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, messages, paragraph
from trimtab.model.errors import InputError
from trimtab.model.models import ModelManifest, ModelStatus, StatusChange

__all__ = [
    "show_evidence",
    "show_health",
    "show_list",
    "show_model",
    "show_retrained",
    "tell_problem",
    "tell_retraining",
]

DIGITS = 12


def show_list(lines: Sequence[ModelLine], folder: str) -> None:
    """Print every version, and what to do next where there is none."""
    out = console()
    if not lines:
        hint = f"`{called_as()} train {folder}` trains one and proposes it."
        paragraph(out, f"{folder} has no models. {hint}")
        return
    table = plain_table(
        ("Model", "left"), ("Status", "left"), ("Kind", "left"), ("Trained until", "left"),
        ("Beats the rule", "left"), ("Digest", "left"),
    )  # fmt: skip
    for line in lines:
        if line.manifest is None or line.status is None:
            table.add_row(line.label, "refused", "", "", "", "")
            continue
        card = line.manifest.card
        refused = "" if line.problem is None else ", refused"
        table.add_row(
            line.label,
            f"{line.status.value}{refused}",
            line.manifest.kind,
            card.trained_until.isoformat(),
            "yes" if card.is_better else "not shown",
            line.manifest.digest[:DIGITS],
        )
    show_table(out, table)
    for line in lines:
        if line.problem is not None:
            out.print()
            paragraph(out, str(line.problem), hang=2)


def show_model(manifest: ModelManifest, status: ModelStatus, acts: Sequence[StatusChange]) -> None:
    """Print a model's card, what it was made from, and who let it in."""
    out = console()
    out.print(Text(f"{manifest.label}: {status.value}", style="bold"))
    page = card_page(manifest.name, manifest.kind, manifest.card)
    for line in page.splitlines()[2:]:
        if line.startswith("## "):
            out.print(Text(line[3:], style="bold"))
        else:
            paragraph(out, line.replace("**", ""), indent=2 if line else 0, hang=2)
    heading(out, "Made from")
    made = manifest.provenance
    for name, value in (
        ("model", manifest.digest), ("data", made.data), ("code", made.code),
        ("configuration", made.configuration),
    ):  # fmt: skip
        paragraph(out, f"{name}: SHA-256 {value}", indent=2, hang=2)
    paragraph(out, f"Trimtab {made.package}, {manifest.made_at:%Y-%m-%d %H:%M %Z}", indent=2)
    heading(out, "Acts")
    for act in acts:
        words = f"{act.at:%Y-%m-%d %H:%M} {act.status.value} by {act.by}: {act.reason}"
        paragraph(out, words, indent=2, hang=2)
    if not acts:
        paragraph(out, "none: it is proposed", indent=2)


def tell_problem(problem: InputError) -> None:
    """Say, on standard error, why a model is refused."""
    paragraph(messages(), f"refused: {problem}", hang=2)


def show_evidence(manifest: ModelManifest) -> None:
    """Print, on standard error, what a person should weigh before an act."""
    out = messages()
    paragraph(out, f"{manifest.label}: {manifest.card.purpose}")
    for one in manifest.card.evidence:
        paragraph(out, evidence_words(one).replace("**", ""), indent=2, hang=2)
    if manifest.card.coverage is not None:
        words = coverage_words(manifest.card.coverage)
        paragraph(out, words.replace("**", ""), indent=2, hang=2)
    if not manifest.card.evidence:
        paragraph(out, "no evidence that it beats a rule", indent=2)


def show_health(found: Sequence[Health], folder: str) -> None:
    """Print what a check found, the models that run first."""
    out = console()
    if not found:
        paragraph(out, f"{folder} has no models to check.")
        return
    for number, health in enumerate(sorted(found, key=_order)):
        if number:
            out.print()
        title = f"{health.label} ({health.status.value}): {health.condition.value}"
        out.print(Text(title, style="bold"))
        words = f"what it learned is {health.age_days} days old"
        if health.tests:
            words += f"; its inputs were watched by {health.tests}"
        paragraph(out, words, indent=2, hang=2)
        for finding in health.findings:
            text = f"{finding.message} {numbers_of(finding)}".strip()
            paragraph(out, f"{finding.severity.name.lower()}: {text}", indent=2, hang=2)
        if health.condition is not Condition.GOOD:
            hint = f"`{called_as()} train {folder}` proposes a successor."
            paragraph(out, hint, "dim", indent=2)


def tell_retraining(label: str) -> None:
    """Say, on standard error, that a training begins."""
    messages().print(f"Training a successor of {label} ...")


def show_retrained(found: Sequence[Outcome], folder: str, only_due: bool) -> None:
    """Print what became of each model that runs."""
    out, command = console(), called_as()
    acted = [one for one in found if one.became is not Became.GOOD]
    if not acted:
        paragraph(out, "Nothing is due." if only_due else f"{folder} has no models that run.")
        return
    for number, one in enumerate(acted):
        if number:
            out.print()
        out.print(Text(f"{one.label}: {_BECAME[one.became]}", style="bold"))
        for reason in one.reasons:
            paragraph(out, f"due: {reason}", indent=2, hang=2)
        if one.problem:
            words = f"the training failed: {one.problem}. The models are as they were."
            paragraph(out, words, indent=2, hang=2)
        if one.successor is not None:
            _show_successor(out, one.successor, one.became is Became.PROPOSED)
            hint = f"`{command} models promote {one.successor.name} {folder}` lets it decide."
            paragraph(out, hint, "dim", indent=2)


_BECAME = {
    Became.PROPOSED: "a successor is proposed",
    Became.WAITING: "its successor waits for you",
    Became.FAILED: "no successor",
}


def _show_successor(out: Console, successor: ModelManifest, is_told_in_full: bool) -> None:
    card = successor.card
    paragraph(out, f"{successor.label}, trained until {card.trained_until}:", indent=2)
    for one in card.evidence:
        paragraph(out, evidence_words(one).replace("**", ""), indent=4, hang=2)
    if card.coverage is not None:
        paragraph(out, coverage_words(card.coverage).replace("**", ""), indent=4, hang=2)
    if is_told_in_full and card.beside_evidence:
        paragraph(out, f"{card.beside}, which runs, on the same data:", indent=2)
        for one in card.beside_evidence:
            paragraph(out, evidence_words(one).replace("**", ""), indent=4, hang=2)


def _order(health: Health) -> tuple[bool, str]:
    return health.status is not ModelStatus.PROMOTED, health.label
