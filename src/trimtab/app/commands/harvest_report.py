"""`trimtab harvest-report`: what tax-loss harvesting would have brought this household."""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.backtest import run_and_compare, show_result
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
    is taken off. Writes a page of its own beside that of the two runs.
    """
    from trimtab.app.backtesting.api import harvest_entrants
    from trimtab.app.evidence.harvest_files import write_harvest_evidence
    from trimtab.app.exits import Exit
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import messages, progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    loaded, entrants = harvest_entrants(loaded, policy)
    terms = terms_given()
    comparison, about = run_and_compare(loaded, entrants, terms)
    taxable = [one.id for one in loaded.household.accounts if one.wrapper.is_taxable]
    page, files = write_harvest_evidence(terms.output, comparison, taxable, about)
    show_result(comparison, about, files, as_json)
    messages().print(f"What harvesting brought, year by year: {page}")
    return Exit.DONE
