"""A household as a Gymnasium environment: the backtest's own cycle, asked when the agent acts.

One step is one review.  The day up to its decision has happened; the agent sees it and says how far
to go back to target; the cycle that plans live is run with that as its policy (`Propose` is
answered with what the agent wants, everything else from history), so lots, taxes, wash sales,
guards and whole shares are those of a backtest.  Then the sessions until the next review pass.

The reward of a step is, in fractions of the value before it,
− drift cost − trading cost − tax + capture · (return − return of the targets).

Errors: `InputError`s of the backtest for a household or history that cannot be begun with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import gymnasium
import numpy as np
import numpy.typing as npt

from trimtab.cycle.flow import Estimator
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.recorder import OpenSession
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.env.choices import Choice, action_space, observation_space, way_of
from trimtab.drivers.env.observing import (
    SESSIONS_A_YEAR,
    covariance_until,
    observe,
    preferred,
)
from trimtab.guards._base import Guard
from trimtab.model.errors import InvariantError
from trimtab.model.proposals import Proposal
from trimtab.policies._base import Look, Policy
from trimtab.quant.simulate.one_decision import Way
from trimtab.quant.situation import Situation
from trimtab.quant.worlds.household_steps import REMEMBERED
from trimtab.taxes._base import TaxRegime

__all__ = ["EpisodeWorld", "Rebalance", "Rewards", "Wiring"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EpisodeWorld:
    """Where an episode is played: a household, its market, and the terms of the backtest."""

    start: Start
    market: MarketDays
    settings: BacktestSettings


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application gives the cycle; `policy_of` is the policy that goes a way, or none."""

    regime: TaxRegime
    estimator: Estimator
    policy_of: Callable[[Way | None], Policy]
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewards:
    """How a step is judged.

    Unit: `risk_aversion` γ of ½γ × tracking variance; `capture` the part of the return beyond the
    targets' own that counts; `scale` multiplies it all.
    Shape: `covariance` (K, K) a year where it is known, else that of the three years before.
    """

    risk_aversion: float = 4.0
    capture: float = 0.0
    scale: float = 1.0
    covariance: Floats | None = None


class _Agent:
    """The policy of the backtest: whatever the agent wants today, nothing on other days."""

    name: ClassVar[str] = "agent"

    def __init__(self, policy_of: Callable[[Way | None], Policy]) -> None:
        self.policy_of = policy_of
        self.way: Way | None = None

    def may_act(self, look: Look) -> bool:
        """Where the agent wants something."""
        return self.way is not None

    def propose(self, situation: Situation) -> Proposal:
        """What the agent wants."""
        return self.policy_of(self.way).propose(situation)


class Rebalance(gymnasium.Env[Singles, Any]):  # type: ignore[misc]  # without types here
    """Hold a household near its targets at the least cost of drift, trading and tax.

    `world_of` draws the world of an episode from chance: another stretch of history, or always the
    same.  Every world has the same number of targets.  `observing` says what is observed.
    An episode is truncated where history ends; nothing else ends it.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012  (as Gymnasium declares it)

    def __init__(
        self,
        world_of: Callable[[np.random.Generator], EpisodeWorld],
        wiring: Wiring,
        choice: Choice = Choice.ACTION,
        rewards: Rewards | None = None,
    ) -> None:
        self.world_of, self.wiring, self.choice = world_of, wiring, Choice(choice)
        self.rewards = rewards or Rewards()
        targets = len(world_of(np.random.default_rng(0)).start.mandate.targets)
        self.observation_space = observation_space(targets)
        self.action_space = action_space(self.choice, targets)
        self.render_mode = None
        self._backtest: Backtest | None = None
        self._session: OpenSession | None = None
        self._agent = _Agent(wiring.policy_of)
        self._recent_cost = 0.0
        self._taxed = 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Singles, dict[str, Any]]:
        """Begin an episode; the same seed begins the same one."""
        super().reset(seed=seed)
        world, wiring = self.world_of(self.np_random), self.wiring
        self._agent = _Agent(wiring.policy_of)
        backtest = Backtest(
            *(self._agent.name, self._agent, world.start, world.market),
            *(wiring.regime, wiring.guards, wiring.estimator, world.settings),
        )
        self._backtest, self._recent_cost, self._taxed = backtest, 0.0, 0.0
        self._session = backtest.begin(backtest.sessions.start)
        return self._observed(backtest.sessions.start), self._info()

    def step(self, action: Any) -> tuple[Singles, float, bool, bool, dict[str, Any]]:
        """Decide today as the agent says, and let history pass until the next review.

        Refuses: a step before `reset`, or after the end of history, as `InvariantError`.
        """
        backtest, session = self._backtest, self._session
        if backtest is None or session is None:
            raise InvariantError("an episode is stepped between its reset and its end")
        first, last = session.t, backtest.sessions[-1]
        value = self._value(first)
        self._agent.way = way_of(self.choice, action, backtest.watch.stated.bands)
        backtest.finish(session)
        self._agent.way, self._session = None, None
        t = min(first + backtest.settings.review_sessions, last)
        for quiet in range(first + 1, t):
            backtest.step(quiet)
        if t > first:
            self._session = backtest.begin(t)
        is_over = t == last
        if is_over and self._session is not None:
            backtest.finish(self._session)
            self._session = None
        costs = self._costs(first, t, value)
        spent = costs["trading"] + costs["tax"] + costs["drift"]
        reward = self.rewards.scale * (costs["captured"] - spent)
        return self._observed(t), float(reward), False, is_over, self._info() | costs

    def _observed(self, t: int) -> Singles:
        return observe(self._backtest_now, t, self._recent_cost)

    def _value(self, t: int) -> float:
        backtest = self._backtest_now
        return float(backtest.holdings.account_values(backtest.market.worth[t]).sum())

    @property
    def _backtest_now(self) -> Backtest:
        if self._backtest is None:
            raise InvariantError("an episode begins with its reset")
        return self._backtest

    def _info(self) -> dict[str, Any]:
        backtest = self._backtest_now
        done = min(backtest.done, len(backtest.sessions) - 1)
        return {"as_of": backtest.market.dates[backtest.sessions[done]].isoformat()}

    def _costs(self, first: int, t: int, value: float) -> dict[str, float]:
        """What the period from one review to the next cost, fractions of the value before it."""
        backtest, rewards = self._backtest_now, self.rewards
        market, recorder = backtest.market, backtest.recorder
        rows = slice(first - recorder.sessions.start, max(t, first + 1) - recorder.sessions.start)
        days = recorder.figures(rows)
        office = backtest.office
        taxed = float(office.accrued(market.dates[t])) if office.is_taxed else 0.0
        taxed += recorder.figures(slice(0, backtest.done)).tax_paid
        tax, self._taxed = taxed - self._taxed, taxed
        targets = np.array(backtest.watch.stated.stated)
        away = recorder.weights[rows] - targets
        known = rewards.covariance
        covariance = covariance_until(backtest, first) if known is None else known
        variance = float(np.einsum("ti,ij,tj->", away, covariance, away)) / SESSIONS_A_YEAR
        trading = days.cost / value
        self._recent_cost += (1.0 - REMEMBERED) * (trading - self._recent_cost)
        grown = (self._value(t) + days.tax_paid - days.flow + days.cost) / value - 1.0
        returns = market.total_return[first + 1 : t + 1, preferred(backtest)]
        wanted = float(targets @ ((1.0 + returns).prod(axis=0) - 1.0))
        return {
            "trading": trading,
            "tax": tax / value,
            "drift": 0.5 * rewards.risk_aversion * variance,
            "captured": rewards.capture * (grown - wanted),
        }
