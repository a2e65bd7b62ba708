"""Tax owed and the tax of selling everything: worked out for all days at once, as one by one."""

import pytest
from hypothesis import given

from tests.drivers.backtest.seeded import SEEDS, done, few
from trimtab.drivers.backtest.run import Backtest


@pytest.mark.slow
@few
@given(SEEDS)
def test_every_days_figures_are_those_of_the_exact_regime(seed):
    """To the cent on the last day of each year and of all, to some cents on the others."""
    drawn, whole = done(seed)
    test: Backtest = drawn.backtest()
    owed, liquidation = [], []
    for t in test.sessions:
        test.step(t)
        on = test.market.dates[t]
        unrealised = test.holdings.unrealised(test.market.close[t], on)
        owed.append(float(test.office.accrued(on) + test.payments.outside))
        liquidation.append(test.office.liquidation(on, *unrealised))
    daily = whole.result().daily
    assert daily.accrued_tax.tolist() == pytest.approx(owed, abs=0.05)
    assert daily.liquidation_tax.tolist() == pytest.approx(liquidation, abs=0.05)
    ends = [row for row, day in enumerate(daily.dates[:-1]) if daily.dates[row + 1].year > day.year]
    for row in (*ends, -1):
        assert daily.accrued_tax[row] == owed[row]
        assert daily.liquidation_tax[row] == liquidation[row]
