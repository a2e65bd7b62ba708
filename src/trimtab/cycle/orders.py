"""From an authorised plan to orders: ids that never change, prices with a collar, lots, and slices.

A trade becomes one order, or several parts of it over the session where it is large beside the
day's volume.  Sales come first; whether a purchase may leave is settled by whoever sends it, from
the cash that is there then.  The same plan, quotes and session give the same orders.

Errors: none for a trade that cannot be ordered: it becomes a finding, and the others go on.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from hashlib import sha256

from trimtab.books.relief import LotUnits
from trimtab.cycle.order_rules import OrderRules, Pricing
from trimtab.cycle.slicing import Schedule, Urgency, slice_quantities
from trimtab.model.brokers import BrokerInstrument, Quote
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO, step_down
from trimtab.model.orders import Order, TimeInForce
from trimtab.model.plans import Trade
from trimtab.model.snapshots import Side

__all__ = [
    "Block",
    "OrderRules",
    "OrdersPlanned",
    "Pricing",
    "Schedule",
    "Session",
    "Slice",
    "Tradable",
    "order_id",
    "orders_of",
    "step_for",
]

ID_PREFIX = "tt-"
WHOLE = Decimal(1)
ID_BYTES = 16
"""Enough that no two orders ever share an id; 26 letters and digits."""


@dataclass(frozen=True, slots=True)
class Session:
    """When orders may leave, from now or the opening on, and when they end."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Tradable:
    """An instrument as one account trades it now.

    Unit: `daily_volume` in units a day; `volatility` of a day's return, a fraction; none where they
    are not known, and then nothing is sliced.
    """

    instrument: BrokerInstrument
    quote: Quote
    daily_volume: Decimal | None = None
    volatility: float | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """An order, the moment from which it may leave, and the lots that it sells.

    Unit: `price` the most that a unit may cost, for reckoning with cash where there is no limit.
    """

    order: Order
    release: datetime
    lots: tuple[LotUnits, ...] = ()
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Orders of several accounts that leave as one, from `account`; `parts` are their ids.

    Unit: `step` of the quantities that the instrument is shared out in.
    """

    id: str
    account: str
    parts: tuple[str, ...]
    step: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class OrdersPlanned:
    """Orders, sales first; findings tell of trades that are not ordered, or not in full.

    `blocks` say which of the orders leave together.
    """

    slices: tuple[Slice, ...]
    findings: tuple[Finding, ...] = ()
    blocks: tuple[Block, ...] = ()


def order_id(cycle_id: str, trade: str, part: int = 0) -> str:
    """The client order id of a part of a trade: the same in every attempt and after every crash."""
    told = "\0".join((cycle_id, trade, str(part))).encode()
    return ID_PREFIX + b32encode(sha256(told).digest()[:ID_BYTES]).decode().rstrip("=").lower()


def orders_of(
    cycle_id: str,
    trades: Sequence[Trade],
    rules: OrderRules,
    session: Session,
    tradables: Mapping[tuple[str, str], Tradable],
    why_not: Mapping[tuple[str, str], str] | None = None,
) -> OrdersPlanned:
    """The orders of a plan's trades; `tradables` by account and instrument.

    `why_not` says of those that are not among them what is missing.
    """
    slices: list[Slice] = []
    findings: list[Finding] = []
    for trade in sorted(trades, key=lambda trade: trade.side is Side.BUY):
        tradable = tradables.get((trade.account, trade.instrument))
        refusal = _refusal(trade, tradable, why_not or {})
        if refusal or tradable is None:
            findings.append(_not_ordered(trade, refusal))
            continue
        step = step_for(tradable.instrument, _time_in_force(rules))
        quantity = step_down(trade.quantity, step)
        if tradable.daily_volume is not None:
            most = step_down(rules.participation_max * tradable.daily_volume, step)
            if quantity > most:
                findings.append(_cut(trade, quantity, most, rules))
                quantity = most
        if quantity <= ZERO or quantity < tradable.instrument.minimum:
            least = max(tradable.instrument.minimum, step)
            findings.append(_not_ordered(trade, f"{quantity} is below the least order of {least}"))
            continue
        slices += _slices(cycle_id, trade, quantity, rules, session, tradable)
    return OrdersPlanned(tuple(slices), tuple(findings))


def step_for(instrument: BrokerInstrument, time_in_force: TimeInForce) -> Decimal:
    """The least difference of quantities: fractions stand for the day, and in no auction."""
    step = instrument.quantity_step
    if time_in_force is TimeInForce.DAY or not instrument.fractionable:
        return step
    return max(step, WHOLE)


def _time_in_force(rules: OrderRules) -> TimeInForce:
    return TimeInForce.AT_CLOSE if rules.pricing is Pricing.AT_CLOSE else TimeInForce.DAY


def _refusal(
    trade: Trade, tradable: Tradable | None, why_not: Mapping[tuple[str, str], str]
) -> str:
    """Why a trade cannot be ordered at all; empty where it can."""
    if tradable is None:
        untold = "the broker does not trade it, or there is no quote"
        return why_not.get((trade.account, trade.instrument), untold)
    if not tradable.instrument.tradable:
        return "the broker says that it is not tradable"
    if tradable.instrument.halted:
        return "it is halted"
    quote = tradable.quote
    if not ZERO < quote.bid <= quote.ask:
        return f"its quote makes no sense: bid {quote.bid}, ask {quote.ask}"
    return ""


def _slices(
    cycle_id: str,
    trade: Trade,
    quantity: Decimal,
    rules: OrderRules,
    session: Session,
    tradable: Tradable,
) -> Iterable[Slice]:
    is_at_close = rules.pricing is Pricing.AT_CLOSE
    parts = [quantity] if is_at_close else _parts(quantity, rules, tradable)
    step = (session.closes - session.opens) / len(parts)
    lots = [LotUnits(sale.lot, sale.quantity) for sale in trade.lots]
    for number, part in enumerate(parts):
        order = Order(
            id=order_id(cycle_id, trade.id, number),
            cycle_id=cycle_id,
            account=trade.account,
            instrument=trade.instrument,
            side=trade.side,
            quantity=part,
            limit=_limit(trade.side, rules, tradable),
            time_in_force=_time_in_force(rules),
            trade=trade.id,
            part=number,
        )
        dearest = tradable.quote.ask * (1 + rules.collar)
        yield Slice(order, session.opens + number * step, _taken(lots, part), dearest)


def _parts(quantity: Decimal, rules: OrderRules, tradable: Tradable) -> Sequence[Decimal]:
    """The quantities of a trade's parts, which add up to it."""
    volume = tradable.daily_volume
    if volume is None or quantity <= rules.slice_above * volume:
        return [quantity]
    wanted = (quantity / (rules.slice_above * volume)).to_integral_value(rounding=ROUND_UP)
    least = max(tradable.instrument.minimum, tradable.instrument.quantity_step)
    count = min(int(wanted), rules.slices_max, int(quantity / least))
    quote = tradable.quote
    urgency = Urgency(
        price=float(quote.middle),
        half_spread=float(quote.half_spread),
        volatility=tradable.volatility,
        daily_volume=float(volume),
        risk_aversion=rules.risk_aversion,
    )
    step = tradable.instrument.quantity_step
    parts = slice_quantities(quantity, count, step, rules.schedule, urgency)
    return parts if min(parts) >= least else [quantity]


