"""`/households/{household}/snapshots`: all that was known at a moment.

Errors: problems; a cycle of another household is not there.
"""

from __future__ import annotations

from trimtab.app.web.api.answers import (
    CURRENT,
    is_kept,
    kept_snapshot,
    snapshot_answer,
    snapshot_lines,
)
from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_household import Snapshot, SnapshotLine, SnapshotPage
from trimtab.app.web.api_v1.problems import not_found
from trimtab.app.web.security.gate import Viewing

__all__ = ["ROUTER"]

ROUTER = resource("snapshots", "/households/{household}/snapshots")


@ROUTER.get("")
def list_snapshots(
    seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> SnapshotPage:
    """The current snapshot, then those of cycles that asked people, the latest first."""
    lines = [SnapshotLine(id=CURRENT, as_of=seen.one.view().loaded.snapshot.as_of)]
    with live_service(seen.one) as service:
        if service is not None:
            lines += snapshot_lines(service)
        found, behind = page_of(lines, lambda one: one.id, cursor, limit)
        if service is not None:
            found = [one for one in found if one.id == CURRENT or is_kept(service, one.id)]
    return SnapshotPage(items=found, next_cursor=behind)


@ROUTER.get("/{snapshot:path}")
def get_snapshot(seen: Viewing, snapshot: str) -> Snapshot:
    """Lots, cash and prices: `current`, or what a cycle observed."""
    if snapshot == CURRENT:
        return snapshot_answer(seen.one.view().loaded.snapshot, CURRENT)
    with live_service(seen.one) as service:
        if service is None:
            raise not_found(f"snapshot {snapshot!r}", f"there is only {CURRENT!r}")
        return kept_snapshot(service, snapshot)
