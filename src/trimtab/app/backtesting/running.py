"""Runs of several policies on one stage, side by side and in several processes where it pays.

A run depends on its policy and its stage alone, so that neither the number of processes nor their
order changes a figure.

Errors: those of the driver; a policy that cannot be configured is refused before any run begins.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from threading import Lock
from typing import TypeVar

from trimtab.app.api import estimates_of, guards_of, regime_of
from trimtab.app.backtesting.estimates_once import EstimatesOnce
from trimtab.app.backtesting.policy_words import in_words, worded
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.resuming import Checkpoints, Standing
from trimtab.app.backtesting.side_by_side import side_by_side
from trimtab.app.backtesting.stopping import stop_between_sessions
from trimtab.app.backtesting.targets_once import targets_once
from trimtab.app.backtesting.worker import PackedJob, run_packed
from trimtab.app.models.hearing import ears_of
from trimtab.app.policy_choice import policy_from
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.partitions import cores
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import HarvestRules, PlugInChoice
from trimtab.policies._base import Watchful
from trimtab.policies.learned import Learned

__all__ = [
    "Entrant",
    "Progress",
    "Shared",
    "check_entrants",
    "map_entrants",
    "run_entrant",
    "run_entrants",
    "standings_of",
]

Kept = TypeVar("Kept")
Progress = Callable[[int, int], None]

PARALLEL_FROM = 3
SESSIONS_FROM = 500
"""From so many policies and sessions on, several processes are quicker than one."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A policy under the name that it is shown by; `harvests` false takes no loss for its tax."""

    choice: PlugInChoice
    name: str = ""
    harvests: bool = True

    @property
    def shown(self) -> str:
        """The name for screens."""
        return self.name or worded(self.choice)


class Shared:
    """A stage, and what its runs in one process have in common."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.estimator = EstimatesOnce(partial(estimates_of, folder=stage.household))
        self.targets = targets_once(stage.start.mandate, stage.start.instruments)

    def run(
        self,
        entrant: Entrant,
        progress: Progress | None = None,
        checkpoints: Checkpoints | None = None,
        is_patient: bool = False,
    ) -> BacktestRun:
        """One run, which goes on where it was stopped if there are `checkpoints` of it.

        Ctrl-C stops it at the end of a session where there are checkpoints to write, and where
        another process asked for it and `is_patient`; else at once.
        """
        make = partial(self.backtest, entrant)
        if checkpoints is not None:
            run = checkpoints.run(entrant.shown, make, progress, is_patient)
        elif is_patient:
            with stop_between_sessions(is_patient) as stop:
                run = make().run(stop.checked(progress))
                if stop.is_asked:  # after its last session, while the run was summed up
                    raise KeyboardInterrupt
        else:
            run = make().run(progress)
        return _noted(run, entrant, self.stage)

    def backtest(self, entrant: Entrant) -> Backtest:
        """The backtest of a policy, before its first session."""
        stage, start = self.stage, self.stage.start
        if not entrant.harvests:
            rules: HarvestRules = replace(start.mandate.harvest, enabled=False)
            start = replace(start, mandate=replace(start.mandate, harvest=rules))
        policy = policy_from(entrant.choice, stage.household)
        return Backtest(
            entrant.shown,
            policy,
            start,
            stage.world.market,
            regime_of(start.mandate),
            guards_of(start.mandate),
            self.estimator,
            stage.settings,
            self.targets,
            ears_of(policy),
        )


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


def check_entrants(entrants: Sequence[Entrant]) -> None:
    """Check policies before any of them runs.

    Refuses: two of one name, unknown policies and settings, all of them at once.
    """
    errors: list[InputError] = []
    seen: set[str] = set()
    for entrant in entrants:
        try:
            policy_from(entrant.choice)
        except InputErrors as several:
            errors += several.errors
        except InputError as error:
            errors.append(error)
        if entrant.shown in seen:
            errors.append(
                InputError(f"policy {entrant.shown!r}", "is named twice", remedy="name it once")
            )
        seen.add(entrant.shown)
    if errors:
        raise InputErrors(list({str(error): error for error in errors}.values()))


def run_entrant(entrant: Entrant, stage: Stage, progress: Progress | None = None) -> BacktestRun:
    """One run by itself."""
    return Shared(stage).run(entrant, progress)


def _noted(run: BacktestRun, entrant: Entrant, stage: Stage) -> BacktestRun:
    """The run with what was noticed before it began, and its terms."""
    terms = {"Policy": in_words(entrant.choice), **stage.terms}
    policy = policy_from(entrant.choice, stage.household)
    used = policy.in_use if isinstance(policy, Learned) else None
    until = None if used is None else used.trained_until
    hindsight = () if used is None else _hindsight(run, used.label, used.trained_until)
    findings = *stage.findings, *hindsight, *run.findings
    return replace(run, findings=findings, settings=terms, trained_until=until)


def _hindsight(run: BacktestRun, label: str, until: date) -> tuple[Finding, ...]:
    """A word where a model has seen days that it is tested on."""
    dates = run.daily.dates
    later = [day for day in dates if day > until]
    if not dates or dates[0] > until:
        return ()
    told = f"it learned from days up to {until}, among them {len(dates) - len(later):,} tested here"
    if later:
        told += f"; out of sample are {later[0]} to {later[-1]}, {len(later):,} sessions"
        remedy = f"look at those, or begin --from {later[0]}"
    else:
        told += "; no day is out of sample, and what it shows is no evidence"
        remedy = "train with an earlier --as-of, and test it on the days after that"
    return (
        Finding(
            "model_hindsight", Severity.WARNING, f"model {label}", told, remedy=remedy,
            clause="policy",
        ),
    )  # fmt: skip
