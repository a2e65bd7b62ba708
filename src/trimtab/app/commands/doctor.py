"""`trimtab doctor [DIR]`: whether a household's data is in order, and how to mend what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

if TYPE_CHECKING:
    from trimtab.app.as_json import Json
    from trimtab.app.doctor.checkup import Checkup

__all__ = ["doctor"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--unseen-days", type=click.IntRange(min=1), default=45, show_default=True, metavar="DAYS",
    help="An account that nothing told of for longer is named.",
)  # fmt: skip
@json_option
def doctor(folder: Path, as_of: date | None, unseen_days: int, as_json: bool) -> int:
    """Whether the data of the household in DIR is in order: prices, lots, accounts, journal.

    Unlike `check` it goes on where a file cannot be read. Exits with 0 where all is well (notes
    aside), 1 where something deserves a look, 2 where something cannot be read.
    """
    from trimtab.app.doctor.checkup import check_up

    checkup = check_up(folder, as_of, unseen_days)
    if as_json:
        from trimtab.app.as_json import print_json

        print_json(_json(checkup))
    else:
        from trimtab.app.screens.doctor_screen import show_checkup

        show_checkup(checkup)
    if checkup.mistakes:
        return Exit.BAD_INPUT
    return Exit.DONE if checkup.is_healthy else Exit.FINDINGS


def _json(checkup: Checkup) -> Json:
    from trimtab.app.as_json import SCHEMA, finding_json
    from trimtab.app.exits import error_json

    return {
        "schema": SCHEMA,
        "household": checkup.name,
        "as_of": checkup.as_of.isoformat(),
        "healthy": checkup.is_healthy,
        "counts": checkup.counts,
        "errors": [error_json(error) for error in checkup.mistakes],
        "findings": [finding_json(finding) for finding in checkup.findings],
        "prices": [
            {
                "instrument": fact.instrument,
                "price_on": None if fact.on is None else fact.on.isoformat(),
                "age_days": fact.age_days,
                "price_source": fact.source or None,
                "daily_returns": fact.returns,
            }
            for fact in checkup.prices
        ],
        "accounts": [
            {
                "id": fact.id,
                "seen": None if fact.seen is None else fact.seen.isoformat(),
                "by": fact.by,
                "lots": fact.lots,
                "value": None if fact.value is None else f"{fact.value:f}",
            }
            for fact in checkup.accounts
        ],
        "journal": {
            "exists": checkup.journal.exists,
            "entries": len(checkup.journal.entries),
            "whole": checkup.journal.is_whole,
            "refused": len(checkup.journal.refused),
        },
    }
