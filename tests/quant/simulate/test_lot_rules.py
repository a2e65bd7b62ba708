"""Rules with lots as columns: they keep their order, and what makes no sense is refused."""

from datetime import date

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.simulate.lot_rules import (
    NO_LOOK,
    calendar,
    every,
    hold,
    hybrid,
    latest_of,
    no_trade_zone,
    partial,
    threshold,
    together,
)

DAYS = [date(2022, 1, day) for day in (3, 4, 5, 6, 7, 10)]


def test_every_so_many_sessions_from_the_first():
    ordinals = [day.toordinal() for day in DAYS]
    assert every(2, DAYS).tolist() == [ordinals[k] for k in (0, 0, 2, 2, 4, 4)]


def test_the_latest_scheduled_day_may_lie_between_sessions():
    scheduled = [date(2022, 1, 8), date(2022, 1, 4)]
    latest = latest_of(scheduled, DAYS)
    assert latest.tolist() == [-1, *[date(2022, 1, 4).toordinal()] * 4, scheduled[0].toordinal()]


def test_together_each_rule_keeps_its_looks_and_bands():
    looks = every(1, DAYS)
    mixed = together(
        calendar(np.vstack([looks, every(2, DAYS)])),
        hold(),
        threshold([0.02, 0.03], every(3, DAYS)),
        no_trade_zone([[0.01, 0.02]], looks, 0.5),
    )
    assert len(mixed) == 6
    assert mixed.look.tolist() == [0, 1, NO_LOOK, 2, 2, 3]
    assert mixed.width.tolist() == [[0, 0]] * 3 + [[0.02] * 2, [0.03] * 2, [0.01, 0.02]]
    assert mixed.on_breach.tolist() == [False, False, False, True, True, True]
    assert mixed.part(5, 6).kept.tolist() == [0.5]


REFUSED = [
    (lambda: every(0, DAYS), "every: is 0"),
    (lambda: threshold([-0.1], every(1, DAYS)), "band of a rule: is -0.1"),
    (lambda: no_trade_zone([0.1], every(1, DAYS), 1.5), "kept of a rule: is 1.5"),
    (lambda: partial(every(1, DAYS), 0.0), "fraction of a rule: is 0"),
    (lambda: hybrid([0.1], every(1, DAYS), catch_up_days=-1), "catch_up_days: is -1"),
    (lambda: threshold([0.1, 0.2, 0.3], np.vstack([every(1, DAYS)] * 2)), "parameters for 2, 3"),
    (lambda: together(), "none were given"),
    (lambda: together(calendar(every(1, DAYS)), calendar(every(1, DAYS[:3]))), "3, 6"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()
