"""`trimtab statement [DIR]`: the mandate in plain sentences, and what changed in it.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.options import folder_argument
from trimtab.app.exits import Exit

__all__ = ["statement"]


@click.command()
@folder_argument
@click.option(
    "--against",
    metavar="OLD.toml",
    type=click.Path(path_type=Path),
    help="An older mandate: what changed stands first, the old words and the new.",
)
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page.")
@click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Write a PDF.")
def statement(folder: Path, against: Path | None, html: Path | None, pdf: Path | None) -> int:
    """The mandate of the household in DIR as a policy statement: every clause in plain words.

    Without --html or --pdf it is shown here.
    """
    from trimtab.app.config import MANDATE_NAME
    from trimtab.app.documents.writing import write_or_show
    from trimtab.app.policy_statement.document import Version, statement_document
    from trimtab.app.policy_statement.reading import statement_in

    path = folder / MANDATE_NAME
    now = statement_in(folder, path)
    old = None
    if against is not None:
        old = statement_in(folder, against), Version(str(against))
    document = statement_document(now, Version(str(path)), old)
    write_or_show(document, now.currency, html, pdf)
    return Exit.DONE
