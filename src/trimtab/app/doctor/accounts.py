"""Accounts: when each was last seen, which hold nothing, and which were never loaded.

An account was seen when a broker's file told of it, when an entry of the journal or a recent trade
moved something in it, and, where there is none of these, when its owner last saved lots.csv.

Errors: none; findings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from trimtab.app.corporate_events import PREFIX
from trimtab.app.doctor.reading import Examined
from trimtab.app.lots_file import LOTS_NAME
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import total

__all__ = ["UNSEEN_DAYS_MAX", "AccountFact", "account_facts", "account_findings"]

UNSEEN_DAYS_MAX = 45
"""A month's statement, and two weeks to fetch it."""


@dataclass(frozen=True, slots=True)
class AccountFact:
    """What is known of one account; `seen` is the last day that something told of it, `by` what.

    Unit: `value` of its lots in base currency, where every price is known.
    """

    id: str
    seen: date | None
    by: str
    lots: int
    value: Decimal | None


def account_facts(found: Examined, entries: tuple[Entry, ...]) -> tuple[AccountFact, ...]:
    """Each account of the mandate, in its order."""
    file, lots = found.mandate_file, found.lots
    if file is None:
        return ()
    ids = tuple(account.id for account in file.household.accounts)
    seen = _seen(found, entries, ids)
    facts = []
    for name in ids:
        own = [lot for lot in lots.lots if lot.account == name] if lots is not None else []
        values = [found.value(lot) for lot in own]
        known = [value for value in values if value is not None]
        worth = total(known) if len(known) == len(own) else None
        day, by = seen.get(name, (None, ""))
        facts.append(AccountFact(name, day, by, len(own), worth))
    return tuple(facts)


def account_findings(
    found: Examined, entries: tuple[Entry, ...], days_max: int = UNSEEN_DAYS_MAX
) -> Iterator[Finding]:
    """Accounts that nothing told of for long, that hold nothing, or that are not loaded."""
    file = found.mandate_file
    if file is None:
        return
    with_cash = {one.account for one in found.lots.cash if one.amount} if found.lots else set()
    for fact in account_facts(found, entries):
        if found.lots is not None and not fact.lots and fact.id not in with_cash:
            yield Finding(
                "account_empty",
                Severity.WARNING,
                f"account {fact.id}",
                "lots.csv has neither lots nor cash of it",
                remedy="import its file (`trimtab import FILE`), or take it out of the mandate",
            )
        elif fact.seen is not None and (found.as_of - fact.seen).days > days_max:
            age = (found.as_of - fact.seen).days
            yield Finding(
                "account_unseen",
                Severity.WARNING,
                f"account {fact.id}",
                f"nothing told of it since {fact.seen} ({fact.by}), {age} days; "
                f"at most {days_max} days are well",
                actual=f"{age} days",
                bound=f"at most {days_max} days",
                remedy="download its positions and transactions, then `trimtab import FILE`",
            )
    yield from _coverage(found)


def _coverage(found: Examined) -> Iterator[Finding]:
    """Accounts that wash-sale answers do not see."""
    file = found.mandate_file
    if file is None:
        return
    loaded = {word.lower() for one in file.household.accounts for word in (one.id, one.name)}
    for name in file.household.not_loaded:
        if name.lower() in loaded:
            yield Finding(
                "not_loaded_but_loaded",
                Severity.WARNING,
                f"account {name}",
                "not_loaded names it, and the mandate has it as an account",
                remedy="take it out of [household] not_loaded",
            )
        else:
            yield Finding(
                "not_loaded",
                Severity.NOTE,
                f"account {name}",
                "it is not loaded, so purchases in it that disallow a loss are not seen",
                remedy="import its files too, or mind what it buys within 30 days of a loss",
            )


def _seen(
    found: Examined, entries: tuple[Entry, ...], ids: tuple[str, ...]
) -> dict[str, tuple[date, str]]:
    """The last day that each account was seen, and by what."""
    seen: dict[str, tuple[date, str]] = {}

    def keep(account: str, on: date | None, by: str) -> None:
        if on is not None and on <= found.as_of and (account not in seen or on > seen[account][0]):
            seen[account] = on, by

    for statement in found.statements:
        moved = [row.on for row in statement.transactions]
        on = statement.as_of or max(moved, default=None)
        for account in statement.accounts:
            name = found.names.account(statement.broker, account, ids)
            keep(name, on, f"imported {Path(statement.file).name}")
    for entry in entries:
        is_told = not entry.id.startswith(f"{PREFIX} ")  # what a feed knows says nothing of it
        if entry.kind is not EntryKind.DECISION and is_told:
            for leg in entry.postings:
                keep(leg.place, entry.on, "journal")
    for trade in found.trades:
        keep(trade.account, trade.on, "trades.csv")
    path = found.folder / LOTS_NAME
    if path.exists():
        saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
        for name in ids:
            if name not in seen:
                keep(name, min(saved, found.as_of), f"{LOTS_NAME} was saved")
    return seen
