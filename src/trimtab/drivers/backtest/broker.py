"""The broker: orders become fills at the price of their moment, sales first.

A fill costs half the spread, its market impact by the square-root law, and commission.  All orders
of a session together take no more of an instrument's volume than the participation limit allows,
and no purchase overdraws its account.  What the limit, a missing price or a sale that waits itself
leaves of an order waits for the sessions after it, until it is filled, replaced by a later decision
or cancelled for lack of patience; what has another reason is cancelled at once.  Findings say so.
Source: Almgren, Thum, Hauptmann and Li (2005), "Direct Estimation of Equity Market Impact", and
Grinold and Kahn (2000) for the square-root law.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

import numpy as np

from trimtab.books.entries import buy
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.custodian import SplitDone
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.offers import Offer, Offers
from trimtab.drivers.backtest.orders import (
    FRACTION_STEP,
    Order,
    cancelled_record,
    record_of,
    rest_of,
    restated,
)
from trimtab.drivers.backtest.parts import Leaves, Part, not_filled, partly, recorded, units_text
from trimtab.drivers.backtest.results import FillRecord
from trimtab.drivers.backtest.sales import SalesDesk
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.mandate import CostRules
from trimtab.model.money import ZERO, cents, step_down, total
from trimtab.model.plans import Trade, TradeCost
from trimtab.model.snapshots import Side

__all__ = ["Broker"]


class Broker:
    """Fills orders and books them."""

    def __init__(
        self,
        holdings: Holdings,
        market: MarketDays,
        settings: BacktestSettings,
        desk: SalesDesk,
        costs: CostRules,
        instruments: Mapping[str, Instrument],
    ) -> None:
        self.holdings, self.market, self.settings = holdings, market, settings
        self.desk, self.costs, self.instruments = desk, costs, instruments
        self.orders: list[Order] = []
        self.fills: list[FillRecord] = []
        self.findings: list[Finding] = []
        self.offers = Offers(market, settings)

    def submit(self, on: date, trades: Iterable[Trade], estimates: Estimates) -> None:
        """Take the trades of a plan as orders, instead of what waits for the same."""
        planned = list(trades)
        self._replace(on, {(trade.account, trade.instrument) for trade in planned})
        for trade in planned:
            name = trade.instrument
            spread = estimates.half_spread.get(name, float(self.costs.half_spread))
            volume = estimates.daily_volume.get(name, float(self.costs.daily_volume))
            volatility = estimates.daily_volatility.get(name, 0.0)
            impact = float(self.costs.impact) * volatility / volume**0.5
            self.orders.append(Order(on, trade, spread, impact))

    def _replace(self, on: date, places: set[tuple[str, str]]) -> None:
        """Cancel what waits where a later decision says anew what is wanted."""
        t, waiting, self.orders = bisect_left(self.market.dates, on), self.orders, []
        for order in waiting:
            if (order.trade.account, order.trade.instrument) not in places:
                self.orders.append(order)
                continue
            self.fills.append(cancelled_record(order, on, self._close(t, order)))
            self._tell("order_replaced", order, f"was replaced by a decision of {on}")

    def _close(self, t: int, order: Order) -> Decimal:
        close = float(self.market.close[t, self.market.column[order.trade.instrument]])
        return Decimal(repr(close))

    def split(self, done: SplitDone) -> None:
        """Restate the orders that wait in the units after a split."""
        self.orders = [
            restated(order, done, self._step(order.trade))
            if order.trade.instrument == done.instrument
            else order
            for order in self.orders
        ]

    def _step(self, trade: Trade) -> Decimal:
        """The smallest quantity that the account trades of the instrument."""
        if self.holdings.household.account(trade.account).fractional:
            return FRACTION_STEP
        return self.instruments[trade.instrument].quantity_step

    def fill(self, t: int) -> list[FillRecord]:
        """Fill what is waiting at the prices of this session: sales, then purchases."""
        waiting, self.orders = self.orders, []
        self.offers.open(t)
        waiting.sort(key=lambda order: order.trade.side is Side.BUY)
        selling: set[str] = set()
        filled = []
        for order in waiting:
            part = self._fill(t, order)
            rest = self._rest(order, part, selling)
            if rest is not None:
                self.orders.append(rest)
                if rest.trade.side is Side.SELL:
                    selling.add(rest.trade.account)
            record = self._ended(t, order, part, waits=rest is not None)
            if record.quantity or record.cancelled:
                filled.append(record)
        self.fills += filled
        return filled

    def _fill(self, t: int, order: Order) -> Part:
        record = record_of(order, self.market.dates[t])
        offer = self.offers.to(record)
        if offer is None:
            return Part(record, Leaves.LATER, "had no price, so that nothing was filled")
        record = replace(record, price=offer.price)
        act = self._sell if order.trade.side is Side.SELL else self._buy
        part = act(t, order, record, offer)
        self.offers.taken(part.record)
        return part

    def _rest(self, order: Order, part: Part, selling: set[str]) -> Order | None:
        """What waits for another session, if that may fill it."""
        may_come = part.leaves is Leaves.LATER or (
            part.leaves is Leaves.CASH and order.trade.account in selling
        )
        if not may_come or order.tried >= self.settings.order_patience_sessions:
            return None
        return rest_of(order, part.record.quantity, part.sold)

    def _ended(self, t: int, order: Order, part: Part, *, waits: bool) -> FillRecord:
        """The record of a session, with what is cancelled; findings say why something was left."""
        record = part.record
        if part.leaves is Leaves.NOTHING:
            return record
        self._say(record, part.why, "; the rest waits" if waits else "")
        if waits:
            return record
        left = record.ordered - record.quantity
        if order.tried:
            n = f"{order.tried} session{'' if order.tried == 1 else 's'}"
            rest = rest_of(order, record.quantity, part.sold)
            self._tell(
                "order_cancelled", rest, f"was cancelled on {record.on} after {n} of waiting"
            )
        return replace(record, cancelled=left, closing_price=self._close(t, order))

    def _cost(self, t: int, order: Order, quantity: Decimal, amount: Decimal) -> TradeCost:
        """Half the spread, impact and commission of what is filled."""
        dollars, settings, trade = float(amount), self.settings, order.trade
        spread = float(self.market.half_spread[t, self.market.column[trade.instrument]])
        commission = self.holdings.household.account(trade.account).commission
        if settings.commission_per_share:
            by_share = cents(settings.commission_per_share * quantity)
            commission += max(by_share, settings.commission_minimum)
        return TradeCost(
            spread=cents(Decimal((spread if np.isfinite(spread) else order.half_spread) * dollars)),
            impact=cents(Decimal(order.impact * dollars**1.5)),
            commission=commission,
        )

    def _sell(self, t: int, order: Order, record: FillRecord, offer: Offer) -> Part:
        """Sell named lots, the first of the plan's first; proceeds settle later."""
        trade, on, price = order.trade, record.on, offer.price
        wanted = trade.quantity
        if offer.most < wanted:
            wanted = step_down(offer.most, self._step(trade))
        by_lot = self._lots_left(trade, wanted)
        chosen = [units for parts in by_lot.values() for units in parts]
        quantity = total(units.quantity for units in chosen)
        left = partly(record, quantity, offer, Leaves.NEVER, "no more is held of its lots")
        if quantity <= 0:
            return left
        amount = cents(quantity * price)
        cost = self._cost(t, order, quantity, amount)
        proceeds = amount - cost.total
        if proceeds < 0:
            why = f"would bring {amount} and cost {cost.total}, so it was not sold"
            return Part(record, Leaves.NEVER, why)
        sales = self.desk.sell(on, chosen, proceeds, f"sell {trade.instrument}")
        self._settle_later(t, trade.account, proceeds)
        sold = {lot: total(units.quantity for units in parts) for lot, parts in by_lot.items()}
        return replace(left, record=recorded(record, quantity, price, cost, sales), sold=sold)

    def _lots_left(self, trade: Trade, quantity: Decimal) -> dict[str, list[LotUnits]]:
        """What is sold for each of the plan's lots: what is still there, as far as the fill goes.

        A wash sale that was matched after the decision may have made a part of a lot one of its
        own: units that are not in the lot any more are sold from there.
        """
        chosen: dict[str, list[LotUnits]] = {}
        left = quantity
        for sale in trade.lots:
            due = min(sale.quantity, left)
            for name in (sale.lot, *self.desk.washes.parts_of(sale.lot)):
                lot = self.holdings.ledger.lots.get(name)
                units = min(due, ZERO if lot is None else lot.quantity)
                if units > 0:
                    chosen.setdefault(sale.lot, []).append(LotUnits(name, units))
                    due, left = due - units, left - units
        return chosen

    def _buy(self, t: int, order: Order, record: FillRecord, offer: Offer) -> Part:
        """Buy one lot, no more than the account's cash pays for."""
        holdings, trade, on, price = self.holdings, order.trade, record.on, offer.price
        quantity, step = trade.quantity, self._step(trade)
        if offer.most < quantity:
            quantity = step_down(offer.most, step)
        amount = cents(quantity * price)
        cost = self._cost(t, order, quantity, amount)
        short = amount + cost.total - holdings.cash(trade.account)
        if short > 0:
            quantity -= (short / price / step).to_integral_value(rounding=ROUND_CEILING) * step
            quantity = max(ZERO, quantity)
            amount = cents(quantity * price)
            cost = self._cost(t, order, quantity, amount)
        why = f"the account is {short:,.2f} short of cash"
        left = partly(record, quantity, offer, Leaves.CASH, why)
        paid = amount + cost.total
        if quantity <= 0 or paid > holdings.cash(trade.account):
            return partly(record, ZERO, offer, Leaves.CASH, why)
        entry_id = holdings.next_id(on, f"buy {trade.instrument}")
        lot = Lot(
            holdings.ledger.free_lot_id(entry_id), trade.account, trade.instrument, quantity,
            paid, on,
        )  # fmt: skip
        holdings.book(buy(entry_id, on, lot, paid, holdings.base, holdings.base))
        self.desk.washes.bought(lot, on)
        self._settle_later(t, trade.account, -paid)
        return replace(left, record=recorded(record, quantity, price, cost, ()))

    def _settle_later(self, t: int, account: str, amount: Decimal) -> None:
        settles = t + self.settings.settlement_sessions
        if settles > t:
            self.holdings.unsettle(account, settles, amount)

    def left_over(self, t: int) -> tuple[FillRecord, ...]:
        """What still waits after the last session, as cancelled."""
        on = self.market.dates[t]
        return tuple(cancelled_record(order, on, self._close(t, order)) for order in self.orders)

    def still_waiting(self, last: date) -> tuple[Finding, ...]:
        """Orders that no session was left to fill."""
        return tuple(
            Finding(
                "fill",
                Severity.NOTE,
                f"{order.trade.side} {order.trade.instrument} in {order.trade.account}",
                f"was ordered on {order.decided} and {not_filled(order)}: the backtest ended on "
                f"{last}",
            )
            for order in self.orders
        )

    def _say(self, record: FillRecord, fact: str, then: str) -> None:
        """A fill that did not go as ordered."""
        subject = f"{record.side} {record.instrument} in {record.account}"
        fact = f"{fact} on {record.on}{then}"
        self.findings.append(Finding("fill", Severity.NOTE, subject, fact))

    def _tell(self, code: str, order: Order, fact: str) -> None:
        """What became of the rest of an order that waited."""
        trade = order.trade
        subject = f"{trade.side} {trade.instrument} in {trade.account}"
        rest = (
            f"what was left of the order of {order.decided}, {units_text(trade.quantity)}, {fact}"
        )
        self.findings.append(Finding(code, Severity.NOTE, subject, rest))
