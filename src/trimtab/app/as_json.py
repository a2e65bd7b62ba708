"""Status and decisions as JSON, for programs that read what Trimtab says.

Exact amounts and quantities are strings (`"1234.50"`), so that no program rounds them; weights,
rates and the solver's figures are numbers; days are `"2026-03-31"`; what is unknown is `null`.
Keys are only ever added; `schema` changes when one changes its meaning.  The keys are listed in
`docs/guides/your-own-accounts.md`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from trimtab.app.status import Status
from trimtab.model.findings import Finding
from trimtab.model.plans import Coverage, Decision, EarlierLoss, LotSale, Plan, Trade
from trimtab.model.proposals import CostParts, Proposal
from trimtab.model.taxes import TaxBill

__all__ = [
    "SCHEMA",
    "Json",
    "decision_json",
    "finding_json",
    "print_json",
    "status_json",
    "trade_json",
]

SCHEMA = 1

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def print_json(value: Json) -> None:
    """Print on stdout, indented, in UTF-8 whatever the terminal."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=True)
    sys.stdout.write("\n")


def _exact(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def status_json(status: Status) -> Json:
    """Where a household stands."""
    return {
        "schema": SCHEMA,
        "as_of": _day(status.as_of),
        "household": status.name,
        "base_currency": status.base_currency,
        "value": _exact(status.value),
        "cash": _exact(status.cash),
        "cash_wanted": float(status.cash_wanted),
        "drift_total": float(status.drift_total),
        "accounts": [
            {
                "id": row.account.id,
                "name": row.account.label,
                "owner": row.account.owner,
                "wrapper": row.account.wrapper.value,
                "value": _exact(row.value),
                "cash": _exact(row.cash),
                "weight": float(row.weight),
                "lots": row.lots,
            }
            for row in status.accounts
        ],
        "targets": [
            {
                "name": row.name,
                "instruments": list(row.instruments),
                "value": _exact(row.value),
                "weight": float(row.weight),
                "actual": float(row.actual),
                "drift": float(row.drift),
                "band": float(row.band),
                "is_out": row.is_out,
            }
            for row in status.targets
        ],
        "untargeted": [
            {"instrument": name, "value": _exact(value), "weight": float(status.weight(value))}
            for name, value in status.untargeted
        ],
        **_status_events(status),
    }


def _status_events(status: Status) -> Mapping[str, Json]:
    """What is due, open or found."""
    return {
        "flows": [
            {
                "clause": flow.clause,
                "amount": _exact(flow.amount),
                "due": _day(flow.due),
                "account": flow.account,
            }
            for flow in status.flows
        ],
        "losses": [
            {
                "lot": row.lot.id,
                "account": row.lot.account,
                "instrument": row.lot.instrument,
                "value": _exact(row.value),
                "loss": _exact(row.loss),
                "fraction": float(row.fraction),
                "term": row.term.value if row.term else None,
                "washed_quantity": _exact(row.washed_quantity),
            }
            for row in status.losses
        ],
        "near_long_term": [
            {"lot": lot.id, "gain": _exact(gain), "long_term_from": _day(first)}
            for lot, gain, first in status.near_long_term
        ],
        "wash_windows": [
            {
                "instrument": row.instrument,
                "account": row.account,
                "on": _day(row.on),
                "quantity": _exact(row.quantity),
                "until": _day(row.until),
                "bars": row.bars,
                "loss": _exact(row.loss),
                "permanent": row.permanent,
            }
            for row in status.windows
        ],
        "coverage": _coverage(status.coverage),
        "findings": [finding_json(finding) for finding in status.findings],
    }


def decision_json(decision: Decision) -> Json:
    """A decision with its plan, findings and everything that was left alone."""
    return {
        "schema": SCHEMA,
        "cycle_id": decision.cycle_id,
        "as_of": _day(decision.as_of),
        "verdict": decision.verdict.value,
        "sentence": decision.sentence,
        "proposal": _proposal(decision.proposal),
        "plan": None if decision.plan is None else _plan(decision.plan),
        "findings": [finding_json(finding) for finding in decision.findings],
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


def _plan(plan: Plan) -> Json:
    return {
        "trades": [trade_json(trade) for trade in plan.trades],
        "tax": _exact(plan.tax),
        "cost": _exact(plan.cost),
        "cash_after": {account: _exact(cash) for account, cash in plan.cash_after.items()},
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
                "amount": _exact(item.amount),
            }
            for item in plan.skipped
        ],
        "coverage": None if plan.coverage is None else _coverage(plan.coverage),
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
        "sold": _day(loss.sold),
        "term": loss.term.value,
        "disallowed": _exact(loss.disallowed),
        "permanent": loss.permanent,
        "bought_in": loss.buyer,
        "bought": loss.bought,
    }


def trade_json(trade: Trade) -> Json:
    """One trade with its lots, cost, tax, clause and reason."""
    return {
        "id": trade.id,
        "account": trade.account,
        "instrument": trade.instrument,
        "side": trade.side.value,
        "quantity": _exact(trade.quantity),
        "price": _exact(trade.price),
        "amount": _exact(trade.amount),
        "tax": _exact(trade.tax),
        "cost": {
            "spread": _exact(trade.cost.spread),
            "impact": _exact(trade.cost.impact),
            "commission": _exact(trade.cost.commission),
            "total": _exact(trade.cost.total),
        },
        "clause": trade.clause,
        "reason": trade.reason,
        "lots": [_lot_sale(sale) for sale in trade.lots],
    }


def _lot_sale(sale: LotSale) -> Json:
    return {
        "lot": sale.lot,
        "quantity": _exact(sale.quantity),
        "proceeds": _exact(sale.proceeds),
        "basis": _exact(sale.basis),
        "gain": _exact(sale.gain),
        "acquired": _day(sale.acquired),
        "term": sale.term.value if sale.term else None,
        "disallowed": _exact(sale.disallowed),
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
        "tax": _exact(bill.tax),
        "net_short": _exact(bill.net_short),
        "net_long": _exact(bill.net_long),
        "deduction": _exact(bill.deduction),
        "carry_short": _exact(bill.carry_short),
        "carry_long": _exact(bill.carry_long),
        "lines": [
            {"text": line.text, "amount": _exact(line.amount), "source": line.source}
            for line in bill.lines
        ],
    }


def _coverage(coverage: Coverage) -> Json:
    return {
        "accounts": list(coverage.accounts),
        "not_loaded": list(coverage.not_loaded),
        "from": _day(coverage.window_from),
        "to": _day(coverage.window_to),
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
