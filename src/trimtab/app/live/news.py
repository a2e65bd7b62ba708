"""What a steward tells of, and under which name each thing is told only once.

Errors: none, as `Teller`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from trimtab.app.live.looks import keep_looks
from trimtab.app.live.reports import (
    approval_text,
    break_text,
    decided,
    orders_text,
    orders_title,
    weekly_text,
)
from trimtab.app.live.service import Service
from trimtab.app.live.service_settings import AlertKind
from trimtab.app.live.syncing import AccountSync
from trimtab.app.live.telling import Teller
from trimtab.app.live.week_files import week_files
from trimtab.books.order_states import Ticket
from trimtab.model.errors import InputError
from trimtab.model.live import ApprovalRequest, Halt
from trimtab.model.schedule import ReportRhythm

__all__ = ["News"]


class News:
    """One household's news."""

    def __init__(self, teller: Teller, folder: Path) -> None:
        self.teller, self._folder = teller, folder

    def breaks(self, looks: Sequence[AccountSync], now: datetime) -> None:
        """Accounts that are not proven to agree, or that all do."""
        with suppress(InputError):  # a folder that cannot be written; what was found is told
            keep_looks(self._folder, looks, now)
        self._notes(looks, now)
        text = break_text(looks)
        if not text:
            if self.teller.over("breaks", now):
                self.teller.say(now, "every account agrees with its broker")
            return
        count = sum(not one.agrees for one in looks)
        title = f"{count} account{'s are' if count != 1 else ' is'} not proven to agree"
        self.teller.tell(AlertKind.TROUBLE, "breaks", text, title, text, now)

    def _notes(self, looks: Sequence[AccountSync], now: datetime) -> None:
        """What deserves a look in accounts that agree: a clock that is off, trading blocked."""
        lines = [f"{one.account} at {one.broker}: {note}" for one in looks for note in one.notes]
        if not lines:
            self.teller.over("notes", now)
            return
        text = "\n".join(lines)
        self.teller.tell(AlertKind.TROUBLE, "notes", text, lines[0], text, now)

    def halts(self, halts: Sequence[Halt], now: datetime) -> None:
        """What is stopped, or that nothing is any more."""
        if not halts:
            if self.teller.over("halts", now):
                self.teller.say(now, "no halt stands")
            return
        told = "; ".join(f"{one.subject}: {one.kind.value} by {one.by}" for one in halts)
        reasons = "\n".join(f"{one.subject}: {one.reason or 'no reason said'}" for one in halts)
        title = f"trading is halted ({told})"
        self.teller.tell(AlertKind.TROUBLE, "halts", told, title, reasons, now)

    def question(self, request: ApprovalRequest, now: datetime) -> None:
        """What waits for people, or what became of it."""
        state, reason = request.status.value, f": {request.reason}" if request.reason else ""
        title = f"{request.id} is {state}{reason}"
        text = approval_text(request, str(self._folder))
        self.teller.tell(AlertKind.APPROVALS, f"approval {request.id}", state, title, text, now)

    def orders(self, cycle: str, tickets: Sequence[Ticket], now: datetime) -> None:
        """What became of a cycle's orders."""
        if tickets:
            title, text = orders_title(tickets), orders_text(tickets)
            self.teller.tell(AlertKind.ORDERS, f"orders {cycle}", title, title, text, now)

    def week(self, service: Service, day: date, now: datetime) -> None:
        """The report of a week, once; what a person reads at leisure is in the folder."""
        year, week, _ = day.isocalendar()
        is_monthly = service.loaded.mandate.schedule.report is ReportRhythm.MONTHLY
        state = f"{year}-W{week:02d}"
        title = f"the {'month' if is_monthly else 'week'} until {day}"
        if self.teller.state("weekly", now) != state:
            made = decided(service.loaded)
            text = weekly_text(service.loaded, *made)
            written = week_files(service, day, state, *made)
            self.teller.tell(AlertKind.WEEKLY, "weekly", state, title, f"{text}\n{written}", now)

    def stuck(self, fact: str, now: datetime) -> None:
        """What keeps the household from being worked."""
        title = f"it cannot go on and tries again: {fact.partition('. ')[0]}"
        self.teller.tell(AlertKind.TROUBLE, "work", fact, title, fact, now)

    def goes_on(self, now: datetime) -> None:
        """That nothing keeps it any more."""
        if self.teller.over("work", now):
            self.teller.say(now, "it goes on")
