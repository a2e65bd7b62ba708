"""The screen of a check of the audit.

Errors: none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trimtab.books.audit_chain import AuditCheck

__all__ = ["show_audit_check"]


def show_audit_check(found: AuditCheck) -> None:
    """Say whether an audit is whole, what is wrong with it, and where its chain ends."""
    from trimtab.app.screens.status_screen import show_findings
    from trimtab.app.screens.words import console

    out = console()
    if found.is_whole:
        out.print(f"The audit is whole: {found.count} record{'s' if found.count != 1 else ''}.")
    else:
        count = len(found.findings)
        out.print(f"The audit is not whole: {count} finding{'s' if count != 1 else ''}.")
    if found.left_out:
        out.print(f"It is the export of a part: {found.left_out} records are not in it.")
    show_findings(out, found.findings)
    out.print(f"Last hash: {found.head.hash} (record {found.head.count})", soft_wrap=True)
