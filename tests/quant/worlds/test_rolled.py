"""A policy that is replaced lives on in the same household."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.worlds.bands import Bands
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import PathTerms, simulate
from trimtab.quant.worlds.rolled import Rolled

HOUSEHOLD = Household(np.full(3, 1 / 3), np.full(3, 1e-3), 0.2, 4.0, np.full(3, 0.3))
WIDE = Bands("wide", np.full(3, 0.05))
NARROW = Bands("narrow", np.full(3, 0.01))
TERMS = PathTerms(sessions_a_year=12, record=1)
RETURNS = np.random.default_rng(1).normal(0.005, 0.05, (4, 60, 3))


def test_the_same_policy_twice_is_one_policy() -> None:
    rolled = Rolled("twice", [0, 30], [WIDE, WIDE])
    once, twice = simulate(RETURNS, HOUSEHOLD, [WIDE, rolled], TERMS)
    assert (once.total == twice.total).all()


def test_what_comes_later_changes_nothing_before() -> None:
    rolled = Rolled("wide, then narrow", [0, 30], [WIDE, NARROW])
    wide, changed = simulate(RETURNS, HOUSEHOLD, [WIDE, rolled], TERMS)
    assert (wide.by_time[:, :30] == changed.by_time[:, :30]).all()
    assert not (wide.by_time[:, 30:] == changed.by_time[:, 30:]).all()


@pytest.mark.parametrize("starts", [[], [5], [0, 0], [0, 30, 20], [0]])
def test_successors_begin_one_after_another_and_each_has_a_start(starts: list[int]) -> None:
    with pytest.raises(InputError, match="starts"):
        Rolled("wrong", starts, [WIDE, NARROW])
