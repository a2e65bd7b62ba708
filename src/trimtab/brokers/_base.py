"""What every kind of broker is: settings without secrets, and a way to reach one account.

The settings stand in a file; secrets, clock and pace are given by the application when it connects.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.model.brokers import BrokerState
from trimtab.model.errors import InputError
from trimtab.ports import Broker

if TYPE_CHECKING:
    import httpx

__all__ = ["BrokerKind", "Wiring", "missing"]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application gives to a broker.

    `secret` answers a secret by its name within the broker ("key", "token") and refuses with
    `InputError` where there is none; `transport` is another network in tests; `custody` shows cash
    and positions where the broker itself does not.
    Unit: `clock` in UTC, `sleep` in seconds.
    """

    secret: Callable[[str], Secret]
    pace: Pace
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    transport: "httpx.BaseTransport | None" = None
    custody: Callable[[], BrokerState] | None = None


class BrokerKind(Protocol):
    """The settings of one account at one broker; a plug-in."""

    def connect(self, wiring: Wiring) -> Broker:
        """The account, not opened yet.

        Refuses: a secret that is not there, an address without TLS.
        """
        ...


def missing(broker: str, error: ModuleNotFoundError) -> InputError:
    """The error for a broker whose package is not installed."""
    fact = f"it needs the package {error.name}, which is not installed"
    return InputError(f"broker {broker}", fact, "", 'pip install "trimtab[live]"')
