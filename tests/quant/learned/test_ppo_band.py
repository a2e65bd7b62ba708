"""A learned band is plain arrays, and with two instruments a no-trade region."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.ppo_band import PpoBand, region_of_band

PROBLEM = TrackingProblem(
    target=np.array([0.45, 0.55]),
    drift=np.array([0.08, 0.03]),
    covariance=np.array([[0.0324, 0.001], [0.001, 0.0036]]),
    cost=np.array([0.003, 0.002]),
    risk_aversion=4.0,
    review_years=1.0 / 12.0,
)
BAND = PpoBand(
    "mine",
    np.array([[0.05, 0.05]]),
    np.array([0.0, -0.2]),
    np.array([[0.5, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0]]),
)


@pytest.mark.parametrize(
    ("weight", "reached"), [(0.30, 0.41), (0.41, 0.41), (0.45, 0.45), (0.49, 0.49), (0.60, 0.49)]
)
def test_the_region_of_a_band_trades_to_its_nearer_edge(weight, reached):
    region = region_of_band(PROBLEM, 0.41, 0.49)
    arrived = region.destination(np.array([weight, 1.0 - weight]))
    assert arrived == pytest.approx([reached, 1.0 - reached], abs=1e-6)


def test_a_band_widens_with_what_it_learned_to_widen_with():
    calm, wild = BAND.half_widths(), BAND.half_widths((2.0, 0.5, 0.0, 0.0))
    assert calm[0, 0] == 0.05
    assert calm[0, 1] < 0.05
    assert (wild > calm).all()
    assert BAND.half_widths((99.0, 0.5, 0.0, 0.0))[0] == pytest.approx([0.2, 0.2])
    down, up = calm[0]
    region = BAND.region(PROBLEM)
    assert region.centre[0] == pytest.approx(0.45 + 0.5 * (up - down))


def test_it_is_put_together_again_from_its_arrays():
    again = PpoBand.from_arrays(BAND.to_arrays())
    assert again.name == "mine"
    assert (again.half_widths() == BAND.half_widths()).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": np.array("other")}, "other ppo_band"),
        ({"kind": np.array("network")}, "network"),
        ({"bias": np.array([np.nan, 0.0])}, "lacks bias"),
        ({"bias": np.zeros(3)}, "must fit"),
    ],
)
def test_arrays_that_are_no_band_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        PpoBand.from_arrays(BAND.to_arrays() | change)


def test_a_band_says_nothing_of_three_instruments():
    three = TrackingProblem(
        np.full(3, 1 / 3), np.zeros(3), 0.02 * np.eye(3), np.full(3, 0.001), 4.0, 1 / 12
    )
    with pytest.raises(InputError, match="asked about 3 instruments"):
        BAND.region(three)
