"""What embedded gains make of a region before anything is learned.

Errors: none; shapes are the caller's promise.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.features import LEAST_COST

__all__ = ["TAX_EACH_WAY", "WIDTH_POWER", "taxed_law"]

TAX_EACH_WAY = 0.5
"""The part of a sale's tax that counts as the cost of one way."""
WIDTH_POWER = 1.0 / 3.0
"""By which power of what an exchange costs a zone is wide."""


def taxed_law(cost: Floats, tax_rate: float, gain: Floats) -> tuple[Floats, Floats]:
    """What gains make of the rule's region before anything is learned: log-stretch and lean.

    Half of a sale's tax counts each way, and widths grow with the cube root of what an exchange
    costs, as the no-trade zone has it; a loss changes nothing.
    Shape: `cost` (n,), `gain` (n,) or (B, n); both answers as `gain`.
    Unit: `cost` one way, `gain` fraction of value.
    """
    each_way = TAX_EACH_WAY * tax_rate * np.maximum(gain, 0.0)
    return np.log1p(each_way / np.maximum(cost, LEAST_COST)) * WIDTH_POWER, each_way
