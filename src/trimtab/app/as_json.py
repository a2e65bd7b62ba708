"""Decisions as JSON, for programs that read what Trimtab says.

Exact amounts and quantities are strings (`"1234.50"`), so that no program rounds them; weights,
rates and the solver's figures are numbers; days are `"2026-03-31"`; what is unknown is `null`.
Keys are only ever added; `schema` changes when one changes its meaning.  The keys are listed in
`docs/guides/your-own-accounts.md`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from trimtab.app.estimates_json import estimates_json
from trimtab.app.json_text import Json, print_json
from trimtab.model.findings import Finding
from trimtab.model.plans import Coverage, Decision, EarlierLoss, LotSale, Plan, Trade
from trimtab.model.proposals import CostParts, Proposal
from trimtab.model.snapshots import Price
from trimtab.model.targets import CurrentTargets
from trimtab.model.taxes import TaxBill

__all__ = [
    "SCHEMA",
    "Json",
    "coverage_json",
    "day_text",
    "decision_json",
    "exact_text",
    "finding_json",
    "price_json",
    "print_json",
    "targets_json",
    "trade_json",
]

SCHEMA = 1


def exact_text(number: Decimal | None) -> str | None:
    """A number with every digit, `null` where it is unknown."""
    return None if number is None else f"{number:f}"


def day_text(day: date | None) -> str | None:
    """A day as `2026-03-31`, `null` where there is none."""
    return None if day is None else day.isoformat()


def price_json(price: Price | None) -> Mapping[str, Json]:
    """The day of a price and who said it; `null` where nobody told."""
    if price is None:
        return {"price_on": None, "price_source": None}
    return {"price_on": day_text(price.on), "price_source": price.source or None}


def decision_json(decision: Decision, prices: Mapping[str, Price] | None = None) -> Json:
    """A decision with its plan, findings and everything that was left alone.

    `prices` are those that it rests on, by instrument.
    """
    return {
        "schema": SCHEMA,
        "cycle_id": decision.cycle_id,
        "as_of": day_text(decision.as_of),
        "verdict": decision.verdict.value,
        "sentence": decision.sentence,
        "proposal": _proposal(decision.proposal),
        "plan": None if decision.plan is None else _plan(decision.plan, prices or {}),
        "findings": [finding_json(finding) for finding in decision.findings],
        "estimates": None if decision.estimates is None else estimates_json(decision.estimates),
        "targets": targets_json(decision.targets),
    }


def targets_json(targets: CurrentTargets | None) -> Json:
    """Stated and current weights of each target; `null` where targets are not re-estimated."""
    if targets is None:
        return None
    return {
        "source": targets.source,
        "reviewed": day_text(targets.reviewed),
        "words": targets.words,
        "stated": {name: float(weight) for name, weight in targets.stated.items()},
        "current": {name: float(weight) for name, weight in targets.weights.items()},
    }


def _proposal(proposal: Proposal) -> Json:
    return {
        "action": proposal.action.value,
        "status": proposal.status.value,
        "reason": proposal.reason,
        "clause": proposal.clause,
        "gap": proposal.gap,
        "conflicts": [conflict.text for conflict in proposal.conflicts],
    }


def _plan(plan: Plan, prices: Mapping[str, Price]) -> Json:
    return {
        "trades": [trade_json(trade, prices.get(trade.instrument)) for trade in plan.trades],
        "tax": exact_text(plan.tax),
        "cost": exact_text(plan.cost),
        "cash_after": {account: exact_text(cash) for account, cash in plan.cash_after.items()},
        "weights_before": dict(plan.weights_before),
        "weights_after": dict(plan.weights_after),
        "before": _parts(plan.before),
        "after": _parts(plan.after),
        "bill_before": _bill(plan.bill_before),
        "bill_after": _bill(plan.bill_after),
        "skipped": [
            {
                "subject": item.subject,
                "reason": item.reason,
                "clause": item.clause,
                "amount": exact_text(item.amount),
            }
            for item in plan.skipped
        ],
        "coverage": None if plan.coverage is None else coverage_json(plan.coverage),
        "bindings": [
            {"clause": item.clause, "text": item.text, "shadow_price": item.shadow_price}
            for item in plan.bindings
        ],
        "gap": plan.gap,
        "earlier_losses": [_earlier_loss(loss) for loss in plan.earlier_losses],
    }


def _earlier_loss(loss: EarlierLoss) -> Json:
    return {
        "lot": loss.lot,
        "account": loss.account,
        "instrument": loss.instrument,
        "sold": day_text(loss.sold),
        "term": loss.term.value,
        "disallowed": exact_text(loss.disallowed),
        "permanent": loss.permanent,
        "bought_in": loss.buyer,
        "bought": loss.bought,
    }


def trade_json(trade: Trade, price: Price | None = None) -> Json:
    """One trade with its lots, cost, tax, clause and reason, and where its price comes from."""
    return {
        "id": trade.id,
        "account": trade.account,
        "instrument": trade.instrument,
        "side": trade.side.value,
        "quantity": exact_text(trade.quantity),
        "price": exact_text(trade.price),
        **price_json(price),
        "amount": exact_text(trade.amount),
        "tax": exact_text(trade.tax),
        "cost": {
            "spread": exact_text(trade.cost.spread),
            "impact": exact_text(trade.cost.impact),
            "commission": exact_text(trade.cost.commission),
            "total": exact_text(trade.cost.total),
        },
        "clause": trade.clause,
        "reason": trade.reason,
        "lots": [_lot_sale(sale) for sale in trade.lots],
    }


def _lot_sale(sale: LotSale) -> Json:
    return {
        "lot": sale.lot,
        "quantity": exact_text(sale.quantity),
        "proceeds": exact_text(sale.proceeds),
        "basis": exact_text(sale.basis),
        "gain": exact_text(sale.gain),
        "acquired": day_text(sale.acquired),
        "term": sale.term.value if sale.term else None,
        "disallowed": exact_text(sale.disallowed),
    }


def _parts(parts: CostParts) -> Json:
    return {
        "drift": parts.drift,
        "spread": parts.spread,
        "impact": parts.impact,
        "commission": parts.commission,
        "tax": parts.tax,
        "location": parts.location,
        "total": parts.total,
        "tracking_error": parts.tracking_error,
    }


def _bill(bill: TaxBill) -> Json:
    return {
        "tax": exact_text(bill.tax),
        "net_short": exact_text(bill.net_short),
        "net_long": exact_text(bill.net_long),
        "deduction": exact_text(bill.deduction),
        "carry_short": exact_text(bill.carry_short),
        "carry_long": exact_text(bill.carry_long),
        "lines": [
            {"text": line.text, "amount": exact_text(line.amount), "source": line.source}
            for line in bill.lines
        ],
    }


def coverage_json(coverage: Coverage) -> Json:
    """What a wash-sale answer looked at."""
    return {
        "accounts": list(coverage.accounts),
        "not_loaded": list(coverage.not_loaded),
        "from": day_text(coverage.window_from),
        "to": day_text(coverage.window_to),
        "matches": coverage.matches,
        "sentence": coverage.sentence,
    }


def finding_json(finding: Finding) -> Json:
    """One finding."""
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "subject": finding.subject,
        "message": finding.message,
        "actual": finding.actual,
        "bound": finding.bound,
        "remedy": finding.remedy,
        "clause": finding.clause,
    }
