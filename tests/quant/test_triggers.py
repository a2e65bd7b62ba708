"""Which signal fires at which drift, and how far it asks to go back."""

from dataclasses import replace

import pytest

from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.proposals import Action
from trimtab.quant.triggers import TriggerThresholds, check_triggers

NONE, PARTIAL, FULL, IMMEDIATE = Action.NONE, Action.PARTIAL, Action.FULL, Action.IMMEDIATE
QUIET = TriggerThresholds(
    concentration_ratio=None, total_drift=None, tracking_error=None, crisis_drift=None
)


def drift(*targets: tuple[str, float, float, float], error: float = 0.0) -> Drift:
    """Targets as (name, weight, actual, band)."""
    return Drift(
        tuple(TargetDrift(*target) for target in targets),
        error,
        cash=1.0 - sum(actual for _, _, actual, _ in targets),
    )


SINGLE = [
    # stocks at  band   asks for
    (0.60, 0.05, NONE),
    (0.649, 0.05, NONE),
    (0.651, 0.05, PARTIAL),
    (0.699, 0.05, PARTIAL),
    (0.701, 0.05, FULL),
    (0.549, 0.05, PARTIAL),
    (0.499, 0.05, FULL),
]


@pytest.mark.parametrize(("stocks", "band", "action"), SINGLE)
def test_a_target_out_of_its_band_asks_for_a_part_and_twice_out_for_all(stocks, band, action):
    found = drift(("stocks", 0.6, stocks, band), ("bonds", 0.4, 1.0 - stocks, 0.5))
    assert check_triggers(found, QUIET).action is action


SIGNALS = [
    # threshold changed         targets (name, weight, actual, band)                 TE     asks for
    ({"concentration_ratio": 2.0}, [("one", 0.05, 0.11, 1), ("rest", 0.95, 0.89, 1)], 0.0, FULL),
    ({"concentration_ratio": 2.0}, [("one", 0.01, 0.03, 1), ("rest", 0.99, 0.97, 1)], 0.0, NONE),
    ({"concentration_ratio": 2.0}, [("one", 0.0, 0.06, 1), ("rest", 1.0, 0.94, 1)], 0.0, FULL),
    ({"total_drift": 0.10}, [("a", 0.5, 0.61, 1), ("b", 0.5, 0.39, 1)], 0.0, PARTIAL),
    ({"total_drift": 0.10}, [("a", 0.5, 0.71, 1), ("b", 0.5, 0.29, 1)], 0.0, FULL),
    ({"total_drift": 0.10}, [("a", 0.5, 0.59, 1), ("b", 0.5, 0.41, 1)], 0.0, NONE),
    ({"tracking_error": 0.02}, [("a", 0.5, 0.5, 1), ("b", 0.5, 0.5, 1)], 0.021, PARTIAL),
    ({"tracking_error": 0.02}, [("a", 0.5, 0.5, 1), ("b", 0.5, 0.5, 1)], 0.041, FULL),
    ({"crisis_drift": 0.15}, [("a", 0.5, 0.66, 1), ("b", 0.5, 0.34, 1)], 0.0, IMMEDIATE),
    ({"crisis_drift": 0.15}, [("a", 0.5, 0.64, 1), ("b", 0.5, 0.36, 1)], 0.0, NONE),
    ({"single_drift": 0.02}, [("a", 0.5, 0.53, 1), ("b", 0.5, 0.47, 1)], 0.0, PARTIAL),
]


@pytest.mark.parametrize(("on", "targets", "error", "action"), SIGNALS)
def test_each_signal_alone_asks_for_its_action(on, targets, error, action):
    report = check_triggers(drift(*targets, error=error), replace(QUIET, **on))
    assert report.action is action
    assert bool(report.triggers) is (action is not NONE)


def test_the_most_urgent_signal_decides_and_stands_first():
    found = drift(("stocks", 0.6, 0.76, 0.05), ("bonds", 0.4, 0.24, 0.05), error=0.025)
    report = check_triggers(found)
    assert report.action is IMMEDIATE
    assert report.triggers[0].name == "crisis_drift"
    assert {trigger.name for trigger in report.triggers} == {
        *("crisis_drift", "single_drift", "total_drift", "tracking_error"),
    }


def test_a_household_on_target_fires_nothing():
    assert (
        check_triggers(drift(("stocks", 0.6, 0.6, 0.05), ("bonds", 0.4, 0.4, 0.05))).triggers == ()
    )


def test_idle_cash_counts_as_drift_of_the_whole():
    half_idle = drift(("stocks", 0.6, 0.3, 1), ("bonds", 0.4, 0.2, 1))
    assert half_idle.total == pytest.approx(0.5)
    assert check_triggers(half_idle, replace(QUIET, total_drift=0.10)).action is FULL
