"""`trimtab orders [DIR]`: the household's orders, and where each stands.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.options import folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["orders"]


@click.command()
@folder_argument
@click.option("--all", "is_all", is_flag=True, help="Closed orders too.")
@json_option
def orders(folder: Path, is_all: bool, as_json: bool) -> int:
    """The orders of the household in DIR: sent, filled, canceled, refused, or not known to be.

    It reads what was recorded and asks no broker.
    """
    from trimtab.app.live.service import household_of, open_settings, opened_store
    from trimtab.books.order_states import fold

    settings = open_settings(folder)
    household = household_of(settings)
    with opened_store(settings) as store:
        found = store.orders(household, open_only=not is_all)
        tickets = [fold(order, store.records(order.id)) for order in found]
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.live.as_json import ticket_json

        print_json({"schema": 1, "orders": [ticket_json(one) for one in tickets]})
    else:
        from trimtab.app.screens.live_screen import show_orders

        show_orders(tickets, is_all)
    return Exit.DONE
