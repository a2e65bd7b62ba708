"""Alpaca: settings of an account at its trading API.

REST for orders and the account, a websocket for what happens to orders.  The same code speaks to
Alpaca's paper accounts and to any server that speaks its API, ours among them.  The settings load
without the packages of the extra `live`; connecting needs them.

Errors: `InputError` for a package or a secret that is not there, and an address without TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trimtab.brokers._base import Wiring, missing

if TYPE_CHECKING:
    from trimtab.brokers._alpaca_broker import AlpacaBroker
    from trimtab.brokers._alpaca_quotes import AlpacaQuotes

__all__ = ["Alpaca"]

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

    def connect(self, wiring: Wiring) -> "AlpacaBroker":
        """The account, not opened yet; its secrets are `key` and `secret`."""
        try:
            from trimtab.brokers import _alpaca_wiring
        except ModuleNotFoundError as error:
            raise missing("Alpaca", error) from None
        return _alpaca_wiring.account_of(self, wiring, _alpaca_wiring.StreamLimits())

    def quotes(self, wiring: Wiring) -> "AlpacaQuotes":
        """Live bid and ask, with the same secrets."""
        try:
            from trimtab.brokers import _alpaca_wiring
        except ModuleNotFoundError as error:
            raise missing("Alpaca", error) from None
        return _alpaca_wiring.quotes_of(self, wiring)


EXAMPLE = Alpaca("PA3TEST")
PLUGIN = Alpaca
