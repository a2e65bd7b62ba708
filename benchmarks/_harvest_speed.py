"""How long the direct-indexing kernel takes, and how much memory: 500 names, 15 years, daily.

A seeded market of 500 names that are all held all the time, which is more than any real index of
500 gives it to do.  Memory is the peak of a process of its own that does nothing else.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median

import numpy as np

from trimtab.quant.simulate.direct_market import DirectMarket
from trimtab.quant.simulate.harvest_rule import HarvestRule
from trimtab.quant.simulate.harvest_run import simulate_harvest

__all__ = ["Speed", "measure_speed"]

NAMES, SESSIONS, SECTORS = 500, 3_780, 11
REPEATS = 5
BATCH = 8
SEED = 20_060_103
KIBIBYTE = 1_024
TARGET_SECONDS, TARGET_MEBIBYTES = 60.0, 1_024.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Wall seconds and peak memory; `seconds` is the median of warm runs of one rule."""

    names: int
    sessions: int
    first_seconds: float
    seconds: float
    batch_seconds_each: float
    lots_most: int
    peak_mebibytes: float
    target_seconds: float = TARGET_SECONDS
    target_mebibytes: float = TARGET_MEBIBYTES


def seeded_market() -> DirectMarket:
    """A factor and noise; sizes spread as those of companies are; quarterly dividends."""
    rng = np.random.default_rng(SEED)
    days = (date(2006, 1, 2) + timedelta(days=k) for k in range(2 * SESSIONS))
    dates = tuple(day for day in days if day.weekday() < 5)[:SESSIONS]
    moves = rng.normal(0.0003, 0.011, (SESSIONS, 1)) + rng.normal(-2e-4, 0.02, (SESSIONS, NAMES))
    prices = 50.0 * np.exp(np.cumsum(moves, axis=0))
    size = (rng.pareto(1.2, NAMES) + 0.2) * prices
    pays = rng.random((SESSIONS, NAMES)) < 1 / 63
    return DirectMarket(
        names=tuple(f"n{k}" for k in range(NAMES)),
        dates=dates,
        prices=prices,
        dividends=np.where(pays, 0.005 * prices, 0.0),
        weights=size / size.sum(axis=1, keepdims=True),
        sectors=np.arange(NAMES) % SECTORS,
        twins=np.full(NAMES, -1),
    )


def _measured() -> Speed:
    """Measure in this process."""
    market, rule = seeded_market(), HarvestRule()
    start = time.perf_counter()
    simulate_harvest(market, [rule])
    first = time.perf_counter() - start
    warm, lots = [], 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        (run,) = simulate_harvest(market, [rule])
        warm.append(time.perf_counter() - start)
        lots = run.lots_most
    start = time.perf_counter()
    simulate_harvest(market, [rule] * BATCH)
    each = (time.perf_counter() - start) / BATCH
    return Speed(NAMES, SESSIONS, first, median(warm), each, lots, _peak_mebibytes())


def _peak_mebibytes() -> float:
    """Peak memory of this process; what `getrusage` says of a child begins with its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [one for one in status.read_text().splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) / KIBIBYTE
    return getrusage(RUSAGE_SELF).ru_maxrss / KIBIBYTE


def measure_speed() -> Speed:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._harvest_speed"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"harvest_study: the speed run failed\n{done.stderr}")
    return Speed(**json.loads(done.stdout))


if __name__ == "__main__":
    found = _measured()
    print(json.dumps({name: getattr(found, name) for name in Speed.__slots__}))
