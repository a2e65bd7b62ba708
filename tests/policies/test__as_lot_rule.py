"""Policies as rules of the simulator: the same looks, bands and destinations."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from trimtab import plugins
from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate, Target
from trimtab.policies._as_lot_rule import lot_rule, scheduled
from trimtab.policies._schedule import Frequency, is_session, schedule_after

MANDATE = Mandate(
    (Target("stocks", Decimal("0.6"), ("VTI",)), Target("bonds", Decimal("0.4"), ("BND",)))
)
DAYS = tuple(
    day for day in (date(2021, 12, 20) + timedelta(n) for n in range(80)) if is_session(day)
)


@pytest.mark.parametrize("frequency", list(Frequency))
def test_a_rule_looks_when_its_calendar_does(frequency):
    latest = scheduled(frequency, DAYS)
    for day, ordinal in zip(DAYS, latest.tolist(), strict=True):
        assert date.fromordinal(ordinal) == schedule_after(frequency, day, None).latest


RULES = [
    # policy      settings                                   band            kept  way   catches up
    ("hold", {}, [0.0], 0.0, 1.0, False),
    ("calendar", {"frequency": "monthly"}, [0.0], 0.0, 1.0, True),
    ("partial", {"fraction": 0.25}, [0.0], 0.0, 0.25, True),
    ("threshold", {"absolute": Decimal("0.05")}, [0.05, 0.05], 0.0, 1.0, False),
    ("threshold", {"relative": Decimal("0.1"), "destination": 1.0}, [0.06, 0.04], 1.0, 1.0, False),
    ("hybrid", {"absolute": Decimal("0.02"), "destination": 0.5}, [0.02, 0.02], 0.5, 1.0, True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "band", "kept", "way", "late"), RULES)
def test_a_policy_keeps_its_bands_and_its_destination(name, settings, band, kept, way, late):
    if "frequency" in settings:
        settings = settings | {"frequency": Frequency(settings["frequency"])}
    rule = lot_rule(plugins.load("policies", name)(**settings), DAYS, MANDATE)
    assert rule.width[0].tolist() == pytest.approx(band)
    assert (rule.kept[0], rule.fraction[0]) == (kept, way)
    assert bool(rule.catch_up[0]) is late
    assert bool(rule.on_breach[0]) is (name in ("threshold", "hybrid"))


def test_a_policy_that_weighs_costs_is_refused():
    with pytest.raises(InputError, match=r"cost_aware.*does not know it"):
        lot_rule(plugins.load("policies", "cost_aware")(), DAYS, MANDATE)