def _limit(side: Side, rules: OrderRules, tradable: Tradable) -> Decimal | None:
    """The limit price, in the instrument's price steps and never beyond the collar."""
    if rules.pricing is not Pricing.COLLAR:
        return None
    quote, step = tradable.quote, tradable.instrument.price_step
    if side is Side.BUY:
        most = quote.ask * (1 + rules.collar)
        return max(step, (most / step).to_integral_value(rounding=ROUND_DOWN) * step)
    least = quote.bid * (1 - rules.collar)
    return (least / step).to_integral_value(rounding=ROUND_UP) * step


def _taken(lots: list[LotUnits], quantity: Decimal) -> tuple[LotUnits, ...]:
    """Units for one part from the lots that are left, which it shortens."""
    taken: list[LotUnits] = []
    while lots and quantity > ZERO:
        first = lots.pop(0)
        units = min(first.quantity, quantity)
        taken.append(LotUnits(first.lot, units))
        quantity -= units
        if units < first.quantity:
            lots.insert(0, LotUnits(first.lot, first.quantity - units))
    return tuple(taken)


def _subject(trade: Trade) -> str:
    return f"{trade.id} {trade.side.value} {trade.instrument} in {trade.account}"


def _not_ordered(trade: Trade, reason: str) -> Finding:
    return Finding(
        "not_ordered",
        Severity.WARNING,
        _subject(trade),
        f"is not ordered: {reason}",
        remedy="the next cycle looks again",
        clause=trade.clause,
    )


def _cut(trade: Trade, quantity: Decimal, most: Decimal, rules: OrderRules) -> Finding:
    share = f"{float(rules.participation_max) * 100:.4g} %"
    return Finding(
        "order_cut",
        Severity.NOTE,
        _subject(trade),
        f"{quantity} units are more than {share} of the day's volume, so that {most} are ordered",
        actual=f"{quantity}",
        bound=f"{most}",
        remedy="later cycles order the rest",
        clause="orders.participation_max",
    )
