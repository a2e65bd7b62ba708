"""Statements as tables of words, as brokers would send them, and the books they come to in words.

    lists("2024-06-28", "joint VTI 10 2600.00 2000.00")    account, instrument, units, value, cost
    lots("2024-06-28", "joint VTI 10 2000.00 2020-01-02")  account, instrument, units, cost, day
    rows("2024-07-01 joint buy VTI 5 -1310.00")            day, account, action, what, units, cash

A dash is what the file does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from trimtab.books.from_statements import FromStatements, book_statements
from trimtab.books.ledger import Books, Ledger, replay
from trimtab.books.statement_facts import Currencies
from trimtab.model.breaks import Break
from trimtab.model.entries import Entry
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import (
    Action,
    StatedAccount,
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

TODAY = date(2024, 12, 31)
USD = Currencies("USD", lambda currency, on: None)


def instrument(symbol: str) -> StatedInstrument:
    """`CASH` is cash, `AAPL250117C150` an option, anything else what it is called."""
    is_option = len(symbol) > 12 and symbol[-4] in "CP"
    kind = InstrumentKind.OPTION if is_option else None
    return StatedInstrument(symbol, kind=kind, is_cash=symbol == "CASH")


def lists(on: str, *table: str, file: str = "", currency: str = "USD") -> Statement:
    """A list of positions."""
    positions = []
    for line, text in enumerate(table, start=2):
        account, symbol, units, value, cost = _cells(text, 5)
        positions.append(
            StatedPosition(
                line=line,
                account=account,
                instrument=instrument(symbol),
                quantity=_number(units),
                value=_number(value),
                cost=_number(cost),
                currency=currency,
            )
        )
    return _statement(on, file or f"positions-{on}.csv", table, positions=tuple(positions))


def lots(on: str, *table: str, file: str = "", currency: str = "USD") -> Statement:
    """A list of lots."""
    found = []
    for line, text in enumerate(table, start=2):
        account, symbol, units, cost, acquired = _cells(text, 5)
        found.append(
            StatedLot(
                line=line,
                account=account,
                instrument=instrument(symbol),
                quantity=Decimal(units),
                cost=_number(cost),
                acquired=_day(acquired),
                currency=currency,
            )
        )
    return _statement(on, file or f"lots-{on}.csv", table, lots=tuple(found))


def rows(*table: str, file: str = "history.csv", currency: str = "USD") -> Statement:
    """A list of transactions; what stands behind a `#` is the broker's own number of the row."""
    found = []
    for line, text in enumerate(table, start=2):
        words, _, number = text.partition("#")
        on, account, action, symbol, units, amount = _cells(words, 6)
        found.append(
            StatedTransaction(
                line=line,
                account=account,
                on=date.fromisoformat(on),
                action=Action(action),
                instrument=None if symbol == "-" else instrument(symbol),
                quantity=_number(units),
                amount=_number(amount),
                currency=currency,
                broker_id=number.strip(),
            )
        )
    return _statement("", file, table, transactions=tuple(found))


def sales(*table: str, file: str = "realised.csv") -> Statement:
    """Realised gains: account, instrument, units, bought, sold, proceeds, cost."""
    found = []
    for line, text in enumerate(table, start=2):
        account, symbol, units, bought, sold, proceeds, cost = _cells(text, 7)
        found.append(
            StatedGain(
                line=line,
                account=account,
                instrument=instrument(symbol),
                quantity=_number(units),
                acquired=_day(bought),
                sold=_day(sold),
                proceeds=_number(proceeds),
                cost=_number(cost),
            )
        )
    return _statement("", file, table, gains=tuple(found))


def booked(*statements: Statement, past: Sequence[Entry] = ()) -> FromStatements:
    """What statements come to after a journal; every entry of it balances and none is refused."""
    ledger = Ledger(Books("USD"))
    for entry in past:
        ledger.apply(entry)
    done = book_statements(statements, past, ledger, USD, TODAY)
    _, refused = replay((*past, *done.entries))
    assert not refused, refused
    return done


def journal(*imports: Iterable[Statement]) -> tuple[tuple[Entry, ...], FromStatements]:
    """Imports one after the other, each with all that was kept before; the journal and the last."""
    past: tuple[Entry, ...] = ()
    kept: list[Statement] = []
    done = FromStatements(Ledger(Books("USD")))
    for statements in imports:
        new = [one for one in statements if one.digest not in {old.digest for old in kept}]
        kept += new
        done = booked(*kept, past=past)
        past += tuple(done.entries)
    return past, done


def held(done: FromStatements) -> list[str]:
    """Every lot: account, instrument, units, basis, day; then cash where there is any."""
    found = [
        f"{lot.account} {lot.instrument} {_word(lot.quantity)} {_word(lot.basis)} "
        f"{'-' if lot.acquired is None else lot.acquired}"
        for lot in done.ledger.lots.values()
    ]
    cash = [
        f"{account} {code} {_word(amount)}"
        for (account, code), amount in done.ledger.cash.items()
        if amount
    ]
    return [*sorted(found), *sorted(cash)]


def breaks(done: FromStatements) -> list[str]:
    """Every open break: kind, account, instrument, and the figures on each side."""
    return [_told(one) for one in done.breaks]


def _told(one: Break) -> str:
    sides = [one.facts[side] for side in ("positions", "lots", "journal") if side in one.facts]
    words = f"{one.kind.value} {one.account} {one.instrument}".rstrip()
    return f"{words}: {' | '.join(sides)}" if sides else words


def _statement(
    on: str,
    file: str,
    table: Sequence[str],
    *,
    positions: tuple[StatedPosition, ...] = (),
    lots: tuple[StatedLot, ...] = (),
    transactions: tuple[StatedTransaction, ...] = (),
    gains: tuple[StatedGain, ...] = (),
) -> Statement:
    every = (*positions, *lots, *transactions, *gains)
    accounts = dict.fromkeys(row.account for row in every)
    return Statement(
        file=file,
        broker="example",
        format="example",
        digest=sha256("\n".join((on, file, *table)).encode()).hexdigest(),
        rows=len(table),
        as_of=_day(on),
        accounts=tuple(StatedAccount(account) for account in accounts),
        positions=positions,
        lots=lots,
        transactions=transactions,
        gains=gains,
    )


def _cells(text: str, count: int) -> list[str]:
    words = text.split()
    return (words + ["-"] * count)[:count]


def _number(word: str) -> Decimal | None:
    return None if word == "-" else Decimal(word)


def _day(word: str) -> date | None:
    return None if word in ("", "-") else date.fromisoformat(word)


def _word(number: Decimal | None) -> str:
    return "-" if number is None else f"{number.normalize():f}"
