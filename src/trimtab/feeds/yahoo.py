"""Prices from Yahoo Finance through the `yfinance` package (the optional extra `yahoo`).

`latest` gives closes as traded, so that positions are worth what the market says; `history` gives
closes adjusted for dividends, so that returns are total returns.  Both are adjusted for splits up
to the day of the request: for a past `as_of` before a split, lots must be stated after it.  A
session that is still open shows its last price so far.  Yahoo's service is unofficial and meant
for personal use.

Errors: `InputError` where yfinance is not installed, and where Yahoo does not answer, answers with
something other than prices, names no currency, or limits the rate.  A symbol for which it answers
with no price at all is absent, as in every feed.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from trimtab.feeds._market_question import question_of
from trimtab.feeds._series import (
    PriceSeries,
    check_sessions,
    history_of,
    latest_of,
    quote_currency,
)
from trimtab.feeds._yahoo_actions import MINOR_UNITS, actions_of
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

if TYPE_CHECKING:
    from trimtab.feeds._yahoo_market import YahooRows

__all__ = ["Yahoo"]

LATEST_DAYS = 14
"""How far back the last price is looked for; exchanges never close for longer."""
DAYS_PER_SESSION = 1.5
"""Calendar days asked for per session: 365/252, and holidays."""
PRICE_DECIMALS = 4
"""Yahoo sends single-precision floats; US prices have at most four decimals (17 CFR 242.612)."""
RATE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Yahoo:
    """Daily closes from Yahoo; `symbols` gives Yahoo's name where it differs from the id."""

    timeout_seconds: float = 10.0
    symbols: Mapping[str, str] = field(default_factory=dict)

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        """The last traded close on or before `as_of`; absent where there is none."""
        start = as_of - timedelta(days=LATEST_DAYS)
        series = self._series(instruments, start, as_of, adjusted=False)
        return latest_of(series, as_of, "Yahoo, closes as traded")

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        """Up to `sessions` closes, adjusted for dividends, up to and including `as_of`."""
        check_sessions(sessions)
        start = as_of - timedelta(days=LATEST_DAYS + int(sessions * DAYS_PER_SESSION))
        series = self._series(instruments, start, as_of, adjusted=True)
        by_name = {one.instrument: one for one in series}
        source = "Yahoo, closes adjusted for splits and dividends"
        return history_of(by_name, instruments, as_of, sessions, source)

    def actions(
        self, instruments: Sequence[str], since: date, until: date
    ) -> tuple[CorporateAction, ...]:
        """Dividends and splits, each dividend for one unit as traded on its day.

        Yahoo states dividends after all later splits, so splits after `until` are asked for too.
        """
        yfinance = _yfinance()
        found: list[CorporateAction] = []
        for name in dict.fromkeys(instruments):
            if not quote_currency(name, ""):
                found += self._actions_of(yfinance, name, since, until)
        return tuple(sorted(found, key=lambda one: (one.on, one.instrument, one.kind)))

    def market(
        self, instruments: Sequence[str], since: date, until: date, currency: str = "USD"
    ) -> MarketHistory:
        """Every day from `since` to `until` with a price, as traded, with dividends and splits.

        What is quoted in another currency is converted with Yahoo's own rates.
        Refuses: what `MarketFeed.market` does.
        """
        from trimtab.feeds._market import market_of  # NumPy only where it is needed
        from trimtab.feeds._yahoo_market import bars_of_rows

        yfinance = _yfinance()
        question = question_of(instruments, since, until, currency)
        answers = [self._rows(yfinance, name, since) for name in question.instruments]
        foreign = {MINOR_UNITS.get(one.currency, one.currency) for one in answers if one.days}
        start = since - timedelta(days=LATEST_DAYS)
        for other in sorted(foreign - {currency}):
            answers.append(self._rows(yfinance, f"{other}{currency}", start))
        source = "Yahoo, closes as traded, with dividends and splits"
        return market_of(bars_of_rows(answers, until, source), question)

    def _told(
        self,
        yfinance: Any,
        symbol: str,
        start: date,
        until: date | None = None,
        *,
        adjusted: bool = False,
    ) -> tuple[Any, str | None]:
        """Yahoo's rows of a symbol, with dividends and splits, and the currency that it names."""
        ticker = yfinance.Ticker(symbol)
        end = {} if until is None else {"end": (until + timedelta(days=1)).isoformat()}  # exclusive
        with warnings.catch_warnings():
            # yfinance 1.x deprecates `raise_errors`, the only way that 0.2 has as well.
            warnings.simplefilter("ignore", DeprecationWarning)
            frame = ticker.history(
                start=start.isoformat(),
                **end,
                interval="1d",
                auto_adjust=adjusted,
                actions=True,
                timeout=self.timeout_seconds,
                raise_errors=True,
            )
        return frame, (ticker.history_metadata or {}).get("currency")

    def _rows(self, yfinance: Any, instrument: str, start: date) -> YahooRows:
        """One instrument's rows up to today: what was traded follows from all splits since."""
        from trimtab.feeds._yahoo_market import rows_of_frame

        symbol = self.symbols.get(instrument) or _symbol(instrument)
        try:
            frame, named = self._told(yfinance, symbol, start)
            currency = named if len(frame["Close"]) else ""
            if currency is not None:
                return rows_of_frame(instrument, quote_currency(instrument, currency), frame)
        except Exception as error:  # yfinance lets errors of its HTTP and JSON libraries through
            raise _failure(instrument, symbol, error) from error
        raise _failure(instrument, symbol, "the answer names no currency")

    def _actions_of(
        self, yfinance: Any, instrument: str, since: date, until: date
    ) -> list[CorporateAction]:
        symbol = self.symbols.get(instrument) or _symbol(instrument)
        try:
            frame, named = self._told(yfinance, symbol, since)
            paid = {stamp.date(): float(each) for stamp, each in frame["Dividends"].items()}
            split = {stamp.date(): float(each) for stamp, each in frame["Stock Splits"].items()}
            currency = named if paid else ""
        except Exception as error:  # yfinance lets errors of its HTTP and JSON libraries through
            raise _failure(instrument, symbol, error) from error
        if currency is None:
            raise _failure(instrument, symbol, "the answer names no currency")
        every = actions_of(instrument, paid, split, currency)
        return [one for one in every if since <= one.on <= until]

    def _series(
        self, instruments: Iterable[str], start: date, as_of: date, *, adjusted: bool
    ) -> list[PriceSeries]:
        yfinance = _yfinance()
        found = (
            self._ask(yfinance, name, start, as_of, adjusted=adjusted)
            for name in dict.fromkeys(instruments)
        )
        return [one for one in found if one.dates]

    def _ask(
        self, yfinance: Any, instrument: str, start: date, as_of: date, *, adjusted: bool
    ) -> PriceSeries:
        """One instrument's closes; whatever yfinance raises becomes one clear error."""
        symbol = self.symbols.get(instrument) or _symbol(instrument)
        try:
            frame, named = self._told(yfinance, symbol, start, as_of, adjusted=adjusted)
            closes = {stamp.date(): float(close) for stamp, close in frame["Close"].items()}
            currency = named if closes else ""
        except Exception as error:  # yfinance lets errors of its HTTP and JSON libraries through
            raise _failure(instrument, symbol, error) from error
        if currency is None:
            raise _failure(instrument, symbol, "the answer names no currency")
        return _as_series(instrument, symbol, closes, currency)


