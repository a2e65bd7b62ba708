"""Fills become entries: each execution once, by its id, into the lots that the plan named.

An entry carries the execution and the order that it came from, so that the books alone tell what
has been booked; whoever hears of a fill books it before recording it, and a crash in between books
it no second time.  A bust is booked as the mirror of what it takes back, a correction as a new
execution beside it.  Where a busted purchase was sold on since, what was sold were other units.

Errors: `InputError` for a sale of units that the books do not hold, and for a bust that would leave
the account short: nothing of it is booked, and reconciliation is where such an account stops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

from trimtab.books import entries as plain
from trimtab.books._lot_changes import facts_of
from trimtab.books.ledger import Books, Ledger, replay
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits, choose_lots
from trimtab.books.wash_booking import match_entry
from trimtab.books.wash_records import WashTerms
from trimtab.drivers.live.busts import mirrored, numbered
from trimtab.drivers.live.currencies import Currencies
from trimtab.drivers.live.washes import Washes
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError, must
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, share_out, total
from trimtab.model.orders import Fill, Order
from trimtab.model.snapshots import Side

__all__ = ["BUSTS", "BUST_IDS", "EXECUTION", "ORDER", "Currencies", "FillBook", "Older"]

EXECUTION, ORDER, BUSTS = "execution", "sent_as", "busts"
"""Details of an entry: the execution it books, the client order id, the execution taken back."""


BUST_IDS = "bust "
"""How the ids of entries begin that take an execution back."""


Older = Callable[[str], Entry | None]
"""An entry of the journal by its id, none where there is none."""


WashWindow = Callable[[], Iterable[Entry]]
"""The entries that may still be part of a wash sale, as the journal has them when it is asked."""


class FillBook:
    """The books of one household under the fills of its orders.

    With `books`, these are what the whole journal comes to, and `entries` what of it is at hand:
    its busts and its latest executions at least, in its order.  Others are asked for by id, with
    `older`.  Wash sales are booked where `wash_terms` say whose accounts there are: by what
    `wash_window` reads of the journal, the entries at hand without it.  `is_washed` says that
    nothing was due by the last of them.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        currencies: Currencies,
        books: Books | None = None,
        older: Older | None = None,
        wash_terms: WashTerms | None = None,
        wash_window: WashWindow | None = None,
        is_washed: bool = False,
    ) -> None:
        self._entries = {entry.id: entry for entry in entries}
        if books is None:
            books, errors = replay(self._entries.values(), currencies.base)
            must(not errors, f"the journal replays without an error: {'; '.join(map(str, errors))}")
        self.ledger, self.currencies, self._older = Ledger(books), currencies, older
        self._taken: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self._of: dict[tuple[str, str], list[Entry]] = {}
        self._busted: set[tuple[str, str]] = set()
        for entry in self._entries.values():
            self._note(entry)
        self.is_washed, self._wash_terms, self._wash_window = is_washed, wash_terms, wash_window
        self._washes: Washes | None = None
        if wash_terms and wash_window is None:
            self._washes = Washes(wash_terms, currencies.base, self._entries.values())

    @property
    def books(self) -> Books:
        """The books as they stand."""
        return self.ledger.view()

    @property
    def washes(self) -> Washes | None:
        """What of the books is a wash sale; read when it is first asked for."""
        if self._washes is None and self._wash_terms and self._wash_window:
            self._washes = Washes(self._wash_terms, self.currencies.base, self._wash_window())
        return self._washes

    def has(self, fill: Fill, account: str) -> bool:
        """Whether an execution is booked, or its bust is and it never will be."""
        key = account, fill.execution_id
        is_booked = bool(self.recall(account, fill.execution_id))
        return is_booked or (key in self._busted and not fill.busts)

    def recall(self, account: str, execution: str) -> Sequence[Entry]:
        """The entries of an execution; asked of the journal where they are not at hand."""
        key = account, execution
        if key not in self._of and self._older is not None:
            self._of[key] = []
            for name in (_entry_id(account, execution), f"{BUST_IDS}{account} {execution}"):
                for number in count(1):
                    found = self._older(numbered(name, number))
                    if found is None:
                        break
                    if found.id not in self._entries:
                        self._entries[found.id] = found
                        self._note(found)
        return self._of.get(key, ())

    def entries_of(self, fill: Fill, order: Order, lots: Sequence[LotUnits]) -> list[Entry]:
        """What a fill adds to the journal; nothing where that is there.

        `lots` are those that the order was to sell, the first of them first.
        """
        key = order.account, fill.execution_id
        if self.has(fill, order.account):
            return []
        made: list[Entry] = []
        after = self
        if fill.busts:  # a copy refuses what the books cannot take
            after = self._copy()
            made = after._undone_washes(fill, order)
            mirror = after._bust(fill, order)
            after.take(mirror)
            made += mirror
        if fill.quantity > ZERO and key not in self._busted:
            book = after._bought if order.side is Side.BUY else after._sold
            made += book(fill, order, lots)
        return made

    def washes_due(self, on: date) -> list[Entry]:
        """The wash sales to book now, none where all are, or nobody said under which terms."""
        if self.is_washed or not self.washes:
            return []
        found = self.washes.due(self.ledger, on)
        if not found:
            self.is_washed = True
            return []
        made, copy = list[Entry](), self._copy()
        for due in found:
            entry = copy.washes and match_entry(due, copy.washes.journal, copy.ledger)
            if entry:
                copy.take([entry])
                made.append(entry)
        self.is_washed = not made  # what is left of losses are fractions of cents
        return made

    def _undone_washes(self, fill: Fill, order: Order) -> list[Entry]:
        """Wash sales that rest on an execution that is taken back; this object goes along."""
        if not self.washes:
            return []
        originals = self.originals(fill, order)
        made = self.washes.undone(originals, self.ledger, self.currencies.day(fill.at))
        self._entries |= {entry.id: entry for entry in made}
        return made

    def _copy(self) -> FillBook:
        """A copy that goes its own way; executions of before are asked of this one."""
        copy = FillBook((), self.currencies)
        copy.ledger = Ledger(self.ledger.books())
        copy._entries, copy._of, copy._older = dict(self._entries), dict(self._of), self._older
        for order_id, taken in self._taken.items():
            copy._taken[order_id].update(taken)
        copy._washes = self.washes and self.washes.copy()
        return copy

    def take(self, entries: Iterable[Entry]) -> None:
        """Take entries that the store has."""
        for entry in entries:
            if self._washes:
                self._washes.take(entry, self.ledger.lots)
            self.is_washed = self.is_washed and not entry.postings
            self.ledger.apply(entry)
            self._entries[entry.id] = entry
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        execution, order_id = entry.details.get(EXECUTION), entry.details.get(ORDER)
        if execution is None or order_id is None:
            return
        account = entry.details["account"]
        self._of.setdefault((account, execution), []).append(entry)
        if BUSTS in entry.details:
            self._busted.add((account, entry.details[BUSTS]))
        for posting in entry.postings:
            is_units = posting.lot is not None and posting.commodity == entry.details["instrument"]
            if posting.place == account and is_units and posting.lot is not None:
                self._taken[order_id][posting.lot] -= posting.amount

    def _details(self, fill: Fill, order: Order) -> dict[str, str]:
        return {
            EXECUTION: fill.execution_id,
            ORDER: order.id,
            "account": order.account,
            "instrument": order.instrument,
            "cycle": order.cycle_id,
            "trade": order.trade,
        }

    def _bought(self, fill: Fill, order: Order, lots: Sequence[LotUnits]) -> list[Entry]:
        on = self.currencies.day(fill.at)
        currency = self._currency(order.instrument)
        paid = cents(fill.quantity * fill.price) + fill.fee
        basis = self.currencies.in_base(paid, currency, on)
        name = _entry_id(order.account, fill.execution_id)
        lot = Lot(
            id=f"{order.account}/{order.instrument}/{fill.execution_id}",
            account=order.account,
            instrument=order.instrument,
            quantity=fill.quantity,
            basis=basis,
            acquired=on,
            order=order.id,
        )
        entry = plain.buy(name, on, lot, paid, currency, self.currencies.base)
        return [replace(entry, details={**entry.details, **self._details(fill, order)})]

    def _sold(self, fill: Fill, order: Order, lots: Sequence[LotUnits]) -> list[Entry]:
        """One entry for each lot, so that a bust can take back each by itself."""
        on = self.currencies.day(fill.at)
        currency = self._currency(order.instrument)
        proceeds = cents(fill.quantity * fill.price) - fill.fee
        base = self.currencies.in_base(proceeds, currency, on)
        chosen = self._lots_left(fill.quantity, order, lots)
        weights = [units.quantity for units in chosen]
        shares = zip(chosen, share_out(proceeds, weights), share_out(base, weights), strict=True)
        made = []
        for number, (units, part, base_part) in enumerate(shares, start=1):
            name = _entry_id(order.account, fill.execution_id, number)
            entry = sell(name, on, self.books, [units], part, currency, base_part)
            facts = facts_of(self.ledger.lots[units.lot])
            details = {**facts, **self._details(fill, order)}
            made.append(replace(entry, details=details))
        return made

    def _lots_left(
        self, quantity: Decimal, order: Order, lots: Sequence[LotUnits]
    ) -> list[LotUnits]:
        """Units of the lots that the order names, and of the oldest where those are gone."""
        chosen, left = [], quantity
        taken = self._taken[order.id]
        lots_held = self.ledger.lots_of(order.instrument, order.account)
        held = {lot.id: lot.quantity for lot in lots_held}
        if quantity > total(held.values()):
            fact = f"{quantity} units of {order.instrument} were sold"
            bound = f"the books hold {total(held.values())}"
            raise InputError(f"order {order.id}", fact, bound, "import what is missing")
        for units in lots:
            due = min(units.quantity - taken[units.lot], held.get(units.lot, ZERO), left)
            if due > ZERO:
                chosen.append(LotUnits(units.lot, due))
                held[units.lot] -= due
                left -= due
        if left > ZERO:
            others = [replace(lot, quantity=held[lot.id]) for lot in lots_held if held[lot.id]]
            chosen += choose_lots(others, left)
        return _joined(chosen)

    def _bust(self, fill: Fill, order: Order) -> list[Entry]:
        """The mirror of each entry of the execution that is taken back."""
        details = self._details(fill, order) | {BUSTS: fill.busts}
        name, on = f"{BUST_IDS}{order.account} {fill.execution_id}", self.currencies.day(fill.at)
        return mirrored(name, on, self.originals(fill, order), self.ledger, details)

    def originals(self, fill: Fill, order: Order) -> list[Entry]:
        """The entries of the execution that a bust takes back."""
        found = self.recall(order.account, fill.busts)
        return [entry for entry in found if entry.kind is not EntryKind.CORRECTION]

    def _currency(self, instrument: str) -> str:
        return self.currencies.of.get(instrument, self.currencies.base)


def _entry_id(account: str, execution: str, number: int = 1) -> str:
    return numbered(f"fill {account} {execution}", number)


def _joined(chosen: Iterable[LotUnits]) -> list[LotUnits]:
    """Units of one lot together."""
    by_lot: dict[str, list[Decimal]] = defaultdict(list)
    for units in chosen:
        by_lot[units.lot].append(units.quantity)
    return [LotUnits(lot, total(quantities)) for lot, quantities in by_lot.items()]
