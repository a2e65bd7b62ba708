"""A snapshot and a mandate become arrays: positions, lots, weights."""

import pytest

from tests.cycle.situated import home, weights
from trimtab.model.mandate import Mandate, WashSaleRules
from trimtab.testing.situations import situation


def test_every_account_could_hold_every_instrument():
    at = situation(home())
    assert at.index.positions == (
        *(("taxable", "VTI"), ("taxable", "ITOT"), ("taxable", "BND")),
        *(("roth", "VTI"), ("roth", "ITOT"), ("roth", "BND")),
    )


def test_weights_are_of_all_there_is_cash_included():
    assert weights(situation(home())) == {"stocks": (0.6, 0.7), "bonds": (0.4, 0.2)}


def test_a_withdrawal_is_no_longer_part_of_the_household():
    at = situation(home(), flows={"taxable": -20_000})
    assert at.problem.value == 80_000
    assert weights(at) == {"stocks": (0.6, 0.875), "bonds": (0.4, 0.25)}


def test_lots_carry_their_gain_term_and_account():
    at = situation(home())
    lots = zip(
        at.index.lots,
        at.problem.lot_value,
        at.problem.lot_gain.round(4),
        at.problem.lot_long_term,
        at.problem.lot_taxable,
        strict=True,
    )
    assert list(lots) == [
        # lot  value   gain   long   taxable
        ("L1", 60_000, 0.25, True, True),
        ("L2", 10_000, -0.2, False, True),
        ("L3", 20_000, 0.0, False, False),
    ]


SPLITS = [
    # split   wanted of VTI, ITOT where VTI 45,000 and ITOT 15,000 are held
    ("first", 0.60, 0.00),
    ("equal", 0.30, 0.30),
    ("held", 0.45, 0.15),
]


@pytest.mark.parametrize(("split", "vti", "itot"), SPLITS)
def test_a_class_is_split_among_its_instruments_as_the_mandate_says(split, vti, itot):
    at = situation(
        home(
            """
            account  instrument  qty  basis   acquired    price
            taxable  VTI         225  45,000  2019-03-04  200
            taxable  ITOT        150  15,000  2019-03-04  100
            taxable  BND         400  40,000  2019-03-04  100
            """,
            f"""
            target  weight  instruments  band  split
            stocks  60%     VTI,ITOT     5/25  {split}
            bonds   40%     BND          5/25  first
            """,
        )
    )
    wanted = dict(zip(at.index.instruments, at.problem.target, strict=True))
    assert (wanted["VTI"], wanted["ITOT"]) == (pytest.approx(vti), pytest.approx(itot))


def test_a_substitute_counts_towards_the_class_that_it_stands_in_for():
    rules = Mandate((), wash_sales=WashSaleRules(substitutes={"VTI": ("SCHB",)}))
    at = situation(
        home(
            """
            account  instrument  qty    basis   acquired    price
            taxable  SCHB        1,200  60,000  2022-09-01  50
            taxable  VTI         0      .       .           200
            taxable  BND         400    40,000  2019-03-04  100
            """,
            """
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
            rules,
        )
    )
    assert weights(at) == {"stocks": (0.6, 0.6), "bonds": (0.4, 0.4)}
    assert at.drift.untargeted == pytest.approx(0.0)


def test_what_belongs_to_no_target_is_untargeted_drift():
    at = situation(
        home(
            """
            account  instrument  qty  basis   acquired    price
            taxable  VTI         450  60,000  2019-03-04  100
            taxable  BND         400  40,000  2019-03-04  100
            taxable  GME         150  5,000   2019-03-04  100
            """,
            """
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
        )
    )
    assert at.drift.untargeted == pytest.approx(0.15)
    assert at.drift.total == pytest.approx(0.15)
