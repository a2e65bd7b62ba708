"""`trimtab harvest-report`: what tax-loss harvesting would have brought this household."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.backtest_options import backtest_options, terms_given
from trimtab.app.commands.options import folder_argument, json_option, policy_option

if TYPE_CHECKING:
    from trimtab.app.evidence import About, Comparison
    from trimtab.app.evidence.harvest import HarvestReport

__all__ = ["harvest_report"]


@click.command("harvest-report")
@folder_argument
@policy_option
@backtest_options
@json_option
def harvest_report(folder: Path, policy: str | None, as_json: bool) -> int:
    """What harvesting losses would have brought the household in DIR: the same policy with it and
    without it.

    Says what the two differ by after all tax (the wealth difference), and which part of it is tax
    (the tax alpha): what was saved early and is owed later is taken off, and so is the luck of what
    stood in for a sold name. Writes harvest.html, harvest.json and Parquet files beside those of
    `backtest`.
    """
    from trimtab.app.backtesting.harvesting import harvest_entrants, taxable_accounts
    from trimtab.app.commands.backtest_runs import (
        forget_checkpoints,
        run_and_compare,
        show_result,
    )
    from trimtab.app.evidence import write_evidence
    from trimtab.app.evidence.harvest import HarvestEvidence, harvest_of_comparison
    from trimtab.app.evidence.harvest_files import (
        HARVEST_PAGE,
        harvest_json_parts,
        write_harvest_evidence,
    )
    from trimtab.app.exits import Exit
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import messages, progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    loaded, entrants = harvest_entrants(loaded, policy)
    terms = terms_given()
    comparison, about = run_and_compare(loaded, entrants, terms)
    _say_if_idle(comparison)
    if not comparison.first.is_annual:
        files = write_evidence(terms.output, comparison, about)
        forget_checkpoints(terms, comparison)
        show_result(comparison, about, files, as_json)
        messages().print(
            f"{HARVEST_PAGE} is left out: it tells of years, and this is less than one."
        )
        return Exit.DONE
    report = harvest_of_comparison(comparison, taxable_accounts(loaded.household))
    evidence = HarvestEvidence(comparison, report)
    written = write_harvest_evidence(terms.output, evidence, about)
    forget_checkpoints(terms, comparison)
    if as_json:
        for part in harvest_json_parts(evidence, about):
            click.echo(part, nl=False)
    else:
        _tell(report, about)
        show_result(comparison, about, written.runs, as_json)
    messages().print(f"What harvesting brought, year by year: {written.page}", soft_wrap=True)
    return Exit.DONE


def _say_if_idle(comparison: Comparison) -> None:
    """A word where harvesting made no difference at all."""
    from trimtab.app.screens.words import messages

    without, with_it = comparison.runs
    if without.fills == with_it.fills:
        name = with_it.policy.removesuffix(" with harvesting")
        text = f"With and without harvesting, {name} did the same: no loss was worth taking, or it "
        messages().print(f"{text}takes none. `trimtab policies` says which do.")


def _tell(report: HarvestReport, about: About) -> None:
    """What harvesting brought, in the sentences of its page."""
    from trimtab.app.evidence.sentences import harvest_sentences, plain
    from trimtab.app.report.words import money_in
    from trimtab.app.screens.words import console, paragraph

    out = console()
    for sentence in harvest_sentences(report, money_in(about.currency)):
        paragraph(out, plain(sentence))
    out.print()
