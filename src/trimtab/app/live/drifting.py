"""One household's drift: looked at on new prices and new files, and told of when it crosses.

Prices come from the household's feed and, where a real broker shows live quotes, from these.

Errors: those of the household's files; quotes that cannot be had are said, and the feed's stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from trimtab.app.config import MANDATE_NAME
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.monitor import Monitor, Standing, portfolio_of
from trimtab.app.live.reports import drift_text, drift_title
from trimtab.app.live.service import Service
from trimtab.app.live.service_settings import AlertKind
from trimtab.app.live.settings import PAPER
from trimtab.app.live.telling import Teller
from trimtab.app.live.wiring import quotes_of
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.status import status_of
from trimtab.model.brokers import BrokerError
from trimtab.model.errors import InputError
from trimtab.ports import Broker, QuoteFeed
from trimtab.quant.monitoring.watch import Level, Thresholds

__all__ = ["Drifting"]

ABOUT = "drift"
QUOTE_AGE_MAX = timedelta(minutes=20)
"""An older quote says less than the household's files; free ones lag by fifteen minutes."""
WATCHED = (MANDATE_NAME, LOTS_NAME, "prices.csv")
"""Files that are read again when they change."""


class Drifting:
    """Looks at one household's drift, and tells each crossing once."""

    def __init__(self, service: Service, monitor: Monitor, teller: Teller) -> None:
        self.monitor, self.teller = monitor, teller
        self._service = service
        self._name = str(service.loaded.folder)
        told = teller.state(ABOUT, service.clock())
        self._told = Level[told.upper()] if told else Level.CALM
        self._is_known = False
        self._next: datetime | None = None
        self._seen: tuple[int, ...] = ()
        self._feeds: tuple[date, Mapping[str, QuoteFeed]] | None = None
        self._quoted: tuple[date, dict[str, float]] = date.min, {}
        self._mute: set[str] = set()

    @property
    def standing(self) -> Standing:
        """Where the household stands."""
        return self.monitor.standing(self._name)

    @property
    def loaded(self) -> LoadedHousehold:
        """The household as its files were read last."""
        return self._service.loaded

    def put(self, service: Service) -> None:
        """Watch the household as it was read now, by the thresholds that its settings name."""
        if service.settings.accounts != self._service.settings.accounts:
            self._feeds = None
        self._service, rules = service, service.settings.alerts
        thresholds = Thresholds(rules.drift_warning, rules.drift_critical)
        portfolio = portfolio_of(service.loaded, thresholds)
        day, live = self._quoted
        if day == service.loaded.snapshot.as_of:  # the day's quotes are newer than the file
            known = {name: price for name, price in live.items() if name in portfolio.prices}
            portfolio = replace(portfolio, prices={**portfolio.prices, **known})
        self.monitor.put(self._name, portfolio, None if self._is_known else self._told)
        self._is_known, self._seen = True, self._stamps()

    def look(self, now: datetime, brokers: Mapping[str, Broker]) -> bool:
        """Look where it is time to; whether the drift has just become critical.

        `brokers` are those that are open: some show quotes themselves.
        """
        seconds = self._service.settings.service.look_seconds
        if self._next is not None and self._next - timedelta(seconds=seconds) <= now < self._next:
            return False
        self._next = now + timedelta(seconds=seconds)
        if self._stamps() != self._seen:
            day = self._service.sessions.day_of(now)
            loaded = load_folder(self._service.loaded.folder, day)
            self.put(replace(self._service, loaded=loaded))
        self._take_quotes(now, brokers)
        return self.read(now)

    def read(self, now: datetime) -> bool:
        """Read the standing, and tell of a crossing; whether the drift has just become critical."""
        standing, before = self.standing, self._told
        if standing.level == before:
            return False
        self._told = standing.level
        state = "" if standing.level is Level.CALM else standing.level.name.lower()
        if standing.level < before:
            self.teller.over(ABOUT, now, state)
            self.teller.say(now, f"the drift is back at {standing.farthest * 100:.2f} %")
            return False
        rules = self._service.settings.alerts
        is_critical = standing.level is Level.CRITICAL
        kind = AlertKind.CRITICAL if is_critical else AlertKind.DRIFT
        bound = rules.drift_critical if is_critical else rules.drift_warning
        text = drift_text(status_of(self._service.loaded), standing)
        self.teller.tell(kind, ABOUT, state, drift_title(standing, bound), text, now)
        return is_critical

    def _take_quotes(self, now: datetime, brokers: Mapping[str, Broker]) -> None:
        """The middle of every quote that is not too old."""
        snapshot = self._service.loaded.snapshot
        day = self._service.sessions.day_of(now)
        if self._quoted[0] != day:
            self._quoted = day, {}
        for account, feed in self._live_feeds(day, brokers).items():
            held = sorted({one.instrument for one in snapshot.lots if one.account == account})
            try:
                quotes = feed.quotes(held, now)
            except (BrokerError, InputError) as error:
                if account not in self._mute:  # once, not at every look
                    self.teller.say(now, f"{account}: no live quotes: {error}")
                self._mute.add(account)
                continue
            self._mute.discard(account)
            prices = {
                name: float(one.middle * snapshot.rate(one.currency))
                for name, one in quotes.items()
                if one.middle > 0 and now - one.at <= QUOTE_AGE_MAX
            }
            self._quoted[1].update(prices)
            self.monitor.update(snapshot.household.base_currency, prices)

    def _live_feeds(self, day: date, brokers: Mapping[str, Broker]) -> Mapping[str, QuoteFeed]:
        """The source of quotes of each account; a paper account knows no more than the files."""
        if self._feeds is None or self._feeds[0] != day:
            found: dict[str, QuoteFeed] = {}
            for link in self._service.settings.accounts:
                if link.broker != PAPER or link.quotes:
                    feed = quotes_of(link, self._service.loaded, self._service.clock)
                    if feed is not None:
                        found[link.account] = feed
            self._feeds = day, found
        own = {
            name: broker
            for name, broker in brokers.items()
            if name not in self._feeds[1] and isinstance(broker, QuoteFeed)
        }
        return {**self._feeds[1], **own}

    def _stamps(self) -> tuple[int, ...]:
        """When each watched file was last changed."""
        paths = (self._service.loaded.folder / name for name in WATCHED)
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)
