"""Sweeps with lots, wash sales and taxes: many rules in some accounts, shared out over cores.

The rules are cut into blocks of a fixed size; each is worked on alone, so that the answer is the
same to the last bit whatever the engine and the number of workers.

Errors: those of `simulate_lots` and of `map_partitions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from trimtab.drivers.partitions import Engine, Progress, map_partitions, ranges
from trimtab.quant.simulate.lot_market import LotMarket
from trimtab.quant.simulate.lot_rules import LotRules
from trimtab.quant.simulate.lots_run import LotsResult, simulate_lots
from trimtab.quant.simulate.lots_terms import AccountTerms

__all__ = ["BLOCK", "sweep_lots"]

BLOCK = 16
"""Rules of a block: some tens of milliseconds of work."""


def sweep_lots(
    market: LotMarket,
    rules: LotRules,
    accounts: Sequence[AccountTerms],
    *,
    with_values: bool = False,
    with_lots: bool = False,
    engine: Engine | str = Engine.THREADS,
    workers: int | None = None,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> LotsResult:
    """`simulate_lots` over all cores.

    Shape, unit and refusals as `simulate_lots`; `block` rules are worked on at a time.
    """
    work = _Blocks(market, rules, tuple(accounts), with_values, with_lots)
    blocks = ranges(len(rules), block)
    return _joined(map_partitions(work, blocks, engine, workers=workers, progress=progress))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """One history, all rules and accounts; called with a block it answers for its rules."""

    market: LotMarket
    rules: LotRules
    accounts: tuple[AccountTerms, ...]
    with_values: bool
    with_lots: bool

    def __call__(self, block: tuple[int, int]) -> LotsResult:
        return simulate_lots(
            self.market,
            self.rules.part(*block),
            self.accounts,
            with_values=self.with_values,
            with_lots=self.with_lots,
        )


def _joined(parts: list[LotsResult]) -> LotsResult:
    """Answers of blocks, one after another."""
    tables = [part.lots for part in parts if part.lots is not None]
    columns = {}
    for field in fields(LotsResult):
        arrays = [getattr(part, field.name) for part in parts]
        if field.name != "lots" and arrays[0] is not None:
            columns[field.name] = np.concatenate(arrays)
    lots = tuple(row for table in tables for row in table) if tables else None
    return LotsResult(**columns, lots=lots)
