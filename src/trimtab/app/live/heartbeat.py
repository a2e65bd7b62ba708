"""The service's sign of life: a file that is written while it works, and held against the clock.

`heartbeat.json` in the household's folder says when the service was last at work there.  A second
process (`trimtab serve --check`, from cron or a systemd timer) reads it and raises the alarm when
it is too old: whoever is dead cannot tell.

Errors: none for a file that is missing or cannot be read; that is silence too.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from trimtab.app.text_files import write_text

__all__ = ["BEAT", "HEARTBEAT_NAME", "Heartbeat", "Pulse", "beat", "read_heartbeat", "silence"]

HEARTBEAT_NAME = "heartbeat.json"
BEAT = timedelta(seconds=20)
"""The file is written so often at most."""
AHEAD_MAX = timedelta(minutes=2)
"""A heartbeat from the future is one of a clock that was set since."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When the service was at work, who it is, and what it does next.

    `ended` says why it stopped by itself; empty while it runs, and where it was killed.
    """

    at: datetime
    process: str
    doing: str
    next_run: datetime | None = None
    last_run: datetime | None = None
    ended: str = ""


def beat(folder: Path, now: Heartbeat) -> None:
    """Write the sign of life.

    Refuses: a folder that cannot be written.
    """
    told = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(now).items()
    }
    write_text(folder / HEARTBEAT_NAME, json.dumps(told, indent=2) + "\n")


class Pulse:
    """Signs of life of one service, not more of them than are of use; none on recorded days."""

    def __init__(self, folder: Path, beats: bool) -> None:
        self._folder, self._beats = folder, beats
        self._last: datetime | None = None

    def give(self, now: Heartbeat) -> None:
        """Write the sign where the last one is old enough, or this is the last.

        Refuses: as `beat`.
        """
        last = self._last
        if self._beats and (now.ended or last is None or abs(now.at - last) >= BEAT):
            self._last = now.at
            beat(self._folder, now)


def read_heartbeat(folder: Path) -> Heartbeat | None:
    """The last sign of life; none where there is none that can be read."""
    try:
        told = json.loads((folder / HEARTBEAT_NAME).read_text(encoding="utf-8"))
        return Heartbeat(
            datetime.fromisoformat(told["at"]),
            str(told["process"]),
            str(told["doing"]),
            _moment(told["next_run"]),
            _moment(told["last_run"]),
            str(told["ended"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def silence(folder: Path, now: datetime, longest: timedelta) -> str:
    """Why the service does not seem to be at work; empty where it is."""
    last = read_heartbeat(folder)
    if last is None:
        return "it never was at work here, or its sign of life cannot be read"
    at = f"{last.at:%Y-%m-%d %H:%M} UTC"
    if last.ended:
        return f"it ended at {at}: {last.ended}"
    if last.at - now > AHEAD_MAX:
        return f"its last sign of life is of {at}, which is still to come: a clock was set"
    if now - last.at > longest:
        minutes = (now - last.at) / timedelta(minutes=1)
        bound = longest / timedelta(minutes=1)
        return (
            f"its last sign of life is of {at}, {minutes:,.0f} minutes ago, and {bound:,.0f} are "
            f"the bound; it was {last.doing} as {last.process}"
        )
    return ""
