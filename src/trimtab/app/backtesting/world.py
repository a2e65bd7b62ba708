"""The market of a backtest: history from the household's own feed, checked, with years before it.

The years before the first day are for estimates of risk and welcome, not needed: that they are not
there, or that something was listed during them, is no news about the backtest.

Errors: `InputError` for a feed without daily history, and whatever the checks refuse, each with
day and instrument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from trimtab.app.household import LoadedHousehold
from trimtab.drivers.backtest.market_checks import check_market
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.market_rules import MarketRules
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.market_findings import listed_late, opens_late
from trimtab.policies._schedule import is_session
from trimtab.ports import MarketFeed

__all__ = ["World", "warm_up", "world_of"]

DAYS_A_SESSION = 366 / 252
EDGE = timedelta(days=7)
"""So many days after the first that was asked for, prices may begin without a word: holidays."""
OPENS_LATE, LISTED_LATE = "market.opens_late", "market.listed_late"


@dataclass(frozen=True, slots=True)
class World:
    """The market day by day, and what was noticed in its data."""

    market: MarketDays
    findings: tuple[Finding, ...]


def instruments_needed(loaded: LoadedHousehold) -> tuple[str, ...]:
    """What a backtest of a household may hold: targets, their stand-ins, and what is held."""
    mandate = loaded.mandate
    names = [name for target in mandate.targets for name in mandate.members_of(target)]
    names += [name for others in mandate.wash_sales.substitutes.values() for name in others]
    names += [lot.instrument for lot in loaded.snapshot.lots]
    return tuple(dict.fromkeys(names))


def warm_up(mandate: Mandate) -> timedelta:
    """How much history before the first day estimates rest on."""
    return timedelta(days=ceil(DAYS_A_SESSION * mandate.estimates.sessions))


def world_of(
    loaded: LoadedHousehold,
    start: date,
    end: date,
    rules: MarketRules | None = None,
    also: Sequence[str] = (),
) -> World:
    """The market of a household's instruments over a period, with the years before it.

    `also` names instruments besides: what was held then and is not held any more.
    Refuses: a feed that has no daily history, and data that no backtest should rest on.
    """
    feed = loaded.feed
    if not isinstance(feed, MarketFeed):
        raise InputError(
            "feed",
            f"{type(feed).__name__} has no daily history",
            "a backtest needs closes, dividends and splits day by day",
            'use [feed] kind = "files" or "yahoo"',
        )
    names = tuple(dict.fromkeys((*instruments_needed(loaded), *also)))
    base = loaded.household.base_currency
    history = feed.market(names, start - warm_up(loaded.mandate), end, base)
    findings = check_market(history, rules, is_session)
    market = MarketDays(history, base)
    return World(market, tuple(_of_the_period(findings, start, history.dates[0])))


def _of_the_period(findings: Iterable[Finding], start: date, opens: date) -> Iterator[Finding]:
    """What is news about the backtest itself, told from its first day, not from the years before.

    Both kinds of finding that are looked at say their day in `actual`.
    """
    for finding in findings:
        if finding.code == OPENS_LATE:
            if opens - start > EDGE:
                yield opens_late(opens, start)
        elif finding.code == LISTED_LATE:
            listed = date.fromisoformat(finding.actual)
            if listed > start:
                yield listed_late(finding.subject, listed, max(opens, start))
        else:
            yield finding
