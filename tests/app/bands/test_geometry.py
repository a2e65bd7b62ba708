"""The cut through a region has its corners where the region ends."""

import numpy as np
import pytest

from trimtab.app.bands.geometry import section
from trimtab.policies._zone import edge_ratio
from trimtab.quant.control.no_trade_region import NoTradeRegion


def region(n: int) -> NoTradeRegion:
    chance = np.random.default_rng(n)
    root = chance.standard_normal((n, n))
    centre = chance.uniform(0.5, 1.5, n)
    return NoTradeRegion(
        centre / centre.sum(), root @ root.T + np.eye(n), chance.uniform(0.001, 0.01, n)
    )


@pytest.mark.parametrize("n", [3, 4, 7])
def test_every_corner_lies_on_the_edge_and_inside_of_it_nobody_trades(n):
    found = region(n)
    corners = section(found, 0, 1).corners
    assert len(corners) >= 4
    for first, second in corners.tolist():
        away = np.zeros(n)
        away[:2] = first - found.centre[0], second - found.centre[1]
        rest = found.centre[2:] / found.centre[2:].sum()
        away[2:] = -away[:2].sum() * rest
        assert edge_ratio(found, away) == pytest.approx(1.0)
        inside = found.centre + 0.99 * away
        assert found.destination(inside) == pytest.approx(inside, abs=1e-12)
        outside = found.centre + 1.05 * away
        assert np.abs(found.destination(outside) - outside).max() > 1e-6