def _as_series(
    instrument: str, symbol: str, closes: Mapping[date, float], currency: str
) -> PriceSeries:
    """Yahoo's floats as prices in whole currency units; `nan` is a gap."""
    unit = 0.01 if currency in MINOR_UNITS else 1.0
    in_currency = MINOR_UNITS.get(currency, currency)
    is_rate = quote_currency(instrument, "") != ""
    decimals = RATE_DECIMALS if is_rate else PRICE_DECIMALS
    dates = tuple(sorted(closes))
    texts = tuple(
        f"{closes[on] * unit:.{decimals}f}" if isfinite(closes[on]) else "" for on in dates
    )
    lines = tuple(range(1, len(dates) + 1))
    return PriceSeries(instrument, in_currency, dates, texts, lines, f"Yahoo's answer for {symbol}")


def _symbol(instrument: str) -> str:
    """Yahoo's spelling: `EURUSD=X` for rates, `BRK-B` for classes of shares."""
    if quote_currency(instrument, ""):
        return f"{instrument}=X"
    name, _, share_class = instrument.rpartition(".")
    return f"{name}-{share_class}" if name and share_class in ("A", "B") else instrument


def _failure(instrument: str, symbol: str, reason: str | Exception) -> InputError:
    words = str(reason).strip().split("\n")[0].split(" See http")[0].rstrip(".")
    if isinstance(reason, Exception):
        words = f"{type(reason).__name__}: {words}"
    asked = "" if symbol == instrument else f" for {symbol}"
    return InputError(
        f"Yahoo prices of {instrument}",
        f"no usable answer{asked} ({words})",
        remedy="check the symbol and the connection, or give prices from a file",
    )


def _yfinance() -> Any:
    try:
        import yfinance
    except ImportError:
        raise InputError(
            "Yahoo prices",
            "the yfinance package is not installed",
            remedy='install it with: pip install "trimtab[yahoo]"',
        ) from None
    return yfinance


PLUGIN = Yahoo
