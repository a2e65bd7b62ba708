"""The open breaks of a household, as the last import left them: read, and told of.

Errors: `InputError` for a file that was damaged.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from trimtab.app.text_files import read_text
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity

__all__ = [
    "BREAKS_FILE",
    "SINCE",
    "blocked_accounts",
    "break_findings",
    "first_found",
    "open_breaks",
    "open_since",
    "since_in",
]

BREAKS_FILE = "imports/breaks.json"
SINCE = "since"
"""The key of a row in that file which says on which day its break was found first."""


def open_breaks(folder: Path) -> tuple[Break, ...]:
    """The breaks that wait for an answer; none where nothing was imported.

    Refuses: a file that is none of ours.
    """
    path = folder / BREAKS_FILE
    if not path.exists():
        return ()
    try:
        rows = json.loads(read_text(path, "open breaks"))
        return tuple(Break(**(_of_break(row) | {"kind": BreakKind(row["kind"])})) for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "open breaks",
            f"the file is damaged ({error})",
            "",
            "remove it and run `trimtab breaks`, which finds them anew",
            file=str(path),
        ) from None


def _of_break(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != SINCE}


def open_since(folder: Path) -> Mapping[str, date]:
    """Since which day each break is open, by its id; an older Trimtab did not note it.

    Of a damaged file nothing is known: whoever reads the breaks themselves is told.
    """
    try:
        return since_in((folder / BREAKS_FILE).read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def since_in(text: str) -> Mapping[str, date]:
    """As `open_since`, of the file's text."""
    rows = json.loads(text)
    return {row["id"]: date.fromisoformat(row[SINCE]) for row in rows if SINCE in row}


def first_found(folder: Path, breaks: Iterable[Break], today: date) -> dict[str, date]:
    """On which day each of these breaks was found first; today where it is new.

    A later list that disagrees about the same holding is the same break, whatever its figures.
    """
    known = open_since(folder)
    before = open_breaks(folder) if known else ()
    places: dict[tuple[BreakKind, str, str], date] = {}
    for one in before:
        if one.instrument and one.id in known:
            at = (one.kind, one.account, one.instrument)
            places[at] = min(known[one.id], places.get(at, today))
    return {
        one.id: known.get(one.id) or places.get((one.kind, one.account, one.instrument), today)
        for one in breaks
    }


def blocked_accounts(breaks: Sequence[Break], accounts: Iterable[str]) -> dict[str, str]:
    """Accounts in which nothing may be traded, each with the reason in words."""
    blocked = {}
    for account in accounts:
        touching = [one for one in breaks if one.touches(account)]
        if touching:
            more = f", and {len(touching) - 1} more" if len(touching) > 1 else ""
            blocked[account] = touching[0].message + more
    return blocked


def break_findings(breaks: Sequence[Break], blocked: Iterable[str]) -> Iterable[Finding]:
    """One finding for each account in which nothing is traded, with how many breaks touch it."""
    for account in blocked:
        kinds = Counter(one.kind.value.replace("_", " ") for one in breaks if one.touches(account))
        words = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        yield Finding(
            "open_breaks",
            Severity.WARNING,
            f"account {account}",
            f"nothing is traded in it while breaks are open: {words}",
            actual=f"{kinds.total()} open",
            bound="none",
            remedy="answer them with `trimtab breaks`",
            clause="open breaks",
        )
