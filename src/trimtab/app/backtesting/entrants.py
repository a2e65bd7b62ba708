"""Who runs in a backtest, and what the runs of one process share.

Errors: those of the driver; `check_entrants` names every policy that cannot be configured at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from trimtab.app.api import guards_of, regime_of
from trimtab.app.backtesting.estimates_once import EstimatesOnce
from trimtab.app.backtesting.policy_words import in_words, worded
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.resuming import Checkpoints
from trimtab.app.backtesting.stopping import stop_between_sessions
from trimtab.app.backtesting.targets_once import targets_once
from trimtab.app.estimating import estimates_of
from trimtab.app.models.hearing import ears_of
from trimtab.app.policy_choice import policy_from
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import HarvestRules, PlugInChoice
from trimtab.policies.learned import Learned

__all__ = ["Entrant", "Progress", "Shared", "check_entrants"]

Progress = Callable[[int, int], None]


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
