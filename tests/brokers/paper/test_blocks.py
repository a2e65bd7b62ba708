"""Blocks at the paper broker: one order, shared out to the unit and the cent, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.brokers.paper.paper_parts import PLAIN, SESSIONS, Market, at, tick
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.relief import LotUnits
from trimtab.brokers.paper.blocks import PaperBlocks
from trimtab.brokers.paper.book import PaperPosition
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.opening import open_book
from trimtab.brokers.paper.terms import Commission, PaperTerms
from trimtab.cycle.blocks import BLOCK, allocated, block_of, in_blocks
from trimtab.cycle.orders import OrdersPlanned, Session, Slice, Tradable, order_id
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.brokers import BrokerInstrument, Quote
from trimtab.model.lots import Lot
from trimtab.model.orders import AckVerdict, Fill, Order, OrderState
from trimtab.model.snapshots import Side
from trimtab.ports import TakesBlocks
from trimtab.stores._memory_live import MemoryStore

D = Decimal
NAMES = ("ann", "bob", "cat")
TICKS = [
    tick(at(4, 9, 30), "100.00", "100.10", "1000"),
    tick(at(4, 11), "100.20", "100.30", "1000"),
]


@dataclass
class House:
    """Three accounts of one block account, at a market of two ticks."""

    cash: dict[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, "5000"))
    held: dict[str, str] = field(default_factory=dict)
    terms: PaperTerms = PLAIN
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.market = Market(TICKS, terms=self.terms, fractional=False)
        self.now = at(4, 10)
        self.open()

    def open(self) -> None:
        """As a process that starts opens them."""
        desks = {name: self.desk(name, self.cash[name], self.held.get(name, "0")) for name in NAMES}
        self.omnibus = self.desk("omnibus", "1000000000", "1000000")
        self.blocks = PaperBlocks(self.omnibus, desks)
        self.brokers = {name: PaperBroker(name, desk, self.sleep) for name, desk in desks.items()}
        for one in self.brokers.values():
            one.share_blocks(self.blocks)

    def desk(self, name: str, cash: str, units: str) -> PaperDesk:
        held = [PaperPosition("VTI", D(units), D(units) * 80)]
        begun = at(4, 8)
        book = open_book(name, begun, SESSIONS, self.market.tape, D(cash), held)
        rules, tape = self.market.rules, self.market.tape
        if self.folder is None:
            return PaperDesk(PaperEngine(book, rules, tape), self.clock)
        path = self.folder / f"{name}.db"
        file = BookFile(path) if path.exists() else BookFile(path, book)
        return PaperDesk.on_disk(file, rules, tape, self.clock)

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def shown(self, name: str) -> tuple[Decimal, Decimal]:
        """Units and money of an account."""
        state = self.brokers[name].state()
        (cash,) = state.cash
        units = sum((one.quantity for one in state.positions), D(0))
        return units, cash.settled + cash.unsettled


def wanted(side: Side = Side.BUY, limit: str = "101", **units: int) -> list[Order]:
    return [
        Order(order_id("c", name), "c", name, "VTI", side, D(count), limit=D(limit), trade=name)
        for name, count in units.items()
    ]


def block(parts: Sequence[Order]) -> Order:
    return block_of(min(one.account for one in parts), parts)


@pytest.mark.parametrize(
    ("units", "filled"),
    [
        ({"ann": 10, "bob": 20}, 30),
        ({"ann": 7, "bob": 11, "cat": 13}, 31),
        ({"ann": 33, "bob": 33, "cat": 34}, 100),
    ],
)
@pytest.mark.parametrize("fee", ["0", "1.01"])
def test_a_filled_block_is_shared_out_to_the_unit_and_the_cent(units, filled, fee):
    house = House(terms=PaperTerms(commission=Commission(per_order=D(fee))))
    parts = wanted(**units)
    ack = house.brokers["ann"].submit_block(block(parts), parts)
    assert ack.verdict is AckVerdict.ACCEPTED
    assert isinstance(house.brokers["ann"], TakesBlocks)
    told = house.brokers["ann"].find(block(parts).id)
    assert told is not None
    assert (told.state, told.filled) == (OrderState.FILLED, filled)
    fills = house.brokers["ann"].fills(at(4, 8))
    assert {one.order_id for one in fills} == {block(parts).id}
    due = {one.account: one for one in allocated(sorted(parts, key=lambda o: o.id), fills, D(1))}
    for name, count in units.items():
        held, cash = house.shown(name)
        paid = (due[name].quantity * due[name].price).quantize(D("0.01")) + due[name].fee
        assert (held, cash) == (count, 5000 - paid)
    assert house.brokers["bob"].fills(at(4, 8)) == []


def test_what_fills_in_part_is_shared_in_proportion_when_the_block_has_ended():
    house = House(cash=dict.fromkeys(NAMES, "50000"))
    parts = wanted(ann=100, bob=200, cat=25)
    sent = block(parts)
    first = house.brokers["ann"]
    first.submit_block(sent, parts)
    told = first.find(sent.id)
    assert told is not None
    assert told.state is OrderState.PARTIAL
    assert D(0) < told.filled < 325
    assert [house.shown(name)[0] for name in NAMES] == [0, 0, 0], "nothing before it has ended"
    assert [one.order_id for one in first.state().open_orders] == [sent.id]
    assert house.brokers["bob"].state().open_orders == ()
    assert first.cancel(sent.id).verdict is AckVerdict.ACCEPTED
    units = {name: house.shown(name)[0] for name in NAMES}
    assert sum(units.values()) == told.filled
    for part in parts:
        exact = Fraction(told.filled) * Fraction(part.quantity or 0) / 325
        assert abs(Fraction(units[part.account]) - exact) < 1
    spent = sum(50000 - house.shown(name)[1] for name in NAMES)
    fills = first.fills(at(4, 8))
    assert spent == sum((one.quantity * one.price).quantize(D("0.01")) for one in fills)


def test_while_a_block_stands_each_account_keeps_back_what_its_part_may_take():
    house = House()
    parts = wanted(limit="99", ann=10, bob=20)
    house.brokers["ann"].submit_block(block(parts), parts)
    (cash,) = house.brokers["bob"].state().cash
    assert cash.buying_power == 5000 - 20 * 99
    house.now = at(4, 16, 1)
    (cash,) = house.brokers["bob"].state().cash
    assert cash.buying_power == 5000
    told = house.brokers["ann"].find(block(parts).id)
    assert told is not None
    assert told.state is OrderState.EXPIRED


def test_an_account_that_cannot_pay_refuses_the_whole_block_and_nothing_is_kept_back():
    house = House(cash={"ann": "5000", "bob": "100", "cat": "5000"})
    parts = wanted(ann=10, bob=20)
    ack = house.brokers["ann"].submit_block(block(parts), parts)
    assert ack.verdict is AckVerdict.REJECTED
    assert "bob" in ack.text
    assert house.brokers["ann"].find(block(parts).id) is None
    (cash,) = house.brokers["ann"].state().cash
    assert cash.buying_power == 5000


def test_the_same_block_again_is_known_and_shared_out_once():
    house = House()
    parts = wanted(ann=10, bob=20)
    house.brokers["ann"].submit_block(block(parts), parts)
    before = [house.shown(name) for name in NAMES]
    ack = house.brokers["ann"].submit_block(block(parts), parts)
    assert ack.verdict is AckVerdict.DUPLICATE
    assert [house.shown(name) for name in NAMES] == before


def test_a_bust_makes_the_shares_anew():
    house = House()
    parts = wanted(ann=10, bob=20)
    first = house.brokers["ann"]
    first.submit_block(block(parts), parts)
    (fill,) = first.fills(at(4, 8))
    with house.omnibus.now() as (engine, now):
        engine.bust(fill.execution_id, now)
    assert [house.shown(name) for name in NAMES] == [(0, 5000), (0, 5000), (0, 5000)]
    assert [one.busts for one in first.fills(at(4, 8))] == ["", fill.execution_id]


@pytest.mark.parametrize("shares_given", [0, 1, 2])
def test_a_process_that_dies_while_it_shares_out_leaves_the_rest_to_the_next(
    shares_given: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        """What nothing catches."""

    from trimtab.brokers.paper import blocks as module

    house, given = House(folder=tmp_path), [0]
    give = module._give

    def dying(*told):  # type: ignore[no-untyped-def]
        if given[0] == shares_given:
            raise Killed
        given[0] += 1
        give(*told)

    monkeypatch.setattr(module, "_give", dying)
    parts = wanted(ann=7, bob=11, cat=13)
    with pytest.raises(Killed):
        house.brokers["ann"].submit_block(block(parts), parts)
    monkeypatch.setattr(module, "_give", give)
    house.open()
    assert house.brokers["bob"].find(block(parts).id) is not None
    assert [house.shown(name)[0] for name in NAMES] == [7, 11, 13]
    spent = sum(5000 - house.shown(name)[1] for name in NAMES)
    fills: list[Fill] = list(house.brokers["ann"].fills(at(4, 8)))
    assert spent == sum(one.quantity * one.price for one in fills)


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_the_live_engine_ends_with_books_that_are_the_accounts_own(side: Side):
    held = dict.fromkeys(NAMES, "40")
    house = House(held=held)
    store, begins = MemoryStore(), house.now
    lease = store.lease("home", "p1", begins, 60.0)
    assert lease is not None
    day = begins.date() - timedelta(days=400)
    for name in NAMES:
        lot = Lot(f"{name}/a", name, "VTI", D(40), D(3200), day)
        cash = opening_cash(f"cash {name}", day, name, "USD", D(5000))
        store.append([cash, opening_lot(f"open {name}", day, lot)], lease)
    limit = "101" if side is Side.BUY else "99"
    parts = wanted(side, limit, ann=7, bob=11, cat=13)
    slices = tuple(
        Slice(one, begins, (LotUnits(f"{one.account}/a", one.quantity or D(0)),)) for one in parts
    )
    tradables = {
        (name, "VTI"): Tradable(
            BrokerInstrument("VTI", "b"), Quote("VTI", D(100), D("100.1"), begins)
        )
        for name in NAMES
    }
    planned = in_blocks(OrdersPlanned(slices), dict.fromkeys(NAMES, "paper family"), tradables)
    assert len(planned.blocks) == 1
    work = Work(planned.slices, Session(begins, at(4, 16)), planned.blocks)
    engine = Engine(store, lease, house.brokers, work, house.clock)
    progress = engine.step()
    for _ in range(20):
        house.now += timedelta(seconds=16)
        progress = engine.step()
    assert progress.is_done
    assert [one.trade for one in store.orders("home") if one.trade == BLOCK] == [BLOCK]
    books = engine.book.books
    for name, count in (("ann", 7), ("bob", 11), ("cat", 13)):
        sign = 1 if side is Side.BUY else -1
        assert house.shown(name) == (books.units("VTI", name), books.cash[name, "USD"])
        assert books.units("VTI", name) == 40 + sign * count
        assert engine.desks[name].breaks == ()


def test_an_account_that_shares_no_orders_says_so():
    broker = Market(TICKS).broker()
    assert not broker.capabilities.blocks
    parts = [replace(one, account="taxable") for one in wanted(ann=1)]
    assert broker.submit_block(block(parts), parts).verdict is AckVerdict.REJECTED
