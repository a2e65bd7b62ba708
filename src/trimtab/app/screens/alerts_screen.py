"""The screen of `trimtab alerts`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from trimtab.app.live.alerts import ATTEMPTS_MAX, Told
from trimtab.app.screens.words import console, paragraph

__all__ = ["show_alerts"]


def show_alerts(found: Sequence[Told], channels: Sequence[str]) -> None:
    """Print alerts, the newest first, and what became of each on each channel."""
    out = console()
    if not found:
        paragraph(out, "Nobody was told anything yet.")
    last = 0
    for one in found:
        if one.number != last:
            last = one.number
            out.print(Text(f"{_moment(one.at)}  {one.title}", style="bold"))
            for line in one.text.splitlines():
                paragraph(out, line, indent=2, hang=2)
        if one.channel:
            style = "" if one.sent_at else "red" if one.error else "yellow"
            paragraph(out, _delivery(one), style, indent=2, hang=2)
    told = ", ".join(channels) or "none: nothing leaves this machine"
    paragraph(out, f"Channels: {told}.")


def _delivery(one: Told) -> str:
    if one.sent_at is not None:
        return f"{one.channel}: sent {_moment(one.sent_at)}."
    if one.attempts >= ATTEMPTS_MAX:
        return f"{one.channel}: given up after {one.attempts} times: {one.error}."
    if one.attempts:
        return f"{one.channel}: not yet, after {one.attempts}: {one.error}."
    return f"{one.channel}: waits."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
