"""The bulk simulator: worked by hand, held against a plain replay, and against known problems."""

import json
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.simulate.conventions import Convention
from trimtab.quant.simulate.net_asset_value import simulate_values
from trimtab.quant.simulate.rules import (
    Period,
    calendar,
    first_days,
    hold,
    hybrid,
    no_trade,
    threshold,
    together,
)

EXACT, CASH, ORDER, SEQUENTIAL = Convention

# Two instruments at half each, cost 1 %; after a day one is at 1.4, the other at 0.6, and all goes
# back to half.  Worked with a pencil: convention, start, paid on day 0, then value, cash, bought
# and sold on day 1.
BY_HAND = [
    # 1010 buys 500 + 500 for 10; 700 and 300 are worth 1000; V′ = 1000 − 1 % × (202 + 198) = 996
    (EXACT, 1010.0, 10.0, 996.0, 0.0, 198.0, 202.0),
    # 1000 buys 500 + 500, 10 is owed; V = 990; to 495 each: 205 sold, 195 bought, 4 more owed
    (CASH, 1000.0, 10.0, 986.0, -4.0, 195.0, 205.0),
    # 505 buys 505/1.01 = 500; then 200 is to come in, 200/0.99 is sold; 200/1.01 bought
    (ORDER, 1010.0, 10.0, 1000 - 2 / 0.99 - 2 / 1.01, 0.0, 200 / 1.01, 200 / 0.99),
    # 505 for 5.05, then 499.95 left buy 495; 707 and 297: 205 sold bring 202.95, which buys
    (SEQUENTIAL, 1010.0, 10.0, 1004 - 2.05 - 2.0295 / 1.01, 0.0, 202.95 / 1.01, 205.0),
]


@pytest.mark.parametrize(
    ("convention", "start", "first", "value", "cash", "bought", "sold"), BY_HAND
)
def test_two_days_worked_by_hand(convention, start, first, value, cash, bought, sold):
    paths = simulate_values(
        [[1.0, 1.0], [1.4, 0.6]],
        [0.5, 0.5],
        calendar([True, True]),
        cost=0.01,
        convention=convention,
        start_value=start,
        with_paths=True,
    )
    before = value + 0.01 * (bought + sold)
    assert paths.values[0] == pytest.approx([start - first, value])
    assert paths.final == pytest.approx([value])
    assert paths.cash == pytest.approx([cash], abs=1e-9)
    assert paths.costs == pytest.approx([first + 0.01 * (bought + sold)])
    assert paths.turnover == pytest.approx([max(bought, sold) / before])
    assert paths.rebalances.tolist() == [1]


# What left its band goes to the edge (or to a part of the band), the others give way.
BANDS_BY_HAND = [
    # weights before        targets             band  kept   weights after
    ([0.70, 0.30], [0.5, 0.5], 0.10, 1.0, [0.60, 0.40]),
    ([0.70, 0.30], [0.5, 0.5], 0.10, 0.5, [0.55, 0.45]),
    ([0.70, 0.30], [0.5, 0.5], 0.10, 0.0, [0.50, 0.50]),
    ([0.59, 0.41], [0.5, 0.5], 0.10, 0.5, [0.59, 0.41]),  # inside: nothing
    # A comes back by 0.02; B and C are short by 0.08 and 0.04 and share it two to one
    ([0.52, 0.22, 0.26], [0.4, 0.3, 0.3], 0.10, 1.0, [0.50, 0.22 + 0.04 / 3, 0.26 + 0.02 / 3]),
    # C is above its target and does not move: only B takes what A gives up
    ([0.52, 0.17, 0.31], [0.4, 0.3, 0.3], [[0.11, 0.2, 0.2]], 1.0, [0.51, 0.18, 0.31]),
    # a third in cash, which is what the targets leave
    ([0.50, 0.20], [0.4, 0.3], 0.08, 1.0, [0.48, 0.22]),
]


