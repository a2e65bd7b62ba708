"""`trimtab plan [DIR]`: what to trade today, why, and what doing nothing would cost."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from trimtab.app.commands.deciding import load_and_decide, tell_notes
from trimtab.app.commands.options import (
    as_of_option,
    flow_options,
    folder_argument,
    json_option,
    policy_option,
)
from trimtab.app.exits import exit_of

__all__ = ["plan"]


@click.command()
@folder_argument
@as_of_option
@flow_options
@policy_option
@json_option
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Also write the order list as CSV; - prints it instead of the screen.",
)  # fmt: skip
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Also write the same as one self-contained HTML page.",
)  # fmt: skip
def plan(
    folder: Path,
    as_of: date | None,
    deposit: Decimal,
    withdraw: Decimal,
    account: str | None,
    policy: str | None,
    as_json: bool,
    csv_file: Path | None,
    html_file: Path | None,
) -> int:
    """What to trade today for the household in DIR, why, and what doing nothing would cost.

    Nothing is traded: the orders are yours to place. Exits with 0 for a plan to trade or to hold,
    1 where a guard refuses the plan, 2 for input that cannot be used, 3 where no set of trades
    meets the mandate.
    """
    from trimtab.app.screens.words import messages

    to_stdout = str(csv_file) == "-"
    if to_stdout and as_json:
        raise click.UsageError("--csv - and --json both want stdout; give --csv a file.")
    loaded, decision = load_and_decide(folder, as_of, deposit, withdraw, account, policy)
    if csv_file is not None and not to_stdout:
        from trimtab.app.orders_csv import orders_csv
        from trimtab.app.text_files import write_text

        write_text(csv_file, orders_csv(decision))
        messages().print(f"Orders written to {csv_file}")
    if html_file is not None:
        from trimtab.app.report import write_report

        write_report(html_file, loaded, decision)
        messages().print(f"Page written to {html_file}")
    if to_stdout:
        from trimtab.app.orders_csv import orders_csv

        tell_notes(loaded)
        click.echo(orders_csv(decision), nl=False)
    elif as_json:
        from trimtab.app.as_json import decision_json, print_json

        tell_notes(loaded)
        print_json(decision_json(decision, loaded.snapshot.prices))
    else:
        from trimtab.app.api import flows_of
        from trimtab.app.screens.plan_screen import show_decision
        from trimtab.app.status import status_of

        flows = flows_of(loaded, deposit, withdraw, account)
        show_decision(decision, status_of(loaded, decision.targets), str(folder), flows)
    return exit_of(decision.verdict)
