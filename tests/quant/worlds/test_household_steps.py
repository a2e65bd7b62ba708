"""The kernel of many households against one household at a time, written out plainly."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from trimtab.model.errors import InputErrors
from trimtab.quant.worlds.household_layout import (
    Households,
    HouseholdWorld,
    Outcome,
    Terms,
    Work,
)
from trimtab.quant.worlds.household_steps import Acting, begin, review

COUNT = 7


def made_world(n: int = 3, **terms) -> HouseholdWorld:
    rng = np.random.default_rng(5)
    root = rng.normal(size=(n, n)) * 0.05 + np.eye(n) * 0.1
    growth = np.exp(rng.normal(size=(4, 30, n)) @ root.T * 0.3)
    target = rng.dirichlet(np.ones(n) * 8)
    bands = np.column_stack([target * 0.15, target * 0.1])
    plain = {"risk_aversion": 4.0, "episode": 12, "spread": 0.4}
    cost = np.linspace(0.001, 0.004, n)
    return HouseholdWorld(target, cost, root @ root.T, growth, bands, **(plain | terms))


@dataclass
class Plain:
    """One household, its sums written as one would on paper."""

    world: HouseholdWorld
    held: np.ndarray
    basis: np.ndarray
    cash: float
    carried: float = 0.0
    trades: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def aims(self, acting: Acting, action: np.ndarray) -> np.ndarray:
        world, value = self.world, self.held.sum() + self.cash
        target = world.target * value
        if acting is Acting.GAP_FRACTION:
            return self.held + action[0] * (target - self.held)
        aims = self.held.copy()
        for j, i in enumerate(world.banded):
            down, up = (
                world.bands[i]
                * (1 + 0.6 * action[2 * j : 2 * j + 2])
                / (1 - 0.6 * action[2 * j : 2 * j + 2])
            )
            low, high = max(0, world.target[i] - down), min(1, world.target[i] + up)
            aims[i] = np.clip(aims[i], low * value, high * value)
        if np.abs(aims - self.held).max() <= 1e-12 * value:
            return aims
        missing, gaps = target.sum() - aims.sum(), target - aims
        same = gaps * missing > 0
        room = gaps[same].sum()
        if abs(room) > 1e-12 * value:
            aims[same] += gaps[same] * min(1.0, missing / room)
        return aims

    def step(self, acting: Acting, action: np.ndarray, growth: np.ndarray) -> tuple[float, ...]:
        """Trading cost, tax and drift cost of the period, fractions of value."""
        world, value = self.world, self.held.sum() + self.cash
        change = self.aims(acting, action) - self.held
        sales, buys = np.maximum(-change, 0), np.maximum(change, 0)
        given_up = self.basis * sales / self.held
        net = (sales - given_up).sum() - self.carried
        tax, self.carried = world.tax_rate * max(net, 0.0), max(-net, 0.0)
        self.held, self.basis = self.held - sales, self.basis - given_up
        cash = self.cash + sales.sum() - world.cost @ sales - tax
        asked = buys.sum() + world.cost @ buys
        part = min(1.0, max(cash, 0.0) / asked) if asked > 0 else 0.0
        self.held, self.basis = self.held + part * buys, self.basis + part * buys
        self.cash = cash - part * asked
        cost = world.cost @ sales + part * world.cost @ buys
        away = self.held / (self.held.sum() + self.cash) - world.target
        variance = away @ world.covariance @ away
        self.held = self.held * growth
        drift = 0.5 * world.risk_aversion * world.review_years * variance
        return cost / value, tax / value, drift


def begun(world: HouseholdWorld) -> tuple[Terms, Households, Work, Outcome]:
    n = world.instruments
    parts = Terms.of(world), Households.empty(n, COUNT, 3), Work.empty(n, COUNT)
    outcome = Outcome.empty(n, COUNT)
    begin(*parts, outcome, False)
    return *parts, outcome


@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize("acting", list(Acting))
@pytest.mark.parametrize(("tax", "gains"), [(0.0, 0.0), (0.2, 0.6)])
def test_a_step_is_that_of_one_household_written_out(n, acting, tax, gains):
    world = made_world(n, tax_rate=tax, gain_most=gains)
    terms, households, work, outcome = begun(world)
    rng = np.random.default_rng(9)
    plain = [
        Plain(world, households.held[:, b].copy(), households.basis[:, b].copy(),
              households.cash[b])
        for b in range(COUNT)
    ]  # fmt: skip
    size = 1 if acting is Acting.GAP_FRACTION else 2 * n
    for _ in range(world.episode - 1):
        low = 0.0 if acting is Acting.GAP_FRACTION else -1.0
        action = rng.uniform(low, 1.0, (COUNT, size)).astype(np.float32)
        rows = households.row.copy()
        review(terms, int(acting), action, households, work, outcome)
        for b, one in enumerate(plain):
            costs = one.step(acting, action[b].astype(float), terms.growth[rows[b]])
            kernel = outcome.trading[b], outcome.tax[b], outcome.drift[b]
            assert kernel == pytest.approx(costs, rel=1e-6, abs=1e-12)
            assert outcome.reward[b] == pytest.approx(-sum(costs), rel=1e-5, abs=1e-9)
            assert households.held[:, b] == pytest.approx(one.held, rel=1e-8)
            assert households.basis[:, b] == pytest.approx(one.basis, rel=1e-8)
            assert households.cash[b] == pytest.approx(one.cash, abs=1e-9)


def test_money_is_neither_made_nor_lost_but_for_costs_and_tax():
    world = made_world(5, tax_rate=0.2, gain_most=0.5)
    world = replace(world, growth=np.ones_like(world.growth))
    terms, households, work, outcome = begun(world)
    value = households.held.sum(axis=0) + households.cash
    review(terms, 0, np.ones((COUNT, 1), np.float32), households, work, outcome)
    after = households.held.sum(axis=0) + households.cash
    assert after == pytest.approx(value * (1 - outcome.trading - outcome.tax), rel=1e-12)
    assert (outcome.tax > 0).all()
    assert (households.cash >= -1e-12).all()


def test_an_episode_that_ends_shows_its_last_sight_and_starts_anew():
    world = made_world(3, episode=2)
    terms, households, work, outcome = begun(world)
    hold = np.zeros((COUNT, 1), np.float32)
    review(terms, 0, hold, households, work, outcome)
    assert not outcome.ended.any()
    grown = households.held * terms.growth[households.row].T
    review(terms, 0, hold, households, work, outcome)
    assert outcome.ended.all()
    assert outcome.last[:3] == pytest.approx(grown / grown.sum(axis=0), rel=1e-5)
    assert households.held.sum(axis=0) == pytest.approx(np.ones(COUNT))
    assert (households.left == 2).all()


def test_the_same_seed_gives_the_same_households_and_another_others():
    world, n = made_world(), 3
    held = []
    for seed in (1, 1, 2):
        households = Households.empty(n, COUNT, seed)
        begin(Terms.of(world), households, Work.empty(n, COUNT), Outcome.empty(n, COUNT), True)
        held.append(households.held)
    assert (held[0] == held[1]).all()
    assert (held[0] != held[2]).all()


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ({"cost": np.array([0.1, 0.1])}, "cost"),
        ({"target": np.array([0.9, 0.9, 0.9])}, "target"),
        ({"covariance": np.full((3, 3), np.nan)}, "covariance"),
        ({"growth": np.zeros((1, 30, 3))}, "growth"),
        ({"episode": 31}, "episode"),
        ({"tax_rate": 1.0}, "tax_rate"),
        ({"risk_aversion": 0.0}, "risk_aversion"),
    ],
)
def test_a_world_that_makes_no_sense_is_refused(change, subject):
    with pytest.raises(InputErrors) as refused:
        replace(made_world(), **change)
    assert [error.subject for error in refused.value.errors] == [subject]
