"""When rules look, and what parameters they refuse."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.simulate.rules import (
    Period,
    Rules,
    calendar,
    first_days,
    hold,
    hybrid,
    no_trade,
    threshold,
    together,
)

DAYS = [
    *("2023-12-28", "2023-12-29"),
    *("2024-01-02", "2024-01-05", "2024-01-08"),  # a Tuesday, a Friday, a Monday
    *("2024-02-01", "2024-04-02", "2024-07-01", "2025-01-02"),
]
FIRST_DAYS = [
    (Period.WEEKLY, "1 .1 .1111 1"),
    (Period.MONTHLY, "1.1..1111"),
    (Period.QUARTERLY, "1.1...111"),
    (Period.SEMIANNUAL, "1.1....11"),
    (Period.ANNUAL, "1.1.....1"),
]


@pytest.mark.parametrize(("period", "marks"), FIRST_DAYS)
def test_the_first_trading_day_of_a_period_is_marked(period, marks):
    expected = [mark == "1" for mark in marks.replace(" ", "")]
    assert first_days(DAYS, period).tolist() == expected
    assert first_days([date.fromisoformat(d) for d in DAYS], period).tolist() == expected


@pytest.mark.parametrize("period", Period)
def test_first_days_are_those_whose_period_is_not_that_of_the_day_before(period):
    chance = np.random.default_rng(2)
    numbers = np.sort(chance.choice(4_000, 600, replace=False)) - 1_000  # before 1970 as well
    days = numbers.astype("datetime64[D]").tolist()

    def of(day):
        week = day.isocalendar()[:2]
        return {
            Period.WEEKLY: week,
            Period.MONTHLY: (day.year, day.month),
            Period.QUARTERLY: (day.year, (day.month - 1) // 3),
            Period.SEMIANNUAL: (day.year, (day.month - 1) // 6),
            Period.ANNUAL: day.year,
        }[period]

    expected = [True, *(of(a) != of(b) for a, b in pairwise(days))]
    assert first_days(days, period).tolist() == expected


def test_no_days_have_no_first_day():
    assert first_days([], Period.MONTHLY).tolist() == []


@pytest.mark.parametrize("days", [DAYS[::-1], ["2024-01-02", "2024-01-02"]])
def test_days_that_do_not_ascend_are_refused(days):
    with pytest.raises(InputError, match="do not ascend"):
        first_days(days, Period.MONTHLY)


COUNTS = [
    (hold(), 1),
    (threshold(0.05), 1),
    (threshold([0.01, 0.02, 0.03]), 3),
    (threshold([0.01, 0.02, 0.03], every=[1, 2, 3]), 3),
    (threshold(0.05, every=[1, 5, 20]), 3),
    (threshold([[0.01, 0.05]]), 1),
    (no_trade(0.05, kept=[0.0, 1.0]), 2),
    (calendar([True, False]), 1),
    (calendar([[True, False], [True, True]]), 2),
    (hybrid([True, False], [0.01, 0.05]), 2),
    (hybrid([[True, False], [True, True]], 0.05), 2),
    (together(hold(), threshold([0.01, 0.02]), calendar([True, True])), 4),
]


@pytest.mark.parametrize(("rules", "count"), COUNTS)
def test_parameters_given_once_hold_for_all_rules(rules: Rules, count: int):
    assert len(rules) == count
    assert len(rules.every) == len(rules.mask) == len(rules.band) == len(rules.kept) == count


def test_together_keeps_each_rule_with_its_own_mask_and_bands():
    masks = np.eye(3, dtype=bool)
    rules = together(calendar(masks[0]), threshold([[0.1, 0.2]]), hybrid(masks[1:], 0.3))
    assert rules.masks[rules.mask[[0, 2, 3]]].tolist() == masks.tolist()
    assert rules.band[1:].tolist() == [[0.1, 0.2], [0.3, 0.3], [0.3, 0.3]]
    assert (rules.part(2, 4).mask == rules.mask[2:]).all()


REFUSED = [
    (lambda: threshold(-0.01), "band of a rule: is -0.01"),
    (lambda: threshold(np.nan), "band of a rule: is nan"),
    (lambda: threshold(-np.inf), "band of a rule: is -inf"),
    (lambda: threshold(0.05, every=0), "every of a rule: is 0"),
    (lambda: no_trade(0.05, kept=1.5), "kept of a rule: is 1.5"),
    (lambda: threshold([0.1, 0.2], every=[1, 2, 3]), "parameters for 2, 3 of them"),
    (lambda: hybrid(np.ones((2, 4)), [0.1, 0.2, 0.3]), "parameters for 2, 3 of them"),
    (lambda: together(), "none were given"),
    (lambda: together(calendar([True]), calendar([True, True])), "cover [1, 2] days"),
    (lambda: together(threshold([[0.1, 0.1]]), threshold([[0.1] * 3])), "[2, 3] instruments"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED)
def test_parameters_that_make_no_sense_are_refused(make, words):
    with pytest.raises(InputError) as refusal:
        make()
    assert words in str(refusal.value)
