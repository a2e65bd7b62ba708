"""The last look at a household's brokers, kept for those who ask later: what agreed, and since when
what does not.

`broker-looks.json` in the household's folder is written whenever the service or a person holds the
brokers against the books.  Nothing rests on it: where it is removed, the next look writes it anew.

Errors: `InputError` where it cannot be written; what cannot be read counts as no look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trimtab.app.live.syncing import AccountSync
from trimtab.app.text_files import write_text

__all__ = ["LOOKS_NAME", "KeptBreak", "KeptLook", "keep_looks", "read_looks", "since_when"]

LOOKS_NAME = "broker-looks.json"


@dataclass(frozen=True, slots=True)
class KeptBreak:
    """A disagreement of broker and books, and when it was first seen."""

    id: str
    instrument: str
    message: str
    remedy: str
    since: datetime


@dataclass(frozen=True, slots=True)
class KeptLook:
    """What the last look at an account came to; `problem` where it could not be compared."""

    account: str
    broker: str
    at: datetime
    agrees: bool
    problem: str
    breaks: tuple[KeptBreak, ...]


def keep_looks(folder: Path, looks: Sequence[AccountSync], now: datetime) -> tuple[KeptLook, ...]:
    """Keep what a look came to; a break that was there before is as old as it was.

    Accounts that were not looked at stay as they were.
    Refuses: a folder that cannot be written.
    """
    before = read_looks(folder)
    since = {one.id: one.since for look in before for one in look.breaks}
    fresh = {look.account: _kept(look, since, now) for look in looks}
    kept = tuple(fresh.pop(one.account, one) for one in before) + tuple(fresh.values())
    write_text(folder / LOOKS_NAME, json.dumps([_told(one) for one in kept], indent=2) + "\n")
    return kept


def read_looks(folder: Path) -> tuple[KeptLook, ...]:
    """The last look at each account; none where nobody looked, or the file is none of ours."""
    try:
        rows = json.loads((folder / LOOKS_NAME).read_text(encoding="utf-8"))
        return tuple(_look(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def since_when(looks: Sequence[KeptLook]) -> datetime | None:
    """Since when the oldest break is open; none where everything agrees."""
    return min((one.since for look in looks for one in look.breaks), default=None)


def _kept(look: AccountSync, since: Mapping[str, datetime], now: datetime) -> KeptLook:
    breaks = tuple(
        KeptBreak(one.id, one.instrument, one.message, one.remedy, since.get(one.id, now))
        for one in look.breaks
    )
    return KeptLook(look.account, look.broker, now, look.agrees, look.problem, breaks)


def _told(look: KeptLook) -> dict[str, object]:
    return {
        "account": look.account,
        "broker": look.broker,
        "at": look.at.isoformat(),
        "agrees": look.agrees,
        "problem": look.problem,
        "breaks": [
            {
                "id": one.id,
                "instrument": one.instrument,
                "message": one.message,
                "remedy": one.remedy,
                "since": one.since.isoformat(),
            }
            for one in look.breaks
        ],
    }


def _look(row: Mapping[str, object]) -> KeptLook:
    breaks = row["breaks"]
    if not isinstance(breaks, list):
        raise TypeError("breaks are a list")
    return KeptLook(
        str(row["account"]),
        str(row["broker"]),
        datetime.fromisoformat(str(row["at"])),
        row["agrees"] is True,
        str(row["problem"]),
        tuple(
            KeptBreak(
                str(one["id"]),
                str(one["instrument"]),
                str(one["message"]),
                str(one["remedy"]),
                datetime.fromisoformat(str(one["since"])),
            )
            for one in breaks
        ),
    )
