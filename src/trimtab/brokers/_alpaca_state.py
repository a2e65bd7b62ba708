"""An Alpaca account at one moment: the right account, a clock to be trusted, one view of it all.

Orders, positions and cash are three questions, and an order may fill between two of them.  So open
orders are asked before and after; where they differ, all is asked again.

Errors: `BrokerError` for another account than the one named, and for clocks too far apart; what
cannot be read of positions and orders makes the state incomplete instead.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from trimtab.brokers._alpaca_rest import AlpacaRest
from trimtab.brokers._alpaca_words import cash_of, position_of
from trimtab.brokers._exact_json import NotExact, moment_of
from trimtab.model.brokers import (
    BrokerCash,
    BrokerError,
    BrokerPosition,
    BrokerState,
    Trouble,
)
from trimtab.model.orders import OrderReport

__all__ = ["CLOCK_APART_MAX", "check_account", "state_of"]

CLOCK_APART_MAX = timedelta(seconds=30)
"""An order for the close must not come a minute late because a clock says so."""
LOOKS_MAX = 3
NEVER_PARTIAL = frozenset({Trouble.CREDENTIALS, Trouble.PERMISSION, Trouble.CLOCK})
BLOCKS = ("trading_blocked", "account_blocked", "trade_suspended_by_user")


def state_of(rest: AlpacaRest, account: str, clock: Callable[[], datetime]) -> BrokerState:
    """All that Alpaca shows of the account.

    Refuses: another account's key, clocks further apart than `CLOCK_APART_MAX`.
    """
    broker_clock = _broker_clock(rest, clock)
    notes: list[str] = []
    orders: tuple[OrderReport, ...] = ()
    positions: tuple[BrokerPosition, ...] = ()
    shown: Mapping[str, Any] = {}
    is_complete = False
    try:
        for _ in range(LOOKS_MAX):
            before = rest.open_orders()
            listed = rest.positions()
            shown = check_account(rest, account)
            orders = rest.open_orders()
            if is_complete := _same(before, orders):
                break
        else:
            notes.append(f"orders changed during each of {LOOKS_MAX} looks at the account")
        positions = tuple(position_of(one, rest.names) for one in listed)
    except NotExact as error:
        is_complete = False
        notes.append(f"the positions are unreadable: {rest.http.clean(str(error))}")
    except BrokerError as error:
        if error.trouble in NEVER_PARTIAL:
            raise
        is_complete = False
        notes.append(str(error))
    shown = shown or check_account(rest, account)
    blocked = [name for name in BLOCKS if shown.get(name) is True]
    if shown.get("status") != "ACTIVE":
        blocked.append(f"its status is {shown.get('status')}")
    cash = _cash(rest, shown)
    return BrokerState(
        account=account,
        at=clock(),
        broker_clock=broker_clock,
        currency=cash.currency,
        cash=(cash,),
        positions=positions,
        open_orders=orders,
        is_complete=is_complete,
        trading_blocked=bool(blocked),
        notes=(*notes, *(f"Alpaca lets nothing be traded: {one}" for one in blocked)),
    )


def check_account(rest: AlpacaRest, account: str) -> Mapping[str, Any]:
    """The account, which has to be the one that is named.

    Refuses: another one, with `BrokerError` (permission).
    """
    shown = rest.account()
    number = shown.get("account_number")
    if number != account:
        raise BrokerError(
            Trouble.PERMISSION,
            f"the account at {rest.http.name}",
            f"the key belongs to {number}",
            f"the settings name {account}",
            "give the key of that account, or name the other one",
        )
    return shown


def _cash(rest: AlpacaRest, shown: Mapping[str, Any]) -> BrokerCash:
    try:
        return cash_of(shown)
    except NotExact as error:
        raise BrokerError(
            Trouble.UNREADABLE,
            f"{rest.http.name}, GET /v2/account",
            rest.http.clean(str(error)),
            remedy="nothing is concluded from it; it is asked again",
        ) from None


def _broker_clock(rest: AlpacaRest, clock: Callable[[], datetime]) -> datetime:
    """Alpaca's time, which has to lie near the moments before and after the question."""
    before = clock()
    shown = rest.clock()
    after = clock()
    try:
        theirs = moment_of(shown.get("timestamp"), "the clock's timestamp")
    except NotExact as error:
        subject = f"{rest.http.name}, GET /v2/clock"
        raise BrokerError(Trouble.UNREADABLE, subject, rest.http.clean(str(error))) from None
    apart = max(before - theirs, theirs - after, timedelta(0))
    if apart > CLOCK_APART_MAX:
        raise BrokerError(
            Trouble.CLOCK,
            "the clock of this machine",
            f"it says {after:%H:%M:%S}, {rest.http.name} says {theirs:%H:%M:%S} UTC",
            f"at most {CLOCK_APART_MAX.total_seconds():.0f} seconds apart",
            "set the clock by a time server; nothing is ordered until then",
        )
    return theirs


def _same(before: tuple[OrderReport, ...], after: tuple[OrderReport, ...]) -> bool:
    def seen(orders: tuple[OrderReport, ...]) -> set[tuple[str, str, str]]:
        return {(one.broker_id, str(one.state), str(one.filled)) for one in orders}

    return seen(before) == seen(after)
