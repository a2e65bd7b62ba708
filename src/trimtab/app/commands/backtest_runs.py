"""What the backtest commands share: run policies, show how they ended, and write everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.backtest_options import Terms, stage_of
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.backtesting.entrants import Entrant
    from trimtab.app.evidence import About, Comparison, EvidenceFiles
    from trimtab.app.household import LoadedHousehold

__all__ = ["forget_checkpoints", "run_and_compare", "run_and_show", "show_result"]

CHECKPOINTS = ".resume"


def run_and_show(
    loaded: LoadedHousehold,
    names: Sequence[str],
    terms: Terms,
    as_json: bool,
    ranked_by: str = "after_liquidation",
) -> int:
    """Run the policies that are named, then screen, page, JSON and Parquet."""
    from trimtab.app.backtesting.entrants import Entrant
    from trimtab.app.backtesting.policy_words import read_choices
    from trimtab.app.evidence import write_evidence

    choices = zip(read_choices(names, loaded.mandate), names, strict=True)
    entrants = [Entrant(choice, name) for choice, name in choices]
    comparison, about = run_and_compare(loaded, entrants, terms, ranked_by)
    files = write_evidence(terms.output, comparison, about)
    forget_checkpoints(terms, comparison)
    show_result(comparison, about, files, as_json)
    return Exit.DONE


def run_and_compare(
    loaded: LoadedHousehold,
    entrants: Sequence[Entrant],
    terms: Terms,
    ranked_by: str = "after_liquidation",
) -> tuple[Comparison, About]:
    """Run entrants on one stage, with a sign of life meanwhile, and hold them side by side.

    Everything that can be refused is refused before the first of them runs.  Runs that were stopped
    go on; their checkpoints stay until `forget_checkpoints`.
    """
    from trimtab.app.backtesting.entrants import check_entrants
    from trimtab.app.backtesting.resuming import Checkpoints
    from trimtab.app.backtesting.running import run_entrants, standings_of
    from trimtab.app.evidence import About, RankBy, compare
    from trimtab.app.screens.backtest_screen import watch_runs
    from trimtab.app.screens.run_notes import tell_before, tell_runs
    from trimtab.app.screens.words import messages, progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    check_entrants(entrants)
    _make_folder(terms.output)
    start_solver()
    with progress("Reading the market's history ..."):
        stage = stage_of(terms, loaded)
    tell_before(stage.findings)
    warn_of_compiling()
    checkpoints = Checkpoints(terms.output / CHECKPOINTS)
    for standing in standings_of(stage, entrants, checkpoints):
        messages().print(standing.sentence, soft_wrap=True)
    try:
        with watch_runs() as watched:
            runs = run_entrants(stage, entrants, watched.of, terms.workers, checkpoints)
    except KeyboardInterrupt:
        if checkpoints.folder.is_dir():
            messages().print("The same command goes on where this one stopped.")
        raise
    messages().print(watched.sentence, style="dim")
    tell_runs(runs, stage.findings)
    comparison = compare(runs, RankBy(ranked_by))
    return comparison, About.of(loaded.household, stage.world.market.history.source)


def forget_checkpoints(terms: Terms, comparison: Comparison) -> None:
    """Remove what would let the runs of a comparison go on, once its results are written."""
    from trimtab.app.backtesting.resuming import Checkpoints

    Checkpoints(terms.output / CHECKPOINTS).remove(run.policy for run in comparison.runs)


def _make_folder(folder: Path) -> None:
    """The folder for results, before minutes are spent on them.

    Refuses: a place where there can be none.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"folder {str(folder)!r}",
            f"cannot be made ({error.strerror or error})",
            remedy="name another with --out",
        ) from None


def show_result(comparison: Comparison, about: About, files: EvidenceFiles, as_json: bool) -> None:
    """How the policies ended, on screen or as JSON on stdout and nothing else there."""
    if as_json:
        from trimtab.app.evidence.as_json import json_parts

        for part in json_parts(comparison, about):
            click.echo(part, nl=False)
        return
    from trimtab.app.screens.backtest_screen import show_comparison, show_files

    show_comparison(comparison, about)
    show_files(files)
