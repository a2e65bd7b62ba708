"""`trimtab bands [DIR]`: how far each class may drift before trading pays, and what bands cost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["bands"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--review", type=click.Choice(["daily", "weekly", "monthly", "quarterly"]), default=None,
    help="How often you look; the mandate's where its policy is no_trade_zone, else monthly.",
)  # fmt: skip
@click.option(
    "--risk-aversion", type=click.FloatRange(0.0, min_open=True), default=None, metavar="NUMBER",
    help="What a variance of one costs; the mandate's costs.drift_aversion where left out.",
)  # fmt: skip
@click.option(
    "--pair", nargs=2, default=None, metavar="CLASS CLASS",
    help="The two classes that the page's picture shows; the two that drift most where left out.",
)  # fmt: skip
@json_option
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Also write the same as one self-contained HTML page, with pictures of the zone.",
)  # fmt: skip
def bands(
    folder: Path,
    as_of: date | None,
    review: str | None,
    risk_aversion: float | None,
    pair: tuple[str, str] | None,
    as_json: bool,
    html_file: Path | None,
) -> int:
    """How far each class of the household in DIR may drift before trading pays.

    The no-trade zone follows from what your own trades cost (tax included), from how your classes
    move against each other, from your risk aversion and from how often you look. It is shown beside
    5 %, 5/25 and 200/175, each with its cost a year. Nothing is traded. Exits with 0.
    """
    from trimtab.app.bands.question import REVIEWS, bands_of
    from trimtab.app.commands.deciding import mandate_places, tell_notes
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import messages, progress, warn_of_compiling

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    warn_of_compiling()
    with progress("Working out the zone ..."), mandate_places(loaded):
        found = bands_of(loaded, None if review is None else REVIEWS[review], risk_aversion)
    if html_file is not None:
        from trimtab.app.bands.page import write_bands_page

        write_bands_page(html_file, found, pair)
        messages().print(f"Page written to {html_file}")
    if as_json:
        from trimtab.app.bands.as_json import bands_json
        from trimtab.app.json_text import print_json

        tell_notes(loaded)
        print_json(bands_json(found))
    else:
        from trimtab.app.screens.bands_screen import show_bands

        show_bands(found)
    return Exit.DONE
