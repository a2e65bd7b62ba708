"""What a backtest found out: one policy's run, day by day and event by event.

All money is dollars of the household's base currency.  Days are arrays, because reports and metrics
are computed from them; events are exact, because they came from the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.plans import Decision, LotSale, Verdict
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill

__all__ = ["BacktestRun", "DailyRecord", "DecisionRecord", "FillRecord", "TaxYearRecord"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FillRecord:
    """One order as far as one session filled it, or as far as it was cancelled.

    An order that waits has a record for each session that filled a part of it; the last one says
    what was `cancelled`, so that its records together are all of it.
    Unit: `decision_price` is the close that the decision saw, `price` what was paid or received per
    unit before costs; `quantity` is what was filled of the `ordered` units that were still to be
    filled, `cancelled` what never will be; `closing_price` is the close of the day, where something
    was cancelled; costs are positive.
    """

    decided: date
    on: date
    account: str
    instrument: str
    side: Side
    ordered: Decimal
    quantity: Decimal
    decision_price: Decimal
    price: Decimal
    spread: Decimal = ZERO
    impact: Decimal = ZERO
    commission: Decimal = ZERO
    lots: tuple[LotSale, ...] = ()
    clause: str = ""
    reason: str = ""
    cancelled: Decimal = ZERO
    closing_price: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        """Quantity times price, before costs."""
        return self.quantity * self.price

    @property
    def cost(self) -> Decimal:
        """All kinds of cost together."""
        return self.spread + self.impact + self.commission


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One cycle that was asked: what it came to, and in which words."""

    on: date
    verdict: Verdict
    sentence: str
    trades: int
    tracking_error: float
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, decision: Decision, trades: int) -> DecisionRecord:
        """The record of a decision that led to so many orders; mere notes are left out."""
        graver = tuple(one for one in decision.findings if one.severity > Severity.NOTE)
        before = decision.proposal.before.tracking_error
        return cls(decision.as_of, decision.verdict, decision.sentence, trades, before, graver)


@dataclass(frozen=True, slots=True)
class TaxYearRecord:
    """One tax year as it was assessed.

    Unit: `bill.tax` is what the household's investments added to the year's tax (negative where
    losses saved some), in the first year with what had been realised before; `short` and `long`
    are net gains of the year, disallowed losses taken out again; `estimated` is what was paid
    during the year towards it, `settled` the rest, paid (or, if negative, refunded) on
    `settled_on`.
    """

    year: int
    short: Decimal
    long: Decimal
    disallowed: Decimal
    qualified_dividends: Decimal
    ordinary_dividends: Decimal
    interest: Decimal
    bill: TaxBill
    estimated: Decimal = ZERO
    settled: Decimal = ZERO
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class DailyRecord:
    """The household at the close of every session.

    Shape: T sessions; `weights` (T, K) are those of the K targets of the mandate.
    Unit: dollars, weights fractions of value.  `value` is cash and holdings at the close, taxes
    paid so far gone from it; `accrued_tax` what the year so far would still cost on top of what was
    paid, `liquidation_tax` what selling everything that day would cost besides that; `flow` is
    money from (positive) or to the outside that day, taxes not among it; `tax_paid` is positive
    where tax was paid.
    """

    dates: tuple[date, ...]
    value: Floats
    flow: Floats
    tax_paid: Floats
    accrued_tax: Floats
    liquidation_tax: Floats
    cash: Floats
    bought: Floats
    sold: Floats
    cost: Floats
    income: Floats
    weights: Floats
    lots: npt.NDArray[np.int64]

    @property
    def after_tax(self) -> Floats:
        """Value less what the year so far will still cost."""
        return np.asarray(self.value - self.accrued_tax)

    @property
    def after_liquidation(self) -> Floats:
        """What would be left if everything were sold that day and its tax paid."""
        return np.asarray(self.value - self.accrued_tax - self.liquidation_tax)


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """One policy over one history.

    Shape: `targets`, `bands` (K,) wanted weights and tolerated distances, in the order of
    `target_names`; `benchmark` (T,) is the value of the targets held without cost or tax, brought
    back to target every day, from the same start and with the same flows.
    Unit: `fees` dollars, by kind, positive; `trained_until` the last day that a learned policy's
    model has seen.
    """

    policy: str
    target_names: tuple[str, ...]
    targets: Floats
    bands: Floats
    daily: DailyRecord
    benchmark: Floats
    fills: tuple[FillRecord, ...]
    decisions: tuple[DecisionRecord, ...]
    tax_years: tuple[TaxYearRecord, ...]
    lots: tuple[Lot, ...]
    cash: Mapping[str, Decimal]
    fees: Mapping[str, Decimal]
    findings: tuple[Finding, ...] = ()
    settings: Mapping[str, str] | None = None
    trained_until: date | None = None
