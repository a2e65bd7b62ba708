"""The days of a backtest, named or not."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, FIRST, LAST, START, load_past, prices
from tests.app.backtesting.test_world import blank
from tests.app.folders import LOTS
from trimtab.app.backtesting.opening import StartFrom
from trimtab.app.backtesting.period import Period, period_of
from trimtab.model.errors import InputError

LONG_AGO = date(2009, 6, 1)


def test_days_that_are_named_are_taken(tmp_path: Path):
    loaded = load_past(tmp_path)
    assert period_of(loaded, START, LAST) == Period(START, LAST)


def test_it_ends_on_the_households_day_where_nobody_says_when(tmp_path: Path):
    assert period_of(load_past(tmp_path), START, None).end == LAST


def test_it_begins_ten_years_before_where_there_are_prices(tmp_path: Path):
    loaded = load_past(tmp_path, closes=prices(first=LONG_AGO))
    assert period_of(loaded, None, None) == Period(date(2012, 10, 11), LAST)


def test_it_begins_with_the_prices_where_they_are_younger(tmp_path: Path):
    assert period_of(load_past(tmp_path), None, None).start == FIRST


def test_it_begins_when_every_target_can_be_held_by_any_of_its_instruments(tmp_path: Path):
    head, *rows = prices().splitlines()
    bond = date(2021, 3, 1)  # VTI is listed later still, ITOT stands for it
    young = [blank(row, 1) if row[:10] < "2021-06-01" else row for row in rows]
    young = [blank(row, 3) if row[:10] < str(bond) else row for row in young]
    loaded = load_past(tmp_path, closes="\n".join([head, *young]))
    assert period_of(loaded, None, None).start == bond


def test_a_leap_day_has_one_ten_years_ago(tmp_path: Path):
    mandate = DATED.replace(str(LAST), "2024-02-29")
    closes = prices(first=LONG_AGO, last=date(2024, 2, 29))
    assert period_of(load_past(tmp_path, mandate, closes=closes), None, None).start == date(
        2014, 2, 28
    )


@pytest.mark.parametrize("end", [START, START - timedelta(days=1)])
def test_days_in_the_wrong_order_are_refused_with_the_options_that_name_them(
    tmp_path: Path, end: date
):
    with pytest.raises(InputError, match=f"from {START} to {end}; the last day .*--from and --to"):
        period_of(load_past(tmp_path), START, end)


def test_prices_that_never_cover_all_targets_are_refused_with_the_targets(tmp_path: Path):
    mandate = DATED + '\n[[targets]]\nname = "gold"\nweight = 0.0\ninstruments = ["IAU"]\n'
    mandate = mandate.replace("weight = 0.4", "weight = 0.3").replace(
        "weight = 0.0", "weight = 0.1"
    )
    closes = prices().replace("date,VTI,ITOT,BND", "date,VTI,ITOT,BND,IAU")
    head, *rows = closes.splitlines()
    rows = [f"{row}," for row in rows[:-1]] + [rows[-1] + ",30"]
    loaded = load_past(tmp_path, mandate, closes="\n".join([head, *rows]))
    with pytest.raises(
        InputError, match=r"every target \(stocks, bonds, gold\) has a price.*--from"
    ):
        period_of(loaded, None, None)


def test_with_own_holdings_it_begins_when_the_oldest_was_bought(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,BND,5,400,2021-01-04\n"
    assert period_of(load_past(tmp_path, lots=lots), None, None, StartFrom.OWN).start == date(
        2021, 1, 4
    )


def test_with_own_holdings_older_than_the_prices_it_begins_with_the_prices(tmp_path: Path):
    assert "2020-01-15" in LOTS
    assert period_of(load_past(tmp_path), None, None, StartFrom.OWN).start == FIRST
