"""Average basis: shares of a fund cost the same, nothing appears, the oldest leave first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.average_basis import average_basis, averaged, with_average_basis
from trimtab.books.ledger import Books, apply
from trimtab.books.relief import choose_lots
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.lots import Lot
from trimtab.model.taxes import ReliefOrder
from trimtab.testing.worlds import world

D = Decimal
DAY = date(2024, 6, 3)


def lot(name: str, units: str, basis: str | None, acquired: str, **facts: object) -> Lot:
    money = None if basis is None else D(basis)
    return Lot(name, "joint", "FUND", D(units), money, date.fromisoformat(acquired), **facts)


def held(*lots: Lot) -> Books:
    return apply(Books(), *(event.opening_lot(f"open {one.id}", DAY, one) for one in lots))


OLD, NEW = lot("old", "100", "1000", "2015-03-02"), lot("new", "50", "1250", "2024-02-01")


def test_every_share_of_a_fund_costs_the_average() -> None:
    assert averaged([OLD, NEW]) == {"old": D("1500.00"), "new": D("750.00")}  # 15 a share


def test_shares_from_before_2012_are_averaged_apart() -> None:
    ancient = lot("ancient", "10", "10", "2011-12-31")
    assert averaged([ancient, OLD, NEW])["ancient"] == D(10)


def test_accounts_are_averaged_apart() -> None:
    elsewhere = replace(NEW, id="hers", account="hers")
    assert averaged([OLD, elsewhere]) == {"old": D(1000), "hers": D(1250)}


def test_unknown_bases_and_gifts_with_two_bases_keep_what_they_have() -> None:
    unknown = lot("unknown", "10", None, "2020-01-02")
    gift = lot("gift", "10", "900", "2020-01-02", loss_basis=D(500))
    assert set(averaged([OLD, NEW, unknown, gift])) == {"old", "new"}


def test_a_sale_after_averaging_takes_the_oldest_at_the_average() -> None:
    books = held(OLD, NEW)
    books = apply(books, average_basis("a", DAY, books, "joint", "FUND"))
    chosen = choose_lots(books.lots_of("FUND"), D(120), ReliefOrder.AVERAGE)
    books = apply(books, lot_event.sell("s", DAY, books, chosen, D(2400)))
    gains = books.gains(2024)
    assert (gains.long, gains.short) == (D(500), D(100))  # 100 and 20 shares at a gain of 5
    assert books.lots["new"].basis == D(450)


def test_a_second_average_counts_what_was_bought_since() -> None:
    books = held(OLD, NEW)
    books = apply(books, average_basis("a", DAY, books, "joint", "FUND"))
    more = lot("more", "150", "3000", "2024-06-04")
    books = apply(books, event.buy("b", date(2024, 6, 4), more, D(3000)))
    books = apply(books, average_basis("c", date(2024, 6, 5), books, "joint", "FUND"))
    assert {one.basis / one.quantity for one in books.lots.values() if one.basis} == {D("17.5")}


def test_nothing_to_average_is_refused() -> None:
    books = held(OLD)
    with pytest.raises(InputError, match="differ in what a share costs"):
        average_basis("a", DAY, books, "joint", "FUND")


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**7)), min_size=1, max_size=8))
def test_no_cent_of_basis_appears_or_vanishes(rows: list[tuple[int, int]]) -> None:
    lots = [
        lot(f"l{k}", str(D(units) / 1000), str(D(cents) / 100), "2020-01-02")
        for k, (units, cents) in enumerate(rows)
    ]
    bases = averaged(lots)
    assert sum(bases.values()) == sum(one.basis for one in lots if one.basis is not None)
    average = sum(bases.values()) / sum(one.quantity for one in lots)
    for one in lots:
        assert abs(bases[one.id] - average * one.quantity) <= D("0.01")


def test_only_mutual_funds_in_taxable_accounts_are_averaged() -> None:
    place = world(
        """
        account  instrument  qty  basis  acquired    price  lot    kind
        taxable  FUND        10   100    2015-01-02  30     fund1  mutual_fund
        taxable  FUND        10   300    2020-01-02  30     fund2  mutual_fund
        taxable  VTI         10   100    2015-01-02  30     etf1   .
        taxable  VTI         10   300    2020-01-02  30     etf2   .
        ira      FUND        10   100    2015-01-02  30     safe1  mutual_fund
        ira      FUND        10   300    2020-01-02  30     safe2  mutual_fund
        """
    ).snapshot
    assert place.instruments["FUND"].kind is InstrumentKind.MUTUAL_FUND
    bases = {one.id: one.basis for one in with_average_basis(place).lots}
    assert (bases["fund1"], bases["fund2"]) == (D(200), D(200))
    assert (bases["etf1"], bases["etf2"]) == (D(100), D(300))
    assert (bases["safe1"], bases["safe2"]) == (D(100), D(300))
