"""A policy from what a person wrote: names, short names, and what an unknown one is told."""

import pytest

from trimtab.app.policy_choice import policy_from
from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice


@pytest.mark.parametrize(
    ("written", "policy"),
    [("5/25", "threshold"), ("quarterly", "calendar"), ("cost-aware", "cost_aware")],
)
def test_a_name_or_a_short_name_finds_the_policy(written: str, policy: str) -> None:
    assert policy_from(PlugInChoice(written)).name == policy


def test_an_unknown_name_is_told_the_near_one() -> None:
    with pytest.raises(InputError, match="Did you mean 'threshold'"):
        policy_from(PlugInChoice("treshold"))


def test_a_name_near_none_is_told_that_there_are_short_ones() -> None:
    with pytest.raises(InputError, match=r"cost_aware, .*Short names such as 5%, 5/25"):
        policy_from(PlugInChoice("magic"))
