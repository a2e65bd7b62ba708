"""Trade outside a no-trade zone that a model has learned, near the one that control draws.

The model draws the zone; whether and what to trade is decided as `no_trade_zone` decides it, by the
same solver, with the same duties and limits.  Where the model is missing, altered, stale, drifting,
asked about what its training never saw or what has no measured risk, or fails, the rule decides and
a finding says why.  So a
bad model can do no worse than trade at an edge between half and twice as far out as the rule's.
Source: for the zone, `no_trade_zone`; for keeping a learned policy near a trusted one, Garcelon,
Ghavamzadeh, Lazaric and Pirotta (2020), "Conservative Exploration in Reinforcement Learning".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from trimtab.model.findings import Finding, Severity
from trimtab.model.proposals import Proposal
from trimtab.policies._learned_region import ModelInUse, learned_zone
from trimtab.policies._listening import heard_words, listens
from trimtab.policies.harvest import with_losses
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone, propose_in_zone
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Learned"]

FILLED_IN: Mapping[str, bool] = {"filled_in": True}
"""Marks fields that no person sets (`trimtab.plugins`)."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Leaves the household alone inside a learned zone; `learned:NAME` names the promoted model.

    `model` is the name in the registry, `NAME@VERSION` for a version that is not promoted.  The
    application fills in the rest: `in_use` is the model, checked, and `doubts` why there is none or
    why it may not decide.
    Unit: `review_days` sessions between two looks; `risk_aversion` what a variance of one costs,
    the mandate's `costs.drift_aversion` where it is `None`.
    Refuses: what `no_trade_zone` refuses.
    """

    name: ClassVar[str] = "learned"
    model: str = ""
    review_days: int = 21
    risk_aversion: float | None = None
    harvests: bool = True
    in_use: ModelInUse | None = field(default=None, metadata=FILLED_IN)
    doubts: tuple[Finding, ...] = field(default=(), metadata=FILLED_IN)

    def __post_init__(self) -> None:
        NoTradeZone(self.review_days, self.risk_aversion)

    @property
    def rule(self) -> NoTradeZone:
        """What decides where the model may not."""
        return NoTradeZone(self.review_days, self.risk_aversion, harvests=self.harvests)

    def propose(self, situation: Situation) -> Proposal:
        """To the edge of the learned zone from outside, else nothing but the duties."""
        zone = household_zone(situation, self.review_days, self.risk_aversion)
        used = self.in_use
        held = situation.index.instruments
        doubts = self.doubts or (
            (_no_model(self.model),)
            if used is None
            else used.doubts(situation.snapshot.as_of, held, _assumed(situation))
        )
        if doubts or used is None or isinstance(zone, Finding):
            return self._ruled(situation, doubts)
        heard = situation.estimates.heard
        learned, findings = learned_zone(zone, used, heard)
        if learned is None:
            return self._ruled(situation, findings)

        def rule(seen: Situation) -> Proposal:
            return propose_in_zone(seen, learned)

        proposal = with_losses(situation, rule) if self.harvests else rule(situation)
        if heard is not None and listens(used.model):
            proposal = replace(proposal, reason=f"{proposal.reason}; {heard_words(heard)}")
        notes = (*findings, *_hindsight(situation, used))
        return replace(proposal, findings=(*proposal.findings, *notes))

    def _ruled(self, situation: Situation, why: tuple[Finding, ...]) -> Proposal:
        """The rule's decision, with the reasons why the model's is not taken."""
        ruled = self.rule.propose(situation)
        told = tuple(replace(one, message=f"{one.message}; the rule decides") for one in why)
        return replace(ruled, findings=(*ruled.findings, *told))


def _no_model(name: str) -> Finding:
    return Finding(
        "model_missing",
        Severity.WARNING,
        f"model {name}" if name else "model",
        "no model was loaded" if name else "no model is named",
        remedy="write learned:NAME; `trimtab models list` lists the names",
        clause="policy",
    )


def _assumed(situation: Situation) -> tuple[str, ...]:
    """What is held or wanted, and whose risk was assumed for want of prices."""
    problem, index = situation.problem, situation.index
    matters = problem.target > 0.0
    matters[problem.position_instrument[problem.holdings() > 0.0]] = True
    named = zip(index.instruments, matters.tolist(), strict=True)
    return tuple(name for name, it in named if it and name in situation.estimates.assumed)


def _hindsight(situation: Situation, used: ModelInUse) -> tuple[Finding, ...]:
    """A word where the model has seen days after the one it decides on."""
    today = situation.snapshot.as_of
    if today >= used.trained_until:
        return ()
    return (
        Finding(
            "model_hindsight",
            Severity.NOTE,
            f"model {used.label}",
            f"it learned from days up to {used.trained_until}, after {today}: what it shows here "
            "is no evidence",
            clause="policy",
        ),
    )


PLUGIN = Learned
