"""The household of the invented worlds: weights to hold, costs, taxes, and how drift is judged.

It is a taxable account at instrument level, with one average basis per instrument.  What trading
and tax cost is paid from elsewhere, as everywhere in `quant.simulate`: two policies then hold
portfolios of the same value, and their costs can be subtracted.

Errors: a household that cannot be is `InputErrors`, every fault in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.worlds._base import Floats

__all__ = ["Household"]

SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Household:
    """What a policy has to hold, and what that is charged.

    Of a realised loss `losses_kept` is carried forward and used up by later gains; it never brings
    money back.  No wash sale is looked for, so a careful reader takes less than all of it.
    Shape: `target`, `cost`, `start_gain` (n,).
    Unit: `cost` one way, fraction of traded value; `tax_rate` of realised gains; `losses_kept`
    from 0 to 1; `start_gain` gain ÷ value at the beginning; what drift is charged is
    ½·`risk_aversion`·(yearly variance of the difference from the target's return).
    Refuses: a target that does not sum to one or is negative, costs outside [0, 1), rates outside
    [0, 1), a start gain of one or more, a risk aversion that is not positive.
    """

    target: Floats
    cost: Floats
    tax_rate: float
    risk_aversion: float
    start_gain: Floats
    losses_kept: float = 1.0

    def __post_init__(self) -> None:
        for name in ("target", "cost", "start_gain"):
            held = np.array(getattr(self, name), dtype=np.float64)
            held.setflags(write=False)
            object.__setattr__(self, name, held)
        if errors := _errors(self):
            raise InputErrors(errors)

    def costing(self, times: float) -> Household:
        """The same household where trading costs so many times as much."""
        return replace(self, cost=self.cost * times)


def _errors(one: Household) -> list[InputError]:
    n = one.target.size
    shapes = [one.target.shape, one.cost.shape, one.start_gain.shape]
    if n < 2 or len(set(shapes)) > 1 or one.target.ndim != 1:
        fact = "target, cost and start_gain have the shapes " + ", ".join(map(str, shapes))
        return [InputError("household", fact, "each is (n,) with n of at least 2")]
    errors = []
    if not (one.target.min() >= 0.0 and abs(float(one.target.sum()) - 1.0) <= SUM_TOLERANCE):
        fact = f"has the least weight {one.target.min():g} and the sum {one.target.sum():g}"
        errors.append(InputError("target", fact, "weights are at least 0 and sum to 1"))
    if not (one.cost.min() >= 0.0 and one.cost.max() < 1.0):
        fact = f"are from {one.cost.min():g} to {one.cost.max():g}"
        errors.append(InputError("costs", fact, "each is at least 0 and below 1"))
    if not (np.isfinite(one.start_gain).all() and one.start_gain.max() < 1.0):
        bound = "a gain is a fraction of value, below 1"
        errors.append(InputError("start_gain", f"has {one.start_gain.max():g}", bound))
    if not 0.0 <= one.tax_rate < 1.0:
        errors.append(InputError("tax_rate", f"is {one.tax_rate:g}", "it is from 0 to below 1"))
    if not 0.0 <= one.losses_kept <= 1.0:
        errors.append(InputError("losses_kept", f"is {one.losses_kept:g}", "it is from 0 to 1"))
    if not 0.0 < one.risk_aversion < np.inf:
        bound = "it is positive and finite"
        errors.append(InputError("risk_aversion", f"is {one.risk_aversion:g}", bound))
    return errors
