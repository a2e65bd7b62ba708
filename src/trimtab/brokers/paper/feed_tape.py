"""A household's price feed as a tape: the last close before each open, and each day's own close.

For accounts that trade by the real clock with nothing but daily prices: what the feed learns later
is heard when it is there, and nothing before its time.

Errors: those of the feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import Tick, tick_of
from trimtab.model.corporate_actions import CorporateAction
from trimtab.ports import ActionFeed, Feed

__all__ = ["FeedTape"]

ONE_DAY = timedelta(days=1)


class FeedTape:
    """Two ticks a session of each instrument, as the feed knows them when they are asked for.

    Unit: `half_spread` a fraction of the price, `half_spreads` of single instruments.
    """

    def __init__(
        self,
        feed: Feed,
        instruments: Sequence[str],
        sessions: Sessions,
        half_spread: Decimal,
        half_spreads: Mapping[str, Decimal] | None = None,
    ) -> None:
        self._feed, self._instruments, self._sessions = feed, tuple(instruments), sessions
        self._half_spread, self._half_spreads = half_spread, half_spreads or {}

    def ticks(self, after: datetime, until: datetime) -> Sequence[Tick]:
        """Ticks after one moment up to and including another, the oldest first."""
        days = self._sessions.day_of(after), self._sessions.day_of(until)
        found: list[Tick] = []
        for session in self._sessions.between(*days):
            if after < session.opens <= until:
                found += self._quoted(session.opens, session.day - ONE_DAY, only_on=None)
            if after < session.closes <= until:
                found += self._quoted(session.closes, session.day, only_on=session.day)
        return found

    def actions(self, since: date, until: date) -> Iterable[CorporateAction]:
        """Corporate actions with an ex-date in between, where the feed knows any."""
        if not isinstance(self._feed, ActionFeed) or since > until:
            return ()
        known = self._feed.actions(self._instruments, since, until)
        return sorted(known, key=attrgetter("on", "instrument"))

    def _quoted(self, at: datetime, as_of: date, only_on: date | None) -> Iterable[Tick]:
        for name, price in sorted(self._feed.latest(self._instruments, as_of).items()):
            if only_on is None or price.on == only_on:
                spread = self._half_spreads.get(name, self._half_spread)
                yield tick_of(name, at, price.amount, spread)
