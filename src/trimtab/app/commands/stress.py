"""`trimtab stress`: what crashes of the past, begun tomorrow, would do to this household."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import folder_argument, json_option

if TYPE_CHECKING:
    from trimtab.app.backtesting.resuming import Checkpoints, Standing
    from trimtab.app.backtesting.scenario import Scenario
    from trimtab.app.backtesting.stress import Stressed, StressTerms
    from trimtab.app.household import LoadedHousehold

__all__ = ["stress"]

PERCENT = 0.01
KEPT_FROM_SECONDS = 0.5


@click.command()
@folder_argument
@click.option(
    "--scenario", "words", multiple=True, metavar="NAME",
    help="1987, 2000-02, 2008, 2020, 2022 or all; all where neither one nor a shock is given.",
)  # fmt: skip
@click.option(
    "--shock", type=click.Path(path_type=Path), metavar="FILE",
    help="A path of your own (TOML or CSV), or what single instruments move as.",
)  # fmt: skip
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME",
    help="A policy to run; the mandate's beside `hold` where none is named.",
)  # fmt: skip
@click.option(
    "--fill", type=click.Choice(["close", "next_close"]), default="close", show_default=True,
    help="When an order is filled.",
)  # fmt: skip
@click.option(
    "--taxes", type=click.Choice(["portfolio", "outside"]), default="portfolio",
    show_default=True, help="Whether the household sells to pay its taxes.",
)  # fmt: skip
@click.option(
    "--cash-rate", type=click.FloatRange(0.0, 50.0), default=0.0, metavar="PERCENT",
    help="Interest on cash, percent a year.",
)  # fmt: skip
@click.option(
    "--review", type=click.IntRange(1), default=21, show_default=True, metavar="SESSIONS",
    help="How often a policy is asked that weighs cost against drift.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1), default=None, metavar="COUNT",
    help="Processes to use; all cores where left out.",
)  # fmt: skip
@click.option(
    "--out", "output", type=click.Path(path_type=Path), default=Path("trimtab-out"),
    metavar="DIR", show_default=True, help="Where pages, JSON and Parquet go.",
)  # fmt: skip
@json_option
def stress(
    folder: Path,
    words: tuple[str, ...],
    shock: Path | None,
    policies: tuple[str, ...],
    fill: str,
    taxes: str,
    cash_rate: float,
    review: int,
    workers: int | None,
    output: Path,
    as_json: bool,
) -> int:
    """The household in DIR as it is today, through crashes of the past or a path of your own.

    From tomorrow on each holding moves as its asset class did then; lots, taxes, harvesting and
    limits act as they would.
    """
    from trimtab.app.backtesting.resuming import forget
    from trimtab.app.backtesting.stress import StressTerms, scenarios_of
    from trimtab.app.exits import Exit
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress
    from trimtab.drivers.backtest.settings import FillTiming, TaxesPaid

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    scenarios = scenarios_of(loaded, words, shock)
    terms = StressTerms(FillTiming(fill), TaxesPaid(taxes), cash_rate * PERCENT, review)
    kept = {one.id: _checkpoints(output, one) for one in scenarios}
    answers = _run(loaded, scenarios, policies, terms, workers, kept)
    _show(loaded, answers, output, as_json)
    for checkpoints in kept.values():
        forget(checkpoints.folder)
    return Exit.DONE


def _checkpoints(output: Path, scenario: Scenario) -> Checkpoints:
    """Where the runs through a scenario go on; they are short, so that less is worth keeping."""
    from trimtab.app.backtesting.resuming import RESUME, Checkpoints

    return Checkpoints(output / RESUME / "stress" / scenario.id, seconds=KEPT_FROM_SECONDS)


def _run(
    loaded: LoadedHousehold,
    scenarios: tuple[Scenario, ...],
    policies: tuple[str, ...],
    terms: StressTerms,
    workers: int | None,
    kept: Mapping[str, Checkpoints],
) -> list[Stressed]:
    """Every scenario, with a sign of life meanwhile; those that were stopped go on."""
    from trimtab.app.backtesting.entrants import Entrant, check_entrants
    from trimtab.app.backtesting.policy_words import read_choice
    from trimtab.app.backtesting.stress import run_stress
    from trimtab.app.screens.backtest_screen import watch_runs
    from trimtab.app.screens.words import messages, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    names = tuple(dict.fromkeys(policies)) or ("hold", loaded.mandate.policy.name)
    entrants = [Entrant(read_choice(name, loaded.mandate), name) for name in names]
    check_entrants(entrants)
    start_solver()
    warn_of_compiling()
    answers = []
    for scenario in scenarios:
        messages().print(f"{scenario.title} ...", style="dim")
        try:
            with watch_runs() as watched:
                answer = run_stress(
                    loaded, scenario, entrants, terms, watched.of, workers, kept[scenario.id], _told
                )
        except KeyboardInterrupt:
            if any(one.folder.is_dir() for one in kept.values()):
                messages().print("What was done is kept; the same command goes on from there.")
            raise
        answers.append(answer)
        messages().print(watched.sentence, style="dim")
    return answers


def _told(standing: Standing) -> None:
    from trimtab.app.screens.words import messages

    messages().print(standing.sentence, soft_wrap=True)


def _show(loaded: LoadedHousehold, answers: list[Stressed], output: Path, as_json: bool) -> None:
    """Files, and the result on the screen or as JSON."""
    from trimtab.app.evidence.about import About
    from trimtab.app.evidence.stress import stress_json
    from trimtab.app.evidence.stress_files import write_stress
    from trimtab.app.json_text import print_json
    from trimtab.app.report.words import money_in
    from trimtab.app.screens.stress_screen import show_stress, show_stress_files

    about = About.of(loaded.household, "")
    files = write_stress(output, answers, about)
    if as_json:
        print_json(stress_json(answers, about, money_in(about.currency)))
    else:
        show_stress(answers, about)
        show_stress_files(files)
