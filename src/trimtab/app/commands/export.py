"""`trimtab export [DIR] --ofx`: the household's holdings and transactions for other programs.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument
from trimtab.app.exits import Exit

__all__ = ["export"]


@click.command()
@folder_argument
@click.option("--ofx", is_flag=True, required=True, help="OFX 2.2, as Quicken and others read it.")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="A file, not the screen."
)
@as_of_option
def export(folder: Path, ofx: bool, out: Path | None, as_of: date | None) -> int:
    """Write what the household in DIR holds, and what its journal says happened.

    Positions are one line a security and account: lots are no part of OFX.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.ofx_export import ofx_entries, ofx_parts
    from trimtab.app.text_files import write_parts

    snapshot = load_folder(folder, as_of).snapshot
    parts = ofx_parts(snapshot, ofx_entries(folder, snapshot.as_of), datetime.now(UTC))
    if out is None:
        for part in parts:
            click.echo(part, nl=False)
    else:
        write_parts(out, parts)
        click.echo(f"Wrote {out}.")
    return Exit.DONE
