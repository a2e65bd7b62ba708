"""From brokers' statements to entries of the journal: what is new, and what does not agree.

An account that has lists (positions, lots) is opened with the latest of them; transactions after
that day are booked, those before it are history, from which lots of unknown day are rebuilt where
they add up to the position.  An account of which only transactions are seen is booked from its
first.  Running it again on the same statements adds nothing.

Errors: none for what statements say; that becomes a break.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from trimtab.books.booking import book_rows
from trimtab.books.corrections import lots_set_aside
from trimtab.books.entries import decision, opening_lot
from trimtab.books.holding_breaks import QUANTITY_SLACK, outdated_lots
from trimtab.books.holdings import Holdings, latest_holdings
from trimtab.books.ledger import OUTSIDE_PLACES, Books, Ledger
from trimtab.books.reconcile import open_account, reconcile_account
from trimtab.books.statement_facts import Booked, Currencies
from trimtab.books.statement_rows import StatementRow, renamed, renamed_row, told_apart
from trimtab.model.breaks import ANSWERED, TAKEN, Break
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.lots import Lot
from trimtab.model.money import total
from trimtab.model.statements import StatedGain, StatedInstrument, Statement

__all__ = ["FromStatements", "book_statements"]

OPENED = "account opened"
BY_TRANSACTIONS = "transactions"
LOTS_COUNT = "lots"
COST_SLACK = Decimal("0.005")
"""By how much of its cost a position's rebuilt lots may differ from what the broker shows."""


@dataclass(slots=True)
class FromStatements:
    """What statements came to: entries to append, open breaks, and the books after them.

    `rows` are all transactions, told apart; `history` those that were before their account opened;
    `rates` what a unit of other currencies is worth in the base currency, with the day of each.
    """

    ledger: Ledger
    entries: list[Entry] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    rows: Sequence[StatementRow] = ()
    history: Sequence[StatementRow] = ()
    gains: Sequence[StatedGain] = ()
    holdings: Mapping[str, Holdings] = field(default_factory=dict)
    rates: Mapping[str, tuple[date, Decimal]] = field(default_factory=dict)

    def take(self, booked: Booked) -> None:
        """Keep entries and breaks of one step."""
        self.entries += booked.entries
        self.breaks += booked.breaks


def book_statements(
    statements: Sequence[Statement],
    past: Sequence[Entry],
    ledger: Ledger,
    currencies: Currencies,
    today: date,
    rename: Callable[[StatedInstrument], StatedInstrument] = lambda instrument: instrument,
) -> FromStatements:
    """Entries and breaks of statements in the household's own names, after the journal so far.

    `ledger` is what those entries come to, and is booked on; `rename` gives instruments the
    household's ids.  Rows are told apart by the broker's own names, so that a name that changes
    later makes no row a new one.
    """
    rows = told_apart((one.file, one.transactions) for one in statements)
    statements = [renamed(one, rename) for one in statements]
    done = FromStatements(
        ledger,
        rows=[replace(row, transaction=renamed_row(row.transaction, rename)) for row in rows],
        gains=_distinct(statements),
        holdings=latest_holdings(statements, today),
        rates=_rates(statements, currencies.base, today),
    )
    opened = _opened(past)
    listed = {entry.details[OPENED] for entry in past if OPENED in entry.details}
    fresh = _open_accounts(done, opened, currencies)
    bookable: list[StatementRow] = []
    before: list[StatementRow] = []
    for row in done.rows:
        since = opened[row.transaction.account]
        (bookable if since is None or row.transaction.on > since else before).append(row)
    done.history = before
    done.take(book_rows(ledger, bookable, done.gains, currencies, past))
    _rebuild(done, currencies)
    by_day: dict[date, list[Holdings]] = defaultdict(list)
    for account, holdings in done.holdings.items():
        since = opened[account]
        is_older = account in listed and since is not None and holdings.as_of < since
        if account not in fresh and not is_older:
            by_day[holdings.as_of].append(holdings)
    for day, lists in by_day.items():
        _reconcile(done, day, lists, past, currencies)
    return done


def _rates(
    statements: Sequence[Statement], base: str, today: date
) -> dict[str, tuple[date, Decimal]]:
    """The latest rates of reports that are in the base currency themselves."""
    found: dict[str, tuple[date, Decimal]] = {}
    for statement in sorted(statements, key=lambda one: one.as_of or today):
        if statement.rates.get(base) == 1:
            day = statement.as_of or today
            found |= {code: (day, rate) for code, rate in statement.rates.items() if code != base}
    return found


def _distinct(statements: Sequence[Statement]) -> tuple[StatedGain, ...]:
    """Realised gains, those of overlapping files once."""
    found: dict[tuple[object, ...], StatedGain] = {}
    for statement in statements:
        count: dict[tuple[object, ...], int] = defaultdict(int)
        for gain in statement.gains:
            content = (
                *(gain.account, gain.instrument.symbol, gain.quantity, gain.acquired, gain.sold),
                *(gain.proceeds, gain.cost),
            )
            count[content] += 1
            found.setdefault((*content, count[content]), gain)
    return tuple(found.values())


def _opened(past: Sequence[Entry]) -> dict[str, date | None]:
    """The day each account was opened with lists, `None` where by its transactions."""
    opened: dict[str, date | None] = {}
    for entry in past:
        account = entry.details.get(OPENED)
        if account is not None:
            by_rows = entry.details.get("by") == BY_TRANSACTIONS
            opened[account] = None if by_rows else entry.on
        for posting in entry.postings:
            if posting.place not in OUTSIDE_PLACES:
                opened.setdefault(posting.place, entry.on)
    return opened


