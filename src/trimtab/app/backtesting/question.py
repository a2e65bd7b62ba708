"""What a person asks of a backtest, and the household and market that it is asked of.

Errors: those of `world` and `opening`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.app.backtesting.opening import (
    Opening,
    StartFrom,
    open_household,
    without_undated_flows,
)
from trimtab.app.backtesting.world import World, world_of
from trimtab.app.household import LoadedHousehold
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate, RiskRules, WithoutHistory
from trimtab.model.money import ZERO
from trimtab.model.taxes import RealizedGains

__all__ = ["Question", "Stage", "set_stage"]


@dataclass(frozen=True, slots=True)
class Question:
    """A backtest as it is asked for; `settings` hold its days.

    Unit: `value` base currency, what the household is worth on the first day.
    """

    settings: BacktestSettings
    start_from: StartFrom = StartFrom.TARGETS
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that the runs of one question share; it can be sent to another process."""

    start: Start
    world: World
    settings: BacktestSettings
    findings: tuple[Finding, ...]


def set_stage(loaded: LoadedHousehold, question: Question) -> Stage:
    """Load the market, open the household, and put its mandate into the past.

    Refuses: a feed without history, data that cannot be used, a period without sessions.
    """
    settings = question.settings
    world = world_of(loaded, settings.start, settings.end)
    first = world.market.sessions(settings.start, settings.end).start
    mandate = _in_the_past(loaded.mandate, loaded, question, world.market.dates[first])
    opening = open_household(
        loaded.snapshot, mandate, world.market, first, question.start_from, question.value
    )
    own = question.start_from is StartFrom.OWN
    start = Start(
        household=loaded.household,
        instruments=loaded.snapshot.instruments,
        mandate=mandate,
        books=opening.books,
        trades=tuple(
            trade
            for trade in loaded.snapshot.trades
            if own and trade.on <= world.market.dates[first]
        ),
    )
    settings = replace(settings, flows=(*settings.flows, *opening.flows))
    return Stage(start, world, settings, (*world.findings, *_notes(loaded, opening, question)))


def _in_the_past(
    mandate: Mandate, loaded: LoadedHousehold, question: Question, first: date
) -> Mandate:
    """The mandate without what is true of today only.

    Gains realised this year belong to the backtest where it begins in that year with the
    household's own lots; instruments younger than the data stand on long-run figures of risk.
    """
    today = loaded.snapshot.as_of
    tax = replace(mandate.tax, year=mandate.tax.year or today.year)
    same_year = question.start_from is StartFrom.OWN and first.year == today.year
    if not same_year:
        tax = replace(tax, realized=RealizedGains())
    risk = RiskRules(WithoutHistory.ASSUME)
    return without_undated_flows(replace(mandate, tax=tax, risk=risk))


def _notes(loaded: LoadedHousehold, opening: Opening, question: Question) -> tuple[Finding, ...]:
    notes = []
    undated = [flow for flow in loaded.mandate.flows if flow.due is None and flow.amount != ZERO]
    for flow in undated:
        notes.append(
            Finding(
                "undated_flow",
                Severity.NOTE,
                flow.clause,
                f"{flow.amount:,.2f} has no day, so that the backtest leaves it out",
                remedy="give it a due date in the mandate to have it counted",
            )
        )
    for lot in opening.left_out:
        notes.append(
            Finding(
                "lot_left_out",
                Severity.WARNING,
                f"lot {lot}",
                "was bought later and its cost is not known, so that the backtest leaves it out",
                remedy="write its basis into the lots file",
            )
        )
    return tuple(notes)
