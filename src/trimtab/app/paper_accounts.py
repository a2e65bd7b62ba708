"""The paper accounts of a household: one file each in its folder, opened with what it holds.

Prices are the household's own feed: played from a day on, or by the real clock.

    tape = household_tape(loaded, sessions)
    desk = paper_market(loaded, "joint", tape, sessions).desk(clock)

Errors: `InputErrors` and `InputError` of the household's files; `InputError` for an account that
the household does not have or no file can be named after, and for prices that do not reach the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from trimtab.app.household import LoadedHousehold
from trimtab.brokers.paper.book import PaperBook, PaperPosition
from trimtab.brokers.paper.feed_tape import FeedTape
from trimtab.brokers.paper.market import PaperMarket
from trimtab.brokers.paper.opening import listed, open_book, open_from_snapshot
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import RecordedTape, Tape, Tick, daily_tape, tick_of
from trimtab.brokers.paper.terms import Commission, PaperTerms
from trimtab.model.errors import InputError
from trimtab.ports import ActionFeed, MarketFeed

__all__ = ["block_market", "household_tape", "paper_file", "paper_market", "session_tape"]

DAYS_BEFORE = 10
"""Days before a replay whose prices are known when it begins."""
DAYS_PLAYED = 366
SESSIONS_PLAYED = 30
"""So many sessions of prices are played to a paper account that was not looked at for long."""
DIGITS_MAX = Decimal("0.0001")
BLOCK_CASH, BLOCK_UNITS = Decimal(10**12), Decimal(10**9)
"""What a block account has to trade with: more than any of its accounts."""


def household_tape(loaded: LoadedHousehold, sessions: Sessions, since: date | None = None) -> Tape:
    """The household's prices as ticks: from a day on as they were recorded, or as they come.

    Recorded ones have opens and volumes where the feed does, and end a year after `since`.
    """
    known, half_spread = loaded.snapshot.instruments, PaperTerms().half_spread
    names = sorted(known)
    spreads = {name: one.half_spread for name, one in known.items() if one.half_spread is not None}
    feed = loaded.feed
    if since is None or not isinstance(feed, MarketFeed):
        return FeedTape(feed, names, sessions, half_spread, spreads)
    first, last = since - timedelta(days=DAYS_BEFORE), since + timedelta(days=DAYS_PLAYED)
    history = feed.market(names, first, last, loaded.household.base_currency)
    actions = feed.actions(names, first, last) if isinstance(feed, ActionFeed) else ()
    return daily_tape(history, sessions, half_spread, actions, spreads)


def session_tape(loaded: LoadedHousehold, sessions: Sessions, until: datetime) -> Tape:
    """The household's prices for a recorded day: a session's price, from its open to its close.

    A plan of that day is made at this very price, and trades at it: to trade it at an earlier one
    would be to know what comes.
    """
    known, half_spread = loaded.snapshot.instruments, PaperTerms().half_spread
    names = tuple(sorted({*known} & {*loaded.snapshot.prices}))
    spreads = {name: one.half_spread for name, one in known.items() if one.half_spread is not None}
    history = loaded.feed.history(names, sessions.day_of(until), SESSIONS_PLAYED)
    ticks: list[Tick] = []
    for row, day in enumerate(history.dates):
        session = sessions.hours(day)
        if session is None:
            continue
        for column, name in enumerate(history.instruments):
            close = float(history.closes[row][column])
            if close > 0:  # and not nan
                price = Decimal(str(close)).quantize(DIGITS_MAX).normalize() + 0
                spread = spreads.get(name, half_spread)
                moments = session.opens, session.closes
                ticks += [tick_of(name, at, price, spread) for at in moments]
    return RecordedTape(ticks)


def paper_file(folder: Path, account: str) -> Path:
    """Where a paper account lives.

    Refuses: an account whose name is no file's.
    """
    if "/" in account or "\\" in account or account.startswith("."):
        raise InputError(f"account {account!r}", "no file can have its name", "", "rename it")
    return folder / f"paper-{account}.db"


def paper_market(
    loaded: LoadedHousehold, account: str, tape: Tape, sessions: Sessions
) -> PaperMarket:
    """What a household's paper account trades on: all that is quoted in its currency.

    Fractions and commission are as the mandate says; it begins with what the household holds.
    """
    own = loaded.household.account(account)
    traded = {
        name: one
        for name, one in loaded.snapshot.instruments.items()
        if one.currency == own.currency
    }

    def begins(at: datetime) -> PaperBook:
        return open_from_snapshot(loaded.snapshot, account, at, sessions, tape)

    return PaperMarket(
        tape=tape,
        sessions=sessions,
        instruments=listed(traded, fractional=own.fractional),
        begins=begins,
        terms=PaperTerms(
            fractional=own.fractional,
            notional=own.fractional,
            commission=Commission(per_order=own.commission),
        ),
        path=paper_file(loaded.folder, account),
    )


def block_market(
    loaded: LoadedHousehold, name: str, accounts: Sequence[str], tape: Tape, sessions: Sessions
) -> PaperMarket:
    """What a block account trades on: as the accounts for which it does.

    Refuses: accounts that are traded differently.
    """
    first = paper_market(loaded, accounts[0], tape, sessions)
    for other in accounts[1:]:
        market = paper_market(loaded, other, tape, sessions)
        if (market.terms, market.instruments) != (first.terms, first.instruments):
            fact = f"{accounts[0]} and {other} differ in currency, fractions or commission"
            raise InputError(f"block account {name!r}", fact, "", "give them blocks of their own")

    def begins(at: datetime) -> PaperBook:
        held = (PaperPosition(one, BLOCK_UNITS, None) for one in first.instruments)
        return open_book(
            f"block {name}", at, sessions, tape, BLOCK_CASH, held,
            loaded.household.account(accounts[0]).currency,
        )  # fmt: skip

    return replace(first, begins=begins, path=loaded.folder / f"paper-blocks.{name}.db")
