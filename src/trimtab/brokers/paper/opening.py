"""How a paper account begins: empty with cash, or with what a household's account holds.

Errors: `InputError` for an account that the snapshot does not have, and for negative amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from trimtab.brokers.paper.book import PaperBook, PaperPosition
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import Tape
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, total
from trimtab.model.snapshots import Snapshot

__all__ = ["listed", "open_book", "open_from_snapshot", "positions_of"]

MARKS_DAYS = 10
"""So many days before its opening an account looks for the last price of each instrument."""


def open_book(
    account: str,
    at: datetime,
    sessions: Sessions,
    tape: Tape,
    cash: Decimal,
    positions: Iterable[PaperPosition] = (),
    currency: str = "USD",
) -> PaperBook:
    """A new account; the last prices before its opening are known to it.

    Refuses: negative cash and negative positions.
    """
    held = {one.instrument: one for one in positions if one.quantity != ZERO}
    short = [one.instrument for one in held.values() if one.quantity < ZERO]
    if short or cash < ZERO:
        fact = f"it would begin short of {', '.join(short) or 'cash'}"
        raise InputError(f"paper account {account!r}", fact, "zero or more of each")
    day = sessions.day_of(at)
    begun = sessions.hours(day)
    book = PaperBook(
        account=account,
        id=str(uuid5(NAMESPACE_URL, f"paper account {account} {at.isoformat()}")),
        currency=currency,
        opened=at,
        at=at,
        cash=cash,
        acted_on=day if begun is not None and begun.opens <= at else _eve(day),
        positions=held,
    )
    for tick in tape.ticks(at - timedelta(days=MARKS_DAYS), at):
        book.marks[tick.instrument] = tick
    return book


def open_from_snapshot(
    snapshot: Snapshot, account: str, at: datetime, sessions: Sessions, tape: Tape
) -> PaperBook:
    """A new account that holds what a household's account holds.

    Cash that is not settled there is settled here.
    Refuses: an account that the household does not have, and cash of another currency.
    """
    currency = snapshot.household.account(account).currency
    balances = [one for one in snapshot.cash if one.account == account]
    foreign = sorted({one.currency for one in balances if one.amount} - {currency})
    if foreign:
        fact = f"it holds cash in {', '.join(foreign)}"
        raise InputError(f"paper account {account!r}", fact, f"all of it must be in {currency}")
    cash = total(one.amount for one in balances)
    lots = (one for one in snapshot.lots if one.account == account)
    return open_book(account, at, sessions, tape, cash, positions_of(lots), currency)


def positions_of(lots: Iterable[Lot]) -> tuple[PaperPosition, ...]:
    """The positions that lots add up to; the cost is unknown where one lot's basis is."""
    found: dict[str, PaperPosition] = {}
    for lot in lots:
        before = found.get(lot.instrument, PaperPosition(lot.instrument, ZERO, ZERO))
        cost = None if before.cost is None or lot.basis is None else before.cost + lot.basis
        found[lot.instrument] = PaperPosition(lot.instrument, before.quantity + lot.quantity, cost)
    return tuple(found.values())


def listed(
    instruments: Mapping[str, Instrument], *, fractional: bool, untradable: Iterable[str] = ()
) -> dict[str, BrokerInstrument]:
    """A household's instruments as this broker lists them; whole units where not fractional."""
    closed = frozenset(untradable)
    return {
        name: BrokerInstrument(
            instrument=name,
            broker_id=str(uuid5(NAMESPACE_URL, f"paper instrument {name}")),
            currency=one.currency,
            quantity_step=Decimal(1) if one.quantity_step <= 1 else one.quantity_step,
            fractionable=fractional,
            tradable=name not in closed,
        )
        for name, one in instruments.items()
    }


def _eve(day: date) -> date:
    return day - timedelta(days=1)
