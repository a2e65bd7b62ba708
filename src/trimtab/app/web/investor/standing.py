"""The home screen's one sentence and its one button, and the cash that lies idle.

The sentence says what the mandate's own policy comes to; it advises nothing.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.status import Status
from trimtab.cycle.flows import FLOW_HORIZON_DAYS, flows_due
from trimtab.model.live import ApprovalRequest
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Decision, Verdict

__all__ = ["IdleCash", "Sentence", "idle_cash_of", "sentence_of"]

CALM = "All inside the bands. Nothing to do."


@dataclass(frozen=True, slots=True)
class Sentence:
    """What there is to do, and the button for it; `place` is the screen that it leads to."""

    words: str
    is_calm: bool
    button: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class IdleCash:
    """Cash beyond what the mandate wants, keeps or needs soon.

    Unit: base currency; `wanted` what stays as cash, `needed` what is due within the horizon.
    """

    cash: Decimal
    wanted: Decimal
    needed: Decimal
    least: Decimal
    horizon: int = FLOW_HORIZON_DAYS
    """Days ahead in which dated needs count."""

    @property
    def idle(self) -> Decimal:
        """What is neither wanted as cash nor needed soon."""
        return max(ZERO, self.cash - self.wanted - self.needed)

    @property
    def is_worth_a_trade(self) -> bool:
        """Whether it is as much as the mandate's least trade."""
        return self.idle >= max(self.least, Decimal(1))


def idle_cash_of(status: Status, mandate: Mandate) -> IdleCash:
    """The cash that lies idle."""
    reserve = max(mandate.cash.reserve, total(mandate.cash.account_reserve.values()))
    wanted = max(status.cash_wanted * status.value, reserve)
    due = flows_due(mandate, status.as_of)
    needed = -total(flow.amount for flow in due if flow.amount < ZERO)
    trading = mandate.trading
    least = max(trading.minimum_trade, trading.minimum_trade_fraction * status.value)
    return IdleCash(status.cash, wanted, needed, least)


def sentence_of(
    status: Status, decision: Decision, waiting: Sequence[ApprovalRequest] = ()
) -> Sentence:
    """What there is to do, in one sentence; a question that waits for people comes first."""
    outside = [one.name for one in status.targets if one.is_out]
    trades = () if decision.plan is None else decision.plan.trades
    count = f"{len(trades)} trade{'' if len(trades) == 1 else 's'}"
    if waiting:
        return Sentence("A plan waits for your word.", False, "Look at the proposal", "/proposal")
    match decision.verdict:
        case Verdict.HOLD if not outside:
            return Sentence(CALM, True)
        case Verdict.HOLD:
            words = f"{_outside(outside)}; {decision.proposal.reason}."
            return Sentence(words, False, "See why nothing is traded", "/proposal")
        case Verdict.REFUSED | Verdict.INFEASIBLE:
            return Sentence(decision.sentence, False, "See what stands in the way", "/proposal")
    if outside:
        words = f"{_outside(outside)}: a plan of {count} follows from the mandate."
    else:
        words = f"All inside the bands; a plan of {count} follows from the mandate all the same."
    return Sentence(words, False, f"Look at the {count}", "/proposal")


def _outside(names: Sequence[str]) -> str:
    *most, last = names
    if not most:
        words = f"{last} is outside its band"
    else:
        words = f"{', '.join(most)} and {last} are outside their bands"
    return f"{words[:1].upper()}{words[1:]}"
