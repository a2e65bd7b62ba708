"""`trimtab halt` and `trimtab resume`: stop trading at once, and go on.

Both work although the household's own files cannot be read: to stop, the store is enough.  What
stands is canceled at its brokers.
Exit codes: 0 done, 1 stopped, but orders stand that could not be canceled, 2 bad input.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import folder_argument
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, nearest

if TYPE_CHECKING:
    from trimtab.app.live.settings import LiveSettings

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
    settings = open_settings(folder)
    subject = _subject(settings, account)
    with opened_store(settings) as store:
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

    settings = open_settings(folder)
    subject = _subject(settings, account)
    with opened_store(settings) as store:
        if not store.lift_halt(subject, person_here(), datetime.now(UTC)):
            click.echo(f"{account or 'Everything'} was not stopped.")
        show_halts(store.halts())
    return Exit.DONE


def _subject(settings: LiveSettings, account: str | None) -> str:
    """What is stopped; where households share a store, an account goes with its household's name.

    Refuses: an account that no broker holds, with the nearest.
    """
    from trimtab.drivers.live.sending import account_subject

    if account is None:
        return EVERYTHING
    linked = [link.account for link in settings.accounts]
    if account not in linked:
        remedy = nearest(account, linked) if linked else "none is; leave out --account"
        raise InputError(f"account {account!r}", "live.toml links it to no broker", "", remedy)
    return account_subject(settings.household, account)
