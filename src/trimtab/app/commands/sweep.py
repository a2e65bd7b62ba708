"""`trimtab sweep`: one policy with many settings, and how far its winner can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.backtest_options import backtest_options, stage_of, terms_given
from trimtab.app.commands.options import folder_argument, json_option

if TYPE_CHECKING:
    from trimtab.app.backtesting.entrants import Entrant
    from trimtab.app.backtesting.kept_trials import KeptTrials
    from trimtab.app.backtesting.sweep import Sweep
    from trimtab.app.evidence.about import About

__all__ = ["sweep"]


@click.command()
@folder_argument
@click.option(
    "--policy", default="threshold", show_default=True, metavar="NAME",
    help="The policy whose settings are tried.",
)  # fmt: skip
@click.option(
    "--grid", "axes", multiple=True, metavar="SETTING=VALUES",
    help="Values to try, as absolute=0.02,0.05 or absolute=0.01..0.10..0.01; several make a grid. "
    "Where left out, the threshold policy is tried with bands of 1 to 10 points.",
)  # fmt: skip
@click.option(
    "--train", type=click.FloatRange(0.25, 50.0), default=3.0, show_default=True, metavar="YEARS",
    help="What the first choice may learn from.",
)  # fmt: skip
@click.option(
    "--test", type=click.FloatRange(0.1, 20.0), default=1.0, show_default=True, metavar="YEARS",
    help="How long each choice is held to.",
)  # fmt: skip
@click.option(
    "--window", type=click.Choice(["expanding", "rolling"]), default="expanding",
    show_default=True, help="Whether a choice learns from all of the past, or its last years.",
)  # fmt: skip
@click.option(
    "--purge", type=click.IntRange(0, 252), default=5, show_default=True, metavar="SESSIONS",
    help="Last sessions of the learning that are dropped before each test.",
)  # fmt: skip
@click.option(
    "--embargo", type=click.IntRange(0, 252), default=5, show_default=True, metavar="SESSIONS",
    help="Sessions left out after those; the gap before a test is both together.",
)  # fmt: skip
@backtest_options
@json_option
def sweep(
    folder: Path,
    policy: str,
    axes: tuple[str, ...],
    train: float,
    test: float,
    window: str,
    purge: int,
    embargo: int,
    as_json: bool,
) -> int:
    """Every combination of settings of one policy on the household in DIR, in parallel.

    Beside the winner stand what choosing on the past alone would have earned, the deflated Sharpe
    ratio and the probability that the winner owes its place to the search.
    """
    from trimtab.app.backtesting.entrants import Entrant, check_entrants
    from trimtab.app.backtesting.kept_trials import KeptTrials
    from trimtab.app.backtesting.policy_words import grid_of, read_axes, read_choice, usual_axes
    from trimtab.app.backtesting.resuming import RESUME
    from trimtab.app.backtesting.sweep import WalkForwardTerms, run_sweep
    from trimtab.app.evidence.about import About
    from trimtab.app.exits import Exit
    from trimtab.app.household import load_folder
    from trimtab.app.screens.sweep_screen import watch_trials
    from trimtab.app.screens.words import progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver
    from trimtab.quant.performance.windows import Training

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    terms = terms_given()
    base = read_choice(policy, loaded.mandate)
    entrants = [Entrant(choice) for choice in grid_of(base, read_axes(axes or usual_axes(policy)))]
    check_entrants(entrants)
    start_solver()
    warn_of_compiling()
    with progress("Reading the market's history ..."):
        stage = stage_of(terms, loaded)
    walk_forward = WalkForwardTerms(Training(window), train, test, purge, embargo)
    default = Entrant(base, policy)
    kept = KeptTrials.of(terms.output / RESUME / "sweep", stage)
    with _goes_on(kept, entrants), watch_trials() as tell:
        result = run_sweep(stage, entrants, default, walk_forward, tell, terms.workers, kept)
    about = About.of(loaded.household, stage.world.market.history.source)
    _show(result, about, terms.output, as_json)
    kept.remove()
    return Exit.DONE


@contextmanager
def _goes_on(kept: KeptTrials, entrants: Sequence[Entrant]) -> Iterator[None]:
    """Say what an earlier sweep finished, and on Ctrl-C what this one leaves for the next."""
    from trimtab.app.screens.words import messages

    def finished() -> int:
        return sum(kept.find(one) is not None for one in entrants)

    everyone = f"{len(entrants):,} settings"
    if before := finished():
        words = f"{before:,} of {everyone} were finished before the stop and are not run again."
        messages().print(words, soft_wrap=True)
    elif kept.are_there:
        messages().print("What an earlier sweep kept is of other inputs, and is not used.")
    try:
        yield
    except KeyboardInterrupt:
        if after := finished():
            words = f"{after:,} of {everyone} are finished and kept; the same command goes on."
            messages().print(words, soft_wrap=True)
        raise


def _show(result: Sweep, about: About, output: Path, as_json: bool) -> None:
    """Page, JSON and Parquet, and the result on the screen."""
    from trimtab.app.evidence.sweep_figures import sweep_figures
    from trimtab.app.evidence.sweep_files import sweep_json_parts, write_sweep
    from trimtab.app.screens.backtest_screen import show_files
    from trimtab.app.screens.sweep_screen import show_sweep

    files = write_sweep(output, result, about)
    figures = sweep_figures(result)
    if as_json:
        for part in sweep_json_parts(figures, about):
            click.echo(part, nl=False)
    else:
        show_sweep(figures, about)
        show_files(files)
