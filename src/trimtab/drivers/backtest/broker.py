"""The broker: orders become fills at the price of their moment, sales first.

A fill costs half the spread, its market impact by the square-root law, and commission.  All orders
of a session together take no more of an instrument's volume than the participation limit allows,
and no purchase overdraws its account; what is left of an order is cancelled, and a finding says so.
Source: Almgren, Thum, Hauptmann and Li (2005), "Direct Estimation of Equity Market Impact", and
Grinold and Kahn (2000) for the square-root law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from trimtab.drivers.backtest.orders import FRACTION_STEP, Order, restated
from trimtab.drivers.backtest.results import FillRecord
from trimtab.drivers.backtest.sales import SalesDesk
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.mandate import CostRules
from trimtab.model.money import ZERO, cents, step_down, total
from trimtab.model.plans import LotSale, Trade, TradeCost
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
        """Take the trades of a plan as orders."""
        for trade in trades:
            name = trade.instrument
            spread = estimates.half_spread.get(name, float(self.costs.half_spread))
            volume = estimates.daily_volume.get(name, float(self.costs.daily_volume))
            volatility = estimates.daily_volatility.get(name, 0.0)
            impact = float(self.costs.impact) * volatility / volume**0.5
            self.orders.append(Order(on, trade, spread, impact))

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
        filled = [self._fill(t, order) for order in waiting]
        self.fills += filled
        return filled

    def _fill(self, t: int, order: Order) -> FillRecord:
        trade, on = order.trade, self.market.dates[t]
        record = FillRecord(
            decided=order.decided,
            on=on,
            account=trade.account,
            instrument=trade.instrument,
            side=trade.side,
            ordered=trade.quantity,
            quantity=ZERO,
            decision_price=trade.price,
            price=trade.price,
            clause=trade.clause,
            reason=trade.reason,
        )
        offer = self.offers.to(record)
        if offer is None:
            self._say(record, "had no price, so that nothing was filled")
            return record
        record = replace(record, price=offer.price)
        act = self._sell if trade.side is Side.SELL else self._buy
        record = act(t, order, record, offer)
        self.offers.taken(record)
        return record

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

    def _sell(self, t: int, order: Order, record: FillRecord, offer: Offer) -> FillRecord:
        """Sell named lots, the first of the plan's first; proceeds settle later."""
        trade, on, price = order.trade, record.on, offer.price
        wanted = trade.quantity
        if offer.most < wanted:
            wanted = step_down(offer.most, self._step(trade))
        chosen = self._lots_left(trade, wanted)
        quantity = total(units.quantity for units in chosen)
        self._note_partial(record, quantity, offer, "no more is held of its lots")
        if quantity <= 0:
            return record
        amount = cents(quantity * price)
        cost = self._cost(t, order, quantity, amount)
        proceeds = amount - cost.total
        if proceeds < 0:
            self._say(record, f"would bring {amount} and cost {cost.total}, so it was not sold")
            return record
        sales = self.desk.sell(on, chosen, proceeds, f"sell {trade.instrument}")
        self._settle_later(t, trade.account, proceeds)
        return _recorded(record, quantity, price, cost, sales)

    def _lots_left(self, trade: Trade, quantity: Decimal) -> list[LotUnits]:
        """The plan's lots as far as they are still there and the fill goes.

        A wash sale that was matched after the decision may have made a part of a lot one of its
        own: units that are not in the lot any more are sold from there.
        """
        chosen, left = [], quantity
        for sale in trade.lots:
            due = min(sale.quantity, left)
            for name in (sale.lot, *self.desk.washes.parts_of(sale.lot)):
                lot = self.holdings.ledger.lots.get(name)
                units = min(due, ZERO if lot is None else lot.quantity)
                if units > 0:
                    chosen.append(LotUnits(name, units))
                    due, left = due - units, left - units
        return chosen

    def _buy(self, t: int, order: Order, record: FillRecord, offer: Offer) -> FillRecord:
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
        self._note_partial(record, quantity, offer, f"the account is {short:,.2f} short of cash")
        paid = amount + cost.total
        if quantity <= 0 or paid > holdings.cash(trade.account):
            return record
        entry_id = holdings.next_id(on, f"buy {trade.instrument}")
        lot = Lot(
            holdings.ledger.free_lot_id(entry_id), trade.account, trade.instrument, quantity,
            paid, on,
        )  # fmt: skip
        holdings.book(buy(entry_id, on, lot, paid, holdings.base, holdings.base))
        self.desk.washes.bought(lot, on)
        self._settle_later(t, trade.account, -paid)
        return _recorded(record, quantity, price, cost, ())

    def _settle_later(self, t: int, account: str, amount: Decimal) -> None:
        settles = t + self.settings.settlement_sessions
        if settles > t:
            self.holdings.unsettle(account, settles, amount)

    def _note_partial(
        self, record: FillRecord, quantity: Decimal, offer: Offer, otherwise: str
    ) -> None:
        """Say why less was filled than was ordered."""
        if quantity < record.ordered:
            why = offer.why if offer.most < record.ordered else otherwise
            filled = (
                f"filled {_units(quantity)} of {_units(record.ordered)}"
                if quantity > 0
                else "not filled"
            )
            self._say(record, f"was {filled}: {why}")

    def still_waiting(self, last: date) -> tuple[Finding, ...]:
        """Orders that no session was left to fill."""
        return tuple(
            Finding(
                "fill",
                Severity.NOTE,
                f"{order.trade.side} {order.trade.instrument} in {order.trade.account}",
                f"was ordered on {order.decided} and not filled: the backtest ended on {last}",
            )
            for order in self.orders
        )

    def _say(self, record: FillRecord, fact: str) -> None:
        """A fill that did not go as ordered."""
        subject = f"{record.side} {record.instrument} in {record.account}"
        self.findings.append(Finding("fill", Severity.NOTE, subject, f"{fact} on {record.on}"))


def _units(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def _recorded(
    record: FillRecord,
    quantity: Decimal,
    price: Decimal,
    cost: TradeCost,
    lots: Sequence[LotSale],
) -> FillRecord:
    return replace(
        record,
        quantity=quantity,
        price=price,
        spread=cost.spread,
        impact=cost.impact,
        commission=cost.commission,
        lots=tuple(lots),
    )
