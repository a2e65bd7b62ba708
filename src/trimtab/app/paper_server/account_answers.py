"""Answers about the account itself: cash, positions, activities, and its value over time.

`cash` counts what is not settled yet, `non_marginable_buying_power` does not, and `buying_power` is
what open orders leave of what may be spent.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from trimtab.app.paper_server.answers import ASSET_CLASS, EXCHANGE, Answer, moment, plain
from trimtab.brokers.paper.book import (
    Activity,
    ActivityKind,
    Execution,
    PaperBook,
    PaperPosition,
    PaperStatus,
)
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.funds import available_units, buying_power
from trimtab.model.money import ZERO

__all__ = ["account_answer", "activity_answers", "history_answer", "position_answer"]

_FRACTION_STEP, _PRICE_STEP = Decimal("0.000001"), Decimal("0.000000001")
_KINDS: Mapping[ActivityKind, str] = {
    ActivityKind.DIVIDEND: "DIV",
    ActivityKind.SPLIT: "SPLIT",
    ActivityKind.CASH_IN_LIEU: "CIL",
}


def account_answer(book: PaperBook, rules: Rules) -> Answer:
    """The account."""
    value, power = book.value(), buying_power(book, rules.terms)
    before = list(book.equity.values())[-1] if book.equity else value
    settled, invested = max(ZERO, book.settled), plain(value - book.cash)
    return {
        "id": book.id,
        "account_number": book.account,
        "status": "ACTIVE",
        "crypto_status": "INACTIVE",
        "currency": book.currency,
        "cash": plain(book.cash),
        "buying_power": plain(power),
        "regt_buying_power": plain(power),
        "non_marginable_buying_power": plain(settled),
        "options_buying_power": "0",
        "portfolio_value": plain(value),
        "equity": plain(value),
        "last_equity": plain(before),
        "long_market_value": invested,
        "short_market_value": "0",
        "initial_margin": invested,
        "maintenance_margin": "0",
        "last_maintenance_margin": "0",
        "sma": "0",
        "accrued_fees": "0",
        "multiplier": "1",
        "shorting_enabled": False,
        "trading_blocked": book.blocked,
        "transfers_blocked": False,
        "account_blocked": False,
        "trade_suspended_by_user": False,
        "created_at": moment(book.opened),
        "balance_asof": (max(book.equity) if book.equity else book.acted_on).isoformat(),
        "options_approved_level": 0,
        "options_trading_level": 0,
    }


def position_answer(held: PaperPosition, book: PaperBook, rules: Rules) -> Answer:
    """A position at the last price; where its cost is unknown, at no gain."""
    name, units = held.instrument, held.quantity
    mark = book.marks.get(name)
    price = mark.last if mark is not None else ZERO
    value, before = units * price, book.closes.get(name, price)
    cost = value if held.cost is None else held.cost
    listing = rules.instruments.get(name)
    return {
        "asset_id": listing.broker_id if listing is not None else book.id,
        "symbol": name,
        "exchange": EXCHANGE,
        "asset_class": ASSET_CLASS,
        "asset_marginable": False,
        "qty": plain(units),
        "qty_available": plain(available_units(book, name)),
        "avg_entry_price": plain((cost / units).quantize(_PRICE_STEP)),
        "side": "long" if units > ZERO else "short",
        "market_value": plain(value),
        "cost_basis": plain(cost),
        "unrealized_pl": plain(value - cost),
        "unrealized_plpc": _share(value - cost, cost),
        "unrealized_intraday_pl": plain(units * (price - before)),
        "unrealized_intraday_plpc": _share(price - before, before),
        "current_price": plain(price),
        "lastday_price": plain(before),
        "change_today": _share(price - before, before),
    }


def _share(part: Decimal, whole: Decimal) -> str:
    share = (part / whole).quantize(_FRACTION_STEP) if whole else ZERO
    return plain(share) or "0"


def activity_answers(book: PaperBook, kinds: frozenset[str]) -> Iterator[tuple[datetime, Answer]]:
    """Executions that stand, fees, dividends and splits with their times, the oldest first.

    An execution that was busted is no activity any more.
    """
    found: list[tuple[int, datetime, Answer]] = [
        (one.number, one.fill.at, _fill_answer(one))
        for one in book.executions.values()
        if not one.busted and not one.fill.busts
    ]
    found += [
        (one.number, one.fill.at, _fee_answer(one))
        for one in book.executions.values()
        if one.fill.fee and not one.busted
    ]
    found += [
        (one.number, datetime.combine(one.on, time(), UTC), _action_answer(one))
        for one in book.activities
    ]
    for _, at, answer in sorted(found, key=lambda one: one[0]):
        if not kinds or answer["activity_type"] in kinds:
            yield at, answer


def _fill_answer(one: Execution) -> Answer:
    fill = one.fill
    return {
        "id": f"{fill.at:%Y%m%d%H%M%S}{fill.at.microsecond // 1000:03d}::{fill.execution_id}",
        "activity_type": "FILL",
        "transaction_time": moment(fill.at),
        "type": "fill" if one.status is PaperStatus.FILLED else "partial_fill",
        "price": plain(fill.price),
        "qty": plain(fill.quantity),
        "side": fill.side.value,
        "symbol": fill.instrument,
        "leaves_qty": plain(one.left),
        "order_id": fill.broker_id,
        "cum_qty": plain(one.filled),
        "order_status": one.status.value,
    }


def _fee_answer(one: Execution) -> Answer:
    fill = one.fill
    return {
        "id": f"{fill.at:%Y%m%d}000000000::{uuid5(UUID(fill.execution_id), 'fee')}",
        "activity_type": "FEE",
        "date": fill.at.date().isoformat(),
        "net_amount": plain(-fill.fee),
        "symbol": fill.instrument,
        "qty": plain(fill.quantity),
        "status": "executed",
    }


def _action_answer(one: Activity) -> Answer:
    found = {
        "id": f"{one.on:%Y%m%d}000000000::{one.id}",
        "activity_type": _KINDS[one.kind],
        "date": one.on.isoformat(),
        "net_amount": plain(one.amount),
        "symbol": one.instrument,
        "qty": plain(one.quantity),
        "status": "executed",
    }
    if one.kind is ActivityKind.DIVIDEND:
        found["per_share_amount"] = plain(one.rate)
    return found


def history_answer(book: PaperBook, closes: Mapping[date, datetime]) -> Answer:
    """The account's value at the close of each day; `closes` says when that was."""
    values = list(book.equity.values())
    base = values[0] if values else book.value()
    gains: Sequence[Decimal] = [
        value - before for before, value in zip([base, *values], values, strict=False)
    ]
    return {
        "timestamp": [int(closes[day].timestamp()) for day in book.equity],
        "equity": [float(value) for value in values],
        "profit_loss": [float(gain) for gain in gains],
        "profit_loss_pct": [float(gain / base) if base else 0.0 for gain in gains],
        "base_value": float(base),
        "timeframe": "1D",
    }