@pytest.mark.parametrize(("before", "target", "band", "kept", "after"), BANDS_BY_HAND)
def test_a_band_worked_by_hand(before, target, band, kept, after):
    prices = [np.ones(len(before)), np.divide(before, target)]
    paths = simulate_values(prices, target, no_trade(band, kept=kept))
    assert paths.holdings[0] / paths.final == pytest.approx(after)


def test_two_hundred_back_to_one_hundred_and_seventy_five_stops_there():
    prices = [[1.0, 1.0], [1.05, 0.95]]  # 2.5 points away
    paths = simulate_values(prices, [0.5, 0.5], no_trade(0.02, kept=0.875))
    assert paths.holdings[0] / paths.final == pytest.approx([0.5175, 0.4825])


# P1 to P3 of the reference material: (file, rule, final value to the cent by convention)
PEERS = [
    ("p1", (4_903_174.93, 4_903_810.02, 4_903_146.99, 4_902_795.53)),
    ("p2", (5_042_415.09, 5_044_453.72, 5_042_333.07, 5_041_846.96)),
    ("p3", (1_666_125.24, 1_666_114.64, 1_666_134.61, 1_666_064.65)),
]


@pytest.mark.parametrize(("name", "finals"), PEERS)
def test_known_problems_end_on_the_cent_in_every_convention(shared_dir, name, finals):
    folder = shared_dir / "backtest"
    problem = json.loads((folder / f"{name}.json").read_text())
    table = pq.read_table(folder / ("p3.parquet" if name == "p3" else "p1.parquet"))
    closes = np.column_stack([table[column] for column in problem["targets"]])
    rules = {
        "p1": lambda: calendar(first_days(table["date"], Period.QUARTERLY)),
        "p2": lambda: threshold(problem["band"]),
        "p3": lambda: calendar(first_days(table["date"], Period.MONTHLY)),
    }[name]()
    for convention, final in zip(Convention, finals, strict=True):
        paths = simulate_values(
            closes,
            list(problem["targets"].values()),
            rules,
            cost=problem["cost"],
            convention=convention,
            start_value=problem["init"],
        )
        assert round(float(paths.final[0]), 2) == final, convention


@st.composite
def worlds(draw):
    """Random closes, targets (some with cash), a cost, and who is asked to rebalance."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    days, count = draw(st.integers(2, 30)), draw(st.integers(2, 6))
    prices = np.exp(np.cumsum(chance.normal(0.0, 0.05, (days, count)), axis=0)) * 50.0
    weights = chance.dirichlet(np.ones(count)) * draw(st.sampled_from([1.0, 1.0, 0.9]))
    cost = draw(st.sampled_from([0.0, 0.0005, 0.001, 0.02])) * chance.uniform(0.5, 1.5, count)
    return prices, weights, cost


bands = st.sampled_from([0.0, 0.001, 0.01, 0.03])
shares = st.sampled_from([0.25, 0.5, 1.0])


def plain_replay(prices, weights, rule, cost, convention):
    """The same in plain Python, the post-cost value found by halving instead of Newton's steps."""
    band, every, kept = rule.band[0], rule.every[0], rule.kept[0]
    units, cash, values = np.zeros(len(weights)), 1.0, []
    for day, price in enumerate(prices):
        held = units * price
        value = held.sum() + cash
        away = held - weights * value
        if day == 0 or (day % every == 0 and (np.abs(away) > band * value).any()):
            out = np.abs(away) > band * value
            limits = np.broadcast_to(band, out.shape)

            def wanted(after, held=held, away=away, out=out, limits=limits, first=day == 0):
                if first or kept == 0.0:
                    return weights * after
                aims = np.where(out, (weights + np.sign(away) * kept * limits) * after, held)
                missing = weights.sum() * after - aims.sum()
                room = np.maximum(0.0, np.sign(missing) * (weights * after - aims))
                return aims + (missing * room / room.sum() if room.sum() > 0 else 0.0)

            after = value
            if convention is EXACT:
                low, high = 0.5 * value, value
                for _ in range(200):
                    after = (low + high) / 2
                    over = after + (cost * np.abs(wanted(after) - held)).sum() > value
                    low, high = (low, after) if over else (after, high)
            trade = wanted(after) - held
            if convention is ORDER:
                trade = np.where(trade > 0, trade / (1 + cost), trade / (1 - cost))
            if convention is SEQUENTIAL:
                left = cash
                for i in np.argsort(trade, kind="stable"):
                    if trade[i] > 0:
                        trade[i] = min(trade[i], max(left, 0.0) / (1 + cost[i]))
                    left -= trade[i] + cost[i] * abs(trade[i])
            cash -= trade.sum() + (cost * np.abs(trade)).sum()
            units = (held + trade) / price
        values.append(float((units * price).sum() + cash))
    return values


