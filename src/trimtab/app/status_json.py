"""Where a household stands as JSON; what all JSON of Trimtab keeps to, `as_json` says.

Errors: none.
"""

from collections.abc import Mapping

from trimtab.app.as_json import (
    SCHEMA,
    Json,
    coverage_json,
    day_text,
    exact_text,
    finding_json,
    price_json,
    targets_json,
)
from trimtab.app.estimates_json import estimates_json
from trimtab.app.status import Status
from trimtab.model.estimates import Estimates

__all__ = ["status_json"]


def status_json(status: Status, estimates: Estimates | None = None) -> Json:
    """Where a household stands, and what is estimated where it could be."""
    return {
        "schema": SCHEMA,
        "as_of": day_text(status.as_of),
        "household": status.name,
        "base_currency": status.base_currency,
        "value": exact_text(status.value),
        "cash": exact_text(status.cash),
        "cash_wanted": float(status.cash_wanted),
        "drift_total": float(status.drift_total),
        "accounts": [
            {
                "id": row.account.id,
                "name": row.account.label,
                "owner": row.account.owner,
                "wrapper": row.account.wrapper.value,
                "value": exact_text(row.value),
                "cash": exact_text(row.cash),
                "weight": float(row.weight),
                "lots": row.lots,
            }
            for row in status.accounts
        ],
        "targets": [
            {
                "name": row.name,
                "instruments": list(row.instruments),
                "value": exact_text(row.value),
                "weight": float(row.weight),
                "actual": float(row.actual),
                "drift": float(row.drift),
                "band": float(row.band),
                "is_out": row.is_out,
            }
            for row in status.targets
        ],
        "targets_current": targets_json(status.current),
        "untargeted": [
            {"instrument": name, "value": exact_text(value), "weight": float(status.weight(value))}
            for name, value in status.untargeted
        ],
        "positions": [
            {
                "account": row.account,
                "instrument": row.instrument,
                "quantity": exact_text(row.quantity),
                "value": exact_text(row.value),
                "price": exact_text(row.price.amount),
                "currency": row.price.currency,
                **price_json(row.price),
            }
            for row in status.positions
        ],
        **_status_events(status),
        "estimates": None if estimates is None else estimates_json(estimates),
    }


def _status_events(status: Status) -> Mapping[str, Json]:
    """What is due, open or found."""
    return {
        "flows": [
            {
                "clause": flow.clause,
                "amount": exact_text(flow.amount),
                "due": day_text(flow.due),
                "account": flow.account,
            }
            for flow in status.flows
        ],
        "losses": [
            {
                "lot": row.lot.id,
                "account": row.lot.account,
                "instrument": row.lot.instrument,
                "value": exact_text(row.value),
                "loss": exact_text(row.loss),
                "fraction": float(row.fraction),
                "term": row.term.value if row.term else None,
                "washed_quantity": exact_text(row.washed_quantity),
            }
            for row in status.losses
        ],
        "near_long_term": [
            {"lot": lot.id, "gain": exact_text(gain), "long_term_from": day_text(first)}
            for lot, gain, first in status.near_long_term
        ],
        "wash_windows": [
            {
                "instrument": row.instrument,
                "account": row.account,
                "on": day_text(row.on),
                "quantity": exact_text(row.quantity),
                "until": day_text(row.until),
                "bars": row.bars,
                "loss": exact_text(row.loss),
                "permanent": row.permanent,
            }
            for row in status.windows
        ],
        "coverage": coverage_json(status.coverage),
        "findings": [finding_json(finding) for finding in status.findings],
    }
