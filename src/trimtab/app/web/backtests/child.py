"""The process that runs one backtest: it may take minutes, and may be ended at any moment.

It tells through a pipe how far it is, and at the end what came of it; the pages that `trimtab
backtest` writes lie in the run's folder.

Errors: none leave the process; what went wrong is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.web.backtests.kept import BacktestAsked, Curve, Outcome

if TYPE_CHECKING:
    from trimtab.app.evidence import Comparison, PolicyFigures

__all__ = ["CURVE_POINTS", "run_here"]

CURVE_POINTS = 120
TELL_SECONDS = 0.25
FIGURES = (
    *("value_end", "after_tax_end", "after_liquidation_end", "after_liquidation_return"),
    *("volatility", "drawdown_max", "tracking_error", "turnover", "trades", "days_outside"),
)


def run_here(pipe: Connection, folder: str, out: str, asked: BacktestAsked, day: date) -> None:
    """Run a backtest and tell what comes of it: `("progress", done, of)`, then `("done", …)` or
    `("failed", words)`."""
    from trimtab.app.backtesting.worker import deaf_to_ctrl_c
    from trimtab.app.exits import show_trace
    from trimtab.model.errors import InputError, InputErrors

    deaf_to_ctrl_c()
    try:
        pipe.send(("done", asdict(_outcome(_Teller(pipe), Path(folder), Path(out), asked, day))))
    except (InputError, InputErrors) as error:
        pipe.send(("failed", str(error)))
    except BrokenPipeError:
        pass  # whoever asked is gone
    except Exception as error:
        show_trace(error)
        pipe.send(("failed", f"a defect ended it ({type(error).__name__})"))


class _Teller:
    """Tells how many sessions of all policies are done, not too often."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._policies = pipe, 1
        self._done: dict[str, int] = {}
        self._told = 0.0

    def expect(self, policies: int) -> None:
        """So many policies run, one after the other."""
        self._policies = policies

    def of(self, policy: str) -> Callable[[int, int], None]:
        """What the run of a policy calls after each session."""

        def tell(done: int, sessions: int) -> None:
            self._done[policy] = done
            now = time.monotonic()
            if now - self._told >= TELL_SECONDS or done == sessions:
                self._told = now
                with suppress(BrokenPipeError):
                    whole = sessions * self._policies
                    self._pipe.send(("progress", sum(self._done.values()), whole))

        return tell


def _outcome(teller: _Teller, folder: Path, out: Path, asked: BacktestAsked, day: date) -> Outcome:
    from trimtab.app.backtesting.api import stage_for
    from trimtab.app.backtesting.entrants import Entrant
    from trimtab.app.backtesting.policy_words import read_choices
    from trimtab.app.backtesting.running import run_entrants
    from trimtab.app.evidence import About, Format, compare, write_evidence
    from trimtab.app.evidence.sentences import plain, result_sentences
    from trimtab.app.household import load_folder
    from trimtab.app.report.words import money_in
    from trimtab.app.solver_start import start_solver

    start_solver()
    loaded = load_folder(folder, day)
    entrants = [
        Entrant(choice, name)
        for choice, name in zip(
            read_choices(asked.policies, loaded.mandate), asked.policies, strict=True
        )
    ]
    teller.expect(len(entrants))
    stage = stage_for(loaded, asked.start, asked.end)
    comparison = compare(run_entrants(stage, entrants, teller.of, workers=1))
    about = About.of(loaded.household, stage.world.market.history.source)
    write_evidence(out, comparison, about, [Format.HTML, Format.JSON])
    sentences = result_sentences(comparison, money_in(about.currency))
    days, curves = _curves(comparison)
    figures = tuple(map(_row, comparison.ranking))
    return Outcome(tuple(map(plain, sentences)), figures, days, curves, about.currency)


def _row(one: PolicyFigures) -> dict[str, float | str | None]:
    row: dict[str, float | str | None] = {"policy": one.policy}
    for name in FIGURES:
        value = getattr(one, name)
        row[name] = None if value is None else float(value)
    return row | {"cost": float(one.costs.total), "tax": one.taxes.total}


def _curves(comparison: Comparison) -> tuple[tuple[date, ...], tuple[Curve, ...]]:
    """Wealth after liquidation tax on evenly spread days."""
    from trimtab.app.evidence.page.thinning import spread_days

    daily = comparison.runs[0].daily
    picked = spread_days(len(daily.dates), CURVE_POINTS)
    curves = tuple(
        Curve(run.policy, tuple(float(run.daily.after_liquidation[at]) for at in picked))
        for run in comparison.runs
    )
    return tuple(daily.dates[at] for at in picked), curves
