"""Lots as they stand: worth, gain, term, and the days to long-term of those that are taxed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import write_household
from trimtab.app.household import load_folder
from trimtab.app.tax_standing.lots import LotStanding, lot_standings

LOTS = """\
account,instrument,quantity,basis,acquired,inherited
joint,VTI,100,9000,2020-01-15,
joint,BND,50,4100,2021-10-11,
joint,BND,10,900,2022-10-10,
joint,ITOT,10,unknown,2022-09-01,
joint,VTI,1,90,2022-09-01,yes
ira,VTI,20,,2022-09-01,
joint,CASH,1500,,,
"""
ON = date(2022, 10, 11)


@pytest.fixture
def standings(tmp_path: Path) -> tuple[LotStanding, ...]:
    return lot_standings(load_folder(write_household(tmp_path, lots=LOTS), ON).snapshot)


def told(one: LotStanding) -> tuple[str, str, str, int | None, str | None]:
    gain = None if one.gain is None else f"{one.gain:f}"
    return one.account.id, one.lot.instrument, one.age_words, one.days_left, gain


def test_each_lot_says_its_gain_and_how_far_it_is_from_long_term(
    standings: tuple[LotStanding, ...],
) -> None:
    # 26 USC 1222: long-term from the day after the anniversary; bought 2021-10-11, so 2022-10-12.
    assert [told(one) for one in standings] == [
        ("joint", "BND", "short-term", 1, "-75.00"),
        ("joint", "ITOT", "short-term", 326, None),
        ("joint", "BND", "short-term", 365, "-95.00"),
        ("joint", "VTI", "long-term", None, "1100.00"),
        ("joint", "VTI", "long-term (inherited)", None, "11.00"),
        ("ira", "VTI", "in a shelter", None, None),
    ]


def test_the_day_of_long_term_is_the_day_after_the_anniversary(
    standings: tuple[LotStanding, ...],
) -> None:
    assert standings[0].long_term_from == date(2022, 10, 12)
    assert standings[2].long_term_from == date(2023, 10, 11)


def test_a_gain_is_a_fraction_of_its_basis_where_there_is_one(
    standings: tuple[LotStanding, ...],
) -> None:
    fractions = {one.lot.id: one.gain_fraction for one in standings}
    assert fractions[standings[2].lot.id] == Decimal(-95) / 900
    assert fractions[standings[1].lot.id] is None
    assert fractions[standings[5].lot.id] is None
