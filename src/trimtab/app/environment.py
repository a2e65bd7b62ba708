"""The environment `trimtab/Rebalance-v0`, wired: the user's own household, or an invented one.

Importing this makes it known to Gymnasium.

Errors: those of loading a folder; `InputError` for an episode that history has no room for, and
for every argument that makes no sense.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import inf, isfinite
from pathlib import Path

import numpy as np

from trimtab.app.api import guards_of, regime_of
from trimtab.app.backtesting.opening import open_at_targets
from trimtab.app.backtesting.question import Question, set_stage
from trimtab.app.estimating import estimates_of
from trimtab.app.gymnasium_entry import register
from trimtab.app.household import load_folder
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.env.choices import Choice
from trimtab.drivers.env.rebalance import EpisodeWorld, Rebalance, Rewards, Wiring
from trimtab.model.errors import InputError, nearest
from trimtab.model.mandate import Mandate
from trimtab.model.taxes import TaxProfile
from trimtab.policies._directed import Directed
from trimtab.testing.markets import MarketShape, random_market
from trimtab.testing.worlds import world

__all__ = ["rebalance_environment"]

WARM_UP_SESSIONS = 260
"""Sessions before an invented episode, from which risk is estimated."""
INVENTED_VALUE = Decimal(100_000)
SEEDS = 2**31

register()


def rebalance_environment(
    folder: str | Path | None = None,
    start: str | None = None,
    end: str | None = None,
    choice: Choice | str = Choice.ACTION,
    episode_sessions: int = 504,
    review_sessions: int = 21,
    risk_aversion: float = 4.0,
    capture: float = 0.0,
    reward_scale: float = 1.0,
) -> Rebalance:
    """The environment over a household folder's own history, or over invented markets.

    With a folder, an episode is the history from `start` to `end`; without one, each is a market of
    `episode_sessions` drawn from the seed.
    Refuses: a folder without both days, and values that make no sense.
    """
    chosen, rewards = _chosen(choice), _rewards(risk_aversion, capture, reward_scale)
    if folder is not None:
        world_of, mandate = _own_world(folder, start, end, review_sessions)
    else:
        mandate = _invented_mandate()
        world_of = _invented_worlds(mandate, episode_sessions, review_sessions)
    wiring = Wiring(regime_of(mandate), estimates_of, Directed, guards_of(mandate))
    return Rebalance(world_of, wiring, chosen, rewards)


def _chosen(choice: Choice | str) -> Choice:
    known = [one.value for one in Choice]
    if choice not in known:
        near = nearest(str(choice), known)
        raise InputError("choice", f"{choice!r} is none", f"there are {', '.join(known)}", near)
    return Choice(choice)


def _rewards(risk_aversion: float, capture: float, scale: float) -> Rewards:
    for name, value in (("risk_aversion", risk_aversion), ("reward_scale", scale)):
        if not 0.0 < value < inf:
            raise InputError(name, f"is {value:g}", "it must be above 0 and finite")
    if not isfinite(capture):
        raise InputError("capture", f"is {capture:g}", "it must be finite")
    return Rewards(risk_aversion, capture, scale)


def _day(name: str, words: str) -> date:
    try:
        return date.fromisoformat(words)
    except (TypeError, ValueError):
        raise InputError(name, f"{words!r} is no day", "", "write it as 2020-12-31") from None


def _settings(start: date, end: date, review_sessions: int) -> BacktestSettings:
    try:
        return BacktestSettings(start, end, review_sessions=review_sessions)
    except ValueError as error:
        raise InputError("environment", str(error)) from None


WorldOf = Callable[[np.random.Generator], EpisodeWorld]


def _own_world(
    folder: str | Path, start: str | None, end: str | None, review_sessions: int
) -> tuple[WorldOf, Mandate]:
    """The folder's household at its targets, over its own prices: the same at every reset."""
    if start is None or end is None:
        raise InputError(
            "environment", "a folder is given without both days", remedy="give start and end"
        )
    settings = _settings(_day("start", start), _day("end", end), review_sessions)
    stage = set_stage(load_folder(folder), Question(settings))
    episode = EpisodeWorld(stage.start, stage.world.market, stage.settings)
    return lambda chance: episode, stage.start.mandate


def _invented_mandate() -> Mandate:
    tables = "target weight instruments\nstocks 50% VTI\nabroad 25% VXUS\nbonds 25% BND"
    mandate = world("account instrument qty\ntaxable cash 1", targets=tables).mandate
    return replace(mandate, tax=TaxProfile(regime="flat"), approval_above=None)


def _invented_worlds(mandate: Mandate, episode_sessions: int, review_sessions: int) -> WorldOf:
    """A taxable household at its targets, in a market drawn anew for every episode."""
    if review_sessions < 1:
        raise InputError("review_sessions", f"is {review_sessions}", "it must be at least 1")
    if episode_sessions <= review_sessions:
        fact = f"has {episode_sessions} sessions"
        raise InputError("episode", fact, f"it needs more than a review's {review_sessions}")
    names = tuple(target.instruments[0] for target in mandate.targets)
    lots = "account instrument qty price\ntaxable cash " + f"{INVENTED_VALUE}\n"
    lots += "\n".join(f". {name} . 100" for name in names)
    home = world(lots, accounts="account fractional\ntaxable yes", mandate=mandate)
    shape = MarketShape(names, WARM_UP_SESSIONS + episode_sessions, splits_a_year=0.0)

    def drawn(chance: np.random.Generator) -> EpisodeWorld:
        market = MarketDays(random_market(int(chance.integers(SEEDS)), shape))
        first, last = market.dates[WARM_UP_SESSIONS], market.dates[-1]
        snapshot = replace(home.snapshot, as_of=first)
        opening = open_at_targets(snapshot, mandate, market, WARM_UP_SESSIONS, INVENTED_VALUE)
        start = Start(snapshot.household, snapshot.instruments, mandate, opening.books)
        settings = BacktestSettings(first, last, review_sessions=review_sessions)
        return EpisodeWorld(start, market, settings)

    return drawn
