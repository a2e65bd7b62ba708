"""What an import read and what it came to, for people.

Errors: none; it shows what it is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trimtab.app.importing.as_json import kind_words
from trimtab.app.importing.mandate_additions import guessed_wrapper
from trimtab.app.importing.merge import Merge
from trimtab.app.importing.names import NamedAccount
from trimtab.app.importing.reading import Outcome
from trimtab.books.ledger import Ledger
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.statements import Statement

__all__ = ["show_breaks", "show_files", "show_merge", "show_summary"]

BREAKS_SHOWN = 12
ACCOUNTS_SHOWN = 3
LOTS_SHOWN = 6
RULES_SHOWN = 4


def show_files(out: Console, outcomes: Sequence[Outcome]) -> None:
    """One line a file: what it is and what became of its rows; then what could not be taken."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("File", overflow="fold", ratio=1)
    for name in ("Rows", "Taken", "Ignored", "Breaks"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in outcomes:
        table.add_row(*_cells(one))
    out.print(table)
    out.print()
    for one in outcomes:
        _show_rest(out, one)


def _cells(one: Outcome) -> tuple[str, ...]:
    statement = one.statement
    accounts = [account.name or account.id for account in statement.accounts]
    whose = ", ".join(accounts[:ACCOUNTS_SHOWN])
    if len(accounts) > ACCOUNTS_SHOWN:
        whose += f" and {len(accounts) - ACCOUNTS_SHOWN} more"
    kinds = kind_words(statement).replace("_", " ").replace("+", ", ")
    day = "" if statement.as_of is None else statement.as_of.isoformat()
    told = " · ".join(part for part in (statement.broker, kinds, whose, day) if part)
    return (
        escape(f"{Path(statement.file).name}\n  {told or 'not known'}"),
        *(f"{n:,}" for n in (statement.rows, statement.taken)),
        *(f"{len(rows):,}" for rows in (statement.ignored, statement.breaks)),
    )


def _show_rest(out: Console, one: Outcome) -> None:
    """Rules that ignored rows, and rows that could not be taken."""
    statement = one.statement
    name = Path(statement.file).name
    if one.error is not None:
        out.print(f"\n{name}: {one.error.fact}. {_sentence(one.error.remedy)}", highlight=False)
        return
    rules = Counter(row.rule for row in statement.ignored if row.rule not in ("header", "empty"))
    if rules:
        words = ", ".join(f"{n} {rule}" for rule, n in rules.most_common(RULES_SHOWN))
        out.print(f"{name}: ignored {words}.", highlight=False)
    for row in statement.breaks[:BREAKS_SHOWN]:
        text = f"{name}:{row.line}: {row.text}. {_sentence(row.remedy)}"
        out.print(text.rstrip(), highlight=False, markup=False)
    more = len(statement.breaks) - BREAKS_SHOWN
    if more > 0:
        out.print(f"… and {more:,} more rows like these.", highlight=False)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def show_merge(out: Console, merge: Merge, statements: Sequence[Statement], written: bool) -> None:
    """What the household gained, and what its accounts hold now."""
    again = len(merge.seen_before)
    if again:
        which = "It was" if len(statements) == 1 else f"{again} of these files were"
        out.print(f"\n{which} imported before; only what is new is added.", highlight=False)
    if merge.done is not None:
        out.print()
        out.print(_account_table(merge, merge.done.ledger))
        count = sum(1 for entry in merge.entries if entry.postings)
        verb = "recorded" if written else "would be recorded"
        out.print(f"\n{count:,} {'entry' if count == 1 else 'entries'} {verb}.", highlight=False)
    for note in merge.notes:
        out.print(f"Note: {note}.", highlight=False, markup=False)


def _account_table(merge: Merge, ledger: Ledger) -> Table:
    """One line an account: lots, instruments, cash, and what a new one was taken for."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Account", overflow="fold", ratio=1)
    for name in ("Lots", "Instruments", "Cash"):
        table.add_column(name, justify="right", no_wrap=True)
    new = {one.id: one for one in merge.new_accounts}
    lots: dict[str, list[str]] = {}
    for lot in ledger.lots.values():
        lots.setdefault(lot.account, []).append(lot.instrument)
    cash: dict[str, list[str]] = {}
    for (account, code), amount in sorted(ledger.cash.items()):
        cash.setdefault(account, []).append(f"{amount:,.2f} {code}")
    for account in dict.fromkeys((*merge.accounts, *sorted(lots), *sorted(cash))):
        held = lots.get(account, [])
        table.add_row(
            escape(_account_words(account, new.get(account))),
            f"{len(held):,}",
            f"{len(set(held)):,}",
            "\n".join(cash.get(account, ["–"])),
        )
    return table


def _account_words(account: str, new: NamedAccount | None) -> str:
    if new is None:
        return account
    label = new.stated.name or new.stated.id or new.broker
    wrapper = guessed_wrapper(f"{label} {new.stated.kind}").value
    return f"{account}\n  new: {label} at {new.broker}, taken for {wrapper}"


def show_breaks(out: Console, breaks: Sequence[Break]) -> None:
    """Every open break, those that stop trading first."""
    if not breaks:
        return
    out.print(f"\n{_head(breaks)}:", highlight=False)
    for one in sorted(breaks, key=lambda one: not one.blocks):
        _show_break(out, one)


def show_summary(out: Console, breaks: Sequence[Break]) -> None:
    """Open breaks after an import: lots of unknown basis or day in one line, the first others."""
    if not breaks:
        return
    unknown = [one for one in breaks if one.kind in (BreakKind.BASIS, BreakKind.ACQUIRED)]
    others = [one for one in breaks if one not in unknown]
    out.print(f"\n{_head(breaks)}:", highlight=False)
    for one in sorted(others, key=lambda one: not one.blocks)[:BREAKS_SHOWN]:
        _show_break(out, one)
    if len(others) > BREAKS_SHOWN:
        out.print(f"  … and {len(others) - BREAKS_SHOWN:,} more", highlight=False)
    if unknown:
        places = dict.fromkeys(f"{one.instrument} in {one.account}" for one in unknown)
        shown = ", ".join(list(places)[:LOTS_SHOWN])
        more = f" and {len(places) - LOTS_SHOWN} more" if len(places) > LOTS_SHOWN else ""
        out.print(
            f"  {len(unknown):,} {'lot' if len(unknown) == 1 else 'lots'} of unknown basis or day "
            f"may not be sold where tax matters: {shown}{more}. "
            "Import the broker's lots or older transactions, or give them.",
            highlight=False,
            markup=False,
        )


def _head(breaks: Sequence[Break]) -> str:
    blocking = sum(1 for one in breaks if one.blocks)
    head = f"{len(breaks):,} open {'break' if len(breaks) == 1 else 'breaks'}"
    if not blocking:
        return head
    verb = "stops" if blocking == 1 else "stop"
    return f"{head}, {blocking:,} of which {verb} trading in the account until answered"


def _show_break(out: Console, one: Break) -> None:
    place = f"{one.account}: " if one.account else ""
    out.print(f"  {one.id}  {place}{one.message}", highlight=False, markup=False)
    out.print(f"             {_sentence(one.remedy)}", highlight=False, markup=False)
