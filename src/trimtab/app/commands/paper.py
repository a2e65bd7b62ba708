"""`trimtab paper`: the paper broker of a household, served to any client of Alpaca's API.

Exit codes: 0 done, 2 bad input, 130 stopped by Ctrl-C, as a server usually is.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import folder_argument, json_option, read_day_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.household import LoadedHousehold
    from trimtab.app.paper_server.service import PaperService

__all__ = ["paper"]

SECRET_NAME = "TRIMTAB_PAPER_SECRET"
PORT = 8721
BEFORE_OPEN = timedelta(minutes=30)
"""So long before its session a replayed day begins."""


@click.group()
def paper() -> None:
    """An account that trades on real prices with money that is none."""


@paper.command()
@folder_argument
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port on this machine; 0 takes any that is free.",
)
@click.option(
    "--from",
    "since",
    metavar="DAY",
    callback=read_day_option,
    help="Play recorded prices from this day on, instead of going by the real clock.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1_000_000),
    help="How many times as fast recorded days are played; 0 waits to be told.",
)
@click.option(
    "--requests",
    "limit",
    default=200,
    show_default=True,
    type=click.IntRange(min=1),
    help="Requests a minute and key, as Alpaca's; above them the answer is 429.",
)
@json_option
def serve(
    folder: Path, port: int, since: date | None, speed: float, limit: int, as_json: bool
) -> int:
    """Serve the paper accounts of the household in DIR over HTTP, on this machine alone.

    Each account is a file paper-ACCOUNT.db in DIR, opened with what the household holds, and goes
    on where it was. Its key is printed with the secret, which is made anew unless
    TRIMTAB_PAPER_SECRET gives one.
    """
    _check_installed()
    from trimtab.app.household import load_folder
    from trimtab.app.paper_server.server import HOST, listening_socket, run

    service = _service(load_folder(folder, since), since, speed, limit)
    bound = listening_socket(port)
    url = f"http://{HOST}:{bound.getsockname()[1]}"
    _announce(url, service, as_json)
    run(service, bound)
    return Exit.DONE


def _check_installed() -> None:
    """Refuse, naming the extra, where the server's packages are not there."""
    from importlib.util import find_spec

    if missing := [name for name in ("fastapi", "uvicorn", "websockets") if not find_spec(name)]:
        fact = f"it needs {', '.join(missing)}"
        raise InputError("trimtab paper serve", fact, remedy='pip install "trimtab[live]"')


def _service(loaded: LoadedHousehold, since: date | None, speed: float, limit: int) -> PaperService:
    """The household's accounts behind one secret, by the real clock or a replayed one."""
    import time

    from trimtab.app.paper_accounts import household_tape, paper_market
    from trimtab.app.paper_server.clocks import PaperClock, RealClock, ReplayClock
    from trimtab.app.paper_server.pace import Pace
    from trimtab.app.paper_server.service import Door, PaperService
    from trimtab.brokers.paper.exchanges import exchange_sessions

    sessions = exchange_sessions(loaded.mandate.schedule.exchange)
    accounts = [one.id for one in loaded.household.accounts]
    tape = household_tape(loaded, sessions, since)
    clock: PaperClock = RealClock()
    if since is not None:
        begins = max([sessions.after(since, 0).opens - BEFORE_OPEN, *_reached(loaded, accounts)])
        clock = ReplayClock(begins, speed, time.monotonic)
    secret = os.environ.get(SECRET_NAME) or secrets.token_urlsafe(24)
    doors = {
        f"paper-{name}": Door(secret, paper_market(loaded, name, tape, sessions).desk(clock))
        for name in accounts
    }
    return PaperService(doors, clock, Pace(limit))


def _reached(loaded: LoadedHousehold, accounts: list[str]) -> list[datetime]:
    """Until when the accounts that are there have been played."""
    from trimtab.app.live.wiring import paper_file
    from trimtab.brokers.paper.book_file import BookFile

    reached = []
    for path in (paper_file(loaded.folder, name) for name in accounts):
        if path.exists():
            file = BookFile(path)
            with file.changing() as book:
                reached.append(book.at)
            file.close()
    return reached


def _announce(url: str, service: PaperService, as_json: bool) -> None:
    keys = {key: door.secret for key, door in service.doors.items()}
    if as_json:
        stream = f"{url.replace('http', 'ws', 1)}/stream"
        click.echo(json.dumps({"url": url, "stream": stream, "keys": keys}))
        return
    click.echo(f"Paper broker at {url}, its clock at {service.clock():%Y-%m-%d %H:%M} UTC.")
    for key, secret in keys.items():
        click.echo(f"  key {key}  secret {secret}")
    click.echo("Ctrl-C stops it; the accounts go on where they are.", err=True)