@given(worlds(), bands, st.integers(1, 4), st.sampled_from([0.0, 0.5, 1.0]))
def test_the_kernel_agrees_with_a_plain_replay(world, band, every, kept):
    prices, weights, cost = world
    rule = no_trade(band, every=every, kept=kept)
    for convention in Convention:
        paths = simulate_values(
            prices, weights, rule, cost=cost, convention=convention, with_paths=True
        )
        plain = plain_replay(prices, weights, rule, cost, convention)
        assert paths.values[0] == pytest.approx(plain, rel=1e-11)


@given(worlds(), bands, shares)
def test_a_trade_takes_its_cost_from_value_and_nothing_else(world, band, kept):
    prices, weights, cost = world
    last = np.arange(len(prices)) == len(prices) - 1
    for convention in Convention:
        for rule in (calendar(last), hybrid(last, band), hybrid(last, band, kept)):
            paths = simulate_values(
                prices, weights, together(hold(), rule), cost=cost, convention=convention
            )
            before, after = paths.final
            assert after == pytest.approx(before - np.diff(paths.costs)[0], rel=1e-13)
            assert paths.final == pytest.approx(paths.holdings.sum(axis=1) + paths.cash, rel=1e-13)


@given(worlds())
def test_exact_weights_after_cost_are_the_targets_and_no_cash_is_left_over(world):
    prices, weights, cost = world
    paths = simulate_values(prices, weights, threshold(0.0), cost=cost)
    assert np.abs(paths.holdings[0] / paths.final[0] - weights).max() < 1e-12
    assert abs(paths.cash[0] / paths.final[0] - (1.0 - weights.sum())) < 1e-12


@given(worlds(), bands)
def test_a_threshold_looked_at_daily_is_never_left_at_a_close(world, band):
    prices, weights, cost = world
    for stop in range(1, len(prices) + 1):
        paths = simulate_values(prices[:stop], weights, threshold(band), cost=cost)
        assert np.abs(paths.holdings[0] / paths.final[0] - weights).max() <= band + 1e-12


@given(worlds(), bands, shares)
def test_a_no_trade_zone_moves_only_what_has_to_move(world, band, kept):
    prices, weights, cost = world
    last = np.arange(len(prices)) == len(prices) - 1
    both = together(hold(), hybrid(last, band, kept))
    paths = simulate_values(prices, weights, both, cost=cost)
    held, after = paths.holdings
    was, now = held / paths.final[0] - weights, after / paths.final[1] - weights
    touched = ~np.isclose(after, held, rtol=1e-12, atol=1e-15)
    out = np.abs(was) > band
    assert out.any() or not touched.any()
    assert (np.abs(now[out]) <= kept * band + 1e-12).all(), "what left comes back to the edge"
    inside = touched & ~out
    nearer = np.abs(now) <= np.abs(held / paths.final[1] - weights) + 1e-12
    assert nearer[inside].all(), "what gives way goes towards its target"
    assert np.ptp(np.sign(after - held)[inside]) == 0 if inside.any() else True


@given(worlds(), bands, st.integers(0, 29))
def test_prices_of_tomorrow_change_nothing_up_to_today(world, band, day):
    prices, weights, cost = world
    day = min(day, len(prices) - 1)
    other = np.concatenate((prices[: day + 1], prices[day + 1 :] * 1.7))
    rules = together(threshold(band), no_trade(band, kept=0.5), hold())
    here, there = (
        simulate_values(closes, weights, rules, cost=cost, with_paths=True).values
        for closes in (prices, other)
    )
    assert (here[:, : day + 1] == there[:, : day + 1]).all()


