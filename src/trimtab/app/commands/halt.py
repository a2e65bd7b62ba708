"""`trimtab halt` and `trimtab resume`: stop trading at once, and go on.

Both work although the household's own files cannot be read: to stop, the store is enough.  What
stands is canceled at its brokers.
Exit codes: 0 done, 1 stopped, but orders stand that could not be canceled, 2 bad input.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from trimtab.app.commands.options import folder_argument
from trimtab.app.exits import Exit

__all__ = ["halt", "resume"]

EVERYTHING = "*"
account_option = click.option(
    "--account", metavar="ID", help="This account alone; everything where left out."
)


@click.command()
@folder_argument
@account_option
@click.option("--new", is_flag=True, help="Stop new orders only; what stands is followed.")
@click.option("--reason", metavar="TEXT", default="", help="Why, for those who find it stopped.")
def halt(folder: Path, account: str | None, new: bool, reason: str) -> int:
    """Stop: nothing is sent any more, and what stands at the brokers is canceled.

    It counts at once, for every process on the store of DIR. Then orders that stand are canceled:
    by the service where it runs, else by this command.
    """
    from trimtab.app.live.asking import person_here
    from trimtab.app.live.service import open_settings, opened_store
    from trimtab.app.screens.live_screen import show_halts
    from trimtab.model.live import Halt, HaltKind

    kind = HaltKind.NEW if new else HaltKind.ALL
    subject = EVERYTHING if account is None else account
    with opened_store(open_settings(folder)) as store:
        store.put_halt(Halt(subject, kind, person_here(), datetime.now(UTC), reason.strip()))
        show_halts(store.halts())
    if new:
        return Exit.DONE
    from trimtab.app.live.halting import cancel_standing
    from trimtab.app.screens.halt_screen import show_canceled

    canceled = cancel_standing(folder)
    show_canceled(canceled)
    return Exit.DONE if canceled.is_done else Exit.FINDINGS


@click.command()
@folder_argument
@account_option
def resume(folder: Path, account: str | None) -> int:
    """Go on: the halts of everything, or of one account, are lifted; who did it is kept.

    A halt of an account stays when everything is resumed: name it to lift it.
    """
    from trimtab.app.live.asking import person_here
    from trimtab.app.live.service import open_settings, opened_store
    from trimtab.app.screens.live_screen import show_halts

    subject = EVERYTHING if account is None else account
    with opened_store(open_settings(folder)) as store:
        if not store.lift_halt(subject, person_here(), datetime.now(UTC)):
            click.echo(f"{account or 'Everything'} was not stopped.")
        show_halts(store.halts())
    return Exit.DONE
