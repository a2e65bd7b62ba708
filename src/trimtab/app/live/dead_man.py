"""The dead man's alarm: whoever is not at work cannot tell, so that another process must.

It needs neither store nor mandate: the heartbeat and `live.toml` are enough.

Errors: those of `live.toml` and of its channels; a channel that fails is named, and tried again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from trimtab.app.live.alerts import OUTBOX_NAME, Alert, outbox_or_memory
from trimtab.app.live.channels import open_channels
from trimtab.app.live.heartbeat import read_heartbeat, silence
from trimtab.app.live.service_settings import AlertKind
from trimtab.app.live.settings import read_live
from trimtab.model.errors import InputError

__all__ = ["check_alive"]

ABOUT = "dead man"


def check_alive(folder: Path, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Why the service seems not to be at work, empty where it is; and the channels that failed.

    Each silence is told once.
    Refuses: a folder that is none, and channels that cannot be used.
    """
    if not folder.is_dir():
        fact = "there is no such folder"
        raise InputError(
            f"household folder {str(folder)!r}", fact, "", "name the household's folder"
        )
    settings = read_live(folder)
    silent = silence(folder, now, timedelta(minutes=settings.service.silent_minutes))
    rules = settings.alerts
    outbox, _ = outbox_or_memory(folder / OUTBOX_NAME)
    try:
        if silent:
            last = read_heartbeat(folder)
            state = "never" if last is None else last.at.isoformat()
            title = f"{folder.resolve().name}: the service is not at work"
            alert = Alert(AlertKind.DEAD_MAN, ABOUT, state, title, silent, now)
            outbox.tell(alert, rules.how(AlertKind.DEAD_MAN), rules.channels)
        else:
            outbox.over(ABOUT, now)
        outbox.deliver(open_channels(rules.channels), now)
        failed = {one.channel for one in outbox.recent(20) if one.error and one.sent_at is None}
    finally:
        outbox.close()
    return silent, tuple(sorted(failed))