@given(worlds())
def test_without_cost_the_conventions_agree(world):
    prices, weights, _ = world
    rules = together(threshold([0.0, 0.02]), no_trade(0.02, every=2), hold())
    finals = [simulate_values(prices, weights, rules, convention=c).final for c in Convention]
    for one, other in pairwise(finals):
        assert one == pytest.approx(other, rel=1e-12)


def test_each_rule_of_a_batch_ends_as_it_would_alone():
    chance = np.random.default_rng(4)
    prices = np.exp(np.cumsum(chance.normal(0, 0.02, (60, 3)), axis=0))
    weights = chance.dirichlet(np.ones(3), 5)
    costs = chance.uniform(0, 0.01, (5, 3))
    widths = chance.uniform(0.005, 0.02, (5, 3))
    rules = no_trade(widths, every=[1, 2, 3, 4, 5], kept=[0.0, 0.25, 0.5, 0.75, 1.0])
    batch = simulate_values(prices, weights, rules, cost=costs, with_paths=True)
    for at in range(5):
        alone = simulate_values(
            prices, weights[at], rules.part(at, at + 1), cost=costs[at], with_paths=True
        )
        assert (alone.values[0] == batch.values[at]).all()
        assert alone.turnover[0] == batch.turnover[at]


def test_hold_buys_once_and_is_carried_by_prices_alone():
    paths = simulate_values([[1.0, 2.0], [2.0, 2.0], [3.0, 1.0]], [0.5, 0.25], hold())
    assert paths.final == pytest.approx([0.5 * 3 + 0.25 / 2 + 0.25])
    assert (paths.rebalances.tolist(), paths.turnover.tolist()) == ([0], [0.0])


GOOD = [[1.0, 1.0], [1.1, 0.9]]
REFUSED = [
    # prices, targets, rules, cost, start, words of the message
    ([[1.0, np.nan], [1.0, 1.0]], [0.5, 0.5], hold(), 0.0, 1.0, "price on day 0 in column 1: is n"),
    ([[1.0, 1.0], [0.0, 1.0]], [0.5, 0.5], hold(), 0.0, 1.0, "price on day 1 in column 0: is 0"),
    ([[1.0, 1.0], [1.0, -3.0]], [0.5, 0.5], hold(), 0.0, 1.0, "day 1 in column 1: is -3"),
    ([[1.0, 1.0], [1.0, np.inf]], [0.5, 0.5], hold(), 0.0, 1.0, "is inf"),
    ([1.0, 2.0], [1.0], hold(), 0.0, 1.0, "need days × instruments"),
    (GOOD, [0.5, 0.6], hold(), 0.0, 1.0, "add up to 1.1"),
    (GOOD, [1.5, -0.5], hold(), 0.0, 1.0, "least of them is -0.5"),
    (GOOD, [0.5, np.nan], hold(), 0.0, 1.0, "targets of rule 0"),
    (GOOD, [0.2, 0.3, 0.5], hold(), 0.0, 1.0, "must fit 1 rules × 2 instruments"),
    (GOOD, [0.5, 0.5], hold(), 10.0, 1.0, "cost: is 10"),
    (GOOD, [0.5, 0.5], hold(), np.nan, 1.0, "cost: is nan"),
    (GOOD, [0.5, 0.5], hold(), 0.0, 0.0, "start value: is 0"),
    (GOOD, [0.5, 0.5], calendar([True] * 3), 0.0, 1.0, "cover 3 days; prices cover 2"),
    (GOOD, [0.5, 0.5], threshold([[0.1, 0.1, 0.1]]), 0.0, 1.0, "bands: have shape (1, 3)"),
]


@pytest.mark.parametrize(("prices", "targets", "rules", "cost", "start", "words"), REFUSED)
def test_what_cannot_be_replayed_is_refused_by_name(prices, targets, rules, cost, start, words):
    with pytest.raises(InputError) as refusal:
        simulate_values(prices, targets, rules, cost=cost, start_value=start)
    assert words in str(refusal.value)
