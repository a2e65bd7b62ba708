"""Wash sales of live fills: each loss matched once, also after a crash, and undone with a bust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import replay
from trimtab.books.lot_entries import split, transfer_lot
from trimtab.books.relief import LotUnits
from trimtab.books.wash_records import WashTerms
from trimtab.books.wash_sales import HistoricLot, match_wash_sales
from trimtab.drivers.live.booking import Currencies, FillBook
from trimtab.model.accounts import Account, Wrapper
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot, Term
from trimtab.model.orders import Fill, Order
from trimtab.model.snapshots import Side

D = Decimal
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OLD = date(2024, 1, 5)
ACCOUNTS = {
    "joint": Account("joint"),
    "other": Account("other"),
    "ira": Account("ira", wrapper=Wrapper.TRADITIONAL),
}
TERMS = WashTerms(
    ACCOUNTS,
    {
        "VTI": Instrument("VTI", identical_group="total"),
        "ITOT": Instrument("ITOT", identical_group="total"),
        "BND": Instrument("BND"),
    },
)


class House:
    """A household whose fills are booked, with the journal as the store would have it."""

    def __init__(self) -> None:
        lot = Lot("old", "joint", "VTI", D(30), D("3000.00"), OLD)
        cash = [opening_cash(f"cash {name}", OLD, name, "USD", D(9000)) for name in ACCOUNTS]
        self.journal: list[Entry] = [opening_lot("open", OLD, lot), *cash]
        self.number = 0
        self.orders: dict[str, Order] = {}
        self.read()

    def read(self) -> None:
        """As a process that starts reads them."""
        self.book = FillBook(self.journal, Currencies(), wash_terms=TERMS)

    def add(self, entries: Sequence[Entry]) -> None:
        self.journal += entries
        self.book.take(entries)

    def trade(
        self, day: int, side: Side, units: str, price: str, account: str = "joint",
        instrument: str = "VTI", lots: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """An execution some days after the start; answers its id."""
        self.number += 1
        name = f"x{self.number}"
        order = Order(f"tt-{name}", "c", account, instrument, side, D(units), trade="t")
        self.orders[name] = order
        at = START + timedelta(days=day)
        fill = Fill(name, order.id, "b", instrument, side, D(units), D(price), at)
        chosen = [LotUnits(lot, D(units)) for lot in lots]
        self.add(self.book.entries_of(fill, order, chosen))
        return name

    def bust(self, day: int, execution: str) -> None:
        order = self.orders[execution]
        at = START + timedelta(days=day)
        busts = {"busts": execution, "execution_id": f"bust of {execution}"}
        fill = Fill("", order.id, "b", order.instrument, order.side, D(0), D(1), at)
        self.add(self.book.entries_of(replace(fill, **busts), order, []))

    def wash(self, day: int, at_most: int = 99) -> int:
        """Book what is due; answers how many matches that were."""
        on = (START + timedelta(days=day)).date()
        count = 0
        while due := self.book.washes_due(on):
            self.add(due[: at_most - count])
            count += len(due[: at_most - count])
            if count == at_most:
                break
        return count

    @property
    def gain(self) -> Decimal:
        """All that counts for tax in the taxable accounts."""
        realized = self.book.ledger.books().realized
        return sum((one.gain for one in realized if one.account != "ira" and one.gain), D(0))

    def bases(self, account: str) -> dict[str, tuple[Decimal, Decimal]]:
        lots = self.book.ledger.lots.values()
        return {one.id: (one.quantity, one.basis) for one in lots if one.account == account}

    def check(self) -> None:
        """The journal replays into the same books, and a process that reads it finds nothing."""
        books, errors = replay(self.journal)
        assert not errors
        assert books.lots == self.book.ledger.lots
        known = len(self.journal)
        self.read()
        assert self.wash(80) == 0
        assert len(self.journal) == known


@pytest.mark.parametrize(
    ("bought", "account", "instrument", "is_washed"),
    [
        (-30, "joint", "VTI", True),
        (-31, "joint", "VTI", False),
        (30, "joint", "VTI", True),
        (31, "joint", "VTI", False),
        (5, "other", "VTI", True),
        (5, "other", "ITOT", True),
        (5, "other", "BND", False),
    ],
)
def test_a_loss_is_disallowed_when_the_same_is_bought_within_thirty_days_in_any_account(
    bought, account, instrument, is_washed
):
    house = House()
    trades = [(0, lambda: house.trade(0, Side.SELL, "10", "90", lots=["old"]))]
    trades += [(bought, lambda: house.trade(bought, Side.BUY, "10", "91", account, instrument))]
    for day, trade in sorted(trades, key=lambda one: one[0]):
        trade()
        house.wash(day)
    house.wash(60)
    assert house.gain == (0 if is_washed else -100)
    (new,) = [lot for lot in house.book.ledger.lots.values() if lot.id != "old"]
    assert new.basis == D("910.00") + (100 if is_washed else 0)
    assert (new.starts < OLD + timedelta(days=80)) is is_washed, "its days held come over"
    house.check()


def test_a_loss_replaced_in_an_ira_is_lost_for_good_and_each_unit_replaces_once():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(1, Side.BUY, "4", "90", "ira")
    assert house.wash(1) == 1
    assert house.gain == -60
    assert house.bases("ira") == {"ira/VTI/x2": (D(4), D("360.00"))}
    house.trade(2, Side.SELL, "10", "90", lots=["old"])
    house.wash(2)
    assert house.gain == -160, "the four units in the IRA have served"
    house.check()


def test_a_part_of_a_purchase_replaces_and_becomes_a_lot_of_its_own():
    house = House()
    house.trade(0, Side.SELL, "4", "90", lots=["old"])
    house.trade(3, Side.BUY, "10", "91")
    house.wash(3)
    bases = house.bases("joint")
    assert bases["joint/VTI/x2"] == (D(6), D("546.00"))
    assert bases["joint/VTI/x2+"] == (D(4), D("404.00"))
    assert house.gain == 0
    house.check()


def test_what_replaced_and_was_sold_before_it_was_booked_bears_the_loss_in_its_own_gain():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(0, Side.BUY, "10", "91")
    house.trade(2, Side.SELL, "10", "99", lots=["joint/VTI/x2"])
    house.wash(2)
    assert house.gain == -100 + 80, "the loss is in the gain of what replaced it"
    sold = [one for one in house.book.ledger.books().realized if one.lot == "joint/VTI/x2"]
    assert sum(one.gain for one in sold) == 80 - 100
    house.check()


def test_a_death_after_any_match_leaves_the_rest_to_the_next_process():
    def lived(dies_after: int) -> House:
        house = House()
        house.trade(0, Side.SELL, "10", "90", lots=["old"])
        house.trade(1, Side.BUY, "3", "91")
        house.trade(1, Side.BUY, "3", "91", "ira")
        house.trade(2, Side.BUY, "3", "91", "other")
        house.wash(2, dies_after)
        house.read()
        house.wash(2)
        return house

    whole = lived(99)
    assert len([one for one in whole.journal if one.kind is EntryKind.WASH_SALE]) == 3
    for dies_after in range(4):
        assert lived(dies_after).journal == whole.journal
    assert whole.wash(2) == 0


@pytest.mark.parametrize("busted", ["x1", "x2"], ids=["the loss", "its replacement"])
@pytest.mark.parametrize("account", ["joint", "other", "ira"])
@pytest.mark.parametrize(("sold", "bought"), [("10", "10"), ("4", "10"), ("10", "4")])
def test_a_bust_takes_its_wash_sale_back(busted, account, sold, bought):
    house, before = House(), House()
    for one, names in ((house, ("x1", "x2")), (before, ({"x1", "x2"} - {busted}))):
        for name in ("x1", "x2"):
            if name not in names:
                one.number += 1
            elif name == "x1":
                one.trade(0, Side.SELL, sold, "90", lots=["old"])
            else:
                one.trade(1, Side.BUY, bought, "91", account)
    assert house.wash(1) == 1
    house.bust(2, busted)
    house.wash(2)
    assert house.gain == before.gain
    assert house.book.ledger.lots == before.book.ledger.lots
    house.check()


def test_after_a_bust_the_loss_is_matched_with_what_else_was_bought():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    first = house.trade(1, Side.BUY, "10", "91")
    house.trade(2, Side.BUY, "10", "92", "other")
    house.wash(2)
    assert house.bases("other") == {"other/VTI/x3": (D(10), D("920.00"))}
    house.bust(3, first)
    house.wash(3)
    assert house.bases("other") == {"other/VTI/x3": (D(10), D("1020.00"))}
    assert house.gain == 0
    house.check()


def test_a_loss_that_its_replacement_took_along_comes_back_from_there():
    """The replacement was sold in part since, at a loss that was matched again."""
    house = House()
    loss = house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(1, Side.BUY, "10", "91")
    house.wash(1)
    house.trade(5, Side.SELL, "4", "80", lots=["joint/VTI/x2"])
    house.trade(6, Side.BUY, "4", "80", "other")
    house.wash(6)
    assert house.bases("other") == {"other/VTI/x4": (D(4), D("404.00"))}
    assert house.gain == 0
    house.bust(7, loss)
    house.wash(7)
    assert house.gain == 0, "the second loss, of 44, is its own, and replaced as before"
    assert house.bases("other") == {"other/VTI/x4": (D(4), D("364.00"))}
    assert house.bases("joint")["joint/VTI/x2"] == (D(6), D("546.00"))
    house.check()


def test_a_sale_taken_back_brings_its_units_back_with_what_they_carried():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(1, Side.BUY, "10", "91")
    house.wash(1)
    sale = house.trade(2, Side.SELL, "4", "120", lots=["joint/VTI/x2"])
    house.wash(2)
    house.bust(3, sale)
    house.wash(3)
    assert house.bases("joint")["joint/VTI/x2"] == (D(10), D("1010.00"))
    assert house.gain == 0
    house.check()


def test_units_sold_before_a_split_are_replaced_by_as_many_of_today():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    on = (START + timedelta(days=1)).date()
    house.add([split("split", on, house.book.books, "VTI", 2, 1)])
    house.trade(2, Side.BUY, "10", "45")
    house.wash(2)
    assert house.gain == -50, "ten of twenty are replaced"
    house.check()


def test_a_gain_is_never_touched():
    house = House()
    house.trade(0, Side.SELL, "10", "110", lots=["old"])
    house.trade(1, Side.BUY, "10", "91")
    assert house.wash(1) == 0


def test_a_bust_whose_loss_cannot_be_followed_is_refused_and_books_nothing():
    house = House()
    loss = house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(1, Side.BUY, "10", "91")
    house.wash(1)
    units, on = LotUnits("joint/VTI/x2", D(4)), START.date()
    house.add([transfer_lot("moved", on, house.book.books, units, "other", "elsewhere")])
    known = len(house.journal)
    with pytest.raises(InputError, match="left 'joint/VTI/x2' otherwise than by a sale"):
        house.bust(2, loss)
    assert len(house.journal) == known
    house.check()


def test_what_a_wash_sale_changed_counts_in_the_year_and_the_term_of_its_sale():
    house = House()
    house.trade(0, Side.SELL, "10", "90", lots=["old"])
    house.trade(25, Side.BUY, "10", "91")
    house.wash(25)
    (match,) = [one for one in house.book.ledger.realized if one.kind is EntryKind.WASH_SALE]
    assert (match.on, match.term, match.gain) == (START.date(), Term.LONG, D(100))


@pytest.mark.parametrize("seed", range(40))
def test_day_by_day_as_much_is_disallowed_as_by_the_whole_history_at_once(seed):
    """What is sold is always of the old lot, so that no later day changes an earlier answer."""
    chance, house = Random(seed), House()
    history: list[HistoricLot] = []
    for day in range(0, 70, 7):
        units, price = D(chance.randint(1, 3)), D(chance.randint(80, 120))
        if chance.random() < 0.5 and house.bases("joint").get("old", (0,))[0] >= units:
            house.trade(day, Side.SELL, f"{units}", f"{price}", lots=["old"])
            when = START.date() + timedelta(days=day)
            terms = ("joint", "self", Wrapper.TAXABLE, "VTI", "total", units, OLD, units * 100)
            history.append(HistoricLot("old", *terms, "lot old", when, units * price))
        else:
            account = chance.choice(list(ACCOUNTS))
            name = house.trade(day, Side.BUY, f"{units}", f"{price}", account)
            lot, wrapper = f"{account}/VTI/{name}", ACCOUNTS[account].wrapper
            when = START.date() + timedelta(days=day)
            terms = (account, "self", wrapper, "VTI", "total", units, when, units * price)
            history.append(HistoricLot(lot, *terms, f"tt-{name}"))
        house.wash(day)
    expected = match_wash_sales(history).disallowed_total
    realized = house.book.ledger.books().realized
    booked = sum(one.gain for one in realized if one.kind is EntryKind.WASH_SALE)
    assert booked == expected
    house.check()
