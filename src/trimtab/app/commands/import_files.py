"""`trimtab import FILE …`: broker files become the household's lots, cash and history."""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.options import json_option
from trimtab.app.exits import Exit

__all__ = ["import_files"]


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--household",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The household's folder.",
)
@click.option("--dry-run", is_flag=True, help="Read and show; write nothing.")
@json_option
def import_files(files: tuple[Path, ...], folder: Path | None, dry_run: bool, as_json: bool) -> int:
    """Read what your brokers let you download."""
    from trimtab.app.as_json import print_json
    from trimtab.app.importing.as_json import statement_json
    from trimtab.app.importing.reading import known_formats, read_files

    outcomes = read_files(files, known_formats(folder))
    if as_json:
        print_json({"files": [statement_json(one.statement) for one in outcomes]})
    return Exit.FINDINGS if any(one.statement.breaks for one in outcomes) else Exit.DONE
