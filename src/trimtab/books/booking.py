"""Book what a broker's transactions say: each becomes a balanced entry, or a break.

A sale takes the oldest lots unless a realised-gain row of the broker names others (26 CFR
1.1012-1(c)).  What cannot be booked without knowing more (a transfer whose other side is not seen,
a split, more sold than was ever bought) is a break, and nothing of it enters the books.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books import entries as plain
from trimtab.books.events_seen import EventsSeen
from trimtab.books.ledger import Ledger, Outside
from trimtab.books.lot_entries import return_of_capital, sell
from trimtab.books.sold_lots import sold_lots
from trimtab.books.statement_facts import (
    Booked,
    Currencies,
    amount_of,
    distributions,
    row_break,
    split_fact,
    symbol_of,
    units_of,
)
from trimtab.books.statement_rows import StatementRow
from trimtab.books.transfers import Transfers
from trimtab.model.breaks import BreakKind
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.statements import Action, StatedGain, StatedTransaction

__all__ = ["book_rows"]

REINVESTED_DAYS = 4
"""How far apart a distribution and the purchase that it paid for may be dated."""


def book_rows(
    ledger: Ledger,
    rows: Sequence[StatementRow],
    gains: Sequence[StatedGain],
    currencies: Currencies,
    past: Iterable[Entry] = (),
) -> Booked:
    """Book rows onto a ledger, oldest first; accounts and instruments are the household's own.

    Rows whose id the ledger has already are left out; so are dividends and splits that `past`
    entries booked as a feed told of them.
    """
    booker = _Booker(ledger, rows, gains, currencies)
    events = EventsSeen(past)
    for row in rows:
        if row.id in ledger.entries:
            continue
        event = events.taken(row)
        if event is None:
            booker.book(row)
        else:
            booker.note(row, event)
    return booker.finished()


class _Booker:
    """Books one row after the other."""

    def __init__(
        self,
        ledger: Ledger,
        rows: Sequence[StatementRow],
        gains: Sequence[StatedGain],
        currencies: Currencies,
    ) -> None:
        self.ledger, self.rows, self.currencies = ledger, rows, currencies
        self.gains_of: dict[tuple[str, str, date], list[StatedGain]] = defaultdict(list)
        for gain in gains:
            if gain.sold is not None:
                self.gains_of[gain.account, gain.instrument.symbol, gain.sold].append(gain)
        self.paid_out = distributions(rows)
        self.transfers = Transfers(ledger, rows)
        self.done = Booked()
        self.waiting: Counter[tuple[str, str]] = Counter()
        self.books_by = {
            Action.BUY: self._buy,
            Action.SELL: self._sell,
            Action.REINVESTMENT: self._reinvest,
            Action.DIVIDEND: self._income,
            Action.INTEREST: self._income,
            Action.RETURN_OF_CAPITAL: self._return_of_capital,
            Action.DEPOSIT: self._cash,
            Action.WITHDRAWAL: self._cash,
            Action.FEE: self._cash,
            Action.TAX: self._cash,
            Action.CONVERSION: self._cash,
            Action.TRANSFER_IN: self._transfer,
            Action.TRANSFER_OUT: self._transfer,
        }

    def book(self, row: StatementRow) -> None:
        """One row: an entry, a break, or nothing for a sweep.

        Units that move after a split nobody has confirmed wait for it: their lots are not known.
        """
        one = row.transaction
        if one.quantity and one.instrument is not None:
            place = one.account, one.instrument.symbol
            if place in self.waiting:
                self.waiting[place] += 1
                return
        if one.action is Action.SWEEP or (one.instrument is not None and one.instrument.is_cash):
            if one.action in (Action.DIVIDEND, Action.INTEREST, Action.REINVESTMENT):
                self._money_fund(row)
            return
        is_option = one.instrument is not None and one.instrument.kind is InstrumentKind.OPTION
        if is_option and one.action in (Action.BUY, Action.SELL):
            # Options are held as the broker lists them: only their cash is booked.
            self._moved(row, EntryKind.CONVERSION, Outside.MARKET)
            return
        how = self.books_by.get(one.action)
        if how is None:
            self._unclear(row)
            return
        try:
            how(row)
        except InputError as error:
            self._break(row, BreakKind.ACTION, error.fact, error.remedy or "record it by hand")

    def finished(self) -> Booked:
        """All that was booked; breaks that rows wait for say how many do."""
        for place, found in enumerate(self.done.breaks):
            count = self.waiting[found.account, found.instrument]
            if count and found.kind in (BreakKind.SPLIT, BreakKind.EXCHANGE):
                words = "a later row waits" if count == 1 else f"{count} later rows wait"
                message = f"{found.message}; {words} for it"
                self.done.breaks[place] = replace(found, message=message)
        return self.done

    def note(self, row: StatementRow, event: Entry) -> None:
        """A row that tells of an event again."""
        self._take(row, plain.decision(row.id, row.transaction.on, {"booked_with": event.id}))

    def _take(self, row: StatementRow, entry: Entry) -> None:
        self.ledger.apply(entry)
        self.done.entries.append(entry)

    def _break(self, row: StatementRow, kind: BreakKind, fact: str, remedy: str) -> None:
        self.done.breaks.append(row_break(row, kind, fact, remedy))

    def _unclear(self, row: StatementRow) -> None:
        one = row.transaction
        if one.action in (Action.SPLIT, Action.SYMBOL_CHANGE) and one.instrument is not None:
            self.waiting[one.account, one.instrument.symbol] += 0
        if one.action is Action.SPLIT:
            self._break(
                row, BreakKind.SPLIT, split_fact(one, self._units(one)), "confirm its ratio"
            )
        elif one.action is Action.SYMBOL_CHANGE:
            fact = "one instrument became another, or was merged into it"
            self._break(row, BreakKind.EXCHANGE, fact, "say what it became")
        else:
            fact = "what it moved is not told"
            self._break(row, BreakKind.ACTION, fact, "say what it was, or leave it")

    def _units(self, one: StatedTransaction) -> Decimal:
        name = "" if one.instrument is None else one.instrument.symbol
        return sum((lot.quantity for lot in self.ledger.lots_of(name, one.account)), ZERO)

    def _lot(self, row: StatementRow, basis: Decimal | None, *, reinvested: bool = False) -> Lot:
        one = row.transaction
        name = symbol_of(one)
        return Lot(
            id=self.ledger.free_lot_id(f"{one.account}/{name}/{one.on}"),
            account=one.account,
            instrument=name,
            quantity=units_of(one),
            basis=basis,
            acquired=one.on,
            reinvested=reinvested,
        )

    def _buy(self, row: StatementRow, *, reinvested: bool = False) -> None:
        one = row.transaction
        paid = -amount_of(one)
        if paid < 0:
            raise InputError("amount", f"a purchase brought {-paid}", "", "correct the row")
        basis = self.currencies.in_base(paid, one.currency or self.currencies.base, one.on)
        lot = self._lot(row, basis, reinvested=reinvested)
        currency = one.currency or self.currencies.base
        if basis is None or paid == 0:
            self._take(row, plain.purchase_of_unknown_basis(row.id, one.on, lot, paid, currency))
        else:
            entry = plain.buy(row.id, one.on, lot, paid, currency, self.currencies.base)
            self._take(row, entry)

    def _sell(self, row: StatementRow) -> None:
        one = row.transaction
        name, quantity = symbol_of(one), units_of(one)
        lots = self.ledger.lots_of(name, one.account)
        held = sum((lot.quantity for lot in lots), ZERO)
        if quantity > held:
            fact = f"{quantity} {name} were sold and {held} are in the books"
            remedy = "import the older transactions, or give the missing lots"
            self._break(row, BreakKind.HISTORY, fact, remedy)
            return
        chosen = sold_lots(one, lots, quantity, self.gains_of.get((one.account, name, one.on), ()))
        proceeds, currency = amount_of(one), one.currency or self.currencies.base
        base = self.currencies.in_base(proceeds, currency, one.on)
        if base is None:
            raise InputError("currency", f"no rate of {currency} on {one.on}", "", "add its price")
        books = self.ledger.view()
        self._take(row, sell(row.id, one.on, books, chosen, proceeds, currency, base))

    def _reinvest(self, row: StatementRow) -> None:
        """A purchase from the cash of a distribution, or one that never was cash."""
        one = row.transaction
        if not one.quantity:
            self._income(row)
            return
        if self._has_distribution(one):
            self._buy(row, reinvested=True)
            return
        paid, currency = abs(amount_of(one)), one.currency or self.currencies.base
        basis = self.currencies.in_base(paid, currency, one.on)
        lot = self._lot(row, basis, reinvested=True)
        if basis is None:
            self._take(row, plain.purchase_of_unknown_basis(row.id, one.on, lot, ZERO, currency))
            return
        base = self.currencies.base
        self._take(row, plain.reinvestment(row.id, one.on, lot, currency, paid, base))

    def _has_distribution(self, one: StatedTransaction) -> bool:
        """Whether a row says that the cash came first."""
        days = self.paid_out.get((one.account, symbol_of(one), abs(amount_of(one))), ())
        return any(abs((day - one.on).days) <= REINVESTED_DAYS for day in days)

    def _income(self, row: StatementRow) -> None:
        one = row.transaction
        kind = EntryKind.INTEREST if one.action is Action.INTEREST else EntryKind.DIVIDEND
        self._moved(row, kind, Outside.INCOME)

    def _return_of_capital(self, row: StatementRow) -> None:
        one = row.transaction
        where = (self.ledger.view(), one.account, symbol_of(one), amount_of(one))
        self._take(row, return_of_capital(row.id, one.on, *where))

    def _cash(self, row: StatementRow) -> None:
        kinds = {
            Action.DEPOSIT: (EntryKind.DEPOSIT, Outside.EQUITY),
            Action.WITHDRAWAL: (EntryKind.WITHDRAWAL, Outside.EQUITY),
            Action.FEE: (EntryKind.FEE, Outside.EXPENSE),
            Action.TAX: (EntryKind.FEE, Outside.EXPENSE),
            Action.CONVERSION: (EntryKind.CONVERSION, Outside.MARKET),
        }
        self._moved(row, *kinds[row.transaction.action])

    def _money_fund(self, row: StatementRow) -> None:
        """Income of the money fund that holds the cash: reinvested in it, it is cash all the same.

        Where the broker shows the distribution and its reinvestment, the first alone counts.
        """
        one = row.transaction
        if one.action is Action.REINVESTMENT:
            return
        self._moved(row, EntryKind.INTEREST, Outside.INCOME)

    def _moved(self, row: StatementRow, kind: EntryKind, source: Outside) -> None:
        """Cash from or to a place outside."""
        one = row.transaction
        amount = amount_of(one)
        if amount == 0:
            return
        currency = one.currency or self.currencies.base
        legs = (Posting(one.account, currency, amount), Posting(source, currency, -amount))
        details = {"text": one.text} if one.text else {}
        if one.instrument is not None:
            details["instrument"] = one.instrument.symbol
        self._take(row, Entry(row.id, kind, one.on, legs, details))

    def _transfer(self, row: StatementRow) -> None:
        """Units or cash between accounts; both sides are one entry where both are seen."""
        if not row.transaction.quantity:
            self._transfer_cash(row)
            return
        booked = self.transfers.book(row)
        self.done.entries += booked.entries
        self.done.breaks += booked.breaks

    def _transfer_cash(self, row: StatementRow) -> None:
        """Cash from another account of the household is no deposit, but balances all the same."""
        self._moved(row, EntryKind.TRANSFER, Outside.EQUITY)
