"""Which lots a sale takes, by relief order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.relief import LotUnits, SaleTerms, choose_lots
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import total
from trimtab.model.taxes import ReliefOrder

D = Decimal


def lot(name: str, units: int, basis: int | None, bought: str | None) -> Lot:
    day = date.fromisoformat(bought) if bought else None
    return Lot(name, "joint", "VTI", D(units), None if basis is None else D(basis), day)


# At 100 a unit and 30 % short, 15 % long on 2025-06-02, a unit costs in tax:
LOTS = (
    lot("cheap", 10, 500, "2020-01-02"),  # long gain 50 → 7.50
    lot("dear", 10, 1200, "2022-01-03"),  # long loss 20 → −3.00
    lot("young", 10, 800, "2025-03-03"),  # short gain 20 → 6.00
    lot("fresh", 10, 1150, "2025-05-01"),  # short loss 15 → −4.50
)
TERMS = SaleTerms(date(2025, 6, 2), D(100), D("0.30"), D("0.15"))


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (ReliefOrder.FIFO, ["cheap", "dear", "young", "fresh"]),
        (ReliefOrder.LIFO, ["fresh", "young", "dear", "cheap"]),
        (ReliefOrder.HIFO, ["dear", "fresh", "young", "cheap"]),
        (ReliefOrder.LEAST_TAX, ["fresh", "dear", "young", "cheap"]),
    ],
)
def test_order(order: ReliefOrder, names: list[str]) -> None:
    chosen = choose_lots(LOTS[::-1], D(40), order, terms=TERMS)
    assert [units.lot for units in chosen] == names


def test_the_last_lot_is_taken_in_part() -> None:
    assert choose_lots(LOTS, D(13)) == (LotUnits("cheap", D(10)), LotUnits("dear", D(3)))


def test_named_lots_are_taken_in_the_order_named() -> None:
    chosen = choose_lots(LOTS, D(15), ReliefOrder.SPECIFIC, named=["young", "cheap"])
    assert chosen == (LotUnits("young", D(10)), LotUnits("cheap", D(5)))


def test_a_lot_of_unknown_basis_is_taken_only_when_named() -> None:
    lots = (lot("blank", 10, None, "2019-01-02"), *LOTS)
    assert choose_lots(lots, D(1))[0].lot == "cheap"
    assert choose_lots(lots, D(1), ReliefOrder.SPECIFIC, named=["blank"])[0].lot == "blank"


def test_a_gift_between_its_two_bases_costs_no_tax() -> None:
    gift = replace(lot("gift", 10, 1500, "2024-01-02"), loss_basis=D(700), by_purchase=False)
    chosen = choose_lots((*LOTS, gift), D(50), ReliefOrder.LEAST_TAX, terms=TERMS)
    assert [units.lot for units in chosen] == ["fresh", "dear", "gift", "young", "cheap"]


@pytest.mark.parametrize(
    ("quantity", "order", "named", "words"),
    [
        (D(41), ReliefOrder.FIFO, (), "41 units are to be sold; the lots hold 40"),
        (D(0), ReliefOrder.FIFO, (), "quantity is 0; it must be above zero"),
        (D(1), ReliefOrder.SPECIFIC, ("deer",), "Did you mean 'dear'?"),
        (D(11), ReliefOrder.SPECIFIC, ("dear",), "the lots hold 10"),
        (D(1), ReliefOrder.LEAST_TAX, (), "it needs day, price and rates"),
    ],
)
def test_a_sale_that_cannot_be_is_refused(
    quantity: Decimal, order: ReliefOrder, named: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InputError) as refused:
        choose_lots(LOTS, quantity, order, named=named)
    assert words in str(refused.value)


def test_the_refusal_names_the_lots_that_could_not_be_taken() -> None:
    with pytest.raises(InputError, match="beside lots without basis or day: blank"):
        choose_lots((*LOTS, lot("blank", 10, None, "2019-01-02")), D(50))


@given(
    st.sampled_from([ReliefOrder.FIFO, ReliefOrder.LIFO, ReliefOrder.HIFO, ReliefOrder.LEAST_TAX]),
    st.integers(1, 40_000).map(lambda thousandths: D(thousandths) / 1000),
    st.permutations(LOTS),
)
def test_exactly_the_quantity_is_chosen_whatever_order_the_lots_come_in(
    order: ReliefOrder, quantity: Decimal, lots: list[Lot]
) -> None:
    chosen = choose_lots(lots, quantity, order, terms=TERMS)
    assert total(units.quantity for units in chosen) == quantity
    assert chosen == choose_lots(LOTS, quantity, order, terms=TERMS)
