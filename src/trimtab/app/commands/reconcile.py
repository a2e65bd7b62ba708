"""`trimtab reconcile [DIR]`: the brokers held against the books.

Exit codes: 0 every linked account is proven to agree, 1 one is not, 2 bad input.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["reconcile"]


@click.command()
@folder_argument
@as_of_option
@json_option
def reconcile(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Hold what the brokers show against the books of the household in DIR; nothing is changed.

    The tolerance is zero units and less than a cent. Each difference is a break with its likely
    cause, and nothing is traded in its account until it is settled. An answer that is not whole
    proves nothing: what it lacks is not taken for sold.
    """
    from trimtab.app.live.reconciling import reconcile_household
    from trimtab.app.live.service import open_service

    with open_service(folder, as_of) as service, service.brokers() as brokers:
        found = reconcile_household(service, brokers)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.live.as_json import sync_json

        print_json(
            {
                "schema": 1,
                "agrees": found.agrees,
                "books": found.books,
                "entries": found.entries,
                "accounts": [sync_json(one) for one in found.accounts],
                "not_linked": list(found.not_linked),
            }
        )
    else:
        from trimtab.app.screens.live_screen import show_reconciled

        show_reconciled(found)
    return Exit.DONE if found.agrees else Exit.FINDINGS
