"""The broker: orders become fills at the price of their moment, sales first.

A fill costs half the spread, its market impact by the square-root law, and commission.  No more is
filled than the participation limit allows of the session's volume, and no purchase overdraws its
account; what is left of an order is cancelled and counted.
Source: Almgren, Thum, Hauptmann and Li (2005), "Direct Estimation of Equity Market Impact", and
Grinold and Kahn (2000) for the square-root law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

import numpy as np

from trimtab.books.entries import buy
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.results import FillRecord
from trimtab.drivers.backtest.settings import BacktestSettings, FillTiming
from trimtab.drivers.backtest.washes import WashBook
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.mandate import CostRules
from trimtab.model.money import ZERO, cents, share_out, step_down
from trimtab.model.plans import LotSale, Trade, TradeCost
from trimtab.model.snapshots import Side

__all__ = ["Broker", "Order"]

FRACTION_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Order:
    """A trade of a plan, waiting for its fill.

    Unit: `half_spread` fraction of price; `impact` × dollars^1.5 is dollars.
    """

    decided: date
    trade: Trade
    half_spread: float
    impact: float


class Broker:
    """Fills orders and books them."""

    def __init__(
        self,
        holdings: Holdings,
        market: MarketDays,
        settings: BacktestSettings,
        washes: WashBook,
        costs: CostRules,
    ) -> None:
        self.holdings, self.market, self.settings = holdings, market, settings
        self.washes, self.costs = washes, costs
        self.orders: list[Order] = []
        self.fills: list[FillRecord] = []
        self.findings: list[Finding] = []
        self.steps = {account.id: account.fractional for account in holdings.household.accounts}
        self.commissions = {
            account.id: account.commission for account in holdings.household.accounts
        }

    def submit(self, on: date, t: int, trades: Sequence[Trade], estimates: Estimates) -> None:
        """Take the trades of a plan as orders; costs are those the plan expected, or the data's."""
        for trade in trades:
            name = trade.instrument
            spread = float(self.market.half_spread[t, self.market.column[name]])
            if not np.isfinite(spread):
                spread = estimates.half_spread.get(name, float(self.costs.half_spread))
            volume = estimates.daily_volume.get(name, float(self.costs.daily_volume))
            volatility = estimates.daily_volatility.get(name, 0.0)
            impact = float(self.costs.impact) * volatility / volume**0.5
            self.orders.append(Order(on, trade, spread, impact))

    def fill(self, t: int) -> list[FillRecord]:
        """Fill what is waiting at the prices of this session: sales, then purchases."""
        waiting, self.orders = self.orders, []
        waiting.sort(key=lambda order: order.trade.side is Side.BUY)
        filled = []
        for order in waiting:
            record = self._fill(t, order)
            self.fills.append(record)
            filled.append(record)
        return filled

    def _fill(self, t: int, order: Order) -> FillRecord:
        trade, on = order.trade, self.market.dates[t]
        column = self.market.column[trade.instrument]
        price, quantity = self._price(t, column), self._quantity(t, column, trade)
        record = FillRecord(
            decided=order.decided,
            on=on,
            account=trade.account,
            instrument=trade.instrument,
            side=trade.side,
            ordered=trade.quantity,
            quantity=ZERO,
            decision_price=trade.price,
            price=trade.price if price is None else price,
            clause=trade.clause,
            reason=trade.reason,
        )
        if price is None:
            self._say(record, "had no price, so that nothing was filled")
            return record
        if quantity < trade.quantity:
            limit = f"{self.settings.participation_max or 0.0:.0%} of the session's volume"
            self._say(record, f"filled {quantity:f} of {trade.quantity:f}", bound=limit)
        if quantity <= 0:
            return record
        if trade.side is Side.SELL:
            return self._sell(t, order, record, quantity, price)
        return self._buy(t, order, record, quantity, price)

    def _price(self, t: int, column: int) -> Decimal | None:
        """The price of the moment, none where the instrument has no price of its own today."""
        if not self.market.own[t, column]:
            return None
        close = float(self.market.close[t, column])
        match self.settings.fill:
            case FillTiming.NEXT_OPEN:
                price = float(self.market.open[t, column])
            case FillTiming.NEXT_VWAP:
                price = float(self.market.vwap[t, column])
            case _:
                price = close
        return Decimal(repr(price if np.isfinite(price) else close))

    def _quantity(self, t: int, column: int, trade: Trade) -> Decimal:
        """What the participation limit lets through, in whole steps."""
        limit = self.settings.participation_max
        volume = float(self.market.volume[t, column])
        if limit is None or not np.isfinite(volume):
            return trade.quantity
        step = FRACTION_STEP if self.steps[trade.account] else Decimal(1)
        return min(trade.quantity, step_down(Decimal(limit * volume), step))

    def _cost(self, order: Order, quantity: Decimal, amount: Decimal) -> TradeCost:
        """Half the spread, impact and commission of what is filled.

        At the close and filled in full, these are the costs that the plan was made with.
        """
        dollars = float(amount)
        settings = self.settings
        commission = self.commissions[order.trade.account]
        if settings.commission_per_share:
            by_share = cents(settings.commission_per_share * quantity)
            commission += max(by_share, settings.commission_minimum)
        return TradeCost(
            spread=cents(Decimal(order.half_spread * dollars)),
            impact=cents(Decimal(order.impact * dollars**1.5)),
            commission=commission,
        )

    def _sell(
        self, t: int, order: Order, record: FillRecord, quantity: Decimal, price: Decimal
    ) -> FillRecord:
        """Sell named lots, the first of the plan's first; proceeds settle later."""
        holdings, trade, on = self.holdings, order.trade, record.on
        chosen = self._lots_left(trade, quantity)
        quantity = sum((units.quantity for units in chosen), ZERO)
        if quantity <= 0:
            self._say(record, "was not held any more, so that nothing was sold")
            return record
        amount = cents(quantity * price)
        cost = self._cost(order, quantity, amount)
        proceeds = amount - cost.total
        if proceeds < 0:
            self._say(record, f"would bring {amount} and cost {cost.total}, so it was not sold")
            return record
        entry_id = holdings.next_id(on, f"sell {trade.instrument}")
        books = holdings.ledger.view()
        entry = sell(entry_id, on, books, chosen, proceeds, holdings.base)
        sales = self._note_sales(chosen, proceeds, on)
        holdings.book([entry])
        settles = t + self.settings.settlement_sessions
        if settles > t:
            holdings.unsettled[trade.account].append((settles, proceeds))
        return self._recorded(record, quantity, price, cost, sales)

    def _lots_left(self, trade: Trade, quantity: Decimal) -> list[LotUnits]:
        """The plan's lots as far as they are still there and the fill goes.

        A split between decision and fill has changed their units.
        """
        chosen, left = [], quantity
        for sale in trade.lots:
            lot = self.holdings.ledger.lots.get(sale.lot)
            units = min(sale.quantity, left, ZERO if lot is None else lot.quantity)
            if units > 0:
                chosen.append(LotUnits(sale.lot, units))
                left -= units
        return chosen

    def _note_sales(
        self, chosen: Sequence[LotUnits], proceeds: Decimal, on: date
    ) -> tuple[LotSale, ...]:
        """What each lot brings, told to those who look for wash sales."""
        parts = share_out(proceeds, [units.quantity for units in chosen])
        sales = []
        for units, part in zip(chosen, parts, strict=True):
            lot = self.holdings.ledger.lots[units.lot]
            basis = None
            if lot.basis is not None:
                whole = units.quantity == lot.quantity
                basis = lot.basis if whole else cents(lot.basis * units.quantity / lot.quantity)
                self.washes.sold(lot, units.quantity, part, basis, on)
            term = lot.term(on)
            sales.append(LotSale(lot.id, units.quantity, part, basis, lot.acquired, term))
        return tuple(sales)

    def _buy(
        self, t: int, order: Order, record: FillRecord, quantity: Decimal, price: Decimal
    ) -> FillRecord:
        """Buy one lot, no more than the account's cash pays for."""
        holdings, trade, on = self.holdings, order.trade, record.on
        amount = cents(quantity * price)
        cost = self._cost(order, quantity, amount)
        short = amount + cost.total - holdings.cash(trade.account)
        if short > 0:
            step = FRACTION_STEP if self.steps[trade.account] else Decimal(1)
            less = (short / price / step).to_integral_value(rounding=ROUND_CEILING) * step
            quantity -= less
            if quantity <= 0:
                self._say(record, f"was not bought: the account is {short} short of cash")
                return record
            amount = cents(quantity * price)
            cost = self._cost(order, quantity, amount)
        paid = amount + cost.total
        entry_id = holdings.next_id(on, f"buy {trade.instrument}")
        lot = Lot(
            holdings.ledger.free_lot_id(entry_id), trade.account, trade.instrument, quantity,
            paid, on,
        )  # fmt: skip
        holdings.book([buy(entry_id, on, lot, paid, holdings.base, holdings.base)])
        self.washes.bought(lot, on)
        return self._recorded(record, quantity, price, cost, ())

    @staticmethod
    def _recorded(
        record: FillRecord,
        quantity: Decimal,
        price: Decimal,
        cost: TradeCost,
        lots: tuple[LotSale, ...],
    ) -> FillRecord:
        return replace(
            record,
            quantity=quantity,
            price=price,
            spread=cost.spread,
            impact=cost.impact,
            commission=cost.commission,
            lots=lots,
        )

    def _say(self, record: FillRecord, fact: str, bound: str = "") -> None:
        """A fill that did not go as ordered."""
        subject = f"{record.side} {record.instrument} in {record.account}"
        self.findings.append(
            Finding("fill", Severity.NOTE, subject, f"{fact} on {record.on}", bound=bound)
        )
