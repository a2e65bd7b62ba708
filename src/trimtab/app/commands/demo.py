"""`trimtab demo`: a sample household's decision, offline, on the screen and as a page."""

from pathlib import Path

import click

from trimtab.app.exits import exit_of

__all__ = ["demo"]

OUTPUT_FOLDER = Path("trimtab-out")


@click.command()
@click.option(
    "--out", "output", type=click.Path(path_type=Path), default=OUTPUT_FOLDER, metavar="DIR",
    show_default=True, help="Where the page and the household's files go.",
)  # fmt: skip
def demo(output: Path) -> int:
    """See it work: a sample household over real prices of autumn 2022, without a network.

    Shows where the household stands and what to do, and writes the same as an HTML page, with the
    household's files beside it for you to change. Exits as `plan` does.
    """
    from trimtab.app.called_as import called_as
    from trimtab.app.demo import run_demo
    from trimtab.app.screens.words import messages, progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    start_solver()
    warn_of_compiling()
    with progress("Working out the demo household ..."):
        result = run_demo(output)
    messages().print(f"\nThe same as a page: {result.page}")
    messages().print(f"Change its files and plan again: {called_as()} plan {output}")
    return exit_of(result.decision.verdict)
