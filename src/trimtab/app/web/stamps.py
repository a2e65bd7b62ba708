"""Whether a household's files are still those that something was made from.

Errors: those of the system, for a file that may not be looked at.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.price_feed import PRICE_NAMES
from trimtab.app.trades_file import TRADES_NAME

__all__ = ["stamped"]

WATCHED = (
    MANDATE_NAME,
    LOTS_NAME,
    TRADES_NAME,
    *PRICE_NAMES,
    "actions.csv",
    "live.toml",
    "imports",
)
"""Files whose change makes a view anew."""


def stamped(folder: Path, day: date, more: Iterable[str] = ()) -> str:
    """A hash of the stamps of a folder's files, of `more` of them, and of the day."""
    parts, place = [day.isoformat()], str(folder)
    for name in (*WATCHED, *map(os.path.expanduser, more)):
        try:  # every page asks; paths as objects would take longer than the files
            found = os.stat(os.path.join(place, name))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            parts.append(name)
        else:
            parts.append(f"{name} {found.st_mtime_ns} {found.st_size}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
