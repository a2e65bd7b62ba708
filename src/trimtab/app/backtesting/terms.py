"""The terms of a backtest in words, and what its data cannot give of what was asked for.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import (
    BacktestSettings,
    Dividends,
    FillTiming,
    TaxesPaid,
)
from trimtab.drivers.backtest.spread_defaults import spreads_by_liquidity
from trimtab.estimators._trading_cost import spread_source
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate

__all__ = ["data_findings", "terms_in_words"]

NAMES_SHOWN_MAX = 5
PERCENT = 100
BASIS_POINTS = 10_000

FILLS = {
    FillTiming.CLOSE: "at the close that the decision saw",
    FillTiming.NEXT_OPEN: "at the next session's open",
    FillTiming.NEXT_CLOSE: "at the next session's close",
    FillTiming.NEXT_VWAP: "at the next session's volume-weighted average price",
}
DIVIDENDS = {
    Dividends.CASH: "paid out as cash on the ex-date",
    Dividends.REINVEST: "reinvested in the same at the close of the ex-date",
}
TAXES_PAID = {
    TaxesPaid.PORTFOLIO: "paid by the taxable accounts",
    TaxesPaid.OUTSIDE: "paid from elsewhere",
}


def terms_in_words(
    settings: BacktestSettings,
    mandate: Mandate,
    start_words: str,
    market: MarketDays,
    known: Mapping[str, Instrument] = MappingProxyType({}),
) -> Mapping[str, str]:
    """The terms of a run, each with what it says: all that another would need to run it again.

    `known` are instruments whose half-spread may be their own.
    """
    instruments = {name: known[name] for name in market.instruments if name in known}
    days = market.sessions(settings.start, settings.end)
    return {
        "Period": f"{market.dates[days.start]} to {market.dates[days.stop - 1]}, "
        f"{len(days):,} sessions",
        "Begins with": start_words,
        "Prices": market.history.source,
        "Prices before the first day": f"{days.start:,} sessions, for estimates of risk; long-run "
        "figures where there are too few",
        "Orders filled": _fills(settings),
        "Trading cost": _costs(settings, mandate, instruments, market, days),
        "Dividends": DIVIDENDS[settings.dividends],
        "Taxes": _taxes(settings, mandate),
        "Interest on cash": _yearly(settings.cash_rate),
        "Adviser's fee": _yearly(settings.advisory_fee, " of value, taken quarterly"),
        "Sales settle": _sessions(settings.settlement_sessions, "later", "at once"),
        "Policies that weigh cost against drift": "asked every "
        + _sessions(settings.review_sessions),
    }


def _fills(settings: BacktestSettings) -> str:
    words = FILLS[settings.fill]
    if settings.participation_max is None:
        return words
    return (
        f"{words}, at most {settings.participation_max * PERCENT:g} % of the session's volume; the "
        f"rest waits up to {_sessions(settings.order_patience_sessions, none='0 sessions')}"
    )


def _costs(
    settings: BacktestSettings,
    mandate: Mandate,
    instruments: Mapping[str, Instrument],
    market: MarketDays,
    days: range,
) -> str:
    """Spread, impact and commission."""
    parts = [
        _spreads(mandate, instruments, market, days),
        "market impact by the square-root law",
        "each account's commission per order",
    ]
    if settings.commission_per_share:
        least = settings.commission_minimum
        parts.append(f"{settings.commission_per_share} a share, at least {least} an order")
    return "; ".join(parts)


def _spreads(
    mandate: Mandate, instruments: Mapping[str, Instrument], market: MarketDays, days: range
) -> str:
    """Where half-spreads come from, with how many instruments have them from volumes."""
    source = spread_source(instruments, mandate.costs)
    inside = slice(days.start, days.stop)
    value = (market.volume * market.close)[inside]
    has_spread = np.asarray(np.isfinite(market.half_spread[inside]).any(axis=0))
    known = np.asarray(np.isfinite(value).any(axis=0))
    traded = {
        name: mean
        for name, k in market.column.items()
        if known[k] and not has_spread[k] and (mean := float(np.nanmean(value[:, k]))) > 0.0
    }
    unknown = {n: one for n, one in instruments.items() if not has_spread[market.column[n]]}
    assumed = spreads_by_liquidity(unknown, mandate.costs, traded).values()
    if not assumed:
        return f"half-spread as in the data, else {source}"
    return (
        f"half-spread as in the data, else, for {len(assumed)} of {len(market.column)}, assumed by "
        f"kind and traded value ({min(assumed) * BASIS_POINTS:g} to "
        f"{max(assumed) * BASIS_POINTS:g} bps on average), else {source}"
    )


def _taxes(settings: BacktestSettings, mandate: Mandate) -> str:
    """Whose law, of which year, and who pays."""
    tax = mandate.tax
    law = f"{tax.regime}, law and brackets of {tax.year} for every year"
    if tax.short_rate is not None:
        law = f"{tax.regime}, the mandate's own rates, other law of {tax.year} for every year"
    estimates = ", estimated payments during the year" if settings.estimated_payments else ""
    return f"{law}; {TAXES_PAID[settings.taxes_paid]}{estimates}"


def _yearly(rate: float, more: str = "") -> str:
    return f"{rate * PERCENT:g} % a year{more}" if rate else "none"


def _sessions(count: int, after: str = "", none: str = "") -> str:
    if count == 0:
        return none
    return f"{count} session{'' if count == 1 else 's'} {after}".strip()


def data_findings(settings: BacktestSettings, market: MarketDays) -> Iterator[Finding]:
    """What the data cannot give of what was asked for, by instrument."""
    days = market.sessions(settings.start, settings.end)
    if settings.participation_max is not None:
        yield from _unknown(
            market, days, market.volume, "volume",
            "the limit of --participation does not hold for its orders",
        )  # fmt: skip
    wanted = {FillTiming.NEXT_OPEN: market.open, FillTiming.NEXT_VWAP: market.vwap}
    if settings.fill in wanted:
        what = "open" if settings.fill is FillTiming.NEXT_OPEN else "volume-weighted price"
        where = f"its orders of --fill {settings.fill} are filled at that session's close"
        yield from _unknown(market, days, wanted[settings.fill], what, where)


def _unknown(
    market: MarketDays, days: range, grid: npt.NDArray[np.float64], what: str, so: str
) -> Iterator[Finding]:
    """Instruments of which the data lack something on sessions on which they have a close."""
    inside = slice(days.start, days.stop)
    lacks = np.isnan(grid[inside]) & market.own[inside]
    missing, there = lacks.sum(axis=0), market.own[inside].sum(axis=0)
    names = [name for k, name in enumerate(market.instruments) if missing[k]]
    if not names:
        return
    subject = ", ".join(names[:NAMES_SHOWN_MAX])
    if len(names) > NAMES_SHOWN_MAX:
        subject += f" and {len(names) - NAMES_SHOWN_MAX} more"
    count, most = int(missing.sum()), int(there.sum())
    when = "on any day" if count == most else f"on {count:,} of {most:,} instrument-days"
    yield Finding(
        "data_missing",
        Severity.WARNING,
        subject,
        f"the data have no {what} {when}: {so}",
        remedy=f"give prices with a column {what.split()[0]}"
        if what != "volume-weighted price"
        else "give prices with a column vwap",
    )
