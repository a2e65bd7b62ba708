"""Answers with their discrete choices held: households that a quick search once got wrong.

Each left money that asked for no search: a group that bought nothing and kept a loss, one that sold
what only its recent purchases asked for, and one beside the edge of two tax regions.
"""

import pytest

from benchmarks._fleet_clarabel import solve_clarabel
from benchmarks._fleet_compare import answered
from benchmarks._fleet_convex import choices_held
from benchmarks._fleet_households import make_block
from benchmarks._fleet_market import make_market
from trimtab.quant.problem import QUICK

KEPT_A_LOSS, SOLD_WASHED, KEPT_A_WASHED_LOSS, BESIDE_AN_EDGE = 16, 25, 67, 129
CLOSE = 1e-7  # of value


@pytest.fixture(scope="module")
def sample() -> list:
    pytest.importorskip("clarabel")
    return answered(make_block(make_market(True), 1, 0).first(BESIDE_AN_EDGE + 1), QUICK)


@pytest.mark.parametrize(
    "household", [KEPT_A_LOSS, SOLD_WASHED, KEPT_A_WASHED_LOSS, BESIDE_AN_EDGE]
)
def test_an_answer_leaves_nothing_that_needs_no_search(sample: list, household: int) -> None:
    own = sample[household]
    parts = choices_held(own.problem, own.bought, own.sold)
    best = min(solve_clarabel(part, tight=True).objective for part in parts)
    assert own.objective - best < CLOSE
