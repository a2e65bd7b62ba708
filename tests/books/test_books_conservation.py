"""No share and no cent appears or vanishes under any sequence of events.

A state machine does to the books whatever can be done to them, and keeps a tally of its own that
knows nothing of postings.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.examples import examples
from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.ledger import Books, Realized, apply, replay
from trimtab.books.relief import LotUnits, choose_lots
from trimtab.books.wash_sales import HistoricLot, WashMatch
from trimtab.model.accounts import Wrapper
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, share_out, total
from trimtab.model.taxes import ReliefOrder

ACCOUNTS, CURRENCIES = ("joint", "ira", "roth"), ("USD", "EUR")
CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
UNITS = st.integers(1, 90_000).map(lambda thousandths: Decimal(thousandths) / 1000)
PARTS = st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.1"), Decimal("0.333")])
ORDERS = st.sampled_from([ReliefOrder.FIFO, ReliefOrder.LIFO, ReliefOrder.HIFO])


def some(units: Decimal, part: Decimal) -> Decimal:
    """A part of some units as a broker would keep it, never none."""
    return units if part == 1 else min(units, max(round(units * part, 6), Decimal("0.000001")))


class BooksMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.journal: list[Entry] = []
        self.steps: list[Books] = []
        self.cash: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.units: dict[str, Decimal] = defaultdict(Decimal)
        self.invested = ZERO  # paid for what is held, less what it has brought
        self.lost_for_good = ZERO  # to wash sales in an IRA
        self.nobodys = ZERO  # a donor's loss, which no one may deduct
        self.day = date(2024, 1, 2)
        self.names = iter(f"n{number}" for number in range(10_000))

    def record(self, entry: Entry) -> None:
        self.books = apply(self.books, entry)
        self.journal.append(entry)
        self.day += timedelta(days=5)

    def new_lot(self, account: str, instrument: str, units: Decimal, basis: Decimal) -> Lot:
        self.units[instrument] += units
        self.invested += basis
        return Lot(next(self.names), account, instrument, units, basis, self.day)

    def any_lot(self, data: st.DataObject) -> Lot:
        return self.books.lots[data.draw(st.sampled_from(sorted(self.books.lots)))]

    def has_lots(self) -> bool:
        return bool(self.books.lots)

    @initialize(units=UNITS, basis=CENTS)
    def open(self, units: Decimal, basis: Decimal) -> None:
        lot = self.new_lot("joint", "VTI", units, basis)
        self.record(event.opening_lot(next(self.names), self.day, lot))

    @rule(account=st.sampled_from(ACCOUNTS), currency=st.sampled_from(CURRENCIES), amount=CENTS)
    def move_money(self, account: str, currency: str, amount: Decimal) -> None:
        self.cash[account, currency] += amount + amount - amount / 2
        half = amount / 2
        other = "ira" if account != "ira" else "roth"
        self.cash[account, currency] -= half
        self.cash[other, currency] += half
        self.record(event.deposit(next(self.names), self.day, account, currency, amount))
        self.record(event.interest(next(self.names), self.day, account, currency, amount))
        self.record(event.withdrawal(next(self.names), self.day, account, currency, half))
        self.record(event.transfer_cash(next(self.names), self.day, account, other, currency, half))

    @rule(amount=CENTS, bought=CENTS)
    def convert(self, amount: Decimal, bought: Decimal) -> None:
        self.cash["joint", "EUR"] -= amount
        self.cash["joint", "USD"] += bought
        pair = (("EUR", amount), ("USD", bought))
        self.record(event.conversion(next(self.names), self.day, "joint", *pair))

    @rule(
        account=st.sampled_from(ACCOUNTS),
        instrument=st.sampled_from(["VTI", "BND"]),
        currency=st.sampled_from(CURRENCIES),
        units=UNITS,
        basis=CENTS,
        paid=CENTS,
    )
    def buy(
        self,
        account: str,
        instrument: str,
        currency: str,
        units: Decimal,
        basis: Decimal,
        paid: Decimal,
    ) -> None:
        paid = basis if currency == "USD" else paid
        lot = self.new_lot(account, instrument, units, basis)
        self.cash[account, currency] -= paid
        self.record(event.buy(next(self.names), self.day, lot, paid, currency))

    @rule(units=UNITS, basis=CENTS)
    def reinvest(self, units: Decimal, basis: Decimal) -> None:
        lot = self.new_lot("joint", "VTI", units, basis)
        self.record(event.reinvestment(next(self.names), self.day, lot))

    @rule(units=UNITS, basis=CENTS, value=CENTS)
    def receive(self, units: Decimal, basis: Decimal, value: Decimal) -> None:
        lot = self.new_lot("roth", "VTI", units, basis)
        self.record(event.gift_in(next(self.names), self.day, lot, value))

    @rule(account=st.sampled_from(ACCOUNTS), currency=st.sampled_from(CURRENCIES), amount=CENTS)
    def earn_and_pay(self, account: str, currency: str, amount: Decimal) -> None:
        fee = min(amount, Decimal("1.50"))
        self.cash[account, currency] += amount - fee
        names = (next(self.names), next(self.names))
        self.record(event.dividend(names[0], self.day, account, currency, amount, "VTI"))
        self.record(event.fee(names[1], self.day, account, currency, fee))

    @rule(units=UNITS, basis=CENTS)
    def inherit(self, units: Decimal, basis: Decimal) -> None:
        lot = self.new_lot("joint", "VTI", units, basis)
        self.record(event.inheritance(next(self.names), self.day, lot))

    @precondition(has_lots)
    @rule(
        data=st.data(),
        part=PARTS,
        order=ORDERS,
        proceeds=CENTS,
        currency=st.sampled_from(CURRENCIES),
        base=CENTS,
    )
    def sell(
        self,
        data: st.DataObject,
        part: Decimal,
        order: ReliefOrder,
        proceeds: Decimal,
        currency: str,
        base: Decimal,
    ) -> None:
        lot = self.any_lot(data)
        held = self.books.lots_of(lot.instrument, lot.account)
        units = some(total(one.quantity for one in held), part)
        base = proceeds if currency == "USD" else base
        chosen = choose_lots(held, units, order)
        self.units[lot.instrument] -= units
        self.cash[lot.account, currency] += proceeds
        self.invested -= base
        parts = share_out(base, [one.quantity for one in chosen])
        for one, part_proceeds in zip(chosen, parts, strict=True):
            self.nobodys += self.donors_loss(one, part_proceeds)
        self.record(
            lot_event.sell(next(self.names), self.day, self.books, chosen, proceeds, currency, base)
        )

    def donors_loss(self, sold: LotUnits, proceeds: Decimal) -> Decimal:
        """Of a gift that had lost value: what lies between the donor's basis and its value then."""
        lot = self.books.lots[sold.lot]
        if lot.basis is None or lot.loss_basis is None:
            return ZERO
        all_of_it = sold.quantity == lot.quantity
        basis, value = (
            amount if all_of_it else cents(amount * sold.quantity / lot.quantity)
            for amount in (lot.basis, lot.loss_basis)
        )
        return max(ZERO, basis - max(proceeds, value))

    @precondition(has_lots)
    @rule(data=st.data(), ratio=st.sampled_from([(2, 1), (3, 2), (10, 1), (1, 3)]))
    def split(self, data: st.DataObject, ratio: tuple[int, int]) -> None:
        instrument = self.any_lot(data).instrument
        before, (new, old) = self.books.units(instrument), ratio
        self.record(lot_event.split(next(self.names), self.day, self.books, instrument, new, old))
        after = self.books.units(instrument)
        assert abs(after - before * new / old) < Decimal("1e-8")
        self.units[instrument] += after - before

    @precondition(has_lots)
    @rule(data=st.data(), part=PARTS, to_account=st.sampled_from(ACCOUNTS))
    def transfer(self, data: st.DataObject, part: Decimal, to_account: str) -> None:
        lot = self.any_lot(data)
        units = LotUnits(lot.id, some(lot.quantity, part))
        name = None if units.quantity == lot.quantity else next(self.names)
        self.record(
            lot_event.transfer_lot(next(self.names), self.day, self.books, units, to_account, name)
        )
        moved = self.books.lots[name or lot.id]
        assert (moved.acquired, moved.starts) == (lot.acquired, lot.starts)

    @precondition(has_lots)
    @rule(data=st.data(), amount=CENTS)
    def return_capital(self, data: st.DataObject, amount: Decimal) -> None:
        lot = self.any_lot(data)
        self.cash[lot.account, "USD"] += amount
        self.invested -= amount
        self.record(
            lot_event.return_of_capital(
                next(self.names), self.day, self.books, lot.account, lot.instrument, amount
            )
        )

    @precondition(has_lots)
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        old, new = self.any_lot(data).instrument, next(self.names)
        self.units[new] = self.units.pop(old)
        self.record(lot_event.symbol_change(next(self.names), self.day, self.books, old, new))

    @precondition(has_lots)
    @rule(data=st.data(), part=PARTS)
    def give(self, data: st.DataObject, part: Decimal) -> None:
        lot = self.any_lot(data)
        before = total(one.basis or ZERO for one in self.books.lots.values())
        units = some(lot.quantity, part)
        self.units[lot.instrument] -= units
        chosen = [LotUnits(lot.id, units)]
        self.record(lot_event.gift_out(next(self.names), self.day, self.books, chosen))
        self.invested -= before - total(one.basis or ZERO for one in self.books.lots.values())

    def sales(self) -> list[Realized]:
        return [one for one in self.books.realized if one.kind is EntryKind.SELL]

    @precondition(lambda self: self.has_lots() and self.sales())
    @rule(data=st.data(), part=PARTS, amount=CENTS, permanent=st.booleans())
    def wash(self, data: st.DataObject, part: Decimal, amount: Decimal, permanent: bool) -> None:
        sale = data.draw(st.sampled_from(self.sales()))
        lot = self.any_lot(data)
        free = lot.quantity - lot.washed_quantity
        if free == 0 or not lot.by_purchase:
            return
        quantity = some(free, part)
        where = ("joint", "self", Wrapper.TAXABLE, "VTI", "VTI", quantity, self.day, ZERO)
        loss = HistoricLot(sale.lot, *where, sold=sale.on, proceeds=ZERO)
        match = WashMatch(loss, HistoricLot(lot.id, *where), quantity, amount, permanent, self.day)
        self.record(
            lot_event.wash_sale(next(self.names), self.day, self.books, match, next(self.names))
        )
        if permanent:
            self.lost_for_good += amount

    @invariant()
    def every_commodity_adds_up_to_nothing(self) -> None:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for (_, commodity), amount in (*self.books.cash.items(), *self.books.outside.items()):
            sums[commodity] += amount
        for lot in self.books.lots.values():
            sums[lot.instrument] += lot.quantity
            sums["USD"] += lot.basis or ZERO
        assert {commodity: amount for commodity, amount in sums.items() if amount} == {}

    @invariant()
    def cash_and_units_are_what_the_events_say(self) -> None:
        assert self.books.cash == {place: cash for place, cash in self.cash.items() if cash}
        for instrument, units in self.units.items():
            assert self.books.units(instrument) == units

    @invariant()
    def basis_is_what_was_invested_and_gained_since(self) -> None:
        basis = total(lot.basis or ZERO for lot in self.books.lots.values())
        gains = total(one.gain or ZERO for one in self.books.realized)
        assert basis == self.invested + gains - self.lost_for_good - self.nobodys

    @invariant()
    def no_lot_is_empty_or_owes(self) -> None:
        for lot in self.books.lots.values():
            assert lot.quantity > 0
            assert lot.basis is not None
            assert lot.basis >= 0
            assert ZERO <= lot.washed_quantity <= lot.quantity

    @invariant()
    def replay_of_the_journal_gives_the_books(self) -> None:
        assert replay(self.journal) == (self.books, ())


TestBooks = BooksMachine.TestCase
TestBooks.settings = settings(examples(60), stateful_step_count=25)
