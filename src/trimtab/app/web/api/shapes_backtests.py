"""Backtests as the API takes and answers them.

Errors: none.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from trimtab.app.web.api.values import Answer, Body, DayGiven, NameGiven, PageOf

__all__ = ["Backtest", "BacktestAsked", "BacktestOutcome", "BacktestPage", "WealthCurve"]

POLICIES_MAX = 8


class BacktestAsked(Body):
    """Policies to try on the past of this household."""

    policies: list[NameGiven] = Field(
        description="As on the command line: `5/25`, `threshold:absolute=0.03`.",
        min_length=1,
        max_length=POLICIES_MAX,
    )
    start: DayGiven | None = Field(None, description="The first day; the usual where left out.")
    end: DayGiven | None = Field(None, description="The last day; the usual where left out.")


class WealthCurve(Answer):
    """A policy's wealth after liquidation tax on the outcome's days, base currency."""

    policy: str
    values: list[float]


class BacktestOutcome(Answer):
    """What came of a run; a figure that there is not is null."""

    sentences: list[str]
    figures: list[dict[str, float | str | None]] = Field(
        description="A row a policy: money in `currency`, returns and weights fractions of one."
    )
    days: list[date]
    curves: list[WealthCurve]
    currency: str


class Backtest(Answer):
    """A run as it stands."""

    id: str
    policies: list[str]
    start: date | None
    end: date | None
    person: str = Field(description="Who asked for it.")
    asked_at: datetime
    ended_at: datetime | None
    state: str = Field(description="queued, running, done, failed, canceled or stopped.")
    done: int = Field(description="Sessions that were run, over all policies.")
    of: int = Field(description="Sessions that there are; 0 while that is not known.")
    words: str
    outcome: BacktestOutcome | None = Field(description="null until it is done.")


class BacktestPage(PageOf):
    """Runs, the latest first; those in a list are without their outcome."""

    items: list[Backtest]
