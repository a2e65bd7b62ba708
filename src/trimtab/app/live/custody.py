"""Positions of an account whose broker does not show them: from its file, or by another way.

A FIX session tells orders and executions, and not what the account holds.  `positions` in the
link names the broker's own file of positions (any that `trimtab import` reads), or a table that
links the same account by a broker that shows it:

    [accounts.joint]
    broker = "ibkr_fix"
    positions = "positions.csv"

    [accounts.joint.positions]   # instead of a file
    broker = "ibkr"
    account = "U1234567"

A file is of a moment: the end of the day that it states, or when it was written, whichever comes
first; what the session executed since is added to it by the adapter.

Errors: `BrokerError` for a file that is not there, cannot be read, is old, or lacks the account.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from trimtab.app.household import LoadedHousehold
from trimtab.app.importing.names import read_names
from trimtab.app.importing.reading import known_formats, read_files
from trimtab.app.live.settings import BrokerAccount
from trimtab.brokers.paper.sessions import Sessions
from trimtab.model.brokers import BrokerCash, BrokerError, BrokerPosition, BrokerState, Trouble
from trimtab.model.errors import InputError
from trimtab.model.money import ZERO
from trimtab.model.statements import StatedPosition, Statement
from trimtab.ports import Broker

__all__ = ["AGE_DAYS_MAX", "broker_positions", "file_positions"]

AGE_DAYS_MAX = 4
"""A long weekend: an older file of positions is not taken for the account."""
REMEDY = "download the positions anew from the broker, to the same place"


def broker_positions(other: Broker) -> Callable[[], BrokerState]:
    """The account as another way to it shows it, opened when it is first asked."""
    is_open: list[bool] = []

    def state() -> BrokerState:
        if is_open:
            return other.state()
        shown = other.open()
        is_open.append(True)
        return shown

    return state


def file_positions(
    link: BrokerAccount,
    path: Path,
    loaded: LoadedHousehold,
    sessions: Sessions,
    clock: Callable[[], datetime],
) -> Callable[[], BrokerState]:
    """The account as a file of the broker shows it; read anew each time."""
    subject = f"positions of {link.account}"

    def state() -> BrokerState:
        now = clock()
        try:
            (outcome,) = read_files([path], known_formats(loaded.folder))
            if outcome.error is not None:
                raise outcome.error
            taken = [one.id for one in loaded.household.accounts]
            names = read_names(loaded.folder)
            statement = names.named(outcome.statement, taken)
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (InputError, OSError) as error:
            fact = f"{path.name} cannot be read: {error}"
            raise BrokerError(Trouble.UNREADABLE, subject, fact, "", REMEDY) from None
        if statement.breaks:
            row = statement.breaks[0]
            fact = f"{path.name}, line {row.line}: {row.text}"
            raise BrokerError(Trouble.UNREADABLE, subject, fact, "every row must be read", REMEDY)
        at = _moment(statement, written, sessions, now)
        if now - at > timedelta(days=AGE_DAYS_MAX):
            fact, bound = f"{path.name} is of {at:%Y-%m-%d %H:%M} UTC", f"{AGE_DAYS_MAX} days"
            raise BrokerError(Trouble.UNAVAILABLE, subject, fact, f"at most {bound} old", REMEDY)
        currency = loaded.household.account(link.account).currency
        own = _own(statement, link)
        rows = [(one, names.instrument(one.instrument).symbol) for one in own]
        return _state(link.account, at, currency, rows, subject, path)

    return state


def _moment(statement: Statement, written: datetime, sessions: Sessions, now: datetime) -> datetime:
    """When the file was true: never after it was written."""
    if statement.as_of is None:
        return min(written, now)
    end = datetime.combine(statement.as_of, time.max, sessions.zone).astimezone(UTC)
    return min(end, written, now)


def _own(statement: Statement, link: BrokerAccount) -> list[StatedPosition]:
    """The rows of this account; a file of one account alone is of it, whatever it is called."""
    accounts = {one.account for one in statement.positions}
    if link.account in accounts or len(accounts) != 1:
        return [one for one in statement.positions if one.account == link.account]
    return list(statement.positions)


def _state(
    account: str,
    at: datetime,
    currency: str,
    rows: list[tuple[StatedPosition, str]],
    subject: str,
    path: Path,
) -> BrokerState:
    cash: dict[str, Decimal] = {}
    units: dict[str, Decimal] = {}
    for row, name in rows:
        amount = row.value if row.instrument.is_cash else row.quantity
        if row.instrument.is_cash and amount is None:
            amount = row.quantity
        if amount is None:
            fact = f"{path.name}, line {row.line}: {name} has no quantity"
            raise BrokerError(Trouble.UNREADABLE, subject, fact, "", REMEDY)
        where, key = (cash, row.currency or currency) if row.instrument.is_cash else (units, name)
        where[key] = where.get(key, ZERO) + amount
    if not rows:
        fact, bound = f"{path.name} has no row of it", "a file without it proves nothing"
        raise BrokerError(Trouble.UNREADABLE, subject, fact, bound, REMEDY)
    return BrokerState(
        account,
        at,
        None,
        currency,
        tuple(BrokerCash(code, money, ZERO, money) for code, money in sorted(cash.items())),
        tuple(
            BrokerPosition(name, name, held, held) for name, held in sorted(units.items()) if held
        ),
        (),
        notes=(f"positions of {path.name}, {at:%Y-%m-%d %H:%M} UTC",),
    )
