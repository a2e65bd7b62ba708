"""What a person asks of a backtest, and the household and market that it is asked of.

Errors: those of `world`, `opening` and `own_start`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.backtesting.opening import Opening, StartFrom, open_at_targets
from trimtab.app.backtesting.own_start import open_with_own, own_history
from trimtab.app.backtesting.terms import data_findings, terms_in_words
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
    """Everything that the runs of one question share; it can be sent to another process.

    `terms` say in words under which it is run, for pages and files; `household` is the folder whose
    learned models a policy may name, and where a cost model lies.
    """

    start: Start
    world: World
    settings: BacktestSettings
    findings: tuple[Finding, ...]
    terms: Mapping[str, str]
    household: Path | None = None


def set_stage(loaded: LoadedHousehold, question: Question) -> Stage:
    """Load the market, open the household, and put its mandate into the past.

    Refuses: a feed without history, data that cannot be used, a period without sessions.
    """
    settings, is_own = question.settings, question.start_from is StartFrom.OWN
    past = own_history(loaded) if is_own else None
    held = () if past is None else past.held(settings.start)
    world = world_of(loaded, settings.start, settings.end, also=held)
    market = world.market
    first = market.sessions(settings.start, settings.end).start
    mandate = _in_the_past(loaded, question, market.dates[first])
    if past is None:
        opening = open_at_targets(loaded.snapshot, mandate, market, first, question.value)
    else:
        opening = open_with_own(past, market, first, question.value)
    mandate = _as_recorded(mandate, opening)
    start = Start(
        household=loaded.household,
        instruments=loaded.snapshot.instruments,
        mandate=mandate,
        books=opening.books,
        trades=opening.trades,
    )
    settings = replace(settings, flows=(*settings.flows, *opening.flows))
    findings = (
        *world.findings,
        *data_findings(settings, market),
        *(() if opening.is_recorded else _undated(loaded.mandate)),
        *opening.findings,
    )
    terms = terms_in_words(settings, mandate, opening.words, market, start.instruments)
    return Stage(start, world, settings, findings, terms, loaded.folder)


def _in_the_past(loaded: LoadedHousehold, question: Question, first: date) -> Mandate:
    """The mandate without what is true of today only.

    Gains realised this year belong to the backtest where it begins in that year with the
    household's own lots; instruments younger than the data stand on long-run figures of risk; money
    that is needed now says nothing of the past.
    """
    mandate, today = loaded.mandate, loaded.snapshot.as_of
    tax = replace(mandate.tax, year=mandate.tax.year or today.year)
    same_year = question.start_from is StartFrom.OWN and first.year == today.year
    if not same_year:
        tax = replace(tax, realized=RealizedGains())
    dated = tuple(flow for flow in mandate.flows if flow.due is not None)
    return replace(mandate, tax=tax, risk=RiskRules(WithoutHistory.ASSUME), flows=dated)


def _as_recorded(mandate: Mandate, opening: Opening) -> Mandate:
    """The mandate with what a journal knows better: the year's gains so far, and all flows."""
    if not opening.is_recorded:
        return mandate
    told = opening.realized or RealizedGains()
    realized = replace(mandate.tax.realized, short=told.short, long=told.long)
    return replace(mandate, tax=replace(mandate.tax, realized=realized), flows=())


def _undated(mandate: Mandate) -> Iterator[Finding]:
    """A word on every flow of the mandate that has no day."""
    for flow in mandate.flows:
        if flow.due is None and flow.amount != ZERO:
            yield Finding(
                "undated_flow",
                Severity.NOTE,
                flow.clause,
                f"{flow.amount:,.2f} has no day, so that the backtest leaves it out",
                remedy="give it a due date in the mandate to have it counted",
            )
