"""Where `empyrical` and `quantstats` define the same, the figures agree; where not, it is said how.

empyrical comes with the tests. quantstats draws charts and brings matplotlib and seaborn, so it is
compared where somebody has it installed, and else its cases are skipped.
"""

from types import ModuleType

import empyrical
import numpy as np
import pandas as pd
import pytest

from trimtab.quant.performance.drawdowns import drawdowns, maximum_drawdown, underwater
from trimtab.quant.performance.returns import (
    annualised_return,
    calendar_year_returns,
    cumulative_return,
    growth,
    years_by_sessions,
)
from trimtab.quant.performance.risk import (
    downside_deviation,
    sharpe_ratio,
    sortino_ratio,
    volatility,
)
from trimtab.quant.performance.sharpe_evidence import probabilistic_sharpe_ratio, sharpe_moments
from trimtab.quant.performance.tracking import tracking

DAYS = 1_300
RISKLESS = 0.0001
CLOSES = np.datetime64("2018-12-31") + np.arange(DAYS + 1)


@pytest.fixture(scope="module", params=[1, 2, 3])
def series(request: pytest.FixtureRequest) -> pd.Series:
    fat_tailed = 0.0004 + 0.01 * np.random.default_rng(request.param).standard_t(4, DAYS)
    return pd.Series(fat_tailed, index=pd.DatetimeIndex(CLOSES[1:]))


@pytest.fixture(scope="module")
def reference(series: pd.Series) -> pd.Series:
    return series * 0.9 + np.random.default_rng(9).normal(0.0, 0.002, DAYS)


@pytest.fixture(scope="module")
def quantstats() -> ModuleType:
    return pytest.importorskip(
        "quantstats.stats", reason="quantstats, with matplotlib and seaborn, is not installed"
    )


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def annual(series):
    return annualised_return(cumulative_return(series), years_by_sessions(len(series)))


def test_empyrical_links_and_annualises_alike(series):
    agree(cumulative_return(series), empyrical.cum_returns_final(series))
    agree(growth(series)[1:], empyrical.cum_returns(series, starting_value=1))
    agree(annual(series), empyrical.annual_return(series))


def test_empyrical_has_the_same_calendar_years(series):
    ours = {one.year: one.value for one in calendar_year_returns(series, CLOSES)}
    theirs = empyrical.aggregate_returns(series, "yearly")
    assert list(ours) == list(theirs.index)
    agree(list(ours.values()), theirs)


def test_empyrical_has_the_same_risk_and_ratios(series):
    agree(volatility(series), empyrical.annual_volatility(series))
    agree(downside_deviation(series, RISKLESS), empyrical.downside_risk(series, RISKLESS))
    agree(sharpe_ratio(series, RISKLESS), empyrical.sharpe_ratio(series, RISKLESS))
    agree(sortino_ratio(series, RISKLESS), empyrical.sortino_ratio(series, RISKLESS))


def test_empyrical_has_the_same_deepest_drawdown(series):
    agree(maximum_drawdown(series), empyrical.max_drawdown(series))


def test_empyrical_scatters_about_a_benchmark_alike(series, reference):
    ours = tracking(series, reference, years_by_sessions(DAYS))
    agree(ours.information_ratio, np.sqrt(252) * empyrical.excess_sharpe(series, reference))
    agree(ours.error, empyrical.annual_volatility(series - reference))


def test_quantstats_has_the_same_returns_risk_and_ratios(series, quantstats):
    agree(cumulative_return(series), quantstats.comp(series))
    agree(volatility(series), quantstats.volatility(series))
    agree(sharpe_ratio(series), quantstats.sharpe(series))
    agree(sortino_ratio(series), quantstats.sortino(series))


def test_quantstats_has_the_same_drawdowns(series, quantstats):
    agree(maximum_drawdown(series), quantstats.max_drawdown(series))
    theirs = quantstats.to_drawdown_series(series)
    np.testing.assert_allclose(underwater(series)[1:], theirs, atol=1e-10)
    episodes = quantstats.drawdown_details(theirs)
    ours = drawdowns(series, CLOSES)
    assert len(episodes) == len(ours)
    agree(ours[0].depth * 100, episodes["max drawdown"].min())
    deepest = episodes.loc[episodes["max drawdown"].idxmin()]
    assert str(ours[0].trough) == deepest["valley"]


def test_quantstats_has_the_same_probabilistic_sharpe_ratio_but_for_small_sample_moments(
    series, quantstats
):
    # It corrects skewness and kurtosis for the sample's size, which the paper does not.
    theirs = quantstats.probabilistic_sharpe_ratio(series)
    assert probabilistic_sharpe_ratio(sharpe_moments(series)) == pytest.approx(theirs, abs=1e-5)
