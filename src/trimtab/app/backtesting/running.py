"""Runs of several policies on one stage, side by side and in several processes where it pays.

A run depends on its policy and its stage alone, so that neither the number of processes nor their
order changes a figure.

Errors: those of the driver; a policy that cannot be configured is refused before any run begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trimtab.app.api import estimates_of, guards_of, regime_of
from trimtab.app.backtesting.policy_words import in_words, policy_from, worded
from trimtab.app.backtesting.question import Stage
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.partitions import Engine, map_partitions
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.mandate import HarvestRules, PlugInChoice

__all__ = ["Entrant", "Progress", "check_entrants", "run_entrant", "run_entrants"]

Progress = Callable[[int, int], None]

PARALLEL_FROM = 3
"""Policies from which on several processes are quicker than one: each takes seconds to start."""
SESSIONS_FROM = 500


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


@dataclass(frozen=True, slots=True)
class _Job:
    """One run as it is sent to another process."""

    entrant: Entrant
    stage: Stage


def run_entrants(
    stage: Stage,
    entrants: Sequence[Entrant],
    progress_of: Callable[[str], Progress] | None = None,
    engine: Engine | None = None,
    workers: int | None = None,
) -> tuple[BacktestRun, ...]:
    """A run of every entrant, in their order.

    `progress_of` gives, for an entrant's name, what is told its sessions done and in all; from
    other processes word comes when a run is done.
    Refuses: two entrants of one name, and policies that cannot be configured.
    """
    check_entrants(entrants)
    sessions = len(stage.world.market.sessions(stage.settings.start, stage.settings.end))
    told = [_silent if progress_of is None else progress_of(one.shown) for one in entrants]
    if engine is None:
        pays = len(entrants) >= PARALLEL_FROM and sessions >= SESSIONS_FROM and workers != 1
        engine = Engine.PROCESSES if pays else Engine.SERIAL
    if engine is Engine.SERIAL:
        pairs = zip(entrants, told, strict=True)
        return tuple(run_entrant(entrant, stage, tell) for entrant, tell in pairs)
    jobs = [_Job(entrant, stage) for entrant in entrants]

    def tell_part(done: int, _total: int) -> None:
        told[done - 1](sessions, sessions)

    return tuple(map_partitions(_run, jobs, engine, workers=workers, progress=tell_part))


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
        raise InputErrors(errors)


def _backtest(entrant: Entrant, stage: Stage) -> Backtest:
    start = stage.start
    if not entrant.harvests:
        rules: HarvestRules = replace(start.mandate.harvest, enabled=False)
        start = replace(start, mandate=replace(start.mandate, harvest=rules))
    return Backtest(
        entrant.shown,
        policy_from(entrant.choice),
        start,
        stage.world.market,
        regime_of(start.mandate),
        guards_of(start.mandate),
        estimates_of,
        stage.settings,
    )


def run_entrant(entrant: Entrant, stage: Stage, progress: Progress | None = None) -> BacktestRun:
    """One run."""
    return _noted(_backtest(entrant, stage).run(progress), entrant, stage)


def _run(job: _Job) -> BacktestRun:
    """One run; at the top level of the module, so that another process finds it."""
    return run_entrant(job.entrant, job.stage)


def _noted(run: BacktestRun, entrant: Entrant, stage: Stage) -> BacktestRun:
    """The run with what was noticed before it began, and its terms."""
    terms = {"Policy": in_words(entrant.choice), **stage.terms}
    return replace(run, findings=(*stage.findings, *run.findings), settings=terms)
