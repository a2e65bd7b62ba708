"""Small hand-made models: what each says is known beforehand."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

import numpy as np

from trimtab.policies._learned_region import ModelInUse
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.learned.features import STATE_FEATURES, STATIC_FEATURES, static_features
from trimtab.quant.learned.hearing import SIGNALS
from trimtab.quant.learned.models import RegionNetwork

ANYTHING = np.array([[-100.0, 100.0]] * len(STATIC_FEATURES))


@dataclass(frozen=True, slots=True)
class HandMade:
    """The rule's region with its widths multiplied by `wider` and its centre moved by `move`."""

    kind: ClassVar[str] = "hand-made"

    wider: float = 1.0
    move: float = 0.0
    name: str = "band"
    signals: tuple[str, ...] = ()
    features: tuple[str, ...] = STATIC_FEATURES
    least: float = -100.0

    @property
    def ranges(self):
        return np.column_stack([np.full(len(self.features), self.least), ANYTHING[:, 1]])

    def inputs(self, problem, state, rule):
        return static_features(problem, rule)

    def region(self, problem, state, rule=None):
        moved = np.zeros(len(rule.centre))
        moved[:2] = self.move, -self.move
        return NoTradeRegion(rule.centre + moved, rule.metric / self.wider, rule.cost)


@dataclass(frozen=True, slots=True)
class Failing(HandMade):
    """Raises, whatever it is asked."""

    def region(self, problem, state, rule=None):
        raise RuntimeError("a layer has another shape.")


@dataclass(frozen=True, slots=True)
class Nonsense(HandMade):
    """Answers with what is no region."""

    answer: object = None

    def region(self, problem, state, rule=None):
        return self.answer


@dataclass(frozen=True, slots=True)
class NotANumber(HandMade):
    """Answers with a region of NaN, put together behind the back of its checks."""

    def region(self, problem, state, rule=None):
        region = replace(rule)
        object.__setattr__(region, "metric", np.full_like(rule.metric, np.nan))
        return region


def listener(loudest: float = 1.0) -> RegionNetwork:
    """The rule's zone, drawn in by volatility and wider the likelier a storm is; it knows storms up
    to `loudest` beyond the usual share."""
    features = len(STATIC_FEATURES) + len(STATE_FEATURES) + len(SIGNALS)
    weight = np.zeros((features, 3))
    weight[-3, 0], weight[-2, 0] = -0.5, 0.2
    ranges = np.array([[-100.0, 100.0]] * features)
    ranges[-3] = -loudest, loudest
    still, ones = np.zeros(features), np.ones(features)
    limits, bias = np.array([0.35, 1.0, 1.0]), np.zeros(3)
    return RegionNetwork("ears", (weight,), (bias,), still, ones, limits, ranges, SIGNALS, False)


def in_use(model, **about) -> ModelInUse:
    """A model as the application hands it over, trained a month before the day of the tests."""
    facts = {"trained_until": date(2022, 9, 14), "stale_after_days": 365, **about}
    return ModelInUse(model, "band@1", "d" * 64, **facts)
