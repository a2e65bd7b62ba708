"""The exact path and the kernel of plain values, two programs of two halves, on the same rules.

Where nothing is taxed, fractions are traded and no dividend is paid, both say what a rule is worth.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.drivers.backtest.replayed import PLAIN, D, backtest, policy_named
from trimtab.model.mandate import CostRules
from trimtab.quant.simulate.net_asset_value import simulate_values
from trimtab.quant.simulate.rules import Period, Rules, calendar, first_days, hold, threshold
from trimtab.taxes.none import Untaxed
from trimtab.testing.markets import MarketShape, random_market

NAMES, WEIGHTS = ("VTI", "VXUS", "BND"), (0.5, 0.2, 0.3)
MARKET = random_market(
    11,
    MarketShape(
        NAMES, 300, date(2020, 1, 2), dividend_yield=0.0, splits_a_year=0.0, yearly_volatility=0.4
    ),
)
TARGETS = "target weight instruments band\n" + "\n".join(
    f"t{k} {weight * 100:.0f}% {name} 5%"
    for k, (name, weight) in enumerate(zip(NAMES, WEIGHTS, strict=True))
)
RULES = {
    "hold": (hold(), policy_named("threshold", {"absolute": D(1)})),
    "a threshold": (threshold([0.03]), policy_named("threshold", {"absolute": D("0.03")})),
    "half-way back": (
        replace(threshold([0.03]), kept=np.array([0.5])),
        policy_named("threshold", {"absolute": D("0.03"), "destination": "halfway"}),
    ),
    "monthly": (
        calendar(first_days(MARKET.dates, Period.MONTHLY)),
        policy_named("calendar", {"frequency": "monthly"}),
    ),
}


def exact_values(policy, half_spread):
    """The exact path, which begins with the targets just bought, where no wash sale matters."""
    first = [float(price) for price in np.asarray(MARKET.close)[0]]
    units = [round(1_000_000 * w / p, 6) for w, p in zip(WEIGHTS, first, strict=True)]
    lots = "account instrument qty basis acquired\n" + "\n".join(
        f"roth {name} {count} 1 2019-01-02" for name, count in zip(NAMES, units, strict=True)
    )
    mandate = replace(PLAIN, costs=CostRules(half_spread=D(str(half_spread)), impact=D(0)))
    return backtest(
        lots,
        replace(MARKET, half_spread=np.full_like(MARKET.close, np.nan)),
        targets=TARGETS,
        policy=policy,
        mandate=mandate,
        regime=Untaxed(),
        trades=f"account instrument side on qty amount\nroth VTI buy {MARKET.dates[0]} 1 1",
        accounts="account fractional\nroth yes",
    ).run()


def kernel_values(rules: Rules, cost):
    return simulate_values(
        MARKET.close, WEIGHTS, rules, cost=cost, start_value=1_000_000.0, with_paths=True
    ).values[0]


@pytest.mark.parametrize("name", RULES)
def test_without_cost_both_are_worth_the_same_every_day(name):
    rules, policy = RULES[name]
    exact, plain = exact_values(policy, 0.0), kernel_values(rules, 0.0)
    assert exact.daily.value == pytest.approx(plain, rel=2e-6)


@pytest.mark.parametrize("name", ["a threshold", "monthly"])
def test_with_cost_both_are_worth_the_same_to_a_basis_point(name):
    """The kernel goes to the weights exactly; the solver stops where the last dollar is not worth
    its cost."""
    rules, policy = RULES[name]
    exact, plain = exact_values(policy, 0.001), kernel_values(rules, 0.001)
    grown = plain / plain[0]  # the kernel has paid for its first purchase by then
    assert exact.daily.value / exact.daily.value[0] == pytest.approx(grown, rel=1e-4)
