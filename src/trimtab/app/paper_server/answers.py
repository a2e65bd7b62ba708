"""Answers of Alpaca's trading API: orders, assets, the clock and the calendar as JSON.

Amounts are text, times are UTC but for the clock's, and absent values are null, as Alpaca has them.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trimtab.brokers.paper.book import PaperEvent, PaperOrder, PaperStatus
from trimtab.brokers.paper.sessions import Session, Sessions
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

__all__ = [
    "Answer",
    "asset_answer",
    "calendar_answer",
    "clock_answer",
    "moment",
    "order_answer",
    "plain",
    "update_answer",
]

Answer = Mapping[str, object]
ASSET_CLASS, EXCHANGE = "us_equity", "ARCA"
GTC_DAYS = 90
"""Days after which Alpaca ends an order that is good till canceled; told, and not acted upon."""
_AVERAGE_STEP = Decimal("0.000000001")


def plain(amount: Decimal | None) -> str | None:
    """An amount as text without an exponent and without zeros at its end."""
    if amount is None:
        return None
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: datetime | None) -> str | None:
    """A time in UTC, to the microsecond."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def order_answer(
    order: PaperOrder, instruments: Mapping[str, BrokerInstrument], sessions: Sessions
) -> Answer:
    """An order."""
    asked, status = order.request, order.status
    average = order.average_price
    kind = "market" if asked.limit is None else "limit"

    def ended(*which: PaperStatus) -> str | None:
        return moment(order.closed) if status in which else None

    return {
        "id": order.id,
        "client_order_id": asked.order_id,
        "created_at": moment(order.created),
        "updated_at": moment(order.updated),
        "submitted_at": moment(order.created),
        "filled_at": ended(PaperStatus.FILLED),
        "expired_at": ended(PaperStatus.EXPIRED),
        "expires_at": moment(_ends(order, sessions)),
        "canceled_at": ended(PaperStatus.CANCELED),
        "failed_at": ended(PaperStatus.REJECTED),
        "replaced_at": ended(PaperStatus.REPLACED),
        "replaced_by": order.replaced_by or None,
        "replaces": order.replaces or None,
        "asset_id": instruments[asked.instrument].broker_id,
        "symbol": asked.instrument,
        "asset_class": ASSET_CLASS,
        "notional": plain(asked.notional),
        "qty": plain(asked.quantity),
        "filled_qty": plain(order.filled),
        "filled_avg_price": None if average is None else plain(average.quantize(_AVERAGE_STEP)),
        "order_class": "simple",
        "order_type": kind,
        "type": kind,
        "side": asked.side.value,
        "position_intent": "buy_to_open" if asked.side is Side.BUY else "sell_to_close",
        "time_in_force": asked.time_in_force.value,
        "limit_price": plain(asked.limit),
        "stop_price": None,
        "status": status.value,
        "extended_hours": False,
        "legs": None,
        "trail_percent": None,
        "trail_price": None,
        "hwm": None,
    }


def _ends(order: PaperOrder, sessions: Sessions) -> datetime:
    """When an order ends of itself."""
    if order.request.time_in_force is TimeInForce.GOOD_TILL_CANCELED or order.expires_on is None:
        return order.created + timedelta(days=GTC_DAYS)
    session = sessions.hours(order.expires_on)
    return order.created if session is None else session.closes


def update_answer(
    event: PaperEvent, instruments: Mapping[str, BrokerInstrument], sessions: Sessions
) -> Answer | None:
    """A message of the stream `trade_updates`; none for what is no word on an order."""
    if event.order is None:
        return None
    found: dict[str, object] = {
        "event": event.kind.value,
        "at": moment(event.at),
        "timestamp": moment(event.at),
        "order": order_answer(event.order, instruments, sessions),
    }
    if event.execution is not None:
        fill = event.execution.fill
        found |= {
            "execution_id": fill.execution_id,
            "price": plain(fill.price),
            "qty": plain(fill.quantity),
            "position_qty": plain(event.position),
        }
        if fill.busts:
            found["previous_execution_id"] = fill.busts
    return found


def asset_answer(instrument: BrokerInstrument, least: Decimal) -> Answer:
    """An instrument as it is traded here; `least` is the least step of its quantity."""
    return {
        "id": instrument.broker_id,
        "class": ASSET_CLASS,
        "exchange": EXCHANGE,
        "symbol": instrument.instrument,
        "name": instrument.instrument,
        "status": "active",
        "tradable": instrument.tradable and not instrument.halted,
        "marginable": False,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": instrument.fractionable,
        "min_order_size": plain(max(instrument.minimum, least)),
        "min_trade_increment": plain(least),
        "price_increment": plain(instrument.price_step),
        "attributes": [],
    }


def clock_answer(sessions: Sessions, at: datetime) -> Answer:
    """The exchange's clock, in its own time zone."""
    current, coming = sessions.current(at), sessions.coming(at)
    closes = current.closes if current is not None else coming.closes
    return {
        "timestamp": at.astimezone(sessions.zone).isoformat(),
        "is_open": current is not None,
        "next_open": coming.opens.astimezone(sessions.zone).isoformat(),
        "next_close": closes.astimezone(sessions.zone).isoformat(),
    }


def calendar_answer(sessions: Sessions, days: Sequence[Session]) -> Sequence[Answer]:
    """Sessions by their hours on the exchange's clock."""
    return [
        {
            "date": one.day.isoformat(),
            "open": one.opens.astimezone(sessions.zone).strftime("%H:%M"),
            "close": one.closes.astimezone(sessions.zone).strftime("%H:%M"),
            "session_open": "0400",
            "session_close": "2000",
            "settlement_date": sessions.after(one.day, 1).day.isoformat(),
        }
        for one in days
    ]
