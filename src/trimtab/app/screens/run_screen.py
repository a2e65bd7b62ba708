"""The screen of `trimtab run`."""

from __future__ import annotations

from trimtab.app.called_as import called_as
from trimtab.app.live.running import RunResult
from trimtab.app.screens.live_screen import show_approval, show_orders, show_sync
from trimtab.app.screens.words import console, paragraph

__all__ = ["show_run"]


def show_run(result: RunResult, folder: str) -> None:
    """Print what was decided, what waits, what was ordered and what became of it."""
    out = console()
    disputed = [one for one in result.looks if not one.agrees]
    if disputed:
        show_sync(disputed)
        out.print()
    if result.opens is not None:
        words = f"The market is closed until {result.opens:%Y-%m-%d %H:%M} UTC; nothing is sent."
        paragraph(out, words)
    elif result.decision is None and result.asked is not None:
        show_approval(result.asked, ())
        name = f"{called_as()} approve {result.asked.id} {folder}"
        paragraph(out, f"`{name}` lets it go on, then run again.")
    elif result.decision is not None:
        paragraph(out, result.decision.sentence)
    if result.tickets:
        out.print()
        show_orders(result.tickets, True)
    for one in result.findings:
        paragraph(out, f"{one}.", "yellow", indent=2, hang=2)
