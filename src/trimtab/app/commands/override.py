"""`trimtab override RULE [DIR] --why TEXT`: let one rule of sending pass for the rest of the day.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument
from trimtab.app.exits import Exit

__all__ = ["override"]


@click.command()
@click.argument("rule")
@folder_argument
@click.option("--why", metavar="TEXT", required=True, help="The reason, kept in the journal.")
@click.option("--as", "name", metavar="NAME", default="", help="Your name, kept beside the user's.")
@as_of_option
def override(rule: str, folder: Path, why: str, name: str, as_of: date | None) -> int:
    """Let RULE pass when the household in DIR sends orders, until today's session ends.

    RULE is a cap of `[sending]` in live.toml (trade_max, day_max, drawdown_max) or a guard. Who did
    it, when and why is kept, and is in the journal before anything leaves. Orders that the rule has
    stopped stay stopped: the next `trimtab run` decides anew.
    """
    from trimtab.app.live.asking import person_here
    from trimtab.app.live.cycles import cycle_of_today
    from trimtab.app.live.overrides import override as overridden
    from trimtab.app.live.service import open_service

    with open_service(folder, as_of) as service:
        cycle = cycle_of_today(service, service.loaded.snapshot.as_of)
        by = f"{name} ({person_here()})" if name else person_here()
        made = overridden(service, rule, cycle, by, why)
    click.echo(f"{made.rule} does not count until {made.until:%Y-%m-%d %H:%M} UTC, says {by}.")
    return Exit.DONE
