"""The terms of a backtest, and which make no sense."""

from datetime import date

import pytest

from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO

DAYS = (date(2020, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("terms", "fact"),
    [
        ({"settlement_sessions": -1}, "settlement_sessions is -1; it must be at least 0"),
        ({"forward_fill_sessions_max": -1}, "forward_fill_sessions_max is -1"),
        ({"review_sessions": 0}, "review_sessions is 0; it must be at least 1"),
        ({"estimate_sessions": 0}, "estimate_sessions is 0"),
        ({"withdrawal_patience_sessions": 0}, "withdrawal_patience_sessions is 0"),
        ({"participation_max": 0.0}, "participation_max is 0.0; it must be above 0"),
        ({"participation_max": 1.5}, "participation_max is 1.5"),
        ({"flows": (CashFlow(ZERO),)}, "needs the day on which it is due"),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms, fact):
    with pytest.raises(ValueError, match=fact):
        BacktestSettings(*DAYS, **terms)


def test_a_backtest_ends_after_it_began():
    with pytest.raises(ValueError, match="it must be after 2020-12-31"):
        BacktestSettings(DAYS[1], DAYS[0])
