"""What policies would have done.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trimtab.client._transport import Transport, place

__all__ = [
    "Backtest",
    "BacktestAsked",
    "BacktestOutcome",
    "BacktestPage",
    "BacktestsResource",
    "WealthCurve",
]


@dataclass(frozen=True, slots=True)
class WealthCurve:
    """A policy's wealth after liquidation tax on the outcome's days, base currency."""

    policy: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BacktestOutcome:
    """What came of a run; a figure that there is not is null."""

    sentences: tuple[str, ...]
    figures: tuple[Mapping[str, float | str | None], ...]
    days: tuple[date, ...]
    curves: tuple[WealthCurve, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """A run as it stands."""

    id: str
    policies: tuple[str, ...]
    start: date | None
    end: date | None
    person: str  # Who asked for it.
    asked_at: datetime
    ended_at: datetime | None
    state: str  # queued, running, done, failed, canceled or stopped.
    done: int  # Sessions that were run, over all policies.
    of: int  # Sessions that there are; 0 while that is not known.
    words: str
    outcome: BacktestOutcome | None  # null until it is done.


@dataclass(frozen=True, slots=True)
class BacktestPage:
    """Runs, the latest first; those in a list are without their outcome."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Backtest, ...]


@dataclass(frozen=True, slots=True)
class BacktestAsked:
    """Policies to try on the past of this household."""

    policies: tuple[str, ...]  # As on the command line: `5/25`, `threshold:absolute=0.03`.
    start: date | None = None  # The first day; the usual where left out.
    end: date | None = None  # The last day; the usual where left out.


@dataclass(frozen=True, slots=True)
class BacktestsResource:
    """What policies would have done."""

    transport: Transport

    def list_backtests(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> BacktestPage:
        """Runs of the household, the latest first, without their outcomes.

        Needs the right `view`.
        """
        return self.transport.ask(
            BacktestPage,
            "GET",
            place("/api/v1/households/{}/backtests", household),
            query={"cursor": cursor, "limit": limit},
        )

    def start_backtest(
        self, household: str, body: BacktestAsked, *, idempotency_key: str | None = None
    ) -> Backtest:
        """Ask for a run; it is queued, and its end is read with its id.

        Needs the right `run`.
        """
        return self.transport.ask(
            Backtest,
            "POST",
            place("/api/v1/households/{}/backtests", household),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_backtest(self, household: str, backtest: str) -> Backtest:
        """One run: how far it is, and what came of it.

        Needs the right `view`.
        """
        return self.transport.ask(
            Backtest, "GET", place("/api/v1/households/{}/backtests/{}", household, backtest)
        )

    def cancel_backtest(
        self, household: str, backtest: str, *, idempotency_key: str | None = None
    ) -> Backtest:
        """End a run that waits or is at work; one that is over stays as it is.

        Needs the right `run`.
        """
        return self.transport.ask(
            Backtest,
            "POST",
            place("/api/v1/households/{}/backtests/{}/cancel", household, backtest),
            headers={"Idempotency-Key": idempotency_key},
        )
