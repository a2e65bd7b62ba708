"""Interactive Brokers over FIX 4.2: orders and executions by its order-routing session.

The session has no account: positions and cash come from the Web API, which the application names as
`custody`.  It starts its numbers again once a day, on both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_profiles import IBKR, Sequence
from trimtab.brokers._fix_terms import FixTerms
from trimtab.brokers.fix import Fix, session_plan

__all__ = ["IbkrFix"]


@dataclass(frozen=True, slots=True)
class IbkrFix:
    """One account at Interactive Brokers, by its FIX session.

    `start` and `end` bound the session's day in UTC, as agreed with the broker.
    """

    account: str
    host: str
    port: int
    sender: str
    folder: str
    target: str = "IB"
    tls: bool = True
    signs_on: bool = False
    start: str = "00:00:00"
    end: str = "00:00:00"
    symbols: Mapping[str, str] = field(default_factory=dict)

    def connect(self, wiring: Wiring) -> FixBroker:
        """The account, not opened yet; the wiring's `custody` shows its cash and positions."""
        settings = Fix(
            self.account,
            self.host,
            self.port,
            self.sender,
            self.target,
            self.folder,
            "4.2",
            self.tls,
            self.signs_on,
            Sequence.DAILY,
            self.start,
            self.end,
        )
        plan = session_plan(settings, IBKR, wiring)
        return FixBroker(
            FixTerms(self.account, "USD", self.symbols, custody=wiring.custody), plan, wiring
        )


EXAMPLE = IbkrFix("U1", "127.0.0.1", 9881, "TRIMTAB", "fix", tls=False)
PLUGIN = IbkrFix
