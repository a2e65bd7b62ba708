"""One view of an account from several questions, at brokers that have no single one for it.

An order may fill between two questions, so open orders are asked before and after the holdings, and
all is asked again where they differ.  What could not be read makes the view incomplete, never flat.

Errors: `BrokerError` for what no part can make up for: credentials, permission, the clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

from trimtab.model.brokers import BrokerCash, BrokerError, BrokerPosition, BrokerState, Trouble
from trimtab.model.money import ZERO
from trimtab.model.orders import OrderReport
from trimtab.model.snapshots import Side

__all__ = ["CLOCK_APART_MAX", "Holdings", "broker_clock", "reserved", "view"]

CLOCK_APART_MAX = timedelta(seconds=30)
"""An order for the close must not come a minute late because a clock says so."""
LOOKS_MAX = 3
NEVER_PARTIAL = frozenset({Trouble.CREDENTIALS, Trouble.PERMISSION, Trouble.CLOCK})


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an account holds; `blocks` says why nothing may be traded in it, if that is so."""

    currency: str
    cash: tuple[BrokerCash, ...]
    positions: tuple[BrokerPosition, ...]
    broker_clock: datetime | None = None
    blocks: tuple[str, ...] = ()


def view(
    account: str,
    clock: Callable[[], datetime],
    orders_of: Callable[[], tuple[OrderReport, ...]],
    holdings_of: Callable[[tuple[OrderReport, ...]], Holdings],
) -> BrokerState:
    """The account, as far as it can be read; `holdings_of` is given the open orders."""
    notes: list[str] = []
    orders: tuple[OrderReport, ...] = ()
    held = Holdings("", (), ())
    is_complete = False
    try:
        orders = orders_of()
        for _ in range(LOOKS_MAX):
            held = holdings_of(orders)
            before, orders = orders, orders_of()
            if is_complete := _seen(before) == _seen(orders):
                break
        else:
            notes.append(f"orders changed during each of {LOOKS_MAX} looks at the account")
    except BrokerError as error:
        if error.trouble in NEVER_PARTIAL:
            raise
        notes.append(str(error))
    return BrokerState(
        account=account,
        at=clock(),
        broker_clock=held.broker_clock,
        currency=held.currency,
        cash=held.cash,
        positions=held.positions,
        open_orders=orders,
        is_complete=is_complete,
        trading_blocked=bool(held.blocks),
        notes=(*notes, *held.blocks),
    )


def reserved(orders: tuple[OrderReport, ...], instrument: str) -> Decimal:
    """Units of an instrument that open sales hold back."""
    return sum(
        (
            max(one.quantity - one.filled, ZERO)
            for one in orders
            if one.instrument == instrument and one.side is Side.SELL and one.quantity is not None
        ),
        ZERO,
    )


def broker_clock(
    name: str, headers: Mapping[str, str], before: datetime, after: datetime
) -> datetime | None:
    """The time in an answer's head, which has to lie near the moments around the question.

    Refuses: one further off than `CLOCK_APART_MAX`, with `BrokerError` (clock).
    """
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, IndexError):
        return None
    if theirs.tzinfo is None:
        return None
    apart = max(before - theirs, theirs - after, timedelta(0))
    if apart > CLOCK_APART_MAX:
        raise BrokerError(
            Trouble.CLOCK,
            "the clock of this machine",
            f"it says {after:%H:%M:%S}, {name} says {theirs:%H:%M:%S} UTC",
            f"at most {CLOCK_APART_MAX.total_seconds():.0f} seconds apart",
            "set the clock by a time server; nothing is ordered until then",
        )
    return theirs


def _seen(orders: tuple[OrderReport, ...]) -> set[tuple[str, str, str]]:
    return {(one.broker_id, str(one.state), str(one.filled)) for one in orders}
