"""`trimtab explain [TRADE] [DIR]`: why this decision, or everything about one trade of it."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from trimtab.app.commands.deciding import load_and_decide, mandate_places
from trimtab.app.commands.options import (
    as_of_option,
    flow_options,
    json_option,
    policy_option,
)
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, nearest

__all__ = ["explain"]

TRADE = re.compile(r"[Tt]\d+")
PLACES_MAX = 2
HISTORIES_IN_JSON = 10


@click.command()
@click.argument("places", nargs=-1, metavar="[TRADE] [DIR]")
@as_of_option
@flow_options
@policy_option
@click.option(
    "--histories", metavar="N", type=click.IntRange(0, 1000), default=None,
    help="Ask again with N histories drawn from the household's own, for how sure it is "
    f"(0; {HISTORIES_IN_JSON} with --json).",
)  # fmt: skip
@json_option
def explain(
    places: tuple[str, ...],
    as_of: date | None,
    deposit: Decimal,
    withdraw: Decimal,
    account: str | None,
    policy: str | None,
    histories: int | None,
    as_json: bool,
) -> int:
    """Why this decision: drift, cost, tax, trend, market, and what would turn it.

    With a TRADE, as T1, everything about that trade: lots, gains, tax, cost, clause, what was left.
    The plan is worked out again from the same files, so give the same options as to `plan`. Every
    number is computed a second time by another road before it is shown. Exits with 0, or with 2
    where the plan has no such trade.
    """
    trade_id, folder = _places(places)
    if trade_id is not None:
        return _explain_trade(trade_id, folder, as_of, deposit, withdraw, account, policy, as_json)
    from trimtab.app.explaining.asking import question_of
    from trimtab.app.explaining.explanation import explain as explained
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import messages, progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    start_solver()
    warn_of_compiling()
    draws = HISTORIES_IN_JSON * as_json if histories is None else histories
    with (
        messages().status("Working out the decision ...") as status,
        mandate_places(loaded, policy),
    ):
        question = question_of(loaded, policy, deposit, withdraw, account)
        explanation = explained(question, draws, status.update)
    if as_json:
        from trimtab.app.explaining.record import record_json
        from trimtab.app.json_text import print_json

        print_json(record_json(explanation))
    else:
        from trimtab.app.screens.decision_screen import show_explanation

        show_explanation(explanation, str(folder))
    return Exit.DONE


def _places(words: tuple[str, ...]) -> tuple[str | None, Path]:
    """The trade and the folder that the arguments name; a folder called T1 is written ./T1."""
    trades = words[:1] if words and TRADE.fullmatch(words[0]) else ()
    folders = words[len(trades) :]
    if len(folders) > 1:
        if len(words) <= PLACES_MAX:  # the first is meant for a trade
            return words[0], Path(words[1])
        raise click.UsageError(f"there are {len(words)} arguments; write [TRADE] [DIR].")
    return (trades[0] if trades else None), Path(folders[0] if folders else ".")


def _explain_trade(
    trade_id: str,
    folder: Path,
    as_of: date | None,
    deposit: Decimal,
    withdraw: Decimal,
    account: str | None,
    policy: str | None,
    as_json: bool,
) -> int:
    """Everything about one trade."""
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
