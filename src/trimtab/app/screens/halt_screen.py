"""The screen of `trimtab halt`: what became of the orders that stood."""

from __future__ import annotations

from trimtab.app.live.halting import Canceled
from trimtab.app.screens.words import console, paragraph

__all__ = ["show_canceled"]


def show_canceled(found: Canceled) -> None:
    """Print what was canceled, what was not, and what to do about that."""
    out = console()
    if found.problem:
        words = f"Orders that stand could not be canceled from here: {found.problem}"
        paragraph(out, words, "red", hang=2)
        paragraph(out, "Cancel them at the broker; nothing new is sent.", "red", hang=2)
        return
    if not found.stood:
        paragraph(out, "No order stands at a broker.")
        return
    gone = len(found.stood) - len(found.left)
    who = f", by {found.by}" if found.by else ""
    paragraph(out, f"{gone} of {len(found.stood)} orders that stood are closed{who}.")
    if found.left:
        words = f"Still standing: {', '.join(found.left)}. Run it again, or cancel at the broker."
        paragraph(out, words, "red", hang=2)
