"""`trimtab run --once [DIR]`: one cycle for real.

Exit codes: 0 done, or waiting for people; 1 a guard refuses the plan, or an account is not proven
to agree; 2 bad input; 3 no set of trades meets the mandate.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit, exit_of

__all__ = ["run"]

WAIT_SECONDS = 60


@click.command()
@folder_argument
@click.option("--once", is_flag=True, required=True, help="One cycle, then end.")
@click.option(
    "--wait", type=click.IntRange(min=0), default=WAIT_SECONDS, show_default=True,
    metavar="SECONDS", help="How long orders are followed; the next run takes them up.",
)  # fmt: skip
@as_of_option
@json_option
def run(folder: Path, once: bool, wait: int, as_of: date | None, as_json: bool) -> int:
    """Decide for the household in DIR, ask people where the mandate wants it, order, book fills.

    Run it again after an approval, or after it was stopped: it goes on where it was, and nothing is
    sent twice. Accounts that no broker holds, or that are not proven to agree, are left alone.
    """
    from trimtab.app.live.running import run_once
    from trimtab.app.live.service import open_service
    from trimtab.app.screens.words import progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    start_solver()
    warn_of_compiling()
    with open_service(folder, as_of) as service, progress("Working ..."):
        result = run_once(service, float(wait))
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.live.as_json import run_json

        print_json(run_json(result))
    else:
        from trimtab.app.screens.run_screen import show_run

        show_run(result, str(folder))
    if not all(one.agrees for one in result.looks):
        return Exit.FINDINGS
    return Exit.DONE if result.decision is None else exit_of(result.decision.verdict)
