"""Current targets: reviews on the same days for everybody, weights that replace the stated ones."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.mandate import Band, Mandate, Target
from trimtab.model.targets import CurrentTargets, review_day

D = Decimal
MANDATE = Mandate(
    (
        Target("stocks", D("0.6"), ("VTI",), Band(None, D("0.25"))),
        Target("bonds", D("0.4"), ("BND",), Band(None, D("0.25"))),
    )
)
STATED = {"stocks": D("0.6"), "bonds": D("0.4")}


def current(stocks: str) -> CurrentTargets:
    weights = {"stocks": D(stocks), "bonds": 1 - D(stocks)}
    return CurrentTargets(date(2024, 6, 28), "risk_parity", STATED, weights, "by example")


@pytest.mark.parametrize(
    ("as_of", "sessions", "review"),
    [
        ("1970-01-05", 5, "1970-01-05"),
        ("1970-01-09", 5, "1970-01-05"),
        ("1970-01-11", 5, "1970-01-05"),
        ("1970-01-12", 5, "1970-01-12"),
        ("2024-06-30", 1, "2024-06-28"),
    ],
)
def test_a_review_falls_on_every_so_many_th_weekday(as_of, sessions, review):
    assert review_day(date.fromisoformat(as_of), sessions) == date.fromisoformat(review)


@given(st.dates(date(1960, 1, 1), date(2100, 1, 1)), st.integers(1, 2600))
def test_a_review_is_never_ahead_and_stands_until_the_next(as_of, sessions):
    review = review_day(as_of, sessions)
    assert review <= as_of
    assert review.weekday() < 5
    assert review_day(review, sessions) == review
    assert review_day(review - timedelta(days=1), sessions) < review


def test_a_relative_band_follows_its_target():
    moved = current("0.2").applied_to(MANDATE).targets
    assert [target.weight for target in moved] == [D("0.2"), D("0.8")]
    assert [target.band.width(target.weight) for target in moved] == [D("0.05"), D("0.2")]


def test_what_is_told_goes_from_the_stated_to_the_current_weights():
    (note,) = current("0.525").told()
    assert "stocks from 60.0 % to 52.5 %, bonds from 40.0 % to 47.5 %" in note.message
    assert note.code == "targets_re_estimated"
    assert current("0.6").told() == ()


def test_nothing_is_told_without_a_sign():
    (note,) = current("-0.00000000000000001").told()
    assert "stocks from 60.0 % to 0.0 %" in note.message
