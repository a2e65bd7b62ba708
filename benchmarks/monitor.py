"""How long the monitor takes for 1,000 households of 20 instruments on one update of prices.

    python -m benchmarks.monitor [--households 1000] [--instruments 20] [--updates 500] [--json]

Every update moves every price, and every household is read anew: its farthest target, its total
drift, and whether it crossed a threshold with this update.  Compiling is not timed; the drifts of
the last update are checked against plain NumPy.

Errors: drifts that differ end the benchmark.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import must
from trimtab.quant.monitoring.watch import Readings, Thresholds, Watched, watch

__all__ = ["MonitorSpeed", "households", "main", "measure"]

TARGET_MILLISECONDS = 5.0
SEED = 11
UNIVERSE = 500
CLASSES = 8
STEP = 0.01
TOLERANCE = 1e-12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MonitorSpeed:
    """What was measured.

    Unit: milliseconds an update; `crossings` how often a household's level rose in all updates.
    """

    households: int
    instruments: int
    updates: int
    median_ms: float
    p99_ms: float
    worst_ms: float
    target_ms: float
    crossings: int


def households(count: int, held: int) -> tuple[Watched, Floats]:
    """Households near their targets, and prices."""
    rng = np.random.default_rng(SEED)
    prices = rng.uniform(20.0, 400.0, UNIVERSE)
    instruments = np.argsort(rng.random((count, UNIVERSE)), axis=1)[:, :held].astype(np.int64)
    targets = np.tile(np.arange(held, dtype=np.int64) % CLASSES, (count, 1))
    quantities = rng.integers(1, 400, (count, held)).astype(np.float64)
    worth = quantities * prices[instruments]
    cash = worth.sum(axis=1) * 0.02
    value = worth.sum(axis=1) + cash
    held_by = np.stack([(worth * (targets == one)).sum(axis=1) for one in range(CLASSES)], axis=1)
    return Watched(quantities, instruments, targets, cash, held_by / value[:, None]), prices


def measure(count: int, held: int, updates: int) -> MonitorSpeed:
    """Time updates one by one."""
    watched, prices = households(count, held)
    rng, thresholds = np.random.default_rng(SEED), Thresholds()
    level = np.zeros(count, dtype=np.int64)
    read = watch(watched, prices, thresholds, level)  # compiles, or loads what was compiled
    times, crossings = [], 0
    for _ in range(updates):
        prices = prices * np.exp(rng.normal(0.0, STEP, UNIVERSE))
        start = time.perf_counter()
        read = watch(watched, prices, thresholds, level)
        times.append((time.perf_counter() - start) * 1e3)
        level, crossings = read.level, crossings + int(read.rose.sum())
    _check(watched, prices, read)
    p99 = float(np.percentile(times, 99))
    median = float(np.median(times))
    return MonitorSpeed(
        count, held, updates, median, p99, max(times), TARGET_MILLISECONDS, crossings
    )


def _check(watched: Watched, prices: Floats, read: Readings) -> None:
    """The same drifts by NumPy."""
    worth = watched.quantities * prices[watched.instruments]
    value = worth.sum(axis=1) + watched.cash
    actual = np.stack(
        [(worth * (watched.targets == one)).sum(axis=1) / value for one in range(CLASSES)], axis=1
    )
    apart = np.abs(actual - watched.weights)
    cash_wanted = np.maximum(0.0, 1.0 - watched.weights.sum(axis=1))
    total = (apart.sum(axis=1) + np.abs(watched.cash / value - cash_wanted)) / 2.0
    must(np.abs(read.farthest - apart.max(axis=1)).max() < TOLERANCE, "the farthest drifts agree")
    must(np.abs(read.total - total).max() < TOLERANCE, "the total drifts agree")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the median misses its target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--households", type=int, default=1_000)
    parser.add_argument("--instruments", type=int, default=20)
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    found = measure(given.households, given.instruments, given.updates)
    if given.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print(
            f"{found.households:,} households of {found.instruments} instruments: "
            f"{found.median_ms:.3f} ms an update (median of {found.updates}), "
            f"{found.p99_ms:.3f} ms at the 99th percentile; {found.target_ms:g} ms are the target"
        )
    return 0 if found.median_ms <= TARGET_MILLISECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
