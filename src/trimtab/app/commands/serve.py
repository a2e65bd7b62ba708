"""`trimtab serve [DIR]...`: the service, and whether it is alive.

Exit codes: 0 ended as asked, or alive; 1 with `--check`, it is silent; 2 bad input.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import json_option, read_day_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.json_text import Json
    from trimtab.app.live.serving import Recorded, Served, Stop
    from trimtab.app.live.telling import Say
    from trimtab.app.web.settings import WebSettings

__all__ = ["serve"]


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
@click.option(
    "--check", is_flag=True,
    help="Only look whether the service is alive; for cron. Silence is told, once.",
)  # fmt: skip
@click.option(
    "--from", "since", metavar="DAY", callback=read_day_option,
    help="Live through recorded days from this one on, as fast as they go; for paper accounts.",
)  # fmt: skip
@click.option(
    "--until", metavar="DAY", callback=read_day_option,
    help="The last of the recorded days; the first where left out.",
)  # fmt: skip
@click.option(
    "--web/--no-web", "shows", default=None,
    help="Whether a dashboard is served beside it, on this machine unless web.toml says otherwise; "
    "it is, but for recorded days.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=None, metavar="PORT",
    help="The dashboard's port; 0 takes any that is free.",
)  # fmt: skip
@click.option(
    "--web-folder", type=click.Path(path_type=Path), default=None, metavar="DIR",
    help="Where the dashboard's web.toml and web.db lie; the first DIR where left out.",
)  # fmt: skip
@json_option
def serve(
    folders: tuple[Path, ...],
    check: bool,
    since: date | None,
    until: date | None,
    shows: bool | None,
    port: int | None,
    web_folder: Path | None,
    as_json: bool,
) -> int:
    """Watch the households in each DIR, run their cycles, follow their orders, tell people.

    The dashboard's address is told at the start, with a link that signs one person in. A household
    without a linked broker, or whose mandate names a day of the past, is only shown.

    It looks at prices while the market is open, runs the mandate's cycle once a session, asks
    people where the mandate wants it, and goes on where a stopped or killed process was. Ctrl-C or
    SIGTERM ends it between two steps; orders stand, and the next start follows them.
    """
    places = folders or (Path("."),)
    if check:
        return _check(places, as_json)
    if until is not None and since is None:
        raise InputError("--until", "--from is missing", "", "say from which day on")
    from trimtab.app.live.extra import require_live

    require_live()
    shows = since is None if shows is None else shows
    if shows:
        from trimtab.app.web.extra import require_web

        require_web()
    from trimtab.app.live.serving import Stop, recorded_days, sessions_of_folder
    from trimtab.app.solver_start import start_solver

    recorded = None
    if since is not None:
        recorded = recorded_days(since, until or since, sessions_of_folder(places[0]))
    start_solver()
    stop = Stop()
    say = _say_json if as_json else _say
    if shows:
        from trimtab.app.web.settings import read_web

        settings = read_web(web_folder or places[0])
        settings = settings if port is None else replace(settings, port=port)
    with _ended_by_signals(stop):
        if not shows:
            _work(places, say, stop, recorded)
        else:
            _work_and_show(places, say, stop, recorded, settings)
    return Exit.DONE


def _work(places: Sequence[Path], say: Say, stop: Stop, recorded: Recorded | None) -> None:
    """The service alone."""
    from trimtab.app.live.serving import open_stewards
    from trimtab.app.screens.words import warn_of_compiling

    with open_stewards(places, say, stop, recorded) as served:
        warn_of_compiling()
        _live(served, stop, recorded)


def _work_and_show(
    places: Sequence[Path], say: Say, stop: Stop, recorded: Recorded | None, settings: WebSettings
) -> None:
    """The service for the households that can be worked, and a dashboard for all."""
    from trimtab.app.first_compile import needs_compiling
    from trimtab.app.live.serving import open_stewards, why_only_shown
    from trimtab.app.screens.words import warn_of_compiling
    from trimtab.app.web.opening import look_once, open_dashboard
    from trimtab.brokers.paper.sessions import nyse_sessions

    sessions = nyse_sessions()
    clock = None if recorded is None else recorded.clock
    idle = (
        {}
        if recorded is not None
        else {place: why for place in places if (why := why_only_shown(place, sessions))}
    )
    worked = [place for place in places if place not in idle]
    with open_stewards(worked, say, stop, recorded) as served:
        stewards = {one.steward.folder: one.steward.ask_run for one in served}

        def today() -> date:
            return sessions.day_of(datetime.now(UTC) if clock is None else clock())

        with open_dashboard(places, settings, today, clock=clock, stewards=stewards) as dashboard:
            if needs_compiling():  # before anybody is told where to look
                warn_of_compiling()
                look_once(dashboard.world.households, stop.is_set)
            now = datetime.now(UTC)
            for place, why in idle.items():
                say(now, place.name, f"is shown and not worked: {why}")
            say(now, "dashboard", f"open {dashboard.link}")
            _live(served, stop, recorded)
            if not served or recorded is not None:
                stop.wait()


def _live(served: Sequence[Served], stop: Stop, recorded: Recorded | None) -> None:
    from trimtab.app.live.serving import play, watch_over

    for one in served:
        one.steward.teller.say(one.steward.clock(), _begins(recorded is not None))
    if recorded is not None:
        play(served, recorded, stop)
    elif served:
        watch_over(served, stop, lambda: datetime.now(UTC))


def _begins(is_recorded: bool) -> str:
    return "recorded days begin; alerts are shown, not sent" if is_recorded else "at work"


@contextmanager
def _ended_by_signals(stop: Stop) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the service between two steps, not in the middle of one."""
    names = (signal.SIGTERM, signal.SIGINT)

    def end(number: int, _: object) -> None:
        stop.because(f"it was stopped by {signal.Signals(number).name}")

    before = [signal.signal(name, end) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def _say(at: datetime, household: str, words: str) -> None:
    click.echo(f"{at:%Y-%m-%d %H:%M:%S} UTC  {household}: {words}")


def _say_json(at: datetime, household: str, words: str) -> None:
    click.echo(json.dumps({"at": at.isoformat(), "household": household, "words": words}))


def _check(folders: tuple[Path, ...], as_json: bool) -> int:
    """Whether the service is alive in each folder; where it is not, people are told, once."""
    from trimtab.app.live.dead_man import check_alive

    now = datetime.now(UTC)
    found = [(folder, *check_alive(folder, now)) for folder in folders]
    if as_json:
        from trimtab.app.json_text import print_json

        rows: list[Json] = [
            {"folder": str(folder), "alive": not silent, "silent": silent, "failed": list(failed)}
            for folder, silent, failed in found
        ]
        print_json({"schema": 1, "households": rows})
    else:
        for folder, silent, failed in found:
            click.echo(f"{folder}: {f'silent: {silent}' if silent else 'alive'}.")
            for channel in failed:
                click.echo(f"  The alarm did not reach {channel}; the next check tries again.")
    return Exit.FINDINGS if any(silent for _, silent, _ in found) else Exit.DONE
