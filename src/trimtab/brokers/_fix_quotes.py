"""Best bid and ask over a FIX session of its own, as the port `QuoteFeed`.

Errors: `BrokerError` where the session cannot be reached; a price that cannot be read is left out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Condition

from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_session import Hearer, QuickFixLine, SessionPlan, Wire
from trimtab.brokers._fix_terms import FixLimits, FixTerms
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import Kind, quotes_question
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import BrokerError, Quote, Trouble
from trimtab.model.money import ZERO

__all__ = ["FixQuotes", "quote_of"]

BID, ASK = "0", "1"


def quote_of(message: Message, instrument: str, currency: str) -> Quote:
    """The best bid and ask of a snapshot.

    Refuses: one side alone, a price that is not above zero, a bid above the ask.
    """
    kinds, prices = message.every(Tag.ENTRY_TYPE), message.every(Tag.ENTRY_PX)
    if len(kinds) != len(prices):
        raise Malformed(f"a snapshot has {len(kinds)} entries and {len(prices)} prices")
    sides = {
        kind: Message(((Tag.ENTRY_PX, price),)).amount(Tag.ENTRY_PX)
        for kind, price in zip(kinds, prices, strict=True)
    }
    bid, ask = sides.get(BID, ZERO), sides.get(ASK, ZERO)
    if not ZERO < bid <= ask:
        raise Malformed(f"a snapshot bids {bid} and asks {ask}")
    return Quote(instrument, bid, ask, message.time(Tag.SENDING_TIME), currency, source="FIX")


class FixQuotes:
    """The prices of one session, which is opened when it is first asked.

    An instrument is subscribed to when it is first asked for.
    """

    def __init__(
        self,
        terms: FixTerms,
        plan: SessionPlan,
        wiring: Wiring,
        limits: FixLimits | None = None,
        wire: Callable[[SessionPlan, Hearer], Wire] = QuickFixLine,
    ) -> None:
        self._terms, self._plan, self._pace = terms, plan, wiring.pace
        self._limits = limits or FixLimits()
        name = f"{plan.profile.name} {plan.sender} logons"
        self._rate = Rate(name, plan.profile.logons_per_minute / 60, 2)
        self._changed = Condition()
        self._last: dict[str, Quote] = {}
        self._wanted: set[str] = set()
        self._requests = 0
        self._is_up, self._why, self._is_open = False, "", False
        self._wire = wire(plan, self)

    def open(self) -> None:
        """Log on.

        Refuses: a logon that the broker does not take.
        """
        self._pace.wait([self._rate], self._limits.logon)
        self._wire.start()
        with self._changed:
            self._changed.wait_for(lambda: self._is_up or bool(self._why), self._limits.logon)
            up, why = self._is_up, self._why
        if not up:
            self._wire.stop()
            raise self._unavailable(why or f"no logon within {self._limits.logon:g} seconds")
        self._is_open = True

    def close(self) -> None:
        """Log out."""
        self._wire.stop()
        self._is_open = False

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last quote of each instrument not after `at`; absent where there is none."""
        if not self._is_open:
            self.open()
        with self._changed:
            fresh = [one for one in instruments if one not in self._wanted]
        if fresh:
            self._subscribe(fresh)
        with self._changed:
            self._changed.wait_for(
                lambda: all(one in self._last for one in fresh), self._limits.answer
            )
            known = ((one, self._last.get(one)) for one in instruments)
            return {one: quote for one, quote in known if quote is not None and quote.at <= at}

    def on_up(self) -> None:
        """Logged on; what was subscribed before a cut is asked for anew."""
        with self._changed:
            self._is_up, self._why = True, ""
            self._wanted.clear()
            self._changed.notify_all()

    def on_down(self, why: str) -> None:
        """Cut: the last quotes keep their times, so that their age tells."""
        with self._changed:
            self._is_up, self._why = False, why or "the session was cut"
            self._changed.notify_all()

    def on_gap(self, why: str) -> None:
        """Prices are whole each time: what was missed does not matter."""

    def on_sending(self, message: Message) -> bool:
        """A subscription of an earlier connection is not repeated by the session."""
        return message.get(Tag.POSS_DUP) != "Y"

    def on_message(self, message: Message) -> None:
        """Take a snapshot in; one that cannot be read changes nothing."""
        if message.kind != Kind.SNAPSHOT:
            return
        name = self._terms.instrument(message.get(Tag.SYMBOL))
        try:
            quote = quote_of(message, name, self._terms.currency)
        except Malformed:
            return
        with self._changed:
            self._last[name] = quote
            self._changed.notify_all()

    def _subscribe(self, instruments: Sequence[str]) -> None:
        self._requests += 1
        symbols = [self._terms.symbol(one) for one in instruments]
        if not self._wire.send(quotes_question(symbols, f"m{self._requests}")):
            raise self._unavailable(self._why or "the session is not logged on")
        with self._changed:
            self._wanted.update(instruments)

    def _unavailable(self, why: str) -> BrokerError:
        subject = f"{self._plan.profile.name}, prices of session {self._plan.sender}"
        return BrokerError(Trouble.UNAVAILABLE, subject, why)
