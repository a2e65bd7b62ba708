"""The usual figures side by side are those of their own modules."""

from datetime import date

import numpy as np
import pytest

from trimtab.quant.performance.drawdowns import Drawdown
from trimtab.quant.performance.returns import FlowTiming, YearReturn
from trimtab.quant.performance.risk import sharpe_ratio, sortino_ratio, volatility
from trimtab.quant.performance.summary import summarise

DAYS = [date(2023, 12, 29), date(2024, 1, 2), date(2024, 1, 3), date(2024, 12, 28)]
VALUE, FLOW = [100.0, 110.0, 149.0, 298.0], [100.0, 0.0, 50.0, 0.0]
RETURNS = [0.10, -0.10, 1.0]  # 149 − 50 = 99 of 110


def test_a_run_is_measured_in_one_call():
    found = summarise(VALUE, FLOW, DAYS, timing=FlowTiming.END, riskless=0.01)
    np.testing.assert_allclose(found.returns, RETURNS)
    assert found.time_weighted.years == 1.0
    assert found.time_weighted.annualised == pytest.approx(1.1 * 0.9 * 2 - 1)
    assert found.volatility == pytest.approx(volatility(RETURNS))
    assert found.downside == pytest.approx(np.sqrt(0.01 / 3 * 252))
    assert found.sharpe == pytest.approx(sharpe_ratio(RETURNS, 0.01))
    assert found.sortino == pytest.approx(sortino_ratio(RETURNS))
    assert found.worst_drawdown == Drawdown(pytest.approx(-0.10), DAYS[1], DAYS[2], DAYS[3])
    assert found.by_year == (YearReturn(2024, pytest.approx(0.98), 3),)


def test_a_run_that_never_fell_has_no_drawdown():
    assert summarise([1.0, 1.1, 1.3], [0.0] * 3, DAYS[:3]).worst_drawdown is None
