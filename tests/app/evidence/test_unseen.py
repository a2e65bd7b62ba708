"""What a learned policy shows is counted only on days that its training had not seen."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests.app.evidence.made_runs import made_runs
from trimtab.app.evidence.unseen import out_of_sample

SESSIONS = 500


@pytest.fixture(scope="module")
def runs():
    return made_runs("annual", "5/25", count=SESSIONS)


def learned(runs, until: date):
    return [runs[0], replace(runs[1], trained_until=until)]


def test_rules_alone_have_no_training_to_be_outside_of(runs):
    assert out_of_sample(runs) is None


def test_a_model_trained_before_the_first_day_is_out_of_sample_throughout(runs):
    before = runs[0].daily.dates[0] - timedelta(days=1)
    assert out_of_sample(learned(runs, before)) is None


def test_the_days_after_the_training_are_named_and_every_policy_measured_on_them(runs):
    dates = runs[0].daily.dates
    found = out_of_sample(learned(runs, dates[299]))
    assert found is not None
    assert (found.seen, found.sessions, found.first, found.last) == (
        300, SESSIONS - 300, dates[300], dates[-1],
    )  # fmt: skip
    assert [one.policy for one in found.figures] == [run.policy for run in runs]
    for run, one in zip(runs, found.figures, strict=True):
        daily = run.daily
        assert one.cost == pytest.approx(daily.cost[300:].sum())
        whole = daily.after_liquidation
        if not np.any(daily.flow[300:]):
            assert one.gained == pytest.approx(whole[-1] / whole[299] - 1.0)
    assert f"{SESSIONS - 300} sessions from {dates[300]}" in found.sentence


def test_a_training_that_saw_everything_leaves_no_evidence_and_says_so(runs):
    dates = runs[0].daily.dates
    for until in (dates[-1], dates[-2], dates[-1] + timedelta(days=30)):
        found = out_of_sample(learned(runs, until))
        assert found is not None and found.figures == ()
        assert "no day of this comparison is out of sample" in found.sentence


def test_of_two_models_the_later_training_counts(runs):
    dates = runs[0].daily.dates
    both = [replace(run, trained_until=dates[at]) for run, at in zip(runs, (100, 350), strict=True)]
    found = out_of_sample(both)
    assert found is not None and found.first == dates[351]
