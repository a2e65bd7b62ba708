"""Which contract at Interactive Brokers an instrument is, and how it is traded.

A ticker has many contracts (exchanges, companies); only one listed in the United States is taken by
itself.  Where several fit, the owner of the account names the conid, and nothing is guessed.

Errors: `BrokerError` for an ambiguous ticker, `NotExact` for an answer that is not understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trimtab.brokers._exact_json import NotExact, decimal_of, list_of, object_of
from trimtab.model.brokers import BrokerError, BrokerInstrument, Trouble

__all__ = ["Contracts", "Listing", "instrument_of", "listings_of"]


@dataclass(frozen=True, slots=True)
class Listing:
    """One contract of a ticker."""

    conid: int
    company: str
    exchange: str


class Contracts:
    """What is known of contracts: named in the settings, or looked up before."""

    def __init__(self, conids: Mapping[str, int], symbols: Mapping[str, str]) -> None:
        self._conids, self._symbols = dict(conids), symbols
        self._names = {conid: name for name, conid in conids.items()}
        self._ours = {theirs: ours for ours, theirs in symbols.items()}

    def conid(self, instrument: str) -> int | None:
        """The contract of an instrument, if it is known."""
        return self._conids.get(instrument)

    def symbol(self, instrument: str) -> str:
        """IBKR's ticker of an instrument."""
        return self._symbols.get(instrument, instrument)

    def know(self, instrument: str, conid: int) -> None:
        """Remember a contract."""
        self._conids[instrument] = conid
        self._names[conid] = instrument

    def name_of(self, conid: object, ticker: object) -> str:
        """Our name of a contract, by its conid, or by its ticker where it was never looked up."""
        number = int(decimal_of(conid, "a conid"))
        if number in self._names:
            return self._names[number]
        symbol = ticker if isinstance(ticker, str) and ticker else str(number)
        name = self._ours.get(symbol, symbol)
        # The same ticker on another exchange is another instrument.
        return name if self._conids.get(name, number) == number else f"{name}@{number}"


def listings_of(body: Any, symbol: str) -> list[Listing]:
    """The stocks and funds of a ticker that are listed in the United States, each contract once."""
    found: dict[int, Listing] = {}
    for company in list_of(object_of(body, "the stocks").get(symbol, []), f"stocks of {symbol}"):
        shown = object_of(company, f"a company of {symbol}")
        if shown.get("assetClass") != "STK":
            continue
        for one in list_of(shown.get("contracts"), f"contracts of {symbol}"):
            contract = object_of(one, f"a contract of {symbol}")
            if contract.get("isUS") is True:
                conid = int(decimal_of(contract.get("conid"), f"a conid of {symbol}"))
                listing = Listing(conid, str(shown.get("name")), str(contract.get("exchange")))
                found[conid] = listing
    return list(found.values())


def only(listings: Sequence[Listing], instrument: str) -> Listing | None:
    """The one contract; none where there is none.

    Refuses: several.
    """
    if len(listings) > 1:
        shown = ", ".join(f"{one.conid} ({one.company}, {one.exchange})" for one in listings)
        raise BrokerError(
            Trouble.PERMISSION,
            f"the contract of {instrument} at IBKR",
            f"{len(listings)} fit: {shown}",
            "one has to be meant",
            "name it under conids in the broker's settings",
        )
    return listings[0] if listings else None


def instrument_of(body: Any, instrument: str, conid: int, account: str) -> BrokerInstrument:
    """An instrument by its trading rules; fractions are not ordered over this interface."""
    rules = object_of(body, f"the rules of {instrument}")
    if isinstance(rules.get("error"), str):
        raise NotExact(f"the rules of {instrument} are not there: {rules['error']}")
    step = decimal_of(rules.get("sizeIncrement") or 1, f"the sizeIncrement of {instrument}")
    price_step = decimal_of(rules.get("increment") or Decimal("0.01"), f"increment of {instrument}")
    accounts = list_of(rules.get("canTradeAcctIds"), f"canTradeAcctIds of {instrument}")
    currency = rules.get("cashCcy")
    return BrokerInstrument(
        instrument=instrument,
        broker_id=str(conid),
        currency=currency if isinstance(currency, str) and currency else "USD",
        quantity_step=max(step, Decimal(1)),
        minimum=max(step, Decimal(1)),
        price_step=price_step,
        tradable=account in accounts,
    )
