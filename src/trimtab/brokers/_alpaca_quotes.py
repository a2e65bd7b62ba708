"""Alpaca's live bid and ask, as a `QuoteFeed`.

Without a subscription Alpaca shows one exchange (`iex`), whose spread is wider than the market's;
`sip` is all of them.  A side without an order makes no quote, and neither do sides that cross.

Errors: `BrokerError` where Alpaca cannot be asked or answers something else than quotes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from trimtab.brokers._alpaca_words import Names
from trimtab.brokers._exact_json import NotExact, decimal_of, moment_of, object_of
from trimtab.brokers._http import Http
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import BrokerError, Quote, Trouble
from trimtab.model.money import ZERO

__all__ = ["AlpacaQuotes"]

SYMBOLS_MAX = 100
AHEAD_MAX = timedelta(seconds=5)
"""The market moves while the answer travels: so much later than asked still counts as then."""
PATH = "/v2/stocks/quotes/latest"


class AlpacaQuotes:
    """The last quote of each instrument; `exchanges` is `iex`, `sip` or `delayed_sip`."""

    def __init__(self, http: Http, rate: Rate, names: Names, exchanges: str) -> None:
        self._http, self._rates, self._names = http, (rate,), names
        self._exchanges = exchanges

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quotes, which are those of now: one that is later than `at` is left out."""
        wanted = tuple(dict.fromkeys(instruments))
        found: dict[str, Quote] = {}
        for first in range(0, len(wanted), SYMBOLS_MAX):
            for quote in self._asked(wanted[first : first + SYMBOLS_MAX]):
                is_sound = ZERO < quote.bid <= quote.ask
                if is_sound and quote.at <= at + AHEAD_MAX:
                    found[quote.instrument] = replace(quote, at=min(quote.at, at))
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _asked(self, instruments: Sequence[str]) -> list[Quote]:
        symbols = [self._names.symbol(name) for name in instruments]
        params = {"symbols": ",".join(symbols), "feed": self._exchanges}
        answer = self._http.read(PATH, params, rates=self._rates)
        try:
            listed = object_of(object_of(answer.body, "the answer").get("quotes"), "the quotes")
            return [
                self._quote(name, listed[symbol])
                for name, symbol in zip(instruments, symbols, strict=True)
                if symbol in listed
            ]
        except NotExact as error:
            subject = f"{self._http.name}, GET {PATH}"
            raise BrokerError(Trouble.UNREADABLE, subject, self._http.clean(str(error))) from None

    def _quote(self, instrument: str, value: object) -> Quote:
        quote = object_of(value, f"the quote of {instrument}")
        return Quote(
            instrument=instrument,
            bid=decimal_of(quote.get("bp"), f"the bid of {instrument}"),
            ask=decimal_of(quote.get("ap"), f"the ask of {instrument}"),
            at=moment_of(quote.get("t"), f"the time of {instrument}"),
            bid_size=decimal_of(quote.get("bs", 0), f"the bid size of {instrument}"),
            ask_size=decimal_of(quote.get("as", 0), f"the ask size of {instrument}"),
            source=f"Alpaca, {self._exchanges}",
        )
