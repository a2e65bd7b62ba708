"""`trimtab demo`: a sample household's decision and its past, offline, on screen and as pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.exits import exit_of

if TYPE_CHECKING:
    from trimtab.app.household import LoadedHousehold

__all__ = ["demo"]

OUTPUT_FOLDER = Path("trimtab-out")
COMPARED_FROM = date(2019, 10, 11)
"""Three years before the demo's day: a crash, a rally and a slump."""


@click.command()
@click.option(
    "--out", "output", type=click.Path(path_type=Path), default=OUTPUT_FOLDER, metavar="DIR",
    show_default=True, help="Where the page and the household's files go.",
)  # fmt: skip
@click.option(
    "--compare/--no-compare", "compares", default=True,
    help="Whether seven policies are run over the three years before, too.",
)  # fmt: skip
def demo(output: Path, compares: bool) -> int:
    """See it work: a sample household over real prices of autumn 2022, without a network.

    Shows where the household stands and what to do, then what seven policies would have done to it
    in the three years before; writes both as HTML pages, with the household's files beside them
    for you to change. Exits as `plan` does.
    """
    from trimtab.app.called_as import called_as
    from trimtab.app.demo import run_demo
    from trimtab.app.screens.words import messages, progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    start_solver()
    warn_of_compiling()
    with progress("Working out the demo household ..."):
        result = run_demo(output)
    messages().print(f"\nThe same as a page: {result.page}")
    messages().print(f"Change its files and plan again: {called_as()} plan {output}")
    if compares:
        messages().print()
        _compare(result.loaded, output)
    return exit_of(result.decision.verdict)


def _compare(loaded: LoadedHousehold, output: Path) -> None:
    """What the field's policies would have done to the demo household."""
    from trimtab.app.backtesting.api import FIELD_POLICIES, backtest
    from trimtab.app.evidence import About, Format, write_evidence
    from trimtab.app.screens.backtest_screen import show_comparison, show_files, watch_runs
    from trimtab.app.screens.words import messages

    with watch_runs() as watched:
        comparison = backtest(
            loaded, FIELD_POLICIES, start=COMPARED_FROM, progress_of=watched.of, workers=None
        )
    source = "closes of the skfolio package's sample, adjusted for splits and dividends"
    about = About(loaded.household.name, loaded.household.base_currency, source)
    files = write_evidence(output, comparison, about, (Format.HTML,))
    show_comparison(comparison, about)
    messages().print(watched.sentence, style="dim")
    show_files(files)
