"""`trimtab explain TRADE [DIR]`: everything about one trade of today's plan."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from trimtab.app.commands.deciding import load_and_decide
from trimtab.app.commands.options import (
    as_of_option,
    flow_options,
    folder_argument,
    json_option,
    policy_option,
)
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, nearest

__all__ = ["explain"]


@click.command()
@click.argument("trade_id", metavar="TRADE")
@folder_argument
@as_of_option
@flow_options
@policy_option
@json_option
def explain(
    trade_id: str,
    folder: Path,
    as_of: date | None,
    deposit: Decimal,
    withdraw: Decimal,
    account: str | None,
    policy: str | None,
    as_json: bool,
) -> int:
    """Everything about one trade of the plan, as T1: lots, gains, tax, cost, clause, what was left.

    The plan is worked out again from the same files, so give the same options as to `plan`. Exits
    with 0, or with 2 where the plan has no such trade.
    """
    loaded, decision = load_and_decide(folder, as_of, deposit, withdraw, account, policy)
    trades = decision.plan.trades if decision.plan else ()
    trade = next((trade for trade in trades if trade.id.lower() == trade_id.lower()), None)
    if decision.plan is None or trade is None:
        remedy = nearest(trade_id, (trade.id for trade in trades)) if trades else ""
        raise InputError(f"trade {trade_id!r}", "the plan has no such trade", "", remedy)
    if as_json:
        from trimtab.app.as_json import print_json, trade_json

        print_json(trade_json(trade, loaded.snapshot.prices[trade.instrument]))
    else:
        from trimtab.app.screens.explain_screen import show_trade

        show_trade(decision, decision.plan, trade, loaded)
    return Exit.DONE
