"""`trimtab harvest-report`: the same policy with harvesting and without it."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.app.backtesting.pasts import DATED, write_past
from tests.app.commands_run import BAD_INPUT, DONE, run


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return write_past(tmp_path / "house")


PEAK = "2021-01-04"
"""A first day after which stocks fall by a quarter."""


def reported(folder: Path, *options: str, since: str = PEAK) -> Result:
    where = ("--from", since, "--workers", "1", "--out", folder / "out")
    return run("harvest-report", folder, *where, *options)


def test_it_says_what_harvesting_brought_and_writes_a_page_beside_that_of_the_runs(house: Path):
    result = reported(house)
    assert result.exit_code == DONE
    told = " ".join(result.stdout.split())
    assert "no_trade_zone with harvesting realised" in told
    assert "no_trade_zone without harvesting" in told
    assert f"{house / 'out' / 'harvest.html'}" in result.stderr.replace("\n", "")
    assert (house / "out" / "harvest.html").exists()
    assert (house / "out" / "backtest.html").exists()


def test_less_than_a_year_has_no_page_of_its_own(house: Path):
    result = reported(house, since="2022-08-01")
    assert result.exit_code == DONE
    assert "harvest.html is left out" in result.stderr
    assert not (house / "out" / "harvest.html").exists()


def test_a_policy_that_takes_no_losses_is_told(house: Path):
    result = reported(house, "--policy", "hold", since="2022-08-01")
    assert "With and without harvesting, hold did the same" in result.stderr.replace("\n", " ")


def test_json_is_json_and_nothing_else(house: Path):
    result = reported(house, "--policy", "5/25", "--json", since="2022-08-01")
    assert json.loads(result.stdout)["first"] == "5/25 without harvesting"


def test_a_household_whose_losses_count_for_no_tax_is_refused(tmp_path: Path):
    folder = write_past(tmp_path / "house", DATED.replace('"taxable"', '"roth"'))
    result = reported(folder)
    assert result.exit_code == BAD_INPUT
    assert "none of its accounts is taxable" in result.stderr


def test_a_mandate_that_harvests_nothing_harvests_here(tmp_path: Path):
    mandate = DATED + "\n[harvest]\nenabled = false\n"
    result = reported(write_past(tmp_path / "house", mandate), "--json", "--value", "1000000")
    tables = json.loads(result.stdout)["tables"]
    sold = [row for row in tables["lot_sales"]["rows"] if row[0].endswith(" with harvesting")]
    gains = tables["lot_sales"]["columns"].index("gain")
    assert any(float(row[gains]) < 0 for row in sold)
