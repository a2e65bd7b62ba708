"""Trades too small to be worth an order, and trades so large that a person should look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._base import money, percent, subject
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.money import total
from trimtab.model.plans import Plan, Trade
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["PLUGIN", "TradeSize"]


@dataclass(frozen=True, slots=True)
class TradeSize:
    """Refuses trades below the mandate's minimum and asks above a fraction of the household.

    Selling a position out is never too small, and a trade may miss the minimum by one share.
    Unit: `fraction_ask` of the household's value.
    Source: an upper bound per order is what 17 CFR 240.15c3-5(c)(1)(ii) asks of brokers; a quarter
    of a household in one order is our judgement.
    """

    name: ClassVar[str] = "trade_size"
    fraction_ask: Decimal = Decimal("0.25")

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each trade out of proportion."""
        value = snapshot.value
        return (*_small(plan, snapshot, mandate, value), *self._large(plan, value))

    def _large(self, plan: Plan, value: Decimal) -> Iterator[Finding]:
        most = self.fraction_ask * value
        for trade in plan.trades:
            if trade.amount > most:
                part = percent(trade.amount / value) if value > 0 else "more than all"
                yield Finding(
                    "trade_size",
                    Severity.APPROVAL,
                    subject(trade),
                    f"{money(trade.amount)} is {part} of the household in one order",
                    actual=money(trade.amount),
                    bound=money(most),
                    remedy="check targets and prices, then approve it",
                    clause="guards.trade_size.fraction_ask",
                )


def _small(plan: Plan, snapshot: Snapshot, mandate: Mandate, value: Decimal) -> Iterator[Finding]:
    rules = mandate.trading
    least = max(rules.minimum_trade, rules.minimum_trade_fraction * value)
    for trade in plan.trades:
        one_step = (
            trade.amount / trade.quantity * snapshot.instruments[trade.instrument].quantity_step
        )
        if trade.amount + one_step >= least or _sells_out(trade, snapshot):
            continue
        yield Finding(
            "trade_size",
            Severity.REFUSAL,
            subject(trade),
            f"{money(trade.amount)} is below the least trade of {money(least)}",
            actual=money(trade.amount),
            bound=money(least),
            remedy="leave it out, or lower trading.minimum_trade",
            clause="trading.minimum_trade",
        )


def _sells_out(trade: Trade, snapshot: Snapshot) -> bool:
    held = total(
        lot.quantity
        for lot in snapshot.lots
        if (lot.account, lot.instrument) == (trade.account, trade.instrument)
    )
    return trade.side is Side.SELL and trade.quantity >= held


PLUGIN = TradeSize
