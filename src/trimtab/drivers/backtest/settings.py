"""How a backtest is run: dates, fills, dividends, fees, taxes, each with the default that it has.

Errors: `ValueError` for settings that make no sense, which screens turn into sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO

__all__ = ["BacktestSettings", "Dividends", "FillTiming", "TaxesPaid"]


class FillTiming(StrEnum):
    """When an order decided at the close of a session is filled, and at which price."""

    CLOSE = "close"
    """At the very close that the decision saw."""
    NEXT_OPEN = "next_open"
    NEXT_CLOSE = "next_close"
    NEXT_VWAP = "next_vwap"
    """At the volume-weighted average of the next session."""


class Dividends(StrEnum):
    """What becomes of a dividend."""

    CASH = "cash"
    REINVEST = "reinvest"
    """It buys more of the same at the close of the ex-date, in fractions."""


class TaxesPaid(StrEnum):
    """Where the money for taxes comes from."""

    PORTFOLIO = "portfolio"
    """From the taxable accounts, which sell for it where cash is short."""
    OUTSIDE = "outside"
    """From elsewhere; what was paid is counted and taken off the wealth after tax."""


@dataclass(frozen=True, slots=True)
class BacktestSettings:
    """The terms of one backtest; the mandate says everything else.

    Unit: `commission_per_share` and `commission_minimum` base currency, on top of an account's
    commission per order; `participation_max` fraction of a session's volume; `cash_rate` and
    `advisory_fee` fractions a year, the fee of the value of all accounts, taken once a quarter;
    `settlement_sessions` until sale proceeds can leave (1 in the United States since 28 May 2024,
    17 CFR 240.15c6-1); `forward_fill_sessions_max` sessions for which a missing close is stood in
    for by the last one; `review_sessions` how often a policy is asked that does not say itself when
    it may act; `estimate_sessions` how often risk is estimated anew; `order_patience_sessions` for
    how many sessions after its first the rest of an order waits before it is cancelled; `flows` are
    dated deposits (positive) and withdrawals beyond the mandate's own.
    """

    start: date
    end: date
    fill: FillTiming = FillTiming.CLOSE
    dividends: Dividends = Dividends.CASH
    commission_per_share: Decimal = ZERO
    commission_minimum: Decimal = ZERO
    participation_max: float | None = None
    settlement_sessions: int = 1
    cash_rate: float = 0.0
    advisory_fee: float = 0.0
    taxes_paid: TaxesPaid = TaxesPaid.PORTFOLIO
    estimated_payments: bool = True
    forward_fill_sessions_max: int = 5
    review_sessions: int = 21
    estimate_sessions: int = 21
    withdrawal_patience_sessions: int = 10
    order_patience_sessions: int = 5
    flows: tuple[CashFlow, ...] = ()

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"the backtest ends on {self.end}; it must be after {self.start}")
        for name in (
            "settlement_sessions", "forward_fill_sessions_max", "order_patience_sessions"
        ):  # fmt: skip
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 0")
        for name in ("review_sessions", "estimate_sessions", "withdrawal_patience_sessions"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.participation_max is not None and not 0.0 < self.participation_max <= 1.0:
            raise ValueError(
                f"participation_max is {self.participation_max}; it must be above 0 and at most 1"
            )
        if any(flow.due is None for flow in self.flows):
            raise ValueError("a flow of a backtest needs the day on which it is due")
