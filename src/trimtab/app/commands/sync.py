"""`trimtab sync [DIR]`: what the brokers show, held against the household.

Exit codes: 0 every account agrees, 1 one does not or could not be compared, 2 bad input.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["sync"]


@click.command()
@folder_argument
@as_of_option
@json_option
def sync(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Read every linked account of the household in DIR, and compare it with the household's lots.

    Nothing is changed and nothing is sent. To the last unit and cent: a difference is shown with
    its likely cause. An answer that is not whole is no answer; what it lacks is not flat.
    """
    from trimtab.app.live.service import open_service
    from trimtab.app.live.syncing import sync

    with open_service(folder, as_of) as service, service.brokers() as brokers:
        found = sync(service, brokers)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.live.as_json import sync_json

        print_json({"schema": 1, "accounts": [sync_json(one) for one in found]})
    else:
        from trimtab.app.screens.live_screen import show_sync

        show_sync(found)
    return Exit.DONE if all(one.agrees for one in found) else Exit.FINDINGS
