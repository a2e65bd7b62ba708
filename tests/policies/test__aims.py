"""Aims of classes: they add up, and no class moves away from its target."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.proposals import Action
from trimtab.policies import _aims
from trimtab.policies._aims import TO_TARGET, aims_between, aims_within, go_to, to_target
from trimtab.policies._base import hold
from trimtab.policies._metric import class_metric
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world


def drift(*targets: tuple[float, float], width: float = 0.05) -> Drift:
    """Targets as (weight, actual)."""
    return Drift(
        tuple(TargetDrift(f"t{i}", w, actual, width) for i, (w, actual) in enumerate(targets)), 0.0
    )


TWO_CLASSES = """
    target  weight  instruments  band
    stocks  60%     VTI          5/25
    bonds   40%     BND          5/25
"""

TWO_HOLDERS = """
    account     instrument  qty  basis   acquired    price
    joint       VTI         400  40,000  2017-03-04  200
    joint       BND         200  15,000  2020-01-02  75
    joint       cash        5,000
"""

WITHIN = [
    # kept   (target, actual) of three classes               aims
    (1.0, [(0.6, 0.70), (0.3, 0.20), (0.1, 0.10)], (0.650, 0.250, 0.100)),
    (0.5, [(0.6, 0.70), (0.3, 0.20), (0.1, 0.10)], (0.625, 0.275, 0.100)),
    (0.0, [(0.6, 0.70), (0.3, 0.20), (0.1, 0.10)], (0.600, 0.300, 0.100)),
    (1.0, [(0.6, 0.66), (0.3, 0.27), (0.1, 0.07)], (0.650, 0.275, 0.075)),  # shared out
    (1.0, [(0.6, 0.62), (0.3, 0.28), (0.1, 0.10)], (0.620, 0.280, 0.100)),  # nothing is out
]


@pytest.mark.parametrize(("kept", "targets", "aims"), WITHIN)
def test_a_breach_goes_back_into_its_band_and_the_rest_gives_way(kept, targets, aims):
    assert aims_within(drift(*targets), (0.05,) * 3, kept) == pytest.approx(aims)


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 0.2)), min_size=1, max_size=8
    ),
    st.floats(0, 1),
)
def test_aims_add_up_and_lie_between_where_a_class_is_and_its_target(rows, kept):
    weights = np.array([row[0] for row in rows])
    actual = np.array([row[1] for row in rows])
    weights, actual = weights / weights.sum(), actual / max(actual.sum(), 1.0)
    widths = tuple(row[2] for row in rows)
    aims = np.array(aims_within(drift(*zip(weights, actual, strict=True)), widths, kept))
    assert aims.sum() == pytest.approx(1.0)
    low, high = np.minimum(actual, weights), np.maximum(actual, weights)
    assert (aims >= low - 1e-9).all()
    assert (aims <= high + 1e-9).all()
    assert (np.abs(aims - weights) <= np.array(widths) + 1e-9).all()


def test_part_of_the_way_closes_that_part_of_every_drift():
    found = drift((0.6, 0.7), (0.4, 0.3))
    assert aims_between(found, 0.25) == pytest.approx((0.675, 0.325))
    assert aims_between(found, 1.0) == pytest.approx(to_target(found))


METRIC = [
    # split   drift of VTI, ITOT, BND     counts as
    ("first", (0.1, 0.0, 0.0), 0.1**2),
    ("first", (0.1, -0.1, 0.0), 0.0),  # members stand in for each other
    ("first", (0.1, 0.0, -0.1), 2 * 0.1**2),
    ("equal", (0.1, -0.1, 0.0), 2 * 0.1**2),  # here each member's weight is a rule
]


@pytest.mark.parametrize(("split", "weights", "counts"), METRIC)
def test_a_rule_counts_drift_class_by_class(split, weights, counts):
    at = situation(
        world(
            """
            account  instrument  qty  basis   acquired    price
            taxable  VTI         300  30,000  2019-03-04  100
            taxable  ITOT        300  30,000  2019-03-04  100
            taxable  BND         400  40,000  2019-03-04  100
            """,
            targets=f"""
            target  weight  instruments  band  split
            stocks  60%     VTI,ITOT     5/25  {split}
            bonds   40%     BND          5/25  first
            """,
        )
    )
    d = np.array(weights)
    assert d @ class_metric(at) @ d == pytest.approx(counts, abs=1e-8)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.0, "no trade of the least size comes closer"),
        (0.05, "no trade of the least size comes closer"),  # a weight of 0.00003
        (2_000_000.0, "the solver stopped without a trade that comes closer, and did not prove"),
        (2_000_000.0, "up to 20.0 points of drift are left open"),  # of $100,000
    ],
)
def test_where_nothing_is_traded_the_words_tell_a_small_rest_from_an_open_gap(
    monkeypatch, gap, words
):
    def stopped(situation, problem, action, reason, clause):
        return replace(hold(situation, reason, clause), gap=gap)

    monkeypatch.setattr(_aims, "solve_towards", stopped)
    at = situation(world(TWO_HOLDERS, targets=TWO_CLASSES))
    proposal = go_to(at, TO_TARGET, Action.FULL, "it is January", "policy", everything=True)
    assert proposal.reason.startswith("it is January; ")
    assert words in proposal.reason
