"""Interactive Brokers: settings of an account that its gateway reaches.

A person logs in at the gateway; this keeps the session alive and trades over it.  The settings load
without the packages of the extra `live`; connecting needs them.

Errors: `InputError` for a package that is not there, and an address without TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trimtab.brokers._base import Wiring, missing

if TYPE_CHECKING:
    from trimtab.brokers._ibkr_broker import IbkrBroker

__all__ = ["Ibkr"]

GATEWAY = "https://localhost:5000/v1/api"


@dataclass(frozen=True, slots=True)
class Ibkr:
    """One account at Interactive Brokers, reached through its gateway.

    `certificate` is the file of the gateway's own certificate, `compete` takes the session from
    another program of the same user, `confirm` are message ids of questions that the owner allows
    to be answered with yes beside the built-in rules; `conids` and `symbols` name contracts whose
    ticker is ambiguous or differs.
    """

    account: str
    address: str = GATEWAY
    certificate: str = ""
    compete: bool = False
    requests_per_second: int = 10
    confirm: tuple[str, ...] = ()
    conids: Mapping[str, int] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)

    def connect(self, wiring: Wiring) -> "IbkrBroker":
        """The account, not opened yet; it has no secrets: the gateway holds the session."""
        try:
            from trimtab.brokers._ibkr_broker import IbkrBroker
        except ModuleNotFoundError as error:
            raise missing("Interactive Brokers", error) from None
        return IbkrBroker(self, wiring)


EXAMPLE = Ibkr("DU123456")
PLUGIN = Ibkr
