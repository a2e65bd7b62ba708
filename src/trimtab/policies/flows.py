"""Rebalance with flows alone: new money to the underweight, money out with the least tax.

For households whose deposits and withdrawals are large beside their drift, and for those who will
not realise a gain to rebalance.
Source: Jaconetti, Kinniry and Zilbering (2010), Vanguard, "Best practices for portfolio
rebalancing": redirect dividends, interest and flows before anything is sold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.proposals import Proposal
from trimtab.policies._base import Look, hold
from trimtab.policies._duties import duties_of, only_duties
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Flows"]


@dataclass(frozen=True, slots=True)
class Flows:
    """Deposits buy the underweight, withdrawals sell the least-taxed lots, nothing else moves."""

    name: ClassVar[str] = "flows"

    def may_act(self, look: Look) -> bool:
        """Never, duties aside."""
        return False

    def propose(self, situation: Situation) -> Proposal:
        """Nothing but the duties."""
        if duties_of(situation).any:
            return only_duties(situation, "")
        return hold(situation, "there is no deposit or withdrawal to rebalance with", "policy")


PLUGIN = Flows
