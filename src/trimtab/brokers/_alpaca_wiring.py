"""Alpaca's parts put together: one pace, one set of secrets, one network.

Errors: `InputError` for a secret that is not there, and an address without TLS.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._alpaca_quotes import AlpacaQuotes
from trimtab.brokers._alpaca_rest import AlpacaRest
from trimtab.brokers._alpaca_stream import StreamLimits, TradeStream
from trimtab.brokers._alpaca_words import Names
from trimtab.brokers._base import Wiring
from trimtab.brokers._http import Http
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import Capabilities

if TYPE_CHECKING:
    from trimtab.brokers.alpaca import Alpaca

__all__ = ["StreamLimits", "account_of", "quotes_of"]

UNIQUE_DAYS = 1
"""A client order id that was taken is refused (422, "must be unique"); for this long at least."""

PAPER_ADDRESS = "https://paper-api.alpaca.markets"
LIVE_ADDRESS = "https://api.alpaca.markets"


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
        unique_id_days=UNIQUE_DAYS,
        writes_per_second=Decimal(settings.requests_per_minute) / 60,
        reads_per_minute=settings.requests_per_minute,
    )
    return AlpacaBroker(settings.account, can, rest, stream, wiring.clock, wiring.sleep)


def quotes_of(settings: Alpaca, wiring: Wiring) -> AlpacaQuotes:
    """Live bid and ask, with the account's secrets."""
    http = _http("Alpaca data", settings.data_address, wiring)
    rate = _rate("alpaca data", settings.requests_per_minute)
    return AlpacaQuotes(http, rate, Names(settings.symbols), settings.exchanges)


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
