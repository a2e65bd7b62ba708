"""What an agent learned of a band's edges, as plain arrays: no PyTorch, no agent.

The half-width of an edge is its reference times a factor that is linear in the market's figures
before it is bent into 1/4 … 4.  With two instruments the band of the first is a no-trade region.

Errors: `InputError` for arrays that do not fit and for a problem of another size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.worlds.household_layout import MARKET
from trimtab.quant.worlds.household_trades import BEND

__all__ = ["USUAL_MARKET", "PpoBand", "region_of_band"]

FORMAT = "trimtab-model-1"
USUAL_MARKET = (1.0, 0.5, 0.0, 0.0)
"""Volatility as usual, half of it common, no trend, nothing traded lately."""


@dataclass(frozen=True, slots=True)
class PpoBand:
    """The edges of each banded instrument's band, by the market's figures.

    Shape: `reference` (m, 2) half-widths down and up, `bias` (2m,), `weight` (2m, 4) on what the
    market's figures are above `USUAL_MARKET`, which stand in the order of an observation.
    """

    kind: ClassVar[str] = "ppo_band"

    name: str
    reference: Floats
    bias: Floats
    weight: Floats

    def __post_init__(self) -> None:
        edges = 2 * len(self.reference)
        shapes = self.reference.shape[1:], self.bias.shape, self.weight.shape
        if shapes != ((2,), (edges,), (edges, MARKET)):
            raise InputError(
                self.name, f"has arrays of shapes {shapes}", "they must fit each other"
            )

    def half_widths(self, market: npt.ArrayLike = USUAL_MARKET) -> Floats:
        """Half-widths down and up.  Shape: `market` (4,), the answer (m, 2)."""
        raw = self.bias + self.weight @ (np.asarray(market, np.float64) - np.array(USUAL_MARKET))
        bent = BEND * np.clip(raw, -1.0, 1.0)
        return np.asarray(self.reference * ((1.0 + bent) / (1.0 - bent)).reshape(-1, 2))

    def region(
        self, problem: TrackingProblem, market: npt.ArrayLike = USUAL_MARKET
    ) -> NoTradeRegion:
        """The no-trade region of two instruments.

        Refuses: another number of instruments.
        """
        if problem.instruments != 2 or len(self.reference) != 1:
            fact = f"is asked about {problem.instruments} instruments"
            raise InputError(self.name, fact, "a band is a region where there are two")
        down, up = self.half_widths(market)[0]
        return region_of_band(problem, problem.target[0] - down, problem.target[0] + up)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that it is, by name."""
        named = {name: np.array(text) for name, text in self._words()}
        return named | {"reference": self.reference, "bias": self.bias, "weight": self.weight}

    def _words(self) -> tuple[tuple[str, str], ...]:
        return ("format", FORMAT), ("kind", self.kind), ("name", self.name)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> PpoBand:
        """The model that `to_arrays` took apart.

        Refuses: another format or kind, arrays that lack or are not finite.
        """
        words = tuple(
            str(arrays[name]) if name in arrays else "none" for name in ("format", "kind")
        )
        if words != (FORMAT, cls.kind):
            raise InputError("model", f"is {words[0]} {words[1]}", f"known: {FORMAT} {cls.kind}")
        found = []
        for name in ("reference", "bias", "weight"):
            if name not in arrays or not np.isfinite(arrays[name]).all():
                raise InputError("model", f"lacks {name}, or it is not finite")
            found.append(np.asarray(arrays[name], np.float64))
        return cls(str(arrays["name"]), *found)


def region_of_band(problem: TrackingProblem, lower: float, upper: float) -> NoTradeRegion:
    """The region of two instruments that trades to the edges of a band of the first one's weight.

    The one-step problem κ|y−x| + ½m(y−a)² stops at |y−a| = κ/m: its centre is the band's middle.
    """
    middle, half = 0.5 * (lower + upper), 0.5 * (upper - lower)
    slope = float(problem.cost.sum()) / half / 4.0
    metric = slope * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return NoTradeRegion(np.array([middle, 1.0 - middle]), metric, problem.cost)
