"""`trimtab tax`: questions about tax that need no household folder.

`trimtab tax wash-sales CASE.json` finds the wash sales among lots given as JSON.  Exit codes: 0
answered, 2 bad input.  Errors: `InputError` and `InputErrors` for a case that cannot be read.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import json_option
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from rich.table import Table

    from trimtab.books.wash_case import WashCase
    from trimtab.books.wash_values import WashSaleResult

__all__ = ["tax"]

NOTES_SHOWN_MAX = 12
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def tax() -> None:
    """Questions about tax that need no household folder."""


@tax.command("wash-sales")
@click.argument("case", type=click.Path(path_type=Path))
@json_option
@click.option(
    "--as-of",
    type=DAY,
    metavar="DAY",
    help="Also say which losses a purchase after this day could still wash.",
)
@click.option(
    "--not-loaded",
    multiple=True,
    metavar="ACCOUNT",
    help="An account that exists but is not in the file; repeat for more.",
)
@click.option(
    "--holding",
    type=click.Choice(["add_days_held", "begin_with_old"]),
    default="add_days_held",
    show_default=True,
    help="How the holding period is carried over (the law is read both ways).",
)
@click.option(
    "--earlier-lots/--no-earlier-lots",
    default=True,
    show_default=True,
    help="May shares bought before the sold lot replace it?",
)
@click.option(
    "--sold-earlier/--no-sold-earlier",
    default=False,
    show_default=True,
    help="May shares that were sold before the loss replace it?",
)
@click.option(
    "--sold-same-day/--no-sold-same-day",
    default=True,
    show_default=True,
    help="May shares sold on the day of the loss replace it?",
)
@click.option(
    "--workplace/--no-workplace",
    default=True,
    show_default=True,
    help="Do purchases in 401(k)s, HSAs and 529s count like those in IRAs?",
)
def wash_sales(
    case: Path,
    as_json: bool,
    as_of: datetime | None,
    not_loaded: tuple[str, ...],
    holding: str,
    earlier_lots: bool,
    sold_earlier: bool,
    sold_same_day: bool,
    workplace: bool,
) -> None:
    """Find the wash sales among the lots of CASE, a JSON file.

    \b
    {"lots": [
      {"lot": "old", "account": "joint", "owner": "ann", "account_type": "taxable",
       "symbol": "VTI", "group": "VTI", "qty": 10, "buy_date": "2024-01-02", "cost": 1000,
       "sell_date": "2025-06-12", "proceeds": 900},
      {"lot": "new", "account": "ira", "owner": "bob", "account_type": "ira",
       "symbol": "VTI", "group": "VTI", "qty": 4, "buy_date": "2025-06-20", "cost": 360,
       "sell_date": null, "proceeds": null}
    ]}

    The answer names each disallowed loss, where its basis and days went, the accounts that were
    checked, and where the law is thin.
    """
    from trimtab.books.wash_case import answer_of
    from trimtab.books.wash_sales import HoldingReading, WashSaleReading, match_wash_sales

    reading = WashSaleReading(
        holding=HoldingReading(holding),
        lots_acquired_earlier=earlier_lots,
        lots_sold_earlier=sold_earlier,
        lots_sold_same_day=sold_same_day,
        workplace_counts=workplace,
    )
    given = _read(case)
    try:
        result = match_wash_sales(
            given.lots,
            reading,
            not_loaded=(*given.not_loaded, *not_loaded),
            as_of=as_of.date() if as_of else given.as_of,
        )
    except InputErrors as errors:
        raise InputErrors(error.at(str(case)) for error in errors.errors) from None
    if given.ignored:
        ignored = f"not understood and ignored in {case.name}: {', '.join(given.ignored)}"
        result = replace(result, notes=(*result.notes, ignored))
    if as_json:
        click.echo(json.dumps(answer_of(result), indent=2))
    else:
        _show(result)


def _read(path: Path) -> WashCase:
    """The case in a file, its errors naming the file."""
    from trimtab.app.text_files import read_text
    from trimtab.books.wash_case import read_case

    text = read_text(path, "wash-sale case", "give the path of a JSON file with `lots`")
    try:
        return read_case(text)
    except InputErrors as errors:
        raise InputErrors(error.at(str(path)) for error in errors.errors) from None
    except InputError as error:
        raise error.at(str(path)) from None
    except RecursionError:
        raise InputError(
            "wash-sale case",
            "it is nested too deeply",
            remedy="is it the right file?",
            file=str(path),
        ) from None


def _show(result: WashSaleResult) -> None:
    """Print the answer for a person."""
    from trimtab.app.screens.tables import show_table
    from trimtab.app.screens.words import console

    out = console()
    permanent = result.permanently_disallowed
    if result.matches:
        lost = f", of it {permanent:,.2f} for good" if permanent else ""
        out.print(f"Disallowed: {result.disallowed_total:,.2f}{lost}", style="bold")
    else:
        out.print("No wash sale found.")
    show_table(out, _table(result))
    if permanent:
        out.print("† lost for good: no basis is raised")
    out.print(f"Checked: {result.coverage.sentence}.")
    for note in result.notes[:NOTES_SHOWN_MAX]:
        out.print(f"Note: {note}.")
    if len(result.notes) > NOTES_SHOWN_MAX:
        out.print(f"And {len(result.notes) - NOTES_SHOWN_MAX} notes more: see --json.")


def _table(result: WashSaleResult) -> Table:
    """One row for shares that fared alike."""
    from trimtab.app.screens.tables import plain_table

    table = plain_table(
        *(("Lot", "fold"), ("Held from", "left"), ("Sold", "left"), ("Shares", "right")),
        *(("Basis", "right"), ("Disallowed", "right"), ("Result", "right")),
    )
    for segment in result.segments:
        disallowed = f"{segment.disallowed:,.2f}" if segment.disallowed else ""
        table.add_row(
            segment.lot,
            _day(segment.holding_start),
            _day(segment.sold),
            f"{segment.quantity.normalize():f}",
            _money(segment.adjusted_basis),
            f"{disallowed} †" if segment.permanent else disallowed,
            _money(segment.deductible_gain),
        )
    return table


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"
