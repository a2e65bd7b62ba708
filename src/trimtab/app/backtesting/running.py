"""Runs of several policies on one stage, side by side and in several processes where it pays.

A run depends on its policy and its stage alone, so that neither the number of processes nor their
order changes a figure.

Errors: those of the driver; a policy that cannot be configured is refused before any run begins.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

from trimtab.app.backtesting.entrants import Entrant, Progress, Shared, check_entrants
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.resuming import Checkpoints, Standing
from trimtab.app.backtesting.side_by_side import side_by_side
from trimtab.app.backtesting.worker import PackedJob, run_packed
from trimtab.app.policy_choice import policy_from
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.partitions import cores
from trimtab.policies._base import Watchful

__all__ = ["map_entrants", "run_entrant", "run_entrants", "standings_of"]

Kept = TypeVar("Kept")

PARALLEL_FROM = 3
SESSIONS_FROM = 500
"""From so many policies and sessions on, several processes are quicker than one."""


def run_entrants(
    stage: Stage,
    entrants: Sequence[Entrant],
    progress_of: Callable[[str], Progress] | None = None,
    workers: int | None = None,
    checkpoints: Checkpoints | None = None,
) -> tuple[BacktestRun, ...]:
    """A run of every entrant, in their order.

    `progress_of` gives, for an entrant's name, what is told its sessions done and in all; from
    other processes word comes when a run is done.  `workers` is how many processes work, this one
    included; as many as there are cores where that is quicker, if it is left out.  With
    `checkpoints`, what was stopped goes on.
    Refuses: two entrants of one name, and policies that cannot be configured.
    """
    check_entrants(entrants)
    sessions = len(stage.world.market.sessions(stage.settings.start, stage.settings.end))
    told = [_silent if progress_of is None else progress_of(one.shown) for one in entrants]
    shared = Shared(stage)
    count = min(_workers(workers, len(entrants), sessions), len(entrants))
    if count <= 1:
        pairs = zip(entrants, told, strict=True)
        return tuple(shared.run(entrant, tell, checkpoints) for entrant, tell in pairs)
    packed = pickle.dumps(stage)
    runs = side_by_side(
        sorted(range(len(entrants)), key=lambda at: -_effort(entrants[at])),
        lambda at: shared.run(entrants[at], told[at], checkpoints),
        lambda at: PackedJob(pickle.dumps((entrants[at], _whole, checkpoints)), packed),
        run_packed,
        count - 1,
        lambda at: told[at](sessions, sessions),
    )
    return tuple(runs[at] for at in range(len(entrants)))


def standings_of(
    stage: Stage, entrants: Sequence[Entrant], checkpoints: Checkpoints
) -> tuple[Standing, ...]:
    """Where earlier runs of entrants on this very stage stand, as far as there are any."""
    shared, named = Shared(stage), {entrant.shown: entrant for entrant in entrants}
    return checkpoints.standings(named, lambda policy: shared.backtest(named[policy]))


def map_entrants(
    keep: Callable[[Entrant, BacktestRun], Kept],
    entrants: Sequence[Entrant],
    stage: Stage,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Kept]:
    """What becomes of every entrant's run, in their order; for many, of which only a part is kept.

    `keep` stands at the top level of a module, so that other processes find it, and is called in
    the process of the run as soon as it is done; `progress` counts entrants.  `workers` is how many
    processes work, this one included; as many as there are cores if it is left out.
    """
    shared, packed, counted = Shared(stage), pickle.dumps(stage), Lock()
    ended = 0

    def tell_one() -> None:
        nonlocal ended
        with counted:
            ended += 1
            if progress is not None:
                progress(ended, len(entrants))

    def here(at: int) -> Kept:
        kept = keep(entrants[at], shared.run(entrants[at]))
        tell_one()
        return kept

    others = min(cores() if workers is None else workers, len(entrants)) - 1
    if others < 1:
        return [here(at) for at in range(len(entrants))]
    found = side_by_side(
        range(len(entrants)),
        here,
        lambda at: PackedJob(pickle.dumps((entrants[at], keep, None)), packed),
        run_packed,
        others,
        lambda _at: tell_one(),
    )
    return [found[at] for at in range(len(entrants))]


def _whole(_entrant: Entrant, run: BacktestRun) -> BacktestRun:
    """All of a run is kept."""
    return run


def _workers(wanted: int | None, entrants: int, sessions: int) -> int:
    """How many processes work: another takes a second to start, which short runs never win back."""
    if wanted is not None:
        return wanted
    return cores() if entrants >= PARALLEL_FROM and sessions >= SESSIONS_FROM else 1


def _effort(entrant: Entrant) -> int:
    """A guess at how long a run takes against others, so that no long one begins last."""
    policy = policy_from(entrant.choice)
    if not isinstance(policy, Watchful):
        return 3
    return {"hold": 0, "calendar": 1}.get(policy.name, 2)


def _silent(_done: int, _total: int) -> None:
    """Nobody is told."""


def run_entrant(entrant: Entrant, stage: Stage, progress: Progress | None = None) -> BacktestRun:
    """One run by itself."""
    return Shared(stage).run(entrant, progress)
