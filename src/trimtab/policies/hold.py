"""Buy and hold: never rebalance, only meet what must be met.

The yardstick for every other policy, and what a household does that never looks.
Source: Perold and Sharpe (1988), "Dynamic Strategies for Asset Allocation", buy-and-hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.proposals import Proposal
from trimtab.policies._base import Look
from trimtab.policies._duties import only_duties
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Hold"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Meets withdrawals, reserves and restrictions; `invest_deposits` places new money."""

    name: ClassVar[str] = "hold"
    invest_deposits: bool = True

    def may_act(self, look: Look) -> bool:
        """Never, duties aside."""
        return False

    def propose(self, situation: Situation) -> Proposal:
        """Nothing but the duties."""
        reason = "this policy never rebalances"
        return only_duties(situation, reason, "policy", invest_deposits=self.invest_deposits)


PLUGIN = Hold
