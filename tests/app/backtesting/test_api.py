"""Five lines of Python: the same as the commands, with typed results."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import trimtab
from tests.app.backtesting.pasts import LAST, START, load_past, write_past
from trimtab import BacktestRun, BacktestSettings, Comparison, LoadedHousehold, PolicyFigures, Sweep
from trimtab.app.backtesting.api import stage_for
from trimtab.drivers.backtest.settings import FillTiming
from trimtab.model.errors import InputError, InputErrors


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_past(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedHousehold:
    return load_past(tmp_path_factory.mktemp("house"))


def test_five_lines_rank_policies(house: Path):
    comparison = trimtab.backtest(house, ["hold", "5/25", "quarterly"], start=START)
    ends = [figures.after_liquidation_end for figures in comparison.ranking]
    assert isinstance(comparison, Comparison)
    assert ends == sorted(ends, reverse=True)
    assert {figures.policy for figures in comparison.ranking} == {"hold", "5/25", "quarterly"}


def test_results_are_typed(loaded: LoadedHousehold):
    comparison = trimtab.backtest(loaded, ["quarterly"], start=START, end=date(2022, 7, 29))
    (run,) = comparison.runs
    (figures,) = comparison.figures
    assert isinstance(run, BacktestRun) and isinstance(figures, PolicyFigures)
    assert run.daily.value.dtype == np.float64
    assert all(isinstance(fill.price, Decimal) for fill in run.fills) and run.fills
    assert run.daily.dates[0] == START


def test_the_mandates_own_policy_runs_beside_hold_where_none_is_named(loaded: LoadedHousehold):
    comparison = trimtab.backtest(loaded, start=date(2022, 9, 1))
    assert [run.policy for run in comparison.runs] == ["hold", "no_trade_zone"]


def test_settings_win_over_days(loaded: LoadedHousehold):
    settings = BacktestSettings(date(2022, 9, 1), date(2022, 9, 30), fill=FillTiming.NEXT_CLOSE)
    comparison = trimtab.backtest(loaded, ["hold"], start=START, settings=settings)
    assert comparison.first.first == date(2022, 9, 1)
    assert (comparison.runs[0].settings or {})["Orders filled"] == "at the next session's close"


def test_what_it_is_worth_can_be_said(loaded: LoadedHousehold):
    comparison = trimtab.backtest(loaded, ["hold"], start=date(2022, 9, 1), value="1e6")
    assert comparison.first.value_start == pytest.approx(1_000_000, abs=0.01)


@pytest.mark.parametrize("value", [0, -5, "0.00"])
def test_a_worth_of_nothing_is_refused(loaded: LoadedHousehold, value: int | str):
    with pytest.raises(InputError, match=r"value: is .* it must be above zero"):
        stage_for(loaded, START, LAST, value=value)


def test_another_way_to_begin_is_refused_with_the_near_one(loaded: LoadedHousehold):
    with pytest.raises(InputError, match=r"'target' is no way to begin.*'targets'"):
        trimtab.backtest(loaded, ["hold"], start=START, start_from="target")


def test_all_that_is_wrong_with_policies_is_told_at_once(loaded: LoadedHousehold):
    with pytest.raises(InputErrors) as refused:
        trimtab.backtest(loaded, ["holt", "5/25", "threshold:x=1"], start=START)
    assert len(refused.value.errors) == 2


def test_a_harvest_report_holds_a_policy_against_itself_without_harvesting(
    loaded: LoadedHousehold,
):
    found = trimtab.harvest_report(loaded, start=date(2021, 1, 4))
    names = [run.policy for run in found.comparison.runs]
    assert names == ["no_trade_zone without harvesting", "no_trade_zone with harvesting"]
    alphas = found.report.alphas
    without, with_it = found.comparison.figures
    assert without.after_liquidation_return is not None
    assert with_it.after_liquidation_return is not None
    assert alphas.wealth_difference_liquidated == pytest.approx(
        with_it.after_liquidation_return - without.after_liquidation_return
    )


def test_a_sweep_tries_every_setting(loaded: LoadedHousehold):
    grid = {"absolute": [0.02, "0.05"], "relative": [Decimal("0.5")]}
    found = trimtab.sweep(loaded, "threshold", grid, start=START)
    assert isinstance(found, Sweep)
    assert [trial.entrant.shown for trial in found.trials] == [
        "threshold:absolute=0.02,relative=0.5",
        "threshold:absolute=0.05,relative=0.5",
    ]
    assert found.winner in found.trials
    assert found.walk is None
    assert found.why_not
