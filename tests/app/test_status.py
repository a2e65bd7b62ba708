"""Where a household stands, in numbers that can be checked by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import LOTS, MANDATE, PRICES, write_household
from trimtab.app.household import load_folder
from trimtab.app.status import Status, status_of

AS_OF = date(2022, 10, 11)
FALLEN = PRICES.replace("101,", "80,")  # VTI closes at 80: the joint lot loses 1,000


def standing(folder: Path, **files: str) -> Status:
    return status_of(load_folder(write_household(folder, **files), AS_OF))


def test_weights_are_shares_of_everything_cash_included(tmp_path: Path):
    status = standing(tmp_path)
    stocks, bonds = status.targets
    assert stocks.value == 120 * 101
    assert stocks.actual == Decimal(12120) / 17645
    assert sum(row.weight for row in status.accounts) == pytest.approx(1)
    assert (stocks.words, bonds.words) == ("above its band", "below its band")


def test_half_of_all_drifts_is_what_is_out_of_place(tmp_path: Path):
    status = standing(tmp_path)
    stocks, bonds = status.targets
    cash = Decimal(1500) / 17645
    assert status.drift_total == (stocks.drift + abs(bonds.drift) + cash) / 2


def test_what_no_target_wants_is_out_of_place_altogether(tmp_path: Path):
    status = standing(
        tmp_path,
        mandate=MANDATE + "[instruments.GE]\n",
        lots=LOTS + "joint,GE,10,500,2020-01-15\n",
        prices="date,VTI,ITOT,BND,GE\n2022-10-11,101,50.5,80.5,60\n",
    )
    assert status.untargeted == (("GE", Decimal(600)),)


def test_a_loss_that_passes_both_tests_is_listed_and_a_small_one_is_not(tmp_path: Path):
    (loss,) = standing(tmp_path, prices=FALLEN).losses
    assert loss.lot.id == "joint/VTI/2020-01-15"
    assert loss.loss == 1000
    assert loss.fraction == Decimal(1000) / 9000
    assert loss.washed_quantity == 0
    assert standing(tmp_path, prices=PRICES.replace("101,", "89,")).losses == ()


def test_a_purchase_in_a_shelter_opens_a_window_that_ends_after_thirty_days(tmp_path: Path):
    lots = LOTS + "ira,VTI,30,2500,2022-09-21\n"
    status = standing(tmp_path, lots=lots, prices=FALLEN)
    (window,) = status.windows
    assert (window.account, window.quantity, window.bars) == ("ira", 30, "sale")
    assert (window.until, window.permanent) == (date(2022, 10, 21), True)
    assert status.losses[0].washed_quantity == 30


def test_a_loss_taken_lately_bars_buying_back_until_its_day(tmp_path: Path):
    (tmp_path / "trades.csv").write_text(
        "date,account,instrument,side,quantity,amount,gain\n2022-09-19,joint,BND,sell,10,800,-100\n"
    )
    (window,) = standing(tmp_path).windows
    assert (window.instrument, window.bars, window.loss) == ("BND", "purchase", 100)
    assert window.until == date(2022, 10, 19)


def test_a_gain_close_to_long_term_is_listed_with_its_day(tmp_path: Path):
    lots = LOTS + "joint,VTI,5,400,2021-10-22\n"
    ((lot, gain, first),) = standing(tmp_path, lots=lots).near_long_term
    assert (lot.quantity, gain, first) == (5, 105, date(2022, 10, 23))


def test_a_household_of_nothing_has_weights_of_zero(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,CASH,0,,\n"
    status = standing(tmp_path, lots=lots)
    assert {row.actual for row in status.targets} == {0}
