"""`trimtab report [DIR]`: the household over some days, on the screen, as a page or as a PDF.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, read_day_option
from trimtab.app.exits import Exit

__all__ = ["report"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--from", "since", metavar="DAY", callback=read_day_option,
    help="The first day; six days before the last where left out.",
)  # fmt: skip
@click.option(
    "--until", metavar="DAY", callback=read_day_option,
    help="The last day; that of --as-of where left out.",
)  # fmt: skip
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page.")
@click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Write a PDF.")
def report(
    folder: Path,
    as_of: date | None,
    since: date | None,
    until: date | None,
    html: Path | None,
    pdf: Path | None,
) -> int:
    """The household in DIR over some days: where it stands, what was decided and done, what waits.

    Without --html or --pdf it is shown here.  Nothing is traded, and nothing is recorded.
    """
    from trimtab.app.documents.writing import write_or_show
    from trimtab.app.period_report.making import folder_report
    from trimtab.app.screens.words import progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    start_solver()
    warn_of_compiling()
    with progress("Deciding ..."):
        document, currency = folder_report(folder, as_of, since, until)
    write_or_show(document, currency, html, pdf)
    return Exit.DONE
