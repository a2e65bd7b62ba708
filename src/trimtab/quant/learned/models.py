"""The learned models: a region found for one problem, and a network that reshapes the rule's.

Both answer with a `NoTradeRegion`, so the household solver decides lots, accounts, taxes and wash
sales for a learned policy as it does for a rule.

Errors: a model asked about a problem that it cannot answer is `InputError`; outside the range of
its training it does answer, and `out_of_range` says where, for the caller to judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Protocol

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.features import (
    STATE_FEATURES,
    STATIC_FEATURES,
    HouseholdState,
    feature_table,
)
from trimtab.quant.learned.taxes import taxed_law

__all__ = [
    "OUTPUTS",
    "LearnedModel",
    "Outside",
    "RegionModel",
    "RegionNetwork",
    "knows_gains",
    "out_of_range",
    "reshaped",
]


OUTPUTS = ("log_stretch", "shift", "deferral")
"""What a network says of each instrument."""


class LearnedModel(Protocol):
    """A frozen model: where not to trade, given a problem and the household's state.

    `features` names what it looks at; `ranges` (features, 2) is the least and most of each that
    training saw; `signals` names the market's part of the state, in its order.
    """

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """Names of what it looks at."""
        ...

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the market's part of the state."""
        ...

    @property
    def ranges(self) -> Floats:
        """Least and most of each feature in training."""
        ...

    def inputs(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion
    ) -> Floats:
        """Features as the model sees them.  Shape: (n, features)."""
        ...

    def region(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion | None = None
    ) -> NoTradeRegion:
        """Where not to trade; `rule` is control's region, found anew where it is not given."""
        ...


def knows_gains(model: LearnedModel) -> bool:
    """Whether a model was trained with gains and their tax, so that it wants to hear of them."""
    if isinstance(model, RegionModel):
        return model.deferral != 0.0
    if SALE_TAX not in model.features:
        return False
    return bool(model.ranges[model.features.index(SALE_TAX), 1] > 0.0)


SALE_TAX = STATE_FEATURES[1]


@dataclass(frozen=True, slots=True)
class Outside:
    """A feature of an instrument that lies outside what training saw."""

    instrument: int
    feature: str
    value: float
    least: float
    most: float


def out_of_range(
    model: LearnedModel,
    problem: TrackingProblem,
    state: HouseholdState,
    rule: NoTradeRegion | None = None,
) -> tuple[Outside, ...]:
    """Every feature outside the range of training, by instrument; empty where all is known."""
    table = model.inputs(problem, state, calibrate(problem) if rule is None else rule)
    least, most = model.ranges.T
    slack = 1e-9 * np.maximum(1.0, np.abs(model.ranges).max(axis=1))
    return tuple(
        Outside(int(i), model.features[j], float(table[i, j]), float(least[j]), float(most[j]))
        for i, j in np.argwhere((table < least - slack) | (table > most + slack))
    )


def reshaped(
    rule: NoTradeRegion, log_stretch: Floats, shift: Floats, lean: Floats, target: Floats
) -> NoTradeRegion:
    """The rule's region, stretched per instrument, moved by parts of its half-widths, and leant.

    A lean makes buying an instrument dearer and selling it cheaper by the same amount, which is
    what moving the centre by −M⁺·lean does.

    Shape: `log_stretch`, `shift`, `lean` (n,); zeros leave the rule as it is.
    Unit: `log_stretch` of the metric's root: positive trades sooner; `shift` in half-widths; `lean`
    fraction of traded value.
    """
    n = len(target)
    stretch = np.exp(log_stretch)
    metric = stretch[:, None] * rule.metric * stretch
    moved = shift * np.maximum(*rule.half_widths())
    centre = rule.centre + moved - target * moved.sum()
    if np.any(lean):
        away = np.eye(n) - 1.0 / n
        centre = centre - away @ np.linalg.pinv(away @ metric @ away, hermitian=True) @ lean
    return NoTradeRegion(centre, metric, rule.cost)


