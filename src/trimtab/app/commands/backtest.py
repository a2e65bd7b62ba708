"""`trimtab backtest` and `trimtab compare`: what policies would have done to this household."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.backtest_options import Terms, backtest_options, stage_of, terms_given
from trimtab.app.commands.options import folder_argument, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trimtab.app.backtesting.running import Entrant
    from trimtab.app.evidence import About, Comparison, EvidenceFiles
    from trimtab.app.household import LoadedHousehold

__all__ = ["backtest", "compare", "run_and_compare", "show_result"]


@click.command()
@folder_argument
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME",
    help="A policy to run, as 5/25 or threshold:absolute=0.03; may be given several times.",
)  # fmt: skip
@backtest_options
@json_option
def backtest(folder: Path, policies: tuple[str, ...], as_json: bool) -> int:
    """What this mandate would have done to the household in DIR, lot by lot, after tax and cost.

    Runs the cycle that plans today over the days of the past: the mandate's own policy beside
    `hold`, or the policies that are named. Writes a page, JSON and Parquet tables.
    """
    return _run(folder, policies, terms_given(), as_json, "after_liquidation")


@click.command()
@folder_argument
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME",
    help="A policy to compare; the usual seven where none is named.",
)  # fmt: skip
@click.option(
    "--by", default="after_liquidation", show_default=True, metavar="FIGURE",
    help="What the policies are put in order by; `trimtab compare --by ?` lists the figures.",
)  # fmt: skip
@backtest_options
@json_option
def compare(folder: Path, policies: tuple[str, ...], by: str, as_json: bool) -> int:
    """Policies side by side over the same days, in the order of what they left the household in
    DIR.

    Differences against the first are shown with the interval that chance alone would fill.
    """
    from trimtab.app.backtesting.api import FIELD_POLICIES

    return _run(folder, policies or FIELD_POLICIES, terms_given(), as_json, by)


def _run(folder: Path, policies: tuple[str, ...], terms: Terms, as_json: bool, by: str) -> int:
    """Run the policies, show them and write everything."""
    from trimtab.app.backtesting.policy_words import read_choice
    from trimtab.app.backtesting.running import Entrant, check_entrants
    from trimtab.app.evidence import write_evidence
    from trimtab.app.exits import Exit
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    ranked_by = _figure(by)
    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    names = tuple(dict.fromkeys(policies)) or ("hold", loaded.mandate.policy.name)
    entrants = [Entrant(read_choice(name, loaded.mandate), name) for name in names]
    check_entrants(entrants)
    comparison, about = run_and_compare(loaded, entrants, terms, ranked_by)
    show_result(comparison, about, write_evidence(terms.output, comparison, about), as_json)
    return Exit.DONE


def _figure(by: str) -> str:
    """The figure to rank by.

    Refuses: one that there is not, with the list of those there are.
    """
    from trimtab.app.evidence import RankBy
    from trimtab.model.errors import InputError, nearest

    if by not in list(RankBy):
        raise InputError("--by", f"{by!r} is no figure", remedy=nearest(by, RankBy))
    return by


def run_and_compare(
    loaded: LoadedHousehold,
    entrants: Sequence[Entrant],
    terms: Terms,
    ranked_by: str = "after_liquidation",
) -> tuple[Comparison, About]:
    """Run entrants on one stage, with a sign of life meanwhile, and hold them side by side."""
    from trimtab.app.backtesting.running import run_entrants
    from trimtab.app.evidence import About, RankBy
    from trimtab.app.evidence import compare as compare_runs
    from trimtab.app.screens.backtest_screen import watch_runs
    from trimtab.app.screens.words import messages, progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    start_solver()
    warn_of_compiling()
    with progress("Reading the market's history ..."):
        stage = stage_of(terms, loaded)
    with watch_runs() as watched:
        runs = run_entrants(stage, entrants, watched.of, workers=terms.workers)
    messages().print(watched.sentence, style="dim")
    comparison = compare_runs(runs, RankBy(ranked_by))
    return comparison, About.of(loaded.household, stage.world.market.history.source)


def show_result(comparison: Comparison, about: About, files: EvidenceFiles, as_json: bool) -> None:
    """The comparison on the screen, or as JSON on stdout and nothing else there."""
    from trimtab.app.screens.backtest_screen import show_comparison, show_files

    if not as_json:
        show_comparison(comparison, about)
        show_files(files)
        return
    from trimtab.app.evidence.as_json import json_parts

    for part in json_parts(comparison, about):
        click.echo(part, nl=False)
