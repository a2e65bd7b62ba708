"""The open breaks of a household, as the last import left them: read, and told of.

Errors: `InputError` for a file that was damaged.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from trimtab.app.text_files import read_text
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity

__all__ = ["BREAKS_FILE", "blocked_accounts", "break_findings", "open_breaks"]

BREAKS_FILE = "imports/breaks.json"


def open_breaks(folder: Path) -> tuple[Break, ...]:
    """The breaks that wait for an answer; none where nothing was imported.

    Refuses: a file that is none of ours.
    """
    path = folder / BREAKS_FILE
    if not path.exists():
        return ()
    try:
        rows = json.loads(read_text(path, "open breaks"))
        return tuple(Break(**(row | {"kind": BreakKind(row["kind"])})) for row in rows)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            "open breaks",
            f"the file is damaged ({error})",
            "",
            "remove it and run `trimtab breaks`, which finds them anew",
            file=str(path),
        ) from None


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