@dataclass(frozen=True, slots=True)
class RegionModel:
    """A region found by gradient for one problem: no network, just its centre and metric.

    With a `root`, what was learned is how the region differs from the rule's, and it goes along
    with the rule's own as costs and gains change: metric rootᵀ·M·root, centre moved by `moved`.
    Shape: `centre`, `moved` (n,), `metric`, `root` (n, n), `ranges` (features, 2).
    Unit: `deferral` the part of a gain's tax by which buying is made dearer and selling cheaper.
    """

    kind: ClassVar[str] = "region"

    name: str
    centre: Floats
    metric: Floats
    deferral: float
    ranges: Floats
    signals: tuple[str, ...] = ()
    features: tuple[str, ...] = STATIC_FEATURES
    root: Floats | None = None
    moved: Floats | None = None

    def inputs(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion
    ) -> Floats:
        """The problem's own features, by which one sees that it is not the one of training."""
        return feature_table(problem, rule, state)[:, : len(STATIC_FEATURES)]

    def region(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion | None = None
    ) -> NoTradeRegion:
        """The region found in training, at the problem's costs; beside the rule's where it is given
        and the model is one that goes along with it.

        Refuses: a problem with another number of instruments.
        """
        if problem.target.shape != self.centre.shape:
            bound = f"it has {problem.instruments}"
            remedy = "train one for this household"
            raise InputError(
                self.name, f"was trained for {len(self.centre)} instruments", bound, remedy
            )
        trained = self._beside(rule, problem)
        still, lean = np.zeros_like(self.centre), self.deferral * state.tax_rate * state.gain
        return reshaped(trained, still, still, lean, problem.target)

    def _beside(self, rule: NoTradeRegion | None, problem: TrackingProblem) -> NoTradeRegion:
        """What was learned, before gains lean it."""
        if rule is None or self.root is None or self.moved is None:
            return NoTradeRegion(self.centre, self.metric, problem.cost)
        metric = self.root.T @ rule.metric @ self.root
        centre = np.maximum(rule.centre + self.moved, 0.0)
        return NoTradeRegion(centre / centre.sum(), 0.5 * (metric + metric.T), problem.cost)


@dataclass(frozen=True, slots=True)
class RegionNetwork:
    """A small network, the same for each instrument, that stretches and moves the rule's region.

    Gains widen the rule's region as the no-trade zone does (`taxed_law`); the network says how much
    beyond that.

    `weights` and `biases` are its layers; features are centred by `middle` and divided by `spread`
    first.  Layers but the last end in tanh; the last gives log-stretch, shift and deferral (see
    `reshaped`), less what they are for the same household without gains in a usual market, each
    kept within ± its `limits` by limit·tanh(x ÷ limit).  So it is the rule where there is nothing
    that the rule does not know, and everywhere with a last layer of zeros.  One that is not
    anchored subtracts nothing: it may be another than the rule in usual times as well.

    Shape: `weights[k]` (inputs, outputs), `biases[k]` (outputs,), `limits` (3,).
    """

    kind: ClassVar[str] = "network"

    name: str
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    middle: Floats
    spread: Floats
    limits: Floats
    ranges: Floats
    signals: tuple[str, ...] = ()
    is_anchored: bool = True

    def __post_init__(self) -> None:
        inputs, outputs = len(self.features), len(OUTPUTS)
        sizes = [layer.shape for layer in self.weights]
        chained = all(a[1] == b[0] for a, b in pairwise(sizes))
        fits = sizes and sizes[0][0] == inputs and sizes[-1][1] == outputs and chained
        if not fits or [layer.shape for layer in self.biases] != [(size[1],) for size in sizes]:
            fact = f"has layers of shapes {sizes}"
            raise InputError(self.name, fact, f"they must lead from {inputs} features to {outputs}")
        if self.ranges.shape != (inputs, 2) or self.middle.shape != self.spread.shape != (inputs,):
            raise InputError(
                self.name, f"has ranges of shape {self.ranges.shape}", f"({inputs}, 2)"
            )

    @property
    def features(self) -> tuple[str, ...]:
        """Static, state, and the signals' own names."""
        return STATIC_FEATURES + STATE_FEATURES + self.signals

    def inputs(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion
    ) -> Floats:
        """All features.

        Refuses: another number of signals than the model was trained with.
        """
        if len(state.signals) != len(self.signals):
            bound = f"it was trained with {len(self.signals)}: {', '.join(self.signals) or 'none'}"
            raise InputError(self.name, f"is given {len(state.signals)} signals", bound)
        return feature_table(problem, rule, state)

    def adjustments(self, table: Floats) -> Floats:
        """Log-stretch, shift and deferral of each instrument.

        Shape: `table` (n, features); the result (n, 3).
        """
        raw = self._outputs(table)
        if self.is_anchored:
            raw = raw - self._outputs(self.at_rest(table))
        return np.asarray(self.limits * np.tanh(raw / self.limits))

    def at_rest(self, table: Floats) -> Floats:
        """The same instruments without gains, in a market as it usually sounds."""
        static, state = len(STATIC_FEATURES), len(STATIC_FEATURES) + len(STATE_FEATURES)
        rest = table.copy()
        rest[:, static:state] = 0.0
        rest[:, state:] = self.middle[state:]
        return rest

    def _outputs(self, table: Floats) -> Floats:
        layer = (table - self.middle) / self.spread
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layer = np.tanh(layer @ weight + bias)
        return np.asarray(layer @ self.weights[-1] + self.biases[-1])

    def region(
        self, problem: TrackingProblem, state: HouseholdState, rule: NoTradeRegion | None = None
    ) -> NoTradeRegion:
        """The rule's region, reshaped for this household and market."""
        base = calibrate(problem) if rule is None else rule
        log_stretch, shift, deferral = self.adjustments(self.inputs(problem, state, base)).T
        stretched, lean = taxed_law(problem.cost, state.tax_rate, state.gain)
        lean = lean + deferral * state.tax_rate * state.gain
        return reshaped(base, stretched + log_stretch, shift, lean, problem.target)
