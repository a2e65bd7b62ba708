"""From links to brokers: the paper broker over recorded prices, and others with their secrets.

A paper account lives in `paper-ACCOUNT.db` of the folder and begins with what the household holds.
It trades all of a session at that session's price from the household's own feed.

Errors: `InputError` for settings, secrets and files that cannot be used; `BrokerError` of a broker.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.clocks import LiveClock
from trimtab.app.live.settings import PAPER, BrokerAccount
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.opening import listed, open_from_snapshot
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import RecordedTape, Tick, tick_of
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.errors import InputError
from trimtab.plugins import configure
from trimtab.ports import Broker, QuoteFeed

if TYPE_CHECKING:
    from trimtab.brokers._base import BrokerKind, Wiring
    from trimtab.brokers._secrets import Secret

__all__ = ["Quoting", "connect", "open_paper", "paper_file", "paper_tape", "quotes_of"]

TAPE_SESSIONS = 30
"""So many sessions of prices are played to a paper account that was not looked at for long."""
DIGITS_MAX = Decimal("0.0001")


@runtime_checkable
class Quoting(Protocol):
    """A kind of broker that shows live quotes."""

    def quotes(self, wiring: Wiring) -> QuoteFeed:
        """Bid and ask, with the account's secrets."""
        ...


def paper_file(folder: Path, account: str) -> Path:
    """Where a paper account lives.

    Refuses: an account whose name is no file's.
    """
    if "/" in account or "\\" in account or account.startswith("."):
        raise InputError(f"account {account!r}", "no file can have its name", "", "rename it")
    return folder / f"paper-{account}.db"


def paper_tape(loaded: LoadedHousehold, sessions: Sessions, until: datetime) -> RecordedTape:
    """The prices that paper accounts trade at: a session's price, from its open to its close."""
    terms = PaperTerms()
    names = tuple(sorted({*loaded.snapshot.instruments} & {*loaded.snapshot.prices}))
    history = loaded.feed.history(names, sessions.day_of(until), TAPE_SESSIONS)
    ticks: list[Tick] = []
    for row, day in enumerate(history.dates):
        session = sessions.hours(day)
        if session is None:
            continue
        for column, name in enumerate(history.instruments):
            close = float(history.closes[row][column])
            if close > 0:  # and not nan
                price = Decimal(str(close)).quantize(DIGITS_MAX).normalize() + 0
                for at in (session.opens, session.closes):
                    ticks.append(tick_of(name, at, price, terms.half_spread))
    return RecordedTape(ticks)


def _rules(loaded: LoadedHousehold, account: str, sessions: Sessions) -> Rules:
    fractional = loaded.household.account(account).fractional
    known = listed(loaded.snapshot.instruments, fractional=fractional)
    return Rules(PaperTerms(), sessions, known)


def open_paper(
    loaded: LoadedHousehold, account: str, sessions: Sessions, clock: LiveClock
) -> tuple[PaperBroker, bool]:
    """A household's account at the paper broker, and whether it was opened only now.

    Refuses: a file that is no paper account.
    """
    path, tape = paper_file(loaded.folder, account), paper_tape(loaded, sessions, clock())
    is_new = not path.exists()
    book = open_from_snapshot(loaded.snapshot, account, clock(), sessions, tape) if is_new else None
    rules = _rules(loaded, account, sessions)
    desk = PaperDesk.on_disk(BookFile(path, book), rules, tape, clock)
    return PaperBroker(account, desk, clock.sleep), is_new


def connect(
    link: BrokerAccount,
    loaded: LoadedHousehold,
    sessions: Sessions,
    clock: LiveClock,
    secret: Callable[[str], Secret] | None = None,
) -> Broker:
    """The broker of a linked account, not opened yet.

    `secret` answers in place of the environment and the keyring.
    Refuses: a secret that is not there; settings that the broker does not have; a paper account
    that was removed.
    """
    if link.broker == PAPER:
        if not paper_file(loaded.folder, link.account).exists():
            fact = f"{paper_file(loaded.folder, link.account).name} is not there"
            remedy = "link it anew with `trimtab broker add paper`"
            raise InputError(f"paper account {link.account!r}", fact, "", remedy)
        return open_paper(loaded, link.account, sessions, clock)[0]
    return _kind(link).connect(_wiring(link, loaded, clock, secret))


def quotes_of(link: BrokerAccount, loaded: LoadedHousehold, clock: LiveClock) -> QuoteFeed | None:
    """Live quotes from a real broker, none where its adapter has none.

    Refuses: a secret that is not there.
    """
    kind = _kind(link)
    return kind.quotes(_wiring(link, loaded, clock, None)) if isinstance(kind, Quoting) else None


def _kind(link: BrokerAccount) -> BrokerKind:
    return cast("BrokerKind", configure("brokers", link.broker, link.settings))


def _wiring(
    link: BrokerAccount,
    loaded: LoadedHousehold,
    clock: LiveClock,
    secret: Callable[[str], Secret] | None,
) -> Wiring:
    from trimtab.app.credentials import from_system
    from trimtab.brokers._base import Wiring
    from trimtab.brokers._pace import Pace

    asked = secret or from_system().of(link.secrets_of)
    pace = Pace(loaded.folder / ".pace.db", time.time, clock.sleep)
    return Wiring(asked, pace, clock, clock.sleep)
