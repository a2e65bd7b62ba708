"""Saxo's bid and ask, as a `QuoteFeed`.

A price that is delayed is as old as it is delayed, whenever it was sent, so that its age tells.
Prices that are old by Saxo's own word, or of a feed without access, are no quotes; neither are
sides that cross.

Errors: `BrokerError` where Saxo cannot be asked or answers something else than prices.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from trimtab.brokers._exact_json import decimal_of, list_of, moment_of, object_of, text_of
from trimtab.brokers._saxo_rest import SaxoRest
from trimtab.model.brokers import Quote
from trimtab.model.money import ZERO

__all__ = ["SaxoQuotes"]

PATH = "/trade/v1/infoprices/list"
USABLE = frozenset({"Tradable", "Indicative"})
NO_ERROR = frozenset({None, "", "None"})
AHEAD_MAX = timedelta(seconds=5)
"""The market moves while the answer travels: so much later than asked still counts as then."""


class SaxoQuotes:
    """The last quote of each instrument."""

    def __init__(self, rest: SaxoRest) -> None:
        self._rest = rest

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quotes, which are those of now: one that is later than `at` is left out."""
        kinds: dict[str, dict[int, str]] = {}
        for name in dict.fromkeys(instruments):
            uic = self._rest.uic(name)
            if uic is not None:
                kinds.setdefault(uic.asset_type, {})[uic.number] = name
        told = [quote for kind, names in kinds.items() for quote in self._asked(kind, names)]
        return {quote.instrument: quote for quote in told if quote.at <= at + AHEAD_MAX}

    def _asked(self, kind: str, names: dict[int, str]) -> list[Quote]:
        asked = {
            "AccountKey": self._rest.keys().account,
            "AssetType": kind,
            "Uics": ",".join(map(str, names)),
            "FieldGroups": "DisplayAndFormat,Quote",
        }
        return self._rest.ask(PATH, lambda body: list(_quotes_of(body, names)), asked)


def _quotes_of(body: Any, names: dict[int, str]) -> Iterator[Quote]:
    for one in list_of(object_of(body, "the prices").get("Data"), "the prices"):
        shown = object_of(one, "a price")
        number = int(decimal_of(shown.get("Uic"), "a Uic"))
        quote = object_of(shown.get("Quote", {}), f"the quote of {number}")
        kinds = {quote.get("PriceTypeBid"), quote.get("PriceTypeAsk")}
        is_usable = kinds <= USABLE and quote.get("ErrorCode") in NO_ERROR
        if number not in names or not is_usable or not ("Bid" in quote and "Ask" in quote):
            continue
        name = names[number]
        bid = decimal_of(quote["Bid"], f"the bid of {name}")
        ask = decimal_of(quote["Ask"], f"the ask of {name}")
        late = decimal_of(quote.get("DelayedByMinutes", 0), f"the delay of {name}")
        at = moment_of(shown.get("LastUpdated"), f"the time of {name}")
        display = object_of(shown.get("DisplayAndFormat"), f"the display of {name}")
        currency = text_of(display.get("Currency"), f"the currency of {name}")
        if ZERO < bid <= ask:
            yield Quote(name, bid, ask, at - timedelta(minutes=int(late)), currency, source="Saxo")
