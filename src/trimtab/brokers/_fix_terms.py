"""What is settled of an account and its FIX session beforehand, and why a logon is refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from trimtab.brokers._fix_session import SessionPlan
from trimtab.model.brokers import BrokerError, BrokerState, Trouble

__all__ = ["FixLimits", "FixTerms", "logon_refused"]

TROUBLES: Sequence[tuple[re.Pattern[str], Trouble, str]] = (
    (
        re.compile("seq", re.IGNORECASE),
        Trouble.UNAVAILABLE,
        'agree with the broker on the numbers; `sequence = "logon"` starts both at one',
    ),
    (
        re.compile("sendingtime|accuracy|clock", re.IGNORECASE),
        Trouble.CLOCK,
        "set this machine's clock",
    ),
    (
        re.compile("user|passw|auth|credential|log.?in|logon|compid", re.IGNORECASE),
        Trouble.CREDENTIALS,
        "check the names and the password of the session",
    ),
)
"""Why a logon is refused, by the words of the refusal."""


@dataclass(frozen=True, slots=True)
class FixLimits:
    """How long is waited for what, in seconds."""

    logon: float = 20.0
    answer: float = 5.0
    turn: float = 5.0
    positions_quiet: float = 1.0
    retry: float = 15.0


@dataclass(frozen=True, slots=True)
class FixTerms:
    """An account and how its instruments are called; `custody` shows it where FIX does not."""

    account: str
    currency: str = "USD"
    symbols: Mapping[str, str] = field(default_factory=dict)
    is_traded: Callable[[str], bool] = lambda _: True
    custody: Callable[[], BrokerState] | None = None

    def symbol(self, instrument: str) -> str:
        """The broker's name of an instrument."""
        return self.symbols.get(instrument, instrument)

    def instrument(self, symbol: str) -> str:
        """Our name of a symbol."""
        return next((ours for ours, theirs in self.symbols.items() if theirs == symbol), symbol)


def logon_refused(plan: SessionPlan, why: str, limits: FixLimits) -> BrokerError:
    """The error of a logon that did not come about, by the words of the refusal."""
    subject = f"{plan.profile.name}, session {plan.sender} to {plan.target}"
    for words, trouble, remedy in TROUBLES:
        if words.search(why):
            return BrokerError(trouble, subject, f"the logon was refused: {why}", "", remedy)
    fact = why or f"no logon within {limits.logon:g} seconds"
    remedy = "check the address, and whether the broker knows this machine's"
    return BrokerError(Trouble.UNAVAILABLE, subject, fact, "", remedy)
