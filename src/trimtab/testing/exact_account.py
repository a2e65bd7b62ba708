"""One account at a simulated exchange, exact: what was ordered, what filled, units and cents.

It is the truth that a simulation holds the books against; nothing here fails.  What it notices
(executions, orders that end) is appended to `news`, and whoever stands in between loses, delays and
repeats it.

Errors: `InvariantError` where units or cents would appear or vanish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from trimtab.model.errors import must
from trimtab.model.money import ZERO, cents, total
from trimtab.model.orders import Fill, Order, OrderReport, OrderState
from trimtab.model.snapshots import Side

__all__ = ["ExactAccount", "Standing"]

FEE_MAX_CENTS = 35
PRICE_STEPS = Decimal("0.0001")


@dataclass(slots=True)
class Standing:
    """An order as the exchange has it."""

    order: Order
    broker_id: str
    taken_at: datetime
    state: OrderState = OrderState.WORKING
    fills: list[Fill] = field(default_factory=list)
    cancel_asked: bool = False

    @property
    def filled(self) -> Decimal:
        """What was executed and not busted."""
        busted = {fill.busts for fill in self.fills}
        return total(one.quantity for one in self.fills if one.execution_id not in busted)

    @property
    def left(self) -> Decimal:
        """What may still be executed."""
        return (self.order.quantity or ZERO) - self.filled

    @property
    def stands(self) -> bool:
        """Whether it may still be executed."""
        return self.state in (OrderState.WORKING, OrderState.PARTIAL)


class ExactAccount:
    """Units, cents and orders of one account.

    `takes_twice` is an exchange that does not know its client order ids: the same id sent twice is
    two orders.  `settles_later` keeps what sales bring from being spent on the same day.
    """

    def __init__(
        self,
        name: str,
        cash: Decimal,
        units: Mapping[str, Decimal],
        prices: Mapping[str, Decimal],
        chance: Random,
        *,
        takes_twice: bool = False,
        settles_later: bool = False,
    ) -> None:
        self.name, self.cash, self.prices, self.chance = name, cash, dict(prices), chance
        self.units: dict[str, Decimal] = defaultdict(Decimal, units)
        self.unsettled = ZERO
        self.orders: list[Standing] = []
        self.takes_twice, self.settles_later = takes_twice, settles_later
        self.news: list[OrderReport | Fill] = []
        self.halted: set[str] = set()
        self.by_hand: list[Fill] = []
        self.executions = 0
        self.opened = datetime.min.replace(tzinfo=UTC)
        self._opening = self._worth()
        self.changes: list[tuple[Decimal, str, Decimal]] = []
        self.split_today: set[str] = set()

    def of(self, order_id: str) -> list[Standing]:
        """Every order that was taken under an id: one, where the exchange knows ids."""
        return [one for one in self.orders if one.order.id == order_id]

    def refusal(self, order: Order) -> str:
        """Why an order is not taken; empty where it is."""
        if order.instrument in self.halted | self.split_today:
            return "the instrument is halted"
        quantity = order.quantity or ZERO
        if order.side is Side.SELL and quantity > self.available(order.instrument):
            return "insufficient qty available"
        if order.side is Side.BUY and quantity * (order.limit or ZERO) > self.spendable:
            return "insufficient buying power"
        return ""

    def available(self, instrument: str) -> Decimal:
        """Units that no standing sale has reserved."""
        sold = (
            one.left
            for one in self.standing()
            if one.order.side is Side.SELL and one.order.instrument == instrument
        )
        return self.units[instrument] - total(sold)

    @property
    def spendable(self) -> Decimal:
        """Settled cash that no standing purchase has reserved."""
        bought = (
            one.left * (one.order.limit or ZERO)
            for one in self.standing()
            if one.order.side is Side.BUY
        )
        return self.cash - self.unsettled - total(bought)

    def take(self, order: Order, at: datetime) -> Standing:
        """Take an order that nothing speaks against."""
        standing = Standing(order, f"{self.name}-{len(self.orders) + 1}", at)
        self.orders.append(standing)
        self.news.append(self.report(standing, at))
        return standing

    def report(self, standing: Standing, at: datetime) -> OrderReport:
        """The exchange's word on an order."""
        order = standing.order
        return OrderReport(
            order.id,
            standing.broker_id,
            standing.state,
            at,
            order.quantity,
            total(fill.quantity for fill in standing.fills if not fill.busts),
            instrument=order.instrument,
            side=order.side,
        )

    def trade(self, at: datetime, share: float) -> None:
        """Let the market have a go at each standing order; `share` is the chance that one fills."""
        for standing in tuple(self.standing()):
            if self.chance.random() > share or not self.meets(standing.order):
                continue
            left = int(standing.left)
            whole = left <= 1 or self.chance.random() < 0.4
            self.execute(standing, Decimal(left if whole else self.chance.randint(1, left)), at)

    def execute(self, standing: Standing, quantity: Decimal, at: datetime, busts: str = "") -> None:
        """Execute a part of an order at a price within its limit."""
        order = standing.order
        self.executions += 1
        fill = Fill(
            f"{self.name}-x{self.executions}",
            order.id,
            standing.broker_id,
            order.instrument,
            order.side,
            quantity,
            self._price(order),
            at,
            Decimal(self.chance.randint(0, FEE_MAX_CENTS)) / 100,
            self.name,
            busts,
        )
        self.settle(fill, 1)
        standing.fills.append(fill)
        standing.state = OrderState.PARTIAL if standing.left else OrderState.FILLED
        self.news += [fill, self.report(standing, at)]

    def open(self, at: datetime) -> None:
        """A new day: what was sold is settled, what was split is traded again."""
        self.unsettled, self.opened = ZERO, at
        self.split_today.clear()

    def end(self, standing: Standing, state: OrderState, at: datetime) -> None:
        """Cancel or expire an order; what it filled stands."""
        standing.state = state
        self.news.append(self.report(standing, at))

    def fills(self) -> list[Fill]:
        """Every execution, by order; those by hand come last."""
        return [fill for standing in self.orders for fill in standing.fills] + self.by_hand

    def check(self) -> None:
        """Units and cents are where the executions put them: the account itself is exact."""
        cash, units = self._opening
        units = defaultdict(Decimal, units)
        by_id = {fill.execution_id: fill for fill in self.fills()}
        for fill in by_id.values():
            for one, sign in ((fill, 1), (by_id.get(fill.busts), -1)):
                if one is not None and one.quantity:
                    cash += sign * money_of(one)
                    units[one.instrument] += sign * _units(one)
        for paid, name, more in self.changes:
            cash += paid
            units[name] += more
        must(cash == self.cash, f"{self.name}: {cash} of cash, not {self.cash}")
        for name in {*units, *self.units}:
            must(units[name] == self.units[name], f"{self.name}: {units[name]} of {name}")

    def _worth(self) -> tuple[Decimal, dict[str, Decimal]]:
        return self.cash, dict(self.units)

    def standing(self) -> Iterator[Standing]:
        """Orders that may still be executed."""
        return (one for one in self.orders if one.stands)

    def meets(self, order: Order) -> bool:
        """Whether the market is where an order may be executed."""
        if order.instrument in self.halted | self.split_today:
            return False
        price = self.prices[order.instrument]
        if order.limit is None:
            return True
        return price <= order.limit if order.side is Side.BUY else price >= order.limit

    def most(self, name: str, side: Side, price: Decimal | None) -> int:
        """How many units could be traded now, beside what is reserved."""
        if side is Side.SELL:
            return int(self.available(name))
        return max(0, int((self.spendable - 1) / (price or self.prices[name])))

    def _price(self, order: Order) -> Decimal:
        price = self.prices[order.instrument]
        price += Decimal(self.chance.randint(-20, 20)) * PRICE_STEPS
        if order.limit is None:
            return price
        return min(price, order.limit) if order.side is Side.BUY else max(price, order.limit)

    def settle(self, fill: Fill, sign: int) -> None:
        """Let units and money change hands, or back with a sign of minus one."""
        self.cash += sign * money_of(fill)
        self.units[fill.instrument] += sign * _units(fill)
        if self.settles_later and fill.side is Side.SELL:
            self.unsettled += sign * money_of(fill)


def money_of(fill: Fill) -> Decimal:
    """What an execution brings (positive) or takes, fees included."""
    amount = cents(fill.quantity * fill.price)
    return amount - fill.fee if fill.side is Side.SELL else -amount - fill.fee


def _units(fill: Fill) -> Decimal:
    return fill.quantity if fill.side is Side.BUY else -fill.quantity
