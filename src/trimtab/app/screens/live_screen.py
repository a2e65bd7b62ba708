"""The screens of the live service: brokers, a look at them, orders, halts and approvals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, money, money_cents, paragraph, quantity

if TYPE_CHECKING:  # a screen pays only for what it shows
    from trimtab.app.live.reconciling import Reconciled
    from trimtab.app.live.replaying import Replayed
    from trimtab.app.live.settings import LiveSettings
    from trimtab.app.live.syncing import AccountSync
    from trimtab.books.order_states import Ticket
    from trimtab.model.live import Approval, ApprovalRequest, Halt

__all__ = [
    "show_approval",
    "show_approvals",
    "show_halts",
    "show_links",
    "show_orders",
    "show_reconciled",
    "show_replayed",
    "show_sync",
]


def show_links(settings: LiveSettings, unlinked: Sequence[str], folder: str) -> None:
    """Print which broker holds each account."""
    out = console()
    if settings.accounts:
        table = plain_table(("Account", "left"), ("Broker", "left"), ("Settings", "fold"))
        for link in settings.accounts:
            told = ", ".join(f"{key} = {value}" for key, value in link.settings.items())
            table.add_row(link.account, link.broker, told)
        show_table(out, table)
    if unlinked:
        hint = f"`{called_as()} broker add paper {folder}` links them to the paper broker."
        paragraph(out, f"Not linked: {', '.join(unlinked)}. {hint}")


def show_sync(found: Sequence[AccountSync]) -> None:
    """Print what each broker shows, and where it and the household disagree."""
    out = console()
    for one in found:
        heading(out, f"{one.account} at {one.broker}")
        if one.state is not None:
            count = len(one.state.positions)
            cash = ", ".join(
                money_cents(part.settled + part.unsettled, part.currency) for part in one.state.cash
            )
            orders = len(one.state.open_orders)
            words = f"{count} position{'s' if count != 1 else ''}, {cash or 'no'} cash"
            words += f", {orders} open order{'s' if orders != 1 else ''}"
            paragraph(out, f"{words}, at {_moment(one.state.at)}.", indent=2)
        if one.problem:
            paragraph(out, f"Not compared: {one.problem}", "red", indent=2, hang=2)
        elif one.agrees:
            paragraph(out, "Broker and household agree to the last unit.", "green", indent=2)
        for found_break in one.breaks:
            words = f"{found_break.message}. {found_break.remedy.capitalize()}."
            paragraph(out, words, "red", indent=2, hang=2)
        for note in one.notes:
            paragraph(out, f"{note}.", "yellow", indent=2, hang=2)
    if not all(one.agrees for one in found):
        out.print()
        paragraph(out, "Nothing is traded in an account that is not proven to agree.")


def show_reconciled(found: Reconciled) -> None:
    """Print the brokers against the books, and what was not looked at."""
    show_sync(found.accounts)
    out = console()
    out.print()
    count = f"{found.entries:,} entr{'y' if found.entries == 1 else 'ies'}"
    paragraph(out, f"Held against {found.books} ({count}).")
    if found.not_linked:
        paragraph(out, f"Not looked at, no broker is linked: {', '.join(found.not_linked)}.")


def show_orders(tickets: Sequence[Ticket], is_all: bool) -> None:
    """Print orders with where each stands."""
    out = console()
    if not tickets:
        paragraph(out, "No orders." if is_all else "No open orders; --all shows closed ones too.")
        return
    table = plain_table(
        ("Order", "left"), ("Account", "left"), ("Side", "left"), ("Quantity", "right"),
        ("Instrument", "left"), ("Limit", "right"), ("Filled", "right"), ("State", "left"),
    )  # fmt: skip
    for one in tickets:
        order = one.order
        wanted = order.quantity
        table.add_row(
            order.id,
            order.account,
            order.side.value,
            money(order.notional or 0) if wanted is None else quantity(wanted),
            order.instrument,
            "" if order.limit is None else quantity(order.limit),
            quantity(one.filled),
            one.state.value,
        )
    show_table(out, table)
    for one in tickets:
        if one.text:
            paragraph(out, f"{one.order.id}: {one.text}", "dim", indent=2, hang=2)


def show_halts(halts: Sequence[Halt]) -> None:
    """Print what is stopped now."""
    out = console()
    if not halts:
        paragraph(out, "Nothing is stopped.")
    for halt in halts:
        what = "everything" if halt.subject == "*" else halt.subject
        how = (
            "no new orders" if halt.kind.value == "new" else "nothing is sent, orders are canceled"
        )
        why = f": {halt.reason}" if halt.reason else ""
        paragraph(out, f"{what}: {how}; {halt.by}, {_moment(halt.at)}{why}", hang=2)


def show_approvals(
    requests: Sequence[tuple[ApprovalRequest, Sequence[Approval]]], is_all: bool
) -> None:
    """Print the questions to people, with what was said."""
    out = console()
    if not requests:
        paragraph(out, "Nothing waits for people." if not is_all else "Nobody was ever asked.")
        return
    for request, words in requests:
        show_approval(request, words)


def show_approval(request: ApprovalRequest, words: Sequence[Approval]) -> None:
    """Print one question as its approvers see it: sentence, trades, findings, words."""
    out, seen = console(), json.loads(request.seen)
    out.print()
    out.print(Text(f"{request.id}  {request.status.value}", style="bold"))
    paragraph(out, seen["sentence"], indent=2)
    table = plain_table(
        *(("", "left"), ("Trade", "left"), ("Account", "left"), ("Amount", "right")),
        *(("Tax", "right"), ("Clause", "left")),
    )
    for one in seen["trades"]:
        trade = f"{one['side']} {one['quantity']} {one['instrument']}"
        cells = (one["account"], money(float(one["amount"])), money(float(one["tax"])))
        table.add_row(one["id"], trade, *cells, one["clause"])
    show_table(out, table)
    for finding in seen["findings"]:
        paragraph(out, f"{finding}.", "dim", indent=2, hang=2)
    many = f"{request.needed} approval{'s' if request.needed != 1 else ''}"
    note = ", with a note" if request.note_required else ""
    until = f"asked {_moment(request.asked_at)}, lapses {_moment(request.lapses_at)}"
    paragraph(out, f"Needs {many}{note}; {until}.", indent=2)
    if request.reason:
        paragraph(out, f"{request.status.value.capitalize()}: {request.reason}.", indent=2)
    for word in words:
        said = f"{word.person} said {word.word.value} at {_moment(word.at)}"
        paragraph(out, f"{said}{': ' + word.note if word.note else ''}.", indent=2, hang=2)


def show_replayed(found: Replayed) -> None:
    """Print a question as it was shown, and whether the replay comes to the same."""
    show_approval(found.request, found.words)
    out = console()
    out.print()
    if found.is_same:
        words = "The replay comes to exactly what was shown, from what was stored with it."
        paragraph(out, words, "green")
    else:
        parts = ", ".join(found.differs) or "order or spelling"
        words = f"The replay comes to something else than what was shown: {parts}."
        paragraph(out, words, "red")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