def _open_accounts(
    done: FromStatements, opened: dict[str, date | None], currencies: Currencies
) -> set[str]:
    """Open the accounts that are new; those opened with lists are given back."""
    fresh = set()
    for account, holdings in done.holdings.items():
        if account not in opened:
            opened[account] = holdings.as_of
            fresh.add(account)
            _note_opened(done, account, holdings.as_of, "lists")
            done.take(open_account(done.ledger, holdings, currencies))
    for row in done.rows:
        account = row.transaction.account
        if account not in opened:
            opened[account] = None
            _note_opened(done, account, row.transaction.on, BY_TRANSACTIONS)
    return fresh


def _note_opened(done: FromStatements, account: str, on: date, by: str) -> None:
    entry = decision(f"{OPENED} {account}", on, {OPENED: account, "by": by})
    done.ledger.apply(entry)
    done.entries.append(entry)


def _rebuild(done: FromStatements, currencies: Currencies) -> None:
    """Put lots of unknown day right where the transactions before them make them up exactly."""
    by_place: dict[tuple[str, str], list[StatementRow]] = defaultdict(list)
    for row in done.history:
        one = row.transaction
        if one.instrument is not None:
            by_place[one.account, one.instrument.symbol].append(row)
    for (account, name), rows in by_place.items():
        lots = done.ledger.lots_of(name, account)
        unknown = [lot for lot in lots if lot.acquired is None]
        if len(unknown) != 1:
            continue
        holdings = done.holdings.get(account)
        on = holdings.as_of if holdings is not None else rows[-1].transaction.on
        found = _lots_of_rows(rows, unknown[0], done, currencies)
        if found:
            _replace(done, unknown[0], found, on)


def _lots_of_rows(
    rows: Sequence[StatementRow], unknown: Lot, done: FromStatements, currencies: Currencies
) -> tuple[Lot, ...]:
    """The lots that rows leave, where they make up the unknown one; none where they do not."""
    scratch = Ledger(Books(currencies.base))
    booked = book_rows(scratch, rows, done.gains, currencies)
    lots = scratch.lots_of(unknown.instrument, unknown.account)
    units = total(lot.quantity for lot in lots)
    if booked.breaks or not lots or abs(units - unknown.quantity) > QUANTITY_SLACK:
        return ()
    if any(lot.basis is None for lot in lots):
        return ()
    cost = total(lot.basis or Decimal(0) for lot in lots)
    slack = max(Decimal(1), COST_SLACK * cost)
    if unknown.basis is not None and abs(cost - unknown.basis) > slack:
        return ()
    return lots


def _replace(done: FromStatements, unknown: Lot, lots: Sequence[Lot], on: date) -> None:
    """The unknown lot leaves, and those that it was made up of are opened."""
    reason = "its transactions make it up"
    aside = lots_set_aside(f"{unknown.id}: {reason}", on, done.ledger.view(), [unknown.id], reason)
    done.ledger.apply(aside)
    done.entries.append(aside)
    for lot in lots:
        entry = opening_lot(f"rebuilt lot {lot.id}", on, lot, done.ledger.base_currency)
        done.ledger.apply(entry)
        done.entries.append(entry)


def _reconcile(
    done: FromStatements,
    day: date,
    lists: Sequence[Holdings],
    past: Sequence[Entry],
    currencies: Currencies,
) -> None:
    """Hold the lists of one day against the books of that day; what they add is booked."""
    then = _books_of(day, (*past, *done.entries), done.ledger)
    lots_count = {
        entry.details[ANSWERED] for entry in past if entry.details.get(TAKEN) == LOTS_COUNT
    }
    for holdings in lists:
        found = reconcile_account(then, holdings, currencies, lots_count)
        done.breaks += found.breaks
        if then is done.ledger:
            done.entries += found.entries
            continue
        for together in _by_instrument(found.entries):
            if _fits(done.ledger, together):
                for entry in together:
                    done.ledger.apply(entry)
                done.entries += together
            else:
                name = together[0].postings[0].commodity
                done.breaks.append(outdated_lots(holdings, name))


def _books_of(day: date, entries: Sequence[Entry], now: Ledger) -> Ledger:
    """The books at the end of a day: those of now, where nothing happened since.

    What was opened was held before, and what was corrected was so before, whatever day the entry
    bears.
    """
    always = (EntryKind.OPENING, EntryKind.CORRECTION, EntryKind.DECISION)
    if all(entry.on <= day or entry.kind in always for entry in entries):
        return now
    then = Ledger(Books(now.base_currency))
    for entry in entries:
        if entry.on <= day or entry.kind in always:
            then.apply_if_sound(entry)
    return then


def _by_instrument(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries of one instrument, of which all are booked or none."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.postings[0].commodity].append(entry)
    return list(found.values())


def _fits(now: Ledger, entries: Sequence[Entry]) -> bool:
    """Whether lots that leave by the books of an earlier day are whole in those of now.

    Where some of one was sold since, an older list does not restate it.
    """
    leaving: set[str] = set()
    opened: set[str] = set()
    for entry in entries:
        for leg in entry.postings:
            if leg.lot is None:
                continue
            if entry.kind is EntryKind.OPENING:
                opened.add(leg.lot)
                continue
            leaving.add(leg.lot)
            lot = now.lots.get(leg.lot)
            whole = None if lot is None else lot.quantity
            if lot is not None and leg.commodity == now.base_currency:
                whole = lot.basis
            if whole != -leg.amount:
                return False
    return not any(name in now.lots for name in opened - leaving)
