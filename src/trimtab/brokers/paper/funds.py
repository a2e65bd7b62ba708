"""What an account may still spend and sell: cash and units less what open orders have reserved.

Errors: none of its own.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.brokers.paper.book import PaperBook, PaperOrder, PaperRequest
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.money import ZERO, cents, total
from trimtab.model.snapshots import Side

__all__ = ["available_units", "buying_power", "spendable", "wanted_cash", "wanted_units"]


def spendable(book: PaperBook, terms: PaperTerms) -> Decimal:
    """Cash that a purchase may take, whatever open orders want of it."""
    return book.cash if terms.spends_unsettled else book.settled


def buying_power(book: PaperBook, terms: PaperTerms, without: str = "") -> Decimal:
    """Cash for further orders; `without` names an open order that is about to go."""
    reserved = total(
        wanted_cash(one.request, book, terms, one)
        for one in book.open_orders
        if one.request.side is Side.BUY and one.id != without
    )
    return max(ZERO, spendable(book, terms) - reserved)


def available_units(book: PaperBook, instrument: str, without: str = "") -> Decimal:
    """Units that no open order sells already."""
    reserved = total(
        wanted_units(one.request, book, one)
        for one in book.open_orders
        if one.request.side is Side.SELL
        and one.request.instrument == instrument
        and one.id != without
    )
    return book.held(instrument) - reserved


def wanted_cash(
    request: PaperRequest, book: PaperBook, terms: PaperTerms, order: PaperOrder | None = None
) -> Decimal:
    """Cash that the rest of a purchase takes, with its fee, at its limit or at the ask."""
    spent, filled = (order.spent, order.filled) if order else (ZERO, ZERO)
    price = request.limit or book.marks[request.instrument].ask
    if request.notional is not None:
        value = max(ZERO, request.notional - spent)
        units = value / price
    else:
        units = (request.quantity or ZERO) - filled
        value = units * price
    return cents(value) + terms.commission.of(units, value, first=filled == ZERO)


def wanted_units(
    request: PaperRequest, book: PaperBook, order: PaperOrder | None = None
) -> Decimal:
    """Units that the rest of a sale takes; of a sale by amount, those that the bid pays for."""
    spent, filled = (order.spent, order.filled) if order else (ZERO, ZERO)
    if request.notional is None:
        return (request.quantity or ZERO) - filled
    price = request.limit or book.marks[request.instrument].bid
    return max(ZERO, request.notional - spent) / price
