"""What an agent learned of a band's edges, as plain arrays: no PyTorch, no agent.

The half-width of an edge is its reference times a factor that is linear in the market's figures
before it is bent into 1/4 … 4.  With two instruments the band of the first is a no-trade region as
it is.  With more, the region is the rule's, stretched per instrument until each may move alone as
far as the agent lets it, and centred between the edges.

Errors: `InputError` for arrays that do not fit and for a problem of another size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.features import STATIC_FEATURES, HouseholdState, feature_table
from trimtab.quant.worlds.household_layout import MARKET
from trimtab.quant.worlds.household_trades import BEND

__all__ = ["MARKET_SIGNALS", "USUAL_MARKET", "PpoBand", "region_of_band", "stretched_to"]

MARKET_SIGNALS = ("volatility_over_usual", "common_share", "trend", "recent_cost")
USUAL_MARKET = (1.0, 0.5, 0.0, 0.0)
"""Volatility as usual, half of it common, no trend, nothing traded lately."""
ROUNDS_MAX, WIDTH_TOLERANCE = 200, 1e-6
WIDTH_LEAST = 1e-6


def _nothing_seen() -> Floats:
    """Ranges that nothing is within: a model that states none is asked about nothing."""
    return np.zeros((len(STATIC_FEATURES), 2))


@dataclass(frozen=True, slots=True)
class PpoBand:
    """The edges of each banded instrument's band, by the market's figures.

    Shape: `reference` (m, 2) half-widths down and up, `bias` (2m,), `weight` (2m, 4) on what the
    market's figures are above `USUAL_MARKET`, which stand in the order of an observation; `ranges`
    (features, 2); `beside` (m,) half-widths of the rule's region in training, where the band is to
    widen and narrow with that region as gains come and go.  With two instruments m is one, else as
    many as there are.
    """

    kind: ClassVar[str] = "ppo_band"

    name: str
    reference: Floats
    bias: Floats
    weight: Floats
    ranges: Floats = field(default_factory=_nothing_seen)
    beside: Floats | None = None

    def __post_init__(self) -> None:
        edges = 2 * len(self.reference)
        shapes = self.reference.shape[1:], self.bias.shape, self.weight.shape
        if shapes != ((2,), (edges,), (edges, MARKET)):
            raise InputError(
                self.name, f"has arrays of shapes {shapes}", "they must fit each other"
            )
        if self.beside is not None and not (
            self.beside.shape == self.reference.shape[:1] and (self.beside > 0.0).all()
        ):
            raise InputError(self.name, f"is beside {self.beside}", "one width for each band")
        if not (self.reference > 0.0).all():
            raise InputError(self.name, "has a reference that is not above 0", "a band has a width")

    @property
    def signals(self) -> tuple[str, ...]:
        """The market's figures where it looks at them, else none."""
        return MARKET_SIGNALS if self.weight.any() else ()

    @property
    def features(self) -> tuple[str, ...]:
        """What a problem is, and the signals."""
        return STATIC_FEATURES + self.signals

    def inputs(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion
    ) -> Floats:
        """The problem's own features, by which one sees that it is not the one of training."""
        table = feature_table(problem, rule, state)
        heard = np.ones((len(table), 1)) * self._heard(state)
        return np.hstack([table[:, : len(STATIC_FEATURES)], heard[:, : len(self.signals)]])

    def half_widths(self, market: npt.ArrayLike = USUAL_MARKET) -> Floats:
        """Half-widths down and up.  Shape: `market` (4,), the answer (m, 2)."""
        raw = self.bias + self.weight @ (np.asarray(market, np.float64) - np.array(USUAL_MARKET))
        bent = BEND * np.clip(raw, -1.0, 1.0)
        return np.asarray(self.reference * ((1.0 + bent) / (1.0 - bent)).reshape(-1, 2))

    def region(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion | None = None
    ) -> NoTradeRegion:
        """The no-trade region of these edges; for more than two instruments, of the rule's shape.

        Refuses: another number of instruments or signals than in training.
        """
        trained = 2 if len(self.reference) == 1 else len(self.reference)
        if problem.instruments != trained:
            fact = f"is asked about {problem.instruments} instruments"
            raise InputError(self.name, fact, f"it was trained for {trained}", "train one for them")
        widths = self.half_widths(self._heard(state)) * self._beside(rule)
        if trained == 2:
            first = problem.target[0]
            return region_of_band(problem, first - widths[0, 0], first + widths[0, 1])
        base = calibrate(problem) if rule is None else rule
        lower = np.maximum(problem.target - widths[:, 0], 0.0)
        upper = np.minimum(problem.target + widths[:, 1], 1.0)
        return stretched_to(base, problem.target, lower, upper)

    def _beside(self, rule: NoTradeRegion | None) -> Floats:
        """How much wider the rule's region is than it was in training.  Shape: (m, 1)."""
        if rule is None or self.beside is None:
            return np.ones((len(self.reference), 1))
        now = np.maximum(*rule.half_widths())[: len(self.beside)]
        return np.asarray(now / self.beside)[:, None]

    def _heard(self, state: HouseholdState) -> Floats:
        if len(state.signals) != len(self.signals):
            bound = f"it was trained with {len(self.signals)}: {', '.join(self.signals) or 'none'}"
            raise InputError(self.name, f"is given {len(state.signals)} signals", bound)
        return state.signals if self.signals else np.array(USUAL_MARKET)


def region_of_band(problem: TrackingProblem, lower: float, upper: float) -> NoTradeRegion:
    """The region of two instruments that trades to the edges of a band of the first one's weight.

    The one-step problem κ|y−x| + ½m(y−a)² stops at |y−a| = κ/m: its centre is the band's middle.
    """
    middle, half = 0.5 * (lower + upper), 0.5 * (upper - lower)
    slope = float(problem.cost.sum()) / half / 4.0
    metric = slope * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return NoTradeRegion(np.array([middle, 1.0 - middle]), metric, problem.cost)


def stretched_to(
    rule: NoTradeRegion, target: Floats, lower: Floats, upper: Floats
) -> NoTradeRegion:
    """The rule's region, stretched and moved so that each instrument alone meets its own edges.

    What the middles of all bands are off the whole is shared out by `target`.  Edges that no
    stretch of this metric meets together are met as nearly as rounds of correction come.
    Shape: `target`, `lower`, `upper` (n,).
    """
    moved = 0.5 * (lower + upper) - target
    centre = target + moved - target * moved.sum()
    wanted = np.maximum(0.5 * (upper - lower), WIDTH_LEAST)
    stretch = np.ones(len(target))
    region = NoTradeRegion(centre, rule.metric, rule.cost)
    for _ in range(ROUNDS_MAX):
        reached = np.maximum(np.maximum(*region.half_widths()), WIDTH_LEAST)
        if np.max(np.abs(np.log(reached / wanted))) < WIDTH_TOLERANCE:
            break
        stretch *= np.sqrt(reached / wanted)
        region = NoTradeRegion(centre, stretch[:, None] * rule.metric * stretch, rule.cost)
    return region
