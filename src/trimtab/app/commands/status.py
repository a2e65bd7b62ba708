"""`trimtab status [DIR]`: where the household stands against its targets."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.deciding import mandate_places, tell_notes
from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["status"]


@click.command()
@folder_argument
@as_of_option
@json_option
def status(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Where the household in DIR stands: values, targets and bands, losses, open windows.

    Exits with 0.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.status import status_of

    loaded = load_folder(folder, as_of)
    current = None
    if loaded.mandate.target_source is not None:
        from trimtab.app.targeting import current_targets

        with mandate_places(loaded):
            current = current_targets(loaded)
    found = status_of(loaded, current)
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.estimating import estimates_if_any
        from trimtab.app.status_json import status_json

        tell_notes(loaded)
        estimates, why_none = estimates_if_any(loaded)
        found = replace(found, findings=(*found.findings, *why_none))
        print_json(status_json(found, estimates))
    else:
        from trimtab.app.screens.status_screen import show_status

        show_status(found, str(folder))
    return Exit.DONE
