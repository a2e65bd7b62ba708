"""`trimtab backtest` and `trimtab compare`: what policies would have done to this household."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.backtest_options import Terms, backtest_options, stage_of, terms_given
from trimtab.app.commands.options import folder_argument, json_option

if TYPE_CHECKING:
    from trimtab.app.backtesting.running import Entrant
    from trimtab.app.household import LoadedHousehold

__all__ = ["backtest", "compare"]


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
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    ranked_by = _figure(by)
    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    names = tuple(dict.fromkeys(policies)) or ("hold", loaded.mandate.policy.name)
    entrants = [Entrant(read_choice(name, loaded.mandate), name) for name in names]
    check_entrants(entrants)
    return show_runs(loaded, entrants, terms, as_json, ranked_by)


def _figure(by: str) -> str:
    """The figure to rank by.

    Refuses: one that there is not, with the list of those there are.
    """
    from trimtab.app.evidence import RankBy
    from trimtab.model.errors import InputError, nearest

    if by not in list(RankBy):
        raise InputError("--by", f"{by!r} is no figure", remedy=nearest(by, RankBy))
    return by


def show_runs(
    loaded: LoadedHousehold,
    entrants: list[Entrant],
    terms: Terms,
    as_json: bool,
    ranked_by: str = "after_liquidation",
) -> int:
    """Run entrants on one stage, then screen, page, JSON and Parquet."""
    from trimtab.app.backtesting.running import run_entrants
    from trimtab.app.evidence import About, RankBy, write_evidence
    from trimtab.app.evidence import compare as compare_runs
    from trimtab.app.exits import Exit
    from trimtab.app.screens.backtest_screen import show_comparison, show_files, watch_runs
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
    about = About.of(loaded.household, stage.world.market.history.source)
    files = write_evidence(terms.output, comparison, about)
    if as_json:
        from trimtab.app.evidence.as_json import json_parts

        for part in json_parts(comparison, about):
            click.echo(part, nl=False)
    else:
        show_comparison(comparison, about)
        show_files(files)
    return Exit.DONE
