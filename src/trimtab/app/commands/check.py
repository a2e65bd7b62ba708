"""`trimtab check [DIR]`: read all files of a household and name every mistake."""

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.deciding import mandate_places
from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["check"]


@click.command()
@folder_argument
@as_of_option
@json_option
def check(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Read all files of the household in DIR and name every mistake at once.

    Exits with 0 where all is well, 1 where something deserves a look, 2 where a file cannot be
    used.
    """
    from trimtab.app.api import (
        guards_of,
        policy_of,
        regime_of,
        target_source_of,
    )
    from trimtab.app.estimating import estimates_of, history_of
    from trimtab.app.household import load_folder
    from trimtab.cycle.requests import Observation

    loaded = load_folder(folder, as_of)
    for configured in (policy_of, guards_of, regime_of, target_source_of):
        with mandate_places(loaded):
            configured(loaded.mandate)
    snapshot, found = loaded.snapshot, (*loaded.notes, *loaded.findings)
    if snapshot.prices:  # a folder that was just made has none yet
        history, oddities = history_of(loaded, snapshot.as_of)
        estimates = estimates_of(Observation(snapshot, history), loaded.mandate, loaded.folder)
        found += (*oddities, *estimates.findings)
    counts = {
        "accounts": len(loaded.household.accounts),
        "lots": len(snapshot.lots),
        "instruments": len(snapshot.instruments),
        "targets": len(loaded.mandate.targets),
        "trades": len(snapshot.trades),
        "prices": len(snapshot.prices),
    }
    if as_json:
        from trimtab.app.as_json import finding_json, print_json

        findings = [finding_json(finding) for finding in found]
        print_json({**counts, "as_of": snapshot.as_of.isoformat(), "findings": findings})
    else:
        from trimtab.app.screens.status_screen import show_findings
        from trimtab.app.screens.words import console, paragraph

        out = console()
        read = ", ".join(f"{count} {name}" for name, count in counts.items())
        paragraph(out, f"All files can be used, as of {snapshot.as_of}: {read}.")
        show_findings(out, found)
    return Exit.FINDINGS if found else Exit.DONE
