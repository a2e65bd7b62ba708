"""What imports left open: the list of breaks.

Errors: a list that cannot be read is a mistake.
"""

from collections.abc import Iterator

from trimtab.app.doctor.reading import Examined
from trimtab.app.importing.open_breaks import open_breaks
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.findings import Finding, Severity

__all__ = ["break_findings"]

OF_LOTS = frozenset({BreakKind.BASIS, BreakKind.ACQUIRED})
"""Breaks that the lots themselves show; `lots` tells them by position, with the dollars."""


def break_findings(found: Examined) -> Iterator[Finding]:
    """One finding for each open break; those that stop trading are the gravest."""
    none: tuple[Break, ...] = ()
    lots = found.lots.lots if found.lots is not None else ()
    unknown = {(lot.account, lot.instrument) for lot in lots if not lot.is_known}
    for one in found.tried(lambda: open_breaks(found.folder), none):
        if one.kind in OF_LOTS and (one.account, one.instrument) in unknown:
            continue
        where = " in ".join(word for word in (one.instrument, one.account) if word)
        yield Finding(
            f"break_{one.kind}",
            Severity.REFUSAL if one.blocks else Severity.WARNING,
            where or one.source or "import",
            one.message + (", so the account is not traded" if one.blocks else ""),
            remedy=f"`trimtab breaks {found.folder}`"
            + (f": {one.remedy}" if one.remedy else " asks for the answer"),
        )
