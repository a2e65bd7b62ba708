"""Backtests from Python: what would these policies have done to this household?

    >>> import trimtab
    >>> comparison = trimtab.backtest("my-household", ["hold", "5/25"])  # doctest: +SKIP
    >>> for figures in comparison.ranking:  # doctest: +SKIP
    ...     print(figures.policy, figures.after_liquidation_end)

Errors: `InputErrors` for files that cannot be used, `InputError` for a question that cannot be
answered; both name subject, fact, bound and remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.backtesting.entrants import Entrant, Progress
from trimtab.app.backtesting.harvesting import harvest_entrants, taxable_accounts
from trimtab.app.backtesting.opening import StartFrom
from trimtab.app.backtesting.period import period_of
from trimtab.app.backtesting.policy_words import (
    FIELD_POLICIES,
    grid_of,
    read_choice,
    read_choices,
)
from trimtab.app.backtesting.question import Question, Stage, set_stage
from trimtab.app.backtesting.resuming import Checkpoints
from trimtab.app.backtesting.running import run_entrants
from trimtab.app.backtesting.sweep import Sweep, WalkForwardTerms, run_sweep
from trimtab.app.evidence import Comparison, compare
from trimtab.app.evidence.harvest import HarvestEvidence, harvest_of_comparison
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.errors import InputError, nearest
from trimtab.model.money import exact

__all__ = [
    "FIELD_POLICIES",
    "backtest",
    "harvest_report",
    "stage_for",
    "sweep",
]


def stage_for(
    loaded: LoadedHousehold,
    start: date | None = None,
    end: date | None = None,
    *,
    start_from: StartFrom | str = StartFrom.TARGETS,
    value: Decimal | int | str | None = None,
    settings: BacktestSettings | None = None,
) -> Stage:
    """The market and the household of a backtest, ready for policies to run on.

    `settings` win over `start` and `end`.
    Unit: `value` base currency.
    """
    begins = _start_from(start_from)
    if settings is None:
        period = period_of(loaded, start, end, begins)
        settings = BacktestSettings(period.start, period.end)
    worth = None if value is None else exact(str(value), "value")
    if worth is not None and worth <= 0:
        remedy = "leave it out to begin with what the household is worth today"
        raise InputError("value", f"is {worth}", "it must be above zero", remedy)
    return set_stage(loaded, Question(settings, begins, worth))


def _start_from(word: StartFrom | str) -> StartFrom:
    try:
        return StartFrom(word)
    except ValueError:
        remedy = nearest(str(word), StartFrom)
        raise InputError("start from", f"{word!r} is no way to begin", remedy=remedy) from None


def backtest(
    folder: str | Path | LoadedHousehold,
    policies: Sequence[str] = (),
    *,
    start: date | None = None,
    end: date | None = None,
    start_from: StartFrom | str = StartFrom.TARGETS,
    value: Decimal | int | str | None = None,
    settings: BacktestSettings | None = None,
    progress_of: Callable[[str], Progress] | None = None,
    workers: int | None = 1,
    checkpoints: str | Path | None = None,
) -> Comparison:
    """What policies would have done to a household, held against the first of them.

    `policies` as on the command line (`5/25`, `threshold:absolute=0.03`); the mandate's own beside
    `hold` where none is named.  `workers` above 1 run policies in processes of their own; a script
    that asks for that needs the usual `if __name__ == "__main__":`.  `checkpoints` is a folder from
    which runs go on that were stopped; those of a comparison that ended are removed.
    Unit: `value` base currency, what the household is worth on the first day.
    Refuses: unknown policies, days without prices, holdings without prices.
    """
    loaded = folder if isinstance(folder, LoadedHousehold) else load_folder(folder)
    names = tuple(dict.fromkeys(policies or ("hold", loaded.mandate.policy.name)))
    choices = zip(read_choices(names, loaded.mandate), names, strict=True)
    entrants = [Entrant(choice, name) for choice, name in choices]
    stage = stage_for(loaded, start, end, start_from=start_from, value=value, settings=settings)
    kept = None if checkpoints is None else Checkpoints(Path(checkpoints))
    runs = run_entrants(stage, entrants, progress_of, workers, kept)
    if kept is not None:
        kept.remove(names)
    return compare(runs)


def harvest_report(
    folder: str | Path | LoadedHousehold,
    policy: str | None = None,
    *,
    start: date | None = None,
    end: date | None = None,
    start_from: StartFrom | str = StartFrom.TARGETS,
    value: Decimal | int | str | None = None,
    settings: BacktestSettings | None = None,
    progress_of: Callable[[str], Progress] | None = None,
    workers: int | None = 1,
) -> HarvestEvidence:
    """What tax-loss harvesting brought: a policy without it, and the same policy with it.

    `.report.alphas` has what the two differ by after all tax (`wealth_difference_liquidated`) and
    the part of it that is tax (`tax_alpha_liquidated`); `.comparison` has both runs.
    Refuses: less than a year, and a household without a taxable account.
    """
    loaded = folder if isinstance(folder, LoadedHousehold) else load_folder(folder)
    loaded, entrants = harvest_entrants(loaded, policy)
    stage = stage_for(loaded, start, end, start_from=start_from, value=value, settings=settings)
    comparison = compare(run_entrants(stage, entrants, progress_of, workers=workers))
    taxable = taxable_accounts(loaded.household)
    return HarvestEvidence(comparison, harvest_of_comparison(comparison, taxable))


def sweep(
    folder: str | Path | LoadedHousehold,
    policy: str,
    grid: Mapping[str, Sequence[str | int | float | Decimal]],
    *,
    start: date | None = None,
    end: date | None = None,
    start_from: StartFrom | str = StartFrom.TARGETS,
    value: Decimal | int | str | None = None,
    settings: BacktestSettings | None = None,
    walk_forward: WalkForwardTerms | None = None,
    progress: Progress | None = None,
    workers: int | None = 1,
) -> Sweep:
    """One policy with every combination of settings, and how far the winner can be trusted."""
    loaded = folder if isinstance(folder, LoadedHousehold) else load_folder(folder)
    base = read_choice(policy, loaded.mandate)
    axes = {key: tuple(map(str, values)) for key, values in grid.items()}
    entrants = [Entrant(choice) for choice in grid_of(base, axes)]
    stage = stage_for(loaded, start, end, start_from=start_from, value=value, settings=settings)
    return run_sweep(stage, entrants, Entrant(base), walk_forward, progress, workers)
