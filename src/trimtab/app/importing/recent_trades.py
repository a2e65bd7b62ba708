"""What happened lately, for wash sales, as statements tell it.

A purchase that is still held stands in the lots and is left out here; a sale needs its gain, which
the books, the broker's own list, or the rebuilt history may tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from trimtab.books.booking import book_rows
from trimtab.books.from_statements import FromStatements
from trimtab.books.ledger import Books, Ledger, Realized
from trimtab.books.statement_facts import Currencies
from trimtab.model.instruments import InstrumentKind
from trimtab.model.lots import Term
from trimtab.model.money import CENT, ZERO, total
from trimtab.model.snapshots import Side, TradeRecord
from trimtab.model.statements import Action

__all__ = ["recent_trades"]

RECENT_DAYS = 92


def recent_trades(
    done: FromStatements, currencies: Currencies, taxable: Collection[str], today: date
) -> tuple[tuple[TradeRecord, ...], tuple[str, ...]]:
    """Trades of the last months, and sales among them whose gain nobody knows.

    Purchases that are still held stand in the lots and are left out.
    """
    since = today - timedelta(days=RECENT_DAYS)
    gains = _gains(done, currencies)
    held: dict[tuple[str, str, date], Decimal] = defaultdict(Decimal)
    for lot in done.ledger.lots.values():
        if lot.acquired is not None:
            held[lot.account, lot.instrument, lot.acquired] += lot.quantity
    trades: list[TradeRecord] = []
    unknown: list[str] = []
    for row in done.rows:
        one = row.transaction
        if one.on < since or one.instrument is None or not one.quantity:
            continue
        if one.instrument.is_cash or one.instrument.kind is InstrumentKind.OPTION:
            continue  # options are held and never touched; their wash sales are not told
        name, units = one.instrument.symbol, abs(one.quantity)
        amount = currencies.in_base(
            abs(one.amount or ZERO), one.currency or currencies.base, one.on
        )
        if one.action in (Action.BUY, Action.REINVESTMENT):
            still = min(units, held[one.account, name, one.on])
            held[one.account, name, one.on] -= still
            if units > still and amount:
                part = (amount * (units - still) / units).quantize(CENT)
                trades.append(TradeRecord(one.account, name, Side.BUY, one.on, units - still, part))
        elif one.action is Action.SELL and amount:
            gain, term = gains.get(row.id, (None, None))
            if gain is None and one.account in taxable:
                unknown.append(f"{name} in {one.account} on {one.on}")
                continue
            trades.append(
                TradeRecord(one.account, name, Side.SELL, one.on, units, amount, gain, term)
            )
    return _summed(trades), tuple(unknown)


def _summed(trades: Sequence[TradeRecord]) -> tuple[TradeRecord, ...]:
    """Fills of one day as one trade: the file has one row for each."""
    found: dict[tuple[object, ...], TradeRecord] = {}
    for one in trades:
        key = (one.account, one.instrument, one.side, one.on, one.term)
        before = found.get(key)
        if before is None:
            found[key] = one
            continue
        gain = None if before.gain is None or one.gain is None else before.gain + one.gain
        found[key] = replace(
            before,
            quantity=before.quantity + one.quantity,
            amount=before.amount + one.amount,
            gain=gain,
        )
    return tuple(found.values())


def _gains(
    done: FromStatements, currencies: Currencies
) -> dict[str, tuple[Decimal | None, Term | None]]:
    """The gain of each sale by its row: booked, by the broker's own list, or rebuilt."""
    scratch = Ledger(Books(currencies.base))
    book_rows(scratch, done.history, done.gains, currencies)
    found: dict[str, list[Realized]] = defaultdict(list)
    for realized_one in (*done.ledger.realized, *scratch.realized):
        found[realized_one.entry].append(realized_one)
    gains: dict[str, tuple[Decimal | None, Term | None]] = {}
    for row_id, realized in found.items():
        known = [one.gain for one in realized if one.gain is not None]
        terms = {one.term for one in realized}
        whole = total(known) if len(known) == len(realized) else None
        gains[row_id] = whole, terms.pop() if len(terms) == 1 else None
    for row in done.rows:
        one = row.transaction
        if gains.get(row.id, (None,))[0] is None and one.action is Action.SELL:
            stated = [
                gain.gain
                if gain.gain is not None
                else (gain.proceeds or ZERO) - (gain.cost or ZERO)
                for gain in done.gains
                if gain.account == one.account
                and one.instrument is not None
                and gain.instrument.symbol == one.instrument.symbol
                and gain.sold == one.on
            ]
            if stated:
                gains[row.id] = total(stated), None
    return gains
