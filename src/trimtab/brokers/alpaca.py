"""Alpaca: settings of an account at its trading API, and how it is reached.

REST for orders and the account, a websocket for what happens to orders.  The same code speaks to
Alpaca's paper accounts and to any server that speaks its API, ours among them.

Errors: `InputError` for a secret that is not there and an address without TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._alpaca_quotes import AlpacaQuotes
from trimtab.brokers._alpaca_rest import AlpacaRest
from trimtab.brokers._alpaca_stream import StreamLimits, TradeStream
from trimtab.brokers._alpaca_words import Names
from trimtab.brokers._base import Wiring
from trimtab.brokers._http import Http
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import Capabilities

__all__ = ["Alpaca", "AlpacaBroker", "account_of"]

PAPER_ADDRESS = "https://paper-api.alpaca.markets"
LIVE_ADDRESS = "https://api.alpaca.markets"
DATA_ADDRESS = "https://data.alpaca.markets"


@dataclass(frozen=True, slots=True)
class Alpaca:
    """One account at Alpaca.

    `account` is its number, as the dashboard shows it; `address` and `data_address` other servers
    that speak the same API; `exchanges` whose quotes are shown (`iex`, or `sip` with a
    subscription); `symbols` gives Alpaca's name where it differs from the instrument's id.
    Unit: `requests_per_minute` as Alpaca allows the account.
    """

    account: str
    paper: bool = True
    address: str = ""
    data_address: str = DATA_ADDRESS
    exchanges: str = "iex"
    stream: bool = True
    requests_per_minute: int = 200
    symbols: Mapping[str, str] = field(default_factory=dict)

    def connect(self, wiring: Wiring) -> AlpacaBroker:
        """The account, not opened yet; its secrets are `key` and `secret`."""
        return account_of(self, wiring, StreamLimits())

    def quotes(self, wiring: Wiring) -> AlpacaQuotes:
        """Live bid and ask, with the same secrets."""
        http = _http("Alpaca data", self.data_address, wiring)
        names, rate = Names(self.symbols), _rate("alpaca data", self.requests_per_minute)
        return AlpacaQuotes(http, rate, names, self.exchanges)


def account_of(settings: Alpaca, wiring: Wiring, stream_limits: StreamLimits) -> AlpacaBroker:
    """The account of these settings, not opened yet."""
    address = settings.address or (PAPER_ADDRESS if settings.paper else LIVE_ADDRESS)
    http = _http("Alpaca", address, wiring)
    rate = _rate(f"alpaca {settings.account}", settings.requests_per_minute)
    rest = AlpacaRest(http, rate, Names(settings.symbols), settings.account)
    stream = None
    if settings.stream:
        where = f"ws{http.base.removeprefix('http')}/stream"
        keys = wiring.secret("key"), wiring.secret("secret")
        stream = TradeStream(where, *keys, wiring.clock, stream_limits)
    can = Capabilities(
        notional=True,
        fractional=True,
        replace=True,
        stream=settings.stream,
        writes_per_second=Decimal(settings.requests_per_minute) / 60,
        reads_per_minute=settings.requests_per_minute,
    )
    return AlpacaBroker(settings.account, can, rest, stream, wiring.clock, wiring.sleep)


def _http(name: str, address: str, wiring: Wiring) -> Http:
    key, secret = wiring.secret("key"), wiring.secret("secret")
    return Http(
        name,
        address,
        sign=lambda _, __: {
            "APCA-API-KEY-ID": key.reveal(),
            "APCA-API-SECRET-KEY": secret.reveal(),
        },
        secrets=(key, secret),
        pace=wiring.pace,
        clock=wiring.clock,
        sleep=wiring.sleep,
        transport=wiring.transport,
    )


def _rate(name: str, requests_per_minute: int) -> Rate:
    """Half at once and half over the minute: no minute ever has more than is allowed."""
    half = max(requests_per_minute // 2, 1)
    return Rate(name, half / 60, half)


EXAMPLE = Alpaca("PA3TEST")
PLUGIN = Alpaca
