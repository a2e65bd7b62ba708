"""Interactive Brokers' live bid and ask: snapshots of market data, as a `QuoteFeed`.

The first look at a contract only begins its data; it is looked at again until both sides are there.
Only data in real time counts: delayed or frozen prices come with a fresh time, and would pass for
new.  A side without an order makes no quote, and neither do sides that cross.

Errors: `BrokerError` where IBKR cannot be asked or answers something else than quotes.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from trimtab.brokers._exact_json import decimal_of, list_of, object_of
from trimtab.brokers._ibkr_rest import IbkrRest
from trimtab.brokers._reading import Reader
from trimtab.model.brokers import Quote
from trimtab.model.money import ZERO

__all__ = ["IbkrQuotes"]

PATH = "/iserver/marketdata/snapshot"
BID, ASK, AVAILABILITY, UPDATED = "84", "86", "6509", "_updated"
REAL_TIME = "R"
LOOKS_MAX = 6
LOOK_PAUSE_SECONDS = 0.5
CONTRACTS_MAX = 50
AHEAD_MAX = timedelta(seconds=5)
"""The market moves while the answer travels: so much later than asked still counts as then."""


class IbkrQuotes:
    """The last quote of each contract."""

    def __init__(self, reader: Reader, rest: IbkrRest, sleep: Callable[[float], None]) -> None:
        self._reader, self._rest, self._sleep = reader, rest, sleep

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quotes, which are those of now: one that is later than `at` is left out."""
        names = dict.fromkeys(instruments)
        known = {conid: name for name in names if (conid := self._rest.conid(name)) is not None}
        conids = sorted(known)
        found: dict[str, Quote] = {}
        for first in range(0, len(conids), CONTRACTS_MAX):
            some = {conid: known[conid] for conid in conids[first : first + CONTRACTS_MAX]}
            for quote in self._asked(some):
                if quote.at <= at + AHEAD_MAX:
                    found[quote.instrument] = quote
        return found

    def _asked(self, known: dict[int, str]) -> list[Quote]:
        asked = {
            "conids": ",".join(map(str, known)),
            "fields": f"{BID},{ASK},{AVAILABILITY}",
        }
        found: list[Quote] = []
        for look in range(LOOKS_MAX):
            if look:
                self._sleep(LOOK_PAUSE_SECONDS)
            found = self._reader.ask(PATH, lambda body: _quotes_of(body, known), asked)
            if len(found) == len(known):
                break
        return found


def _quotes_of(body: Any, known: dict[int, str]) -> list[Quote]:
    found = []
    for one in list_of(body, "the snapshot"):
        shown = object_of(one, "a contract's snapshot")
        conid = int(decimal_of(shown.get("conid"), "a conid"))
        if conid not in known or not str(shown.get(AVAILABILITY, "")).startswith(REAL_TIME):
            continue
        if not all(shown.get(field) for field in (BID, ASK, UPDATED)):
            continue
        name = known[conid]
        bid = decimal_of(shown[BID], f"the bid of {name}")
        ask = decimal_of(shown[ASK], f"the ask of {name}")
        milliseconds = int(decimal_of(shown[UPDATED], f"the time of {name}"))
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
        if ZERO < bid <= ask:
            found.append(Quote(name, bid, ask, at, source="IBKR"))
    return found
