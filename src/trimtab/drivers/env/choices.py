"""What an agent chooses at a review, and what that means to the cycle and to the kernel.

Errors: `InputError` where Gymnasium is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.simulate.one_decision import Way
from trimtab.quant.worlds.household_layout import observed_bounds
from trimtab.quant.worlds.household_steps import FRACTIONS
from trimtab.quant.worlds.household_trades import BEND

try:
    from gymnasium import spaces
except ImportError as missing:  # pragma: no cover - the tests of this file need it
    raise InputError(
        "reinforcement learning",
        "needs gymnasium, which is not installed",
        remedy='pip install "trimtab[ai]"',
    ) from missing

__all__ = ["Choice", "action_space", "band_factor", "observation_space", "way_of"]

LEAST_FRACTION = 1e-3
"""An agent that would close less of the drift than this does nothing."""


class Choice(StrEnum):
    """What the agent chooses at each review."""

    ACTION = "action"
    """None, half of every drift, or all of it: 0, 1, 2."""
    GAP_FRACTION = "gap_fraction"
    """The fraction of every drift that is closed."""
    BAND_EDGE = "band_edge"
    """Half-widths: −1 a quarter of the reference, 0 the reference, 1 four times it."""


def observation_space(targets: int) -> spaces.Space[npt.NDArray[np.float32]]:
    """The bounds of what is observed."""
    space: Any = spaces.Box(*observed_bounds(targets), dtype=np.float32)
    return cast("spaces.Space[npt.NDArray[np.float32]]", space)


def action_space(choice: Choice, edges: int) -> spaces.Space[Any]:
    """What may be chosen, where so many edges of bands are."""
    match choice:
        case Choice.ACTION:
            return spaces.Discrete(len(FRACTIONS))
        case Choice.GAP_FRACTION:
            return spaces.Box(0.0, 1.0, (1,), np.float32)
        case Choice.BAND_EDGE:
            return spaces.Box(-1.0, 1.0, (edges,), np.float32)


def band_factor(action: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The factor of a half-width: 4 to the power of the action at −1, 0 and 1, and close to it
    between, without an exponential; the kernel's `widening`."""
    bent = BEND * np.clip(np.asarray(action, np.float64), -1.0, 1.0)
    return np.asarray((1.0 + bent) / (1.0 - bent))


def way_of(choice: Choice, action: Any, bands: Sequence[float]) -> Way | None:
    """Where an action leads, none where it leads nowhere.

    Unit: `bands` reference half-widths of the targets, fractions of value.
    """
    if choice is Choice.BAND_EDGE:
        widths = band_factor(action) * np.asarray(bands)
        return Way(widths=tuple(widths.tolist()), kept=1.0)
    if choice is Choice.ACTION:
        fraction = FRACTIONS[int(action)]
    else:
        fraction = float(np.clip(np.asarray(action).reshape(-1)[0], 0.0, 1.0))
    if fraction < LEAST_FRACTION:
        return None
    return Way(fraction=fraction, loose_kept=1.0 - fraction)
