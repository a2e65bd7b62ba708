"""Decide: a plan and its findings become a verdict, in one sentence.

Guards run in a fixed order and only add findings; the gravest finding decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Decision, Plan, Verdict
from trimtab.model.proposals import Proposal, ProposalStatus
from trimtab.model.snapshots import Side

__all__ = ["decide"]


def _verdict(
    mandate: Mandate,
    proposal: Proposal,
    plan: Plan | None,
    findings: Sequence[Finding],
    is_edited: bool,
) -> Verdict:
    if proposal.status is ProposalStatus.INFEASIBLE:
        return Verdict.INFEASIBLE
    if plan is None or not plan.trades:
        return Verdict.HOLD
    gravest = max((finding.severity for finding in findings), default=Severity.NOTE)
    if gravest is Severity.REFUSAL:
        return Verdict.REFUSED
    limit = mandate.approval_above
    traded = max(plan.amount(Side.BUY), plan.amount(Side.SELL))
    if is_edited or gravest is Severity.APPROVAL or (limit is not None and traded > limit):
        return Verdict.APPROVAL
    return Verdict.TRADE


def _money(amount: Decimal | float) -> str:
    return f"${amount:,.0f}"


def _trade_words(plan: Plan) -> str:
    accounts = len({trade.account for trade in plan.trades})
    count = len(plan.trades)
    words = f"{count} trade{'s' if count != 1 else ''} in {accounts} "
    words += f"account{'s' if accounts != 1 else ''}"
    one, cost = count == 1, f"{_money(plan.cost)} of trading cost"
    if round(plan.tax) < 0:
        return f"{words} {'saves' if one else 'save'} {_money(-plan.tax)} of tax at {cost}"
    tax = f"{_money(plan.tax)} of" if round(plan.tax) > 0 else "no"
    return f"{words} {'takes' if one else 'take'} {tax} tax and {cost}"


def _gain_words(plan: Plan) -> str:
    before, after = plan.before.tracking_error, plan.after.tracking_error
    benefit = plan.before.total - plan.after.total
    error = f"tracking error goes from {before * 1e4:,.0f} to {after * 1e4:,.0f} bp"
    if benefit > 0:
        return f"{error}; doing nothing would cost {_money(benefit)} more over a year"
    return f"{error}; doing nothing would cost {_money(-benefit)} less over a year"


def _sentence(
    verdict: Verdict, proposal: Proposal, plan: Plan | None, findings: Sequence[Finding]
) -> str:
    match verdict:
        case Verdict.INFEASIBLE:
            return (
                "No set of trades meets the mandate: "
                + "; ".join(map(str, proposal.conflicts))
                + "."
            )
        case Verdict.REFUSED:
            refused = next(f for f in findings if f.severity is Severity.REFUSAL)
            return f"The plan is refused by a guard: {refused}."
        case Verdict.HOLD:
            return f"Nothing to do: {proposal.reason}."
    if plan is None:
        return proposal.reason
    lead = "Waits for approval: " if verdict is Verdict.APPROVAL else ""
    return f"{lead}{_trade_words(plan)}; {_gain_words(plan)}."


def _conflict_findings(proposal: Proposal) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "infeasible",
            Severity.REFUSAL,
            "mandate",
            conflict.text,
            remedy=conflict.remedy or "loosen one of the clauses named, or withdraw less",
            clause=", ".join(conflict.clauses),
        )
        for conflict in proposal.conflicts
    )


def decide(
    cycle_id: str,
    as_of: date,
    mandate: Mandate,
    proposal: Proposal,
    plan: Plan | None,
    findings: Sequence[Finding],
    *,
    is_edited: bool = False,
) -> Decision:
    """The decision: verdict, one sentence, and every finding, the gravest first.

    A plan that a person edited is asked about, whatever its size.
    """
    every = (*findings, *_conflict_findings(proposal))
    ranked = tuple(sorted(every, key=lambda finding: -finding.severity))
    verdict = _verdict(mandate, proposal, plan, ranked, is_edited)
    sentence = _sentence(verdict, proposal, plan, ranked)
    return Decision(cycle_id, as_of, verdict, sentence, proposal, plan, ranked)
