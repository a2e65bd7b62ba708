"""The screen of `trimtab train`: how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from trimtab.app.called_as import called_as
from trimtab.app.models.card import coverage_words, evidence_words
from trimtab.app.screens.words import console, messages, paragraph
from trimtab.model.models import ModelManifest

if TYPE_CHECKING:
    from trimtab.learning.config import Progress as TrainingProgress

__all__ = ["show_trained", "training_progress"]

BASIS_POINTS = 1e4


@contextmanager
def training_progress(seeds: int) -> Iterator[Callable[[TrainingProgress], None]]:
    """Show steps and cost of each seed's training, on a terminal's standard error only."""
    out = messages()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=out,
        disable=not out.is_terminal, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("Training ...", total=float(seeds))
        begun: list[int] = []

        def tell(now: TrainingProgress) -> None:
            if now.seed not in begun:
                begun.append(now.seed)
            cost, rule = now.cost * BASIS_POINTS, now.rule_cost * BASIS_POINTS
            told = f"{cost:.3f} bp a year, the rule {rule:.3f}"
            if now.is_relative:
                told = f"{now.cost * 100:.1f} % of what the rule costs"
            words = f"Seed {len(begun)} of {seeds}: {told}"
            done = len(begun) - 1 + now.step / max(now.steps_max, 1)
            bar.update(task, completed=done, description=words)

        yield tell


def show_trained(manifest: ModelManifest, folder: str) -> None:
    """Print what was proposed, its evidence, and what a person may do next."""
    out, command = console(), called_as()
    paragraph(out, f"{manifest.label} is proposed: {manifest.card.purpose}.")
    for one in manifest.card.evidence:
        paragraph(out, evidence_words(one).replace("**", ""), indent=2, hang=2)
    if manifest.card.coverage is not None:
        words = coverage_words(manifest.card.coverage)
        paragraph(out, words.replace("**", ""), indent=2, hang=2)
    if manifest.card.is_better:
        hint = f"`{command} models promote {manifest.name} {folder}` lets it decide."
    else:
        hint = (
            "It is not shown to beat the rule, so the rule is the better choice; "
            f"`{command} models show {manifest.name} {folder}` shows the rest of its card."
        )
    paragraph(out, hint)
