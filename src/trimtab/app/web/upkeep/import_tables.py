"""What an import would come to, as tables: files, rows that nobody can take, accounts, holdings.

Errors: none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from trimtab.app.importing.as_json import kind_words
from trimtab.app.importing.mandate_additions import guessed_wrapper
from trimtab.app.importing.merge import Merge
from trimtab.app.importing.reading import Outcome
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.app.web.uploads import shown_name
from trimtab.model.breaks import Break
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = [
    "accounts_table",
    "breaks_table",
    "changed_holdings",
    "entries_table",
    "files_table",
    "holdings_table",
    "preview_tables",
    "rows_table",
]

ROWS_SHOWN = 60
ACCOUNTS_SHOWN = 3


def preview_tables(
    outcomes: Sequence[Outcome], merged: Merge | None, lots: Iterable[Lot]
) -> dict[str, Table]:
    """Every table of a preview by its id; `lots` are those that the household has now."""
    found = [files_table(outcomes), rows_table(outcomes)]
    if merged is not None:
        found += [accounts_table(merged), holdings_table(lots, merged), entries_table(merged)]
        found.append(breaks_table(merged.breaks))
    return {table.id: table for table in found}


def files_table(outcomes: Sequence[Outcome]) -> Table:
    """One row a file: what it is, and what became of its rows."""
    columns = (
        Column("file", "File"),
        Column("what", "What it is"),
        Column("accounts", "Accounts"),
        Column("day", "Day", Kind.DATE),
        Column("rows", "Rows", Kind.NUMBER),
        Column("taken", "Taken", Kind.NUMBER),
        Column("ignored", "Ignored", Kind.NUMBER),
        Column("breaks", "Not taken", Kind.NUMBER),
    )
    rows = []
    for one in outcomes:
        told = one.statement
        names = [account.name or account.id for account in told.accounts]
        whose = ", ".join(names[:ACCOUNTS_SHOWN])
        if len(names) > ACCOUNTS_SHOWN:
            whose += f" and {len(names) - ACCOUNTS_SHOWN} more"
        kinds = kind_words(told).replace("_", " ").replace("+", ", ")
        what = " · ".join(part for part in (told.broker, kinds) if part)
        if one.error is not None:
            what = f"{one.error.fact}. {_sentence(one.error.remedy)}".strip()
        cells = (one.path.name, what or "nothing known", whose, told.as_of, told.rows, told.taken)
        look = "" if one.error is None else "alert"
        rows.append(Row((*cells, len(told.ignored), len(told.breaks)), look))
    return Table("files", "Files, and what became of their rows", columns, tuple(rows))


def rows_table(outcomes: Sequence[Outcome]) -> Table:
    """Rows of known files that could not be taken, the first of them."""
    columns = (
        Column("file", "File"),
        Column("line", "Line", Kind.NUMBER),
        Column("row", "What is wrong"),
        Column("remedy", "What to do"),
    )
    found = [
        Row((one.path.name, row.line, row.text, row.remedy))
        for one in outcomes
        if one.error is None
        for row in one.statement.breaks
    ]
    more = len(found) - ROWS_SHOWN
    caption = "Rows that cannot be taken" + (f", and {more:,} more like these" if more > 0 else "")
    return Table("rows", caption, columns, tuple(found[:ROWS_SHOWN]), "Every row can be taken.")


def accounts_table(merged: Merge) -> Table:
    """What each account would hold, and what a new one is taken for."""
    columns = (
        Column("account", "Account"),
        Column("what", "What it is"),
        Column("lots", "Lots", Kind.NUMBER),
        Column("instruments", "Instruments", Kind.NUMBER),
        Column("cash", "Cash"),
    )
    new = {one.id: one for one in merged.new_accounts}
    lots: dict[str, list[str]] = defaultdict(list)
    cash: dict[str, list[str]] = defaultdict(list)
    if merged.done is not None:
        for lot in merged.done.ledger.lots.values():
            lots[lot.account].append(lot.instrument)
        for (account, code), amount in sorted(merged.done.ledger.cash.items()):
            cash[account].append(f"{code} {amount:,.2f}")
    rows = []
    for account in dict.fromkeys((*merged.accounts, *sorted(lots), *sorted(cash))):
        what = "in the mandate"
        if account in new:
            stated = new[account].stated
            label = stated.name or stated.id or new[account].broker
            wrapper = guessed_wrapper(f"{label} {stated.kind}").value
            what = f"new: {label} at {new[account].broker}, taken for {wrapper}"
        held = lots.get(account, [])
        rows.append(Row((account, what, len(held), len(set(held)), "; ".join(cash[account]))))
    return Table("accounts", "Accounts after it", columns, tuple(rows))


def holdings_table(lots: Iterable[Lot], merged: Merge) -> Table:
    """Units by account and instrument, now and after, where they differ."""
    columns = (
        Column("instrument", "Instrument"),
        Column("account", "Account"),
        Column("now", "Units now", Kind.QUANTITY),
        Column("after", "Units after", Kind.QUANTITY),
        Column("lots_now", "Lots now", Kind.NUMBER),
        Column("lots_after", "Lots after", Kind.NUMBER),
    )
    rows = [
        Row((name, account, before[0], then[0], before[1], then[1]))
        for account, name, before, then in changed_holdings(lots, merged)
    ]
    empty = "What is held stays as it is."
    return Table("holdings", "Holdings that change", columns, tuple(rows), empty)


NOTHING = (ZERO, 0)

Held = tuple[Decimal, int]
"""Units, and in how many lots."""


def changed_holdings(lots: Iterable[Lot], merged: Merge) -> Iterator[tuple[str, str, Held, Held]]:
    """Account and instrument with what is held now and after, where the two differ."""
    now, after = _units(lots), _units(merged.done.ledger.lots.values() if merged.done else ())
    for account, name in sorted({*now, *after}):
        before, then = now.get((account, name), NOTHING), after.get((account, name), NOTHING)
        if before != then:
            yield account, name, before, then


def _units(lots: Iterable[Lot]) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """Units and number of lots by account and instrument."""
    found: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for lot in lots:
        units, count = found.get((lot.account, lot.instrument), NOTHING)
        found[lot.account, lot.instrument] = units + lot.quantity, count + 1
    return found


def entries_table(merged: Merge) -> Table:
    """How many entries of each kind the journal would gain."""
    columns = (Column("kind", "Kind"), Column("entries", "New entries", Kind.NUMBER))
    rows = [Row((kind.replace("_", " "), count)) for kind, count in sorted(merged.added.items())]
    empty = "Nothing is new: all of it was imported before."
    return Table("entries", "Entries that the journal would gain", columns, tuple(rows), empty)


def breaks_table(breaks: Sequence[Break]) -> Table:
    """Open breaks, those that stop trading first."""
    columns = (
        Column("instrument", "Instrument"),
        Column("account", "Account"),
        Column("what", "What does not agree"),
        Column("stops", "Stops trading"),
        Column("remedy", "What to do"),
        Column("source", "Row"),
        Column("break", "Break"),
    )
    rows = tuple(
        Row(
            (
                one.instrument or "–",
                one.account,
                one.message,
                "in the account" if one.blocks else "",
                one.remedy,
                _source(one.source),
                one.id,
            )
        )
        for one in sorted(breaks, key=lambda one: not one.blocks)
    )
    return Table("breaks", "Open breaks", columns, rows, "Nothing is open.")


def _source(source: str) -> str:
    """Where a row stands, by the file's name alone."""
    name, mark, line = source.rpartition(":")
    return f"{shown_name(name)}:{line}" if mark and line.isdecimal() else shown_name(source or "–")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
