"""Dukascopy over FIX 4.4: currency pairs, 16 orders a second, one session to trade, one for prices.

Its reports tell running totals, so executions are worked out from their differences; the numbers of
a session start again at every logon, so that every logon is a gap; it tells the account's money and
positions by messages of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_profiles import DUKASCOPY, Sequence
from trimtab.brokers._fix_quotes import FixQuotes
from trimtab.brokers._fix_session import SessionPlan
from trimtab.brokers._fix_terms import FixTerms
from trimtab.brokers.fix import Fix, session_plan

__all__ = ["Dukascopy"]

PAIR = re.compile(r"[A-Z]{3}/[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Dukascopy:
    """One account at Dukascopy.

    `trading` and `data` are the names of its two sessions, `data` empty where no prices are wanted;
    `symbols` gives the pair (EUR/USD) where an instrument is called otherwise.
    """

    account: str
    host: str
    port: int
    trading: str
    target: str
    folder: str
    data: str = ""
    data_port: int = 0
    tls: bool = True
    currency: str = "USD"
    symbols: Mapping[str, str] = field(default_factory=dict)

    def connect(self, wiring: Wiring) -> FixBroker:
        """The account, not opened yet; its secrets are `username` and `password`."""
        prices = self._quotes(wiring)
        return FixBroker(self._terms(wiring), self._plan(wiring), wiring, prices=prices)

    def _quotes(self, wiring: Wiring) -> FixQuotes | None:
        """The session for prices, not opened yet; none where the settings name none."""
        if not self.data:
            return None
        port = self.data_port or self.port
        plan = replace(self._plan(wiring), sender=self.data, port=port, prices=True)
        return FixQuotes(self._terms(wiring), plan, wiring)

    def _plan(self, wiring: Wiring) -> SessionPlan:
        settings = Fix(
            self.account,
            self.host,
            self.port,
            self.trading,
            self.target,
            self.folder,
            tls=self.tls,
            sequence=Sequence.LOGON,
        )
        return session_plan(settings, DUKASCOPY, wiring)

    def _terms(self, wiring: Wiring) -> FixTerms:
        def is_pair(name: str) -> bool:
            return PAIR.fullmatch(self.symbols.get(name, name)) is not None

        return FixTerms(self.account, self.currency, self.symbols, is_pair, custody=wiring.custody)


EXAMPLE = Dukascopy("DK1", "127.0.0.1", 9882, "TRIMTAB", "DUKASCOPYFIX", "fix", tls=False)
PLUGIN = Dukascopy
