"""Saxo: settings of an account at its OpenAPI.

The settings load without the packages of the extra `live`; connecting needs them.

Errors: `InputError` for a package or a token that is not there, and an address without TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trimtab.brokers._base import Wiring, missing

if TYPE_CHECKING:
    from trimtab.brokers._saxo_broker import SaxoBroker

__all__ = ["Saxo"]


@dataclass(frozen=True, slots=True)
class Saxo:
    """One account at Saxo.

    `account` is its id ("192134INET"), `simulation` the free environment, `precheck` asks Saxo
    first what it would say of an order; `symbols` gives Saxo's symbol ("VTI:arcx") of an instrument
    whose ticker is listed on several exchanges.
    """

    account: str
    simulation: bool = True
    address: str = ""
    precheck: bool = False
    symbols: Mapping[str, str] = field(default_factory=dict)

    def connect(self, wiring: Wiring) -> "SaxoBroker":
        """The account, not opened yet; its secret is `token`."""
        try:
            from trimtab.brokers._saxo_broker import SaxoBroker
        except ModuleNotFoundError as error:
            raise missing("Saxo", error) from None
        return SaxoBroker(self, wiring)


EXAMPLE = Saxo("192134INET")
PLUGIN = Saxo
