"""The screens of `trimtab policy`."""

from __future__ import annotations

from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.choosing.answer import Change, PolicyShown
from trimtab.app.choosing.today import Today, TodayLine
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, money, paragraph, percent
from trimtab.model.plans import Verdict

__all__ = ["show_change", "show_policy"]

WORDS = {
    Verdict.HOLD: "holds",
    Verdict.TRADE: "trades",
    Verdict.APPROVAL: "trades",
    Verdict.REFUSED: "a guard refuses",
    Verdict.INFEASIBLE: "cannot be met",
}


def show_policy(policy: PolicyShown, folder: str) -> None:
    """Print the policy that decides, its settings and what it does."""
    out = console()
    out.print(_title(policy))
    paragraph(out, policy.sentence, indent=2)
    for one in policy.settings:
        given = "" if one.is_given else "  (default)"
        paragraph(out, f"{one.name} = {one.value}{given}", "dim", indent=4, hang=2)
    hint = f"`{called_as()} policy NAME {folder}` chooses another; `{called_as()} policies` lists "
    paragraph(out, f"{hint}them.", "dim")


def show_change(change: Change, currency: str, is_written: bool) -> None:
    """Print what another policy changes today, and what became of the mandate."""
    out = console()
    out.print(_title(change.after))
    paragraph(out, change.after.sentence, indent=2)
    for one in change.after.settings:
        if one.is_given:
            paragraph(out, f"{one.name} = {one.value}", "dim", indent=4, hang=2)
    _show_today(change.today, currency)
    out.print()
    if change.removed:
        are = "is removed: it was" if len(change.removed) == 1 else "are removed: they were"
        paragraph(out, f"{', '.join(change.removed)} {are} for {change.before.name}.")
    if not change.is_new:
        paragraph(out, f"{change.path} says so already; nothing was written.")
    elif is_written:
        paragraph(out, f"Written to {change.path}.")
    else:
        paragraph(out, f"Nothing was written to {change.path}.")


def _title(policy: PolicyShown) -> Text:
    kind = "" if policy.name == policy.kind else f" ({policy.kind})"
    return Text(f"{policy.name}{kind}", style="bold")


def _show_today(today: Today, currency: str) -> None:
    out = console()
    heading(out, f"Today, {today.as_of}")
    if today.problem:
        paragraph(out, f"It cannot be said what changes: {today.problem}", indent=2, hang=2)
    lines = [line for line in (today.before, today.after) if line is not None]
    if not lines:
        return
    table = plain_table(
        ("Policy", "left"), ("", "left"), ("Trades", "right"), ("Turnover", "right"),
        ("Tax", "right"),
    )  # fmt: skip
    names = [line.policy for line in lines]
    for when, line in zip(("before", "after"), lines, strict=False):
        is_twice = names.count(line.policy) > 1
        name = f"{line.policy}, {when}" if is_twice else line.policy
        table.add_row(name, *_cells(line, currency))
    show_table(out, table)
    for line in lines:
        for finding in line.doubts:
            paragraph(out, f"{line.policy}: {finding}.", indent=2, hang=2)


def _cells(line: TodayLine, currency: str) -> tuple[str, str, str, str]:
    tax = money(line.tax, currency)
    return WORDS[line.verdict], str(line.trades), percent(line.turnover), tax
