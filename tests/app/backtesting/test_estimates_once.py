"""Estimates are worked out once for all who ask about the same day by the same rules."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.app.backtesting.pasts import FIRST, LAST, START, load_past
from trimtab.app.backtesting.estimates_once import EstimatesOnce
from trimtab.app.estimating import estimates_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.requests import Observation
from trimtab.model.estimates import Estimates
from trimtab.model.mandate import CashFlow, CostRules, Mandate
from trimtab.model.snapshots import PriceHistory

NAMES = ("VTI", "ITOT", "BND")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedHousehold:
    return load_past(tmp_path_factory.mktemp("past"))


class Counted:
    """The usual estimator, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, seen: Observation, mandate: Mandate) -> Estimates:
        self.asked += 1
        return estimates_of(seen, mandate)


def seen_on(loaded: LoadedHousehold, day: date) -> Observation:
    history = loaded.feed.history(NAMES, day, 250)
    return Observation(replace(loaded.snapshot, as_of=day), history)


def test_the_same_day_is_worked_out_once_whatever_the_tax_and_the_flows(loaded: LoadedHousehold):
    counted = Counted()
    once = EstimatesOnce(counted)
    rules = loaded.mandate
    later = replace(rules.tax, year=2021)
    others = (rules, replace(rules, tax=later), replace(rules, flows=(CashFlow(Decimal(5)),)))
    answers = [once(seen_on(loaded, START), one) for one in others]
    assert counted.asked == 1
    assert answers == [estimates_of(seen_on(loaded, START), rules)] * 3


def test_other_days_instruments_and_rules_are_worked_out_anew(loaded: LoadedHousehold):
    counted = Counted()
    once = EstimatesOnce(counted)
    rules = loaded.mandate
    dearer = replace(rules, costs=CostRules(half_spread=Decimal("0.01")))
    fewer = replace(rules, targets=rules.targets[:1])
    without_bonds = replace(loaded.snapshot, lots=loaded.snapshot.lots[:1])
    first = once(seen_on(loaded, START), rules)
    assert once(seen_on(loaded, LAST), rules) != first
    assert once(seen_on(loaded, START), dearer).half_spread != first.half_spread
    assert once(replace(seen_on(loaded, START), snapshot=without_bonds), fewer) != first
    assert counted.asked == 4


def test_a_history_that_is_longer_is_another(loaded: LoadedHousehold):
    counted = Counted()
    once = EstimatesOnce(counted)
    long, short = seen_on(loaded, LAST), loaded.feed.history(NAMES, LAST, 100)
    once(long, loaded.mandate)
    once(replace(long, history=short), loaded.mandate)
    assert counted.asked == 2
    assert isinstance(short, PriceHistory) and short.dates[0] > FIRST
