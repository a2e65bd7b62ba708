"""Short names that the field uses, and what they stand for."""

from decimal import Decimal

import pytest

from trimtab.model.mandate import PlugInChoice
from trimtab.plugins import configure, names
from trimtab.policies._aliases import ALIASES, resolve
from trimtab.policies._schedule import Frequency
from trimtab.policies.calendar import Calendar
from trimtab.policies.hold import Hold
from trimtab.policies.threshold import Threshold

MEANT = [
    ("5/25", Threshold(Decimal("0.05"), Decimal("0.25"))),
    ("3/20", Threshold(Decimal("0.03"), Decimal("0.20"))),
    ("200/175", Threshold(Decimal("0.02"), destination=0.875)),
    ("200/100", Threshold(Decimal("0.02"), destination=0.5)),
    ("5%", Threshold(Decimal("0.05"))),
    ("2.5 %", Threshold(Decimal("0.025"))),
    ("20% rel", Threshold(relative=Decimal("0.20"))),
    ("quarterly", Calendar(Frequency.QUARTERLY)),
    ("Annual", Calendar(Frequency.ANNUAL)),
    ("buy-and-hold", Hold()),
    ("calendar", Calendar()),
]


@pytest.mark.parametrize(("word", "policy"), MEANT)
def test_an_alias_stands_for(word, policy):
    choice = resolve(PlugInChoice(word))
    assert configure("policies", choice.name, choice.settings) == policy


def test_settings_that_are_given_win_over_the_aliass_own():
    choice = resolve(PlugInChoice("5/25", {"destination": "halfway"}))
    policy = configure("policies", choice.name, choice.settings)
    assert policy == Threshold(Decimal("0.05"), Decimal("0.25"), "halfway")


@pytest.mark.parametrize("word", ["cost_aware", "no_such_policy", "25/", "/5"])
def test_what_is_no_alias_comes_back_as_it_was(word):
    assert resolve(PlugInChoice(word)) == PlugInChoice(word)


def test_every_alias_names_a_policy_and_hides_none():
    for alias, (name, settings) in ALIASES.items():
        assert name in names("policies"), alias
        configure("policies", name, settings)
        assert alias not in names("policies")
