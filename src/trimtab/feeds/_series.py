"""Price series as feeds read them, and the two questions that every feed answers from them.

Prices stay text until somebody asks: only cells on or before `as_of` are ever turned into numbers,
so nothing later can influence an answer, and a file of 20 years is not parsed for the last three.

A cell without a price (empty, `nan`, `null` …) is a gap: `latest` goes back to the last price,
`history` says `nan`.  Errors: `InputError` with file and line for a price that is no number, or
zero, or negative, or beyond what anything costs, and for a number of sessions below one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import nan

from trimtab.model.errors import InputError
from trimtab.model.money import exact
from trimtab.model.snapshots import Price, PriceGap, PriceHistory

__all__ = [
    "GAPS",
    "PRICE_MAX",
    "PRICE_MIN",
    "PriceSeries",
    "history_of",
    "latest_of",
    "price_amount",
    "quote_currency",
]

PRICE_MIN, PRICE_MAX = 1e-12, 1e12
"""No unit of anything costs less or more; beyond, squares of returns are numbers no longer."""
GAPS = frozenset({"", "nan", "na", "n/a", "#n/a", "null", "none", "-"})
CURRENCY_CODES = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR JPY "
    "KRW MXN MYR NOK NZD PHP PLN SEK SGD THB TRY TWD USD ZAR"
)
CURRENCIES = frozenset(CURRENCY_CODES.split())
"""What may stand in the name of a rate; a ticker of six letters is not taken for one."""


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """The closes of one instrument, oldest first.

    Shape: `texts[t]` is the close on `dates[t]` as it was written, in line `lines[t]` of `file`.
    """

    instrument: str
    currency: str
    dates: tuple[date, ...]
    texts: tuple[str, ...]
    lines: tuple[int, ...]
    file: str

    def close(self, at: int) -> float:
        """The close at a position, `nan` where there is none; refuses what `amount` refuses."""
        try:
            close = float(self.texts[at])
        except ValueError:
            close = nan
        if PRICE_MIN <= close <= PRICE_MAX:
            return close
        amount = self.amount(at)
        return nan if amount is None else float(amount)

    def gap(self, at: int) -> PriceGap:
        """The day at a position, which has no price."""
        return PriceGap(self.dates[at], self.texts[at].strip(), self.file, self.lines[at])

    def amount(self, at: int) -> Decimal | None:
        """The close at a position, `None` where there is none.

        Refuses: what is no number, zero, and negative prices.
        """
        if self.texts[at].strip().lower() in GAPS:
            return None
        try:
            return price_amount(self.texts[at], self.instrument, self.dates[at])
        except InputError as error:
            raise error.at(self.file, self.lines[at]) from None


def price_amount(text: str, instrument: str, on: date) -> Decimal:
    """A price as exact number.

    Refuses: what is no number, zero, negative prices, and what nothing costs.
    """
    subject = f"price of {instrument} on {on}"
    amount = exact(text, subject)
    if amount <= 0:
        raise InputError(
            subject,
            f"is {text.strip()}",
            "a price must be above zero",
            "correct it, or leave the cell empty where there was no trade",
        )
    if not PRICE_MIN <= amount <= PRICE_MAX:
        raise InputError(
            subject,
            f"is {float(amount):g}",
            f"a price is from {PRICE_MIN:g} to {PRICE_MAX:g}",
            "correct it, or leave the cell empty where there was no trade",
        )
    return amount


def quote_currency(instrument: str, otherwise: str) -> str:
    """The currency a price is in: dollars for the rate `EURUSD`, else what the feed says."""
    is_rate = instrument[:3] in CURRENCIES and instrument[3:] in CURRENCIES
    return instrument[3:] if is_rate else otherwise


def latest_of(series: Iterable[PriceSeries], as_of: date, source: str) -> dict[str, Price]:
    """The last price of each series on or before `as_of`; absent where there is none."""
    prices: dict[str, Price] = {}
    for one in series:
        upto = bisect_right(one.dates, as_of)
        for at in reversed(range(upto)):
            amount = one.amount(at)
            if amount is not None:
                gap = None if at == upto - 1 else one.gap(upto - 1)
                prices[one.instrument] = Price(
                    one.instrument, amount, one.currency, one.dates[at], source, gap
                )
                break
    return prices


def history_of(
    series: Mapping[str, PriceSeries],
    instruments: Sequence[str],
    as_of: date,
    sessions: int,
    source: str,
) -> PriceHistory:
    """Up to `sessions` closes on or before `as_of`; an unknown instrument is a column of `nan`.

    Refuses: fewer than one session.
    """
    check_sessions(sessions)
    wanted = [series[name] for name in instruments if name in series]
    dates = _last_sessions(wanted, as_of, sessions)
    row_of = {on: row for row, on in enumerate(dates)}
    columns: list[list[float]] = []
    for name in instruments:
        column = [nan] * len(dates)
        if name in series and dates:
            _fill(column, series[name], row_of)
        columns.append(column)
    return PriceHistory(dates, tuple(instruments), tuple(zip(*columns, strict=True)), source)


def check_sessions(sessions: int) -> None:
    """Refuse to look at fewer than one session."""
    if sessions < 1:
        raise InputError("price history", f"{sessions} sessions were asked for", "at least 1")


def _last_sessions(series: Iterable[PriceSeries], as_of: date, sessions: int) -> tuple[date, ...]:
    """The last dates on or before `as_of` on which any of the series has a row."""
    known: set[date] = set()
    for one in series:
        upto = bisect_right(one.dates, as_of)
        known.update(one.dates[max(0, upto - sessions) : upto])
    return tuple(sorted(known)[-sessions:])


def _fill(column: list[float], one: PriceSeries, row_of: Mapping[date, int]) -> None:
    for at, on in enumerate(one.dates):
        row = row_of.get(on)
        if row is not None:
            column[row] = one.close(at)
