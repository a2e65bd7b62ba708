"""From a price history to estimates: what is refused, what is pointed out, what is never seen."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.estimators import check_history, estimate
from trimtab.estimators.ewma import ExponentialCovariance
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CostRules, Mandate, RiskRules, WithoutHistory
from trimtab.model.snapshots import PriceHistory
from trimtab.ports import Feed
from trimtab.testing import conform

AS_OF = date(2022, 10, 14)
MANDATE = Mandate(targets=())
REFUSE = Mandate(targets=(), risk=RiskRules(WithoutHistory.REFUSE))


def walk(
    sessions: int = 300, seed: int = 1, names: tuple[str, ...] = ("VTI", "BND")
) -> PriceHistory:
    """Random walks that end on the day."""
    chance = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(chance.normal(0, 0.01, (sessions, len(names))), axis=0))
    dates = tuple(AS_OF - timedelta(days=at) for at in reversed(range(sessions)))
    return PriceHistory(dates, names, tuple(map(tuple, closes.tolist())), "test")


def with_column(history: PriceHistory, column: int, prices: list[float]) -> PriceHistory:
    rows = [list(row) for row in history.closes]
    for row, price in zip(rows, prices, strict=True):
        row[column] = price
    return replace(history, closes=tuple(map(tuple, rows)))


def column(history: PriceHistory, at: int) -> list[float]:
    return [row[at] for row in history.closes]


def instruments(*names: str) -> dict[str, Instrument]:
    return {name: Instrument(name) for name in names}


BOTH = instruments("VTI", "BND")


def test_risk_is_annualised_and_in_the_order_of_the_instruments() -> None:
    history = walk(2_000)
    made = estimate(history, MANDATE, instruments("BND", "VTI"), as_of=AS_OF)
    closes = np.array(history.closes)
    yearly = (closes[1:] / closes[:-1] - 1).var(axis=0) * 252
    assert made.instruments == ("BND", "VTI")
    assert [made.covariance[0][0], made.covariance[1][1]] == pytest.approx(yearly[::-1], rel=1e-9)
    assert made.daily_volatility["VTI"] ** 2 * 252 == pytest.approx(yearly[0], rel=1e-9)


def test_the_trend_is_the_return_of_twenty_sessions() -> None:
    history = walk()
    vti = column(history, 0)
    made = estimate(history, MANDATE, BOTH)
    assert made.trend["VTI"] == pytest.approx(vti[-1] / vti[-21] - 1)


def test_costs_are_the_instruments_own_else_the_mandates() -> None:
    own = {"VTI": Instrument("VTI", half_spread=Decimal("0.0001")), "BND": Instrument("BND")}
    mandate = Mandate((), costs=CostRules(half_spread=Decimal("0.0007"), daily_volume=Decimal(9)))
    made = estimate(walk(), mandate, own, volumes={"BND": 5e6})
    assert made.half_spread == {"VTI": 0.0001, "BND": 0.0007}
    assert made.daily_volume == {"VTI": 9.0, "BND": 5e6}
    assert made.sources["half_spread"] == (
        "known for 1, the mandate's default of 7.0 bps for the other 1"
    )
    assert made.sources["daily_volume"].startswith("known for 1, the mandate's default of 9 a day")


def test_another_estimator_can_be_chosen_and_is_named() -> None:
    made = estimate(walk(), MANDATE, BOTH, covariance=ExponentialCovariance())
    assert made.sources["covariance"].startswith("ExponentialCovariance, 299 daily returns, 2021-")


def test_the_answer_is_a_frozen_value_that_repeats() -> None:
    assert conform.repeats(lambda: estimate(walk(), MANDATE, BOTH))


def test_no_instruments_need_no_history() -> None:
    assert estimate(PriceHistory((), (), (), "none"), MANDATE, {}).covariance == ()


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        ([nan] * 300, "too few daily returns up to 2022-10-14: 0 for VTI; an"),
        ([nan] * 250 + [100.0] * 50, "daily returns up to 2022-10-14: 49 for VTI; an"),
        ([100.0, nan] * 150, "too few daily returns up to 2022-10-14: 0 for VTI; an"),
        ([100.0] * 299 + [0.0], "price of VTI on 2022-10-14: is 0; a price must be above zero"),
        ([100.0] * 299 + [-3.0], "price of VTI on 2022-10-14: is -3; a price must be above zero"),
        ([100.0] * 299 + [inf], "price of VTI on 2022-10-14: is inf; a price must be above zero"),
    ],
)
def test_prices_that_carry_no_estimate_are_refused(prices: list[float], message: str) -> None:
    with pytest.raises(InputError) as caught:
        estimate(with_column(walk(), 0, prices), REFUSE, BOTH)
    assert message in str(caught.value)


def test_instruments_without_history_are_all_named_in_one_pass() -> None:
    with pytest.raises(InputError) as caught:
        estimate(walk(), REFUSE, instruments("VTI", "ONE", "TWO"))
    assert caught.value.fact == "too few daily returns up to 2022-10-14: 0 for ONE, TWO"
    assert caught.value.bound.endswith("needs 60, that is prices of 61 sessions")


def test_two_that_never_traded_together_are_named() -> None:
    history = walk(400)
    first = column(history, 0)[:150] + [nan] * 250
    second = [nan] * 160 + column(history, 1)[160:]
    apart = with_column(with_column(history, 0, first), 1, second)
    with pytest.raises(InputError) as caught:
        estimate(apart, REFUSE, BOTH)
    assert "too few daily returns that two instruments share: 0 for VTI and BND;" in str(
        caught.value
    )


def jump(prices: list[float]) -> list[float]:
    return [*prices[:200], *(price / 3 for price in prices[200:])]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda prices: [1.0] * len(prices), "history.constant_price"),
        (lambda prices: [nan] * 100 + prices[100:], "history.gaps"),
        (jump, "history.jump"),
    ],
)
def test_what_looks_odd_is_pointed_out_and_still_used(change, code: str) -> None:  # type: ignore[no-untyped-def]
    history = walk()
    odd = with_column(history, 0, change(column(history, 0)))
    assert [(found.code, found.subject) for found in check_history(odd, ["VTI", "BND"])] == [
        (code, "VTI")
    ]
    assert len(estimate(odd, MANDATE, BOTH).covariance) == 2


def test_a_plain_history_has_nothing_to_point_out() -> None:
    assert check_history(walk(), ["VTI", "BND"]) == ()


def test_a_history_that_reaches_past_the_day_is_a_defect() -> None:
    with pytest.raises(InvariantError, match="use no price after it"):
        estimate(walk(), MANDATE, BOTH, as_of=AS_OF - timedelta(days=1))


class Tape:
    """A feed over one long history, later sessions included."""

    def __init__(self, history: PriceHistory) -> None:
        self.whole = history

    def latest(self, instruments, as_of):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def history(self, instruments, as_of, sessions):  # type: ignore[no-untyped-def]
        upto = sum(on <= as_of for on in self.whole.dates)
        rows = slice(max(0, upto - sessions), upto)
        return replace(self.whole, dates=self.whole.dates[rows], closes=self.whole.closes[rows])


@examples(25)
@given(order=st.permutations(range(30)), factor=st.floats(0.01, 100))
def test_shuffling_the_future_changes_no_estimate(order: list[int], factor: float) -> None:
    whole = walk(330, names=("VTI", "BND", "VEA"))
    day = whole.dates[-31]
    future = [tuple(factor * price for price in whole.closes[300 + at]) for at in order]
    shuffled = replace(whole, closes=(*whole.closes[:300], *future))
    made = []
    for tape in (whole, shuffled):
        feed: Feed = Tape(tape)
        history = feed.history(("VTI", "BND", "VEA"), day, 252)
        made.append(estimate(history, MANDATE, instruments("VTI", "BND", "VEA"), as_of=day))
    assert made[0] == made[1]
