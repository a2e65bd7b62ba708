"""`trimtab harvest-report`: what tax-loss harvesting would have brought this household."""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.backtest import show_runs
from trimtab.app.commands.backtest_options import backtest_options, terms_given
from trimtab.app.commands.options import folder_argument, json_option, policy_option

__all__ = ["harvest_report"]


@click.command("harvest-report")
@folder_argument
@policy_option
@backtest_options
@json_option
def harvest_report(folder: Path, policy: str | None, as_json: bool) -> int:
    """What harvesting losses would have brought the household in DIR: the same policy with it and
    without it.

    The difference after liquidation tax is its tax alpha: what was saved early and is owed later
    is taken off.
    """
    from trimtab.app.backtesting.api import harvest_entrants
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    loaded, entrants = harvest_entrants(loaded, policy)
    return show_runs(loaded, list(entrants), terms_given(), as_json)
