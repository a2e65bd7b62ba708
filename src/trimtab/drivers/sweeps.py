"""Sweeps: many rules over one history, shared out over cores or machines.

The rules are cut into blocks of a fixed size; each is worked on alone, so that the answer is the
same to the last bit whatever the engine and the number of workers.

Errors: those of `simulate_values` and of `map_partitions`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.drivers.partitions import Engine, Progress, map_partitions, ranges
from trimtab.quant.simulate.conventions import Convention
from trimtab.quant.simulate.net_asset_value import ValuePaths, simulate_values
from trimtab.quant.simulate.rules import Rules

__all__ = ["BLOCK", "sweep_values"]

Floats = npt.NDArray[np.float64]

BLOCK = 64
"""Rules of a block: enough to outweigh handing it over, few enough to keep all cores busy."""


def sweep_values(
    prices: npt.ArrayLike,
    targets: npt.ArrayLike,
    rules: Rules,
    *,
    cost: npt.ArrayLike = 0.0,
    convention: Convention = Convention.EXACT,
    start_value: float = 1.0,
    with_paths: bool = False,
    engine: Engine | str = Engine.THREADS,
    workers: int | None = None,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> ValuePaths:
    """`simulate_values` over all cores.

    Shape, unit and refusals as `simulate_values`; `block` rules are worked on at a time.
    """
    work = _Blocks(
        np.asarray(prices, dtype=np.float64),
        np.asarray(targets, dtype=np.float64),
        rules,
        np.asarray(cost, dtype=np.float64),
        convention,
        start_value,
        with_paths,
    )
    blocks = ranges(len(rules), block)
    return _joined(map_partitions(work, blocks, engine, workers=workers, progress=progress))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """One history and all rules; called with a block it answers for that block's rules."""

    prices: Floats
    targets: Floats
    rules: Rules
    cost: Floats
    convention: Convention
    start_value: float
    with_paths: bool

    def __call__(self, block: tuple[int, int]) -> ValuePaths:
        start, stop = block
        return simulate_values(
            self.prices,
            self._of(self.targets, start, stop),
            self.rules.part(start, stop),
            cost=self._of(self.cost, start, stop),
            convention=self.convention,
            start_value=self.start_value,
            with_paths=self.with_paths,
        )

    def _of(self, values: Floats, start: int, stop: int) -> Floats:
        """The block's rows of a table that has one for each rule; else all of it."""
        return values[start:stop] if values.ndim == 2 and len(values) > 1 else values


def _joined(parts: list[ValuePaths]) -> ValuePaths:
    """Answers of blocks, one after another."""
    paths = [part.values for part in parts if part.values is not None]
    return ValuePaths(
        final=np.concatenate([part.final for part in parts]),
        holdings=np.concatenate([part.holdings for part in parts]),
        cash=np.concatenate([part.cash for part in parts]),
        turnover=np.concatenate([part.turnover for part in parts]),
        costs=np.concatenate([part.costs for part in parts]),
        rebalances=np.concatenate([part.rebalances for part in parts]),
        values=np.concatenate(paths) if paths else None,
    )
