"""A year's gains and losses, netted as the law has it."""

import pytest

from trimtab.quant.simulate.direct_tax import settle_gains
from trimtab.quant.simulate.harvest_rule import CapitalGainsRates, HarvestRule

RULE = HarvestRule(rates=CapitalGainsRates(short=0.40, long=0.20, ordinary=0.40))

YEAR_ENDS = [
    # short     long       tax                             carried on: short, long
    (-5_000.0, 0.0, -0.40 * 3_000.0, (-2_000.0, 0.0)),
    (-5_000.0, 9_000.0, 0.20 * 4_000.0, (0.0, 0.0)),
    (4_000.0, -9_000.0, -0.40 * 3_000.0, (0.0, -2_000.0)),
    (-2_000.0, -2_500.0, -0.40 * 3_000.0, (0.0, -1_500.0)),
    (1_000.0, 2_000.0, 0.40 * 1_000.0 + 0.20 * 2_000.0, (0.0, 0.0)),
    (6_000.0, -2_000.0, 0.40 * 4_000.0, (0.0, 0.0)),
    (-1_000.0, 0.0, -0.40 * 1_000.0, (0.0, 0.0)),
]


@pytest.mark.parametrize(("short", "long", "tax", "carried"), YEAR_ENDS)
def test_a_year_is_netted_as_the_law_has_it(short, long, tax, carried):
    found, left_short, left_long = settle_gains.py_func(RULE.as_row(), short, long)
    assert found == pytest.approx(tax)
    assert (left_short, left_long) == pytest.approx(carried)
