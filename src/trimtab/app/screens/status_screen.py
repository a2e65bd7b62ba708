"""The screen of `trimtab status`."""

from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.finding_words import numbers_of
from trimtab.app.positions import price_words
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import (
    console,
    heading,
    money,
    paragraph,
    percent,
    points,
    quantity,
    until_words,
)
from trimtab.app.status import Status, WindowStanding
from trimtab.model.findings import Finding
from trimtab.model.mandate import CashFlow

__all__ = ["show_findings", "show_flows", "show_prices", "show_standing", "show_status"]

LOSSES_SHOWN_MAX = 10


def show_status(status: Status, folder: str) -> None:
    """Print where a household stands."""
    out = console()
    show_standing(out, status)
    show_flows(out, status.flows, status)
    _losses(out, status)
    _near_long_term(out, status)
    _windows(out, status)
    show_findings(out, status.findings)
    out.print()
    where = "" if folder == "." else f" {folder}"
    next_step = f"`{called_as()} plan{where}` says what to do about it."
    if not status.value:
        reader = f"`{called_as()} check{where}`"
        next_step = f"Once it holds something, {reader} reads all files for mistakes."
    paragraph(out, next_step, "dim")


def show_standing(out: Console, status: Status) -> None:
    """Print values, accounts and targets."""
    currency = status.base_currency
    out.print(Text(f"{status.name}, {status.as_of}", style="bold"))
    count = len(status.accounts)
    paragraph(
        out,
        f"Worth {money(status.value, currency)} in {count} account{'s' if count != 1 else ''}, "
        f"of it {money(status.cash, currency)} in cash.",
    )
    show_prices(out, status)
    out.print()
    table = plain_table(
        ("Account", "fold"),
        ("Owner", "fold"),
        ("Kind", "left"),
        ("Value", "right"),
        ("Cash", "right"),
        ("Share", "right"),
    )
    for row in status.accounts:
        table.add_row(
            Text(row.account.label),
            Text(row.account.owner),
            row.account.wrapper.value,
            money(row.value, currency),
            money(row.cash, currency),
            percent(row.weight),
        )
    show_table(out, table)
    out.print()
    _targets(out, status)


def show_prices(out: Console, status: Status) -> None:
    """Print how old the prices are that every figure rests on, and where they come from."""
    if status.prices:
        paragraph(out, price_words(status.prices), "dim")


def _targets(out: Console, status: Status) -> None:
    table = plain_table(
        ("Target", "fold"),
        ("Wanted", "right"),
        ("Held", "right"),
        ("Drift", "right"),
        ("Band", "right"),
        ("", "left"),
    )
    for row in status.targets:
        table.add_row(
            Text(row.name),
            percent(row.weight),
            percent(row.actual),
            points(row.drift),
            f"±{float(row.band) * 100:.1f}",
            Text(row.words, style="yellow" if row.is_out else "green"),
        )
    cash = status.weight(status.cash)
    drift = cash - status.cash_wanted
    table.add_row("cash", percent(status.cash_wanted), percent(cash), points(drift), "", "")
    for name, value in status.untargeted:
        weight = status.weight(value)
        words = Text("in no target", style="yellow")
        table.add_row(Text(name), percent(0), percent(weight), points(weight), "", words)
    show_table(out, table)
    if status.value:
        moved = money(status.drift_total * status.value, status.base_currency)
        paragraph(out, f"Out of place: {percent(status.drift_total)}, or {moved}.")


def show_flows(out: Console, flows: tuple[CashFlow, ...], status: Status) -> None:
    """Print money that is to come or needed."""
    if not flows:
        return
    heading(out, "Money expected")
    for flow in flows:
        asked_now = "withdrawal" if flow.amount < 0 else "deposit"
        name = asked_now if flow.clause == "flows" else flow.clause.removeprefix("flows.")
        what = "needed" if flow.amount < 0 else "coming in"
        amount = money(abs(flow.amount), status.base_currency)
        when = f" by {flow.due}, {until_words(flow.due, status.as_of)}" if flow.due else ""
        where = f" ({flow.account})" if flow.account else ""
        paragraph(out, f"{name}: {amount} {what}{when}{where}", indent=2)


def _losses(out: Console, status: Status) -> None:
    if not status.losses:
        return
    heading(out, "Losses worth taking for tax")
    table = plain_table(
        ("  Lot", "fold"), ("Value", "right"), ("Loss", "right"), ("", "right"), ("", "left")
    )
    for row in status.losses[:LOSSES_SHOWN_MAX]:
        words = row.term.value if row.term else ""
        if row.washed_quantity:
            words += f", {quantity(row.washed_quantity)} of {quantity(row.lot.quantity)} washed"
        table.add_row(
            Text(f"  {row.lot.id}"),
            money(row.value, status.base_currency),
            money(-row.loss, status.base_currency),
            percent(-row.fraction),
            words,
        )
    show_table(out, table)
    whole = money(sum(row.loss for row in status.losses), status.base_currency)
    count = len(status.losses)
    more = f", the largest {LOSSES_SHOWN_MAX} shown" if count > LOSSES_SHOWN_MAX else ""
    lots = f"{count} lot{'s' if count != 1 else ''}"
    paragraph(out, f"{whole} in {lots}{more}.", "dim", indent=2)


def _near_long_term(out: Console, status: Status) -> None:
    if not status.near_long_term:
        return
    heading(out, "Gains about to become long-term")
    for lot, gain, first in status.near_long_term:
        amount = money(gain, status.base_currency)
        when = until_words(first, status.as_of)
        paragraph(out, f"{lot.id}: {amount}, long-term from {first}, {when}", indent=2)


def _windows(out: Console, status: Status) -> None:
    heading(out, "Wash-sale windows")
    for window in status.windows:
        paragraph(out, _window_words(window, status), indent=2)
    if not status.windows:
        paragraph(out, "None is open.", indent=2)
    seen = f"Looked at {', '.join(status.coverage.accounts)} from {status.coverage.window_from}"
    if status.coverage.not_loaded:
        seen += f"; not loaded: {', '.join(status.coverage.not_loaded)}"
    paragraph(out, f"{seen}.", "dim", indent=2)


def _window_words(window: WindowStanding, status: Status) -> str:
    units = f"{quantity(window.quantity)} {window.instrument}"
    if window.bars == "sale":
        fate = "is lost for good" if window.permanent else "is deferred"
        return (
            f"{window.account} bought {units} on {window.on}: until {window.until} a loss on as "
            f"many {fate}."
        )
    loss = money(window.loss or 0, status.base_currency)
    return (
        f"{window.account} sold {units} on {window.on} at a loss of {loss}: until "
        f"{window.until} buying it in any account takes the loss away."
    )


def show_findings(out: Console, findings: tuple[Finding, ...]) -> None:
    """Print findings, each with its bound and remedy; one remedy of several is told once."""
    if not findings:
        return
    heading(out, "Findings")
    for finding, following in zip_longest(findings, findings[1:]):
        text = f"{finding.severity.name.lower()}: {finding}"
        if numbers := numbers_of(finding):
            text += f" {numbers}"
        told_below = following is not None and (following.code, following.remedy) == (
            finding.code,
            finding.remedy,
        )
        if finding.remedy and not told_below:
            text += f". {finding.remedy[0].upper()}{finding.remedy[1:]}"
        paragraph(out, f"{text}.", indent=2)
