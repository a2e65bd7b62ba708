"""`trimtab pareto [DIR]`: what less drift costs today, as the plans that no other beats."""

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["pareto"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--trades-max", type=click.IntRange(0), default=None, metavar="COUNT",
    help="At most so many orders; as many as it takes where left out.",
)  # fmt: skip
@click.option(
    "--generations", type=click.IntRange(1, 1000), default=25, show_default=True,
    help="How long plans are bred: more find a finer front, and take longer.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of its chance.")
@json_option
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Also write the same as one self-contained HTML page, with a picture of the front.",
)  # fmt: skip
def pareto(
    folder: Path,
    as_of: date | None,
    trades_max: int | None,
    generations: int,
    seed: int,
    as_json: bool,
    html_file: Path | None,
) -> int:
    """What less drift costs the household in DIR today: the plans that no other beats.

    Tracking error, trading cost and tax are weighed against each other by no rate of exchange: a
    plan is shown where no other is as good in all three and better in one. The plan of each policy
    stands beside them. Nothing is traded. Exits with 0.
    """
    from trimtab.app.commands.deciding import mandate_places, tell_notes
    from trimtab.app.household import load_folder
    from trimtab.app.pareto.question import pareto_of
    from trimtab.app.screens.words import messages, progress, warn_of_compiling

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    warn_of_compiling()
    with progress("Breeding plans ..."), mandate_places(loaded):
        front = pareto_of(loaded, seed=seed, trades_max=trades_max, generations=generations)
    if html_file is not None:
        from trimtab.app.pareto.page import write_pareto_page

        write_pareto_page(html_file, front)
        messages().print(f"Page written to {html_file}")
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.pareto.as_json import pareto_json

        tell_notes(loaded)
        print_json(pareto_json(front))
    else:
        from trimtab.app.screens.pareto_screen import show_pareto

        show_pareto(front)
    return Exit.DONE
