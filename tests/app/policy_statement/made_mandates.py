"""Mandates with two values for every key, so that a test can change one and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.mandate_file.text import NAME_KEY, Toml, mandate_text
from trimtab.app.policy_statement.statement import Statement, statement_of

BASE: dict[str, list[dict[str, Toml]]] = {
    "household": [{"name": "Ana and Ben"}],
    "accounts": [
        {"id": "joint", "wrapper": "taxable"},
        {"id": "ira", "wrapper": "traditional"},
    ],
    "targets": [
        {"name": "stocks", "weight": Decimal("0.6"), "instruments": ["VTI", "ITOT"]},
        {"name": "bonds", "weight": Decimal("0.4"), "instruments": ["BND"]},
    ],
    "target_source": [{"name": "risk_parity"}],
    "tax": [{"ordinary_income": 180000}],
    "flows": [{"name": "roof", "amount": -20000}],
    "liabilities": [{"name": "loan", "amount": 100}],
    "restrictions": [{"name": "range", "kind": "hold_range", "instruments": ["VTI"]}],
    "guards": [{NAME_KEY: "turnover"}],
    "instruments": [{NAME_KEY: "VTI"}, {NAME_KEY: "ACME"}],
}

Change = Mapping[str, Toml]
PAIRS: dict[str, tuple[Change, Change]] = {
    "household.name": ({"name": "Ana"}, {"name": "Ben"}),
    "household.base_currency": ({"base_currency": "USD"}, {"base_currency": "EUR"}),
    "household.not_loaded": ({"not_loaded": ["a 401(k)"]}, {"not_loaded": ["an HSA"]}),
    "household.as_of": ({"as_of": date(2026, 3, 31)}, {"as_of": date(2026, 4, 1)}),
    "accounts.id": ({"id": "joint"}, {"id": "other"}),
    "accounts.name": ({"name": "Joint brokerage"}, {}),
    "accounts.owner": ({"owner": "Ana+Ben"}, {"owner": "Ana"}),
    "accounts.wrapper": ({"wrapper": "roth"}, {"wrapper": "hsa"}),
    "accounts.currency": ({"currency": "EUR"}, {}),
    "accounts.fractional": ({"fractional": True}, {"fractional": False}),
    "accounts.commission": ({"commission": Decimal("4.95")}, {"commission": Decimal("4.94")}),
    "accounts.can_hold": ({"can_hold": ["VTI", "ITOT"]}, {"can_hold": ["VTI"]}),
    "targets.name": ({"name": "stocks"}, {"name": "shares"}),
    "targets.weight": ({"weight": Decimal("0.6")}, {"weight": Decimal("0.599")}),
    "targets.instruments": ({"instruments": ["VTI"]}, {"instruments": ["ITOT"]}),
    "targets.band": ({"band": {"absolute": Decimal("0.02")}}, {}),
    "targets.split": ({"split": "equal"}, {"split": "held"}),
    "target_source.name": ({"name": "risk_parity"}, {"name": "minimum_variance"}),
    "target_source.review_sessions": ({"review_sessions": 21}, {"review_sessions": 22}),
    "target_source.blend": ({"blend": Decimal("0.5")}, {"blend": Decimal("0.4")}),
    "target_source.minimum": ({"minimum": {"bonds": Decimal("0.2")}}, {}),
    "target_source.maximum": ({"maximum": {"bonds": Decimal("0.8")}}, {}),
    "target_source.distance_max": ({"distance_max": Decimal("0.1")}, {}),
    "bands.absolute": ({"absolute": Decimal("0.03")}, {"absolute": Decimal("0.04")}),
    "bands.relative": ({"relative": Decimal("0.1")}, {"relative": Decimal("0.2")}),
    "cash.weight": ({"weight": Decimal("0.0")}, {"weight": Decimal("0.01")}),
    "cash.reserve": ({"reserve": 1000}, {"reserve": 1001}),
    "cash.account_reserve": ({"account_reserve": {"ira": 500}}, {}),
    "flows.amount": ({"amount": 5000}, {"amount": -5000}),
    "flows.due": ({"due": date(2027, 1, 1)}, {}),
    "flows.account": ({"account": "joint"}, {"account": "ira"}),
    "flows.name": ({"name": "roof"}, {"name": "car"}),
    "liabilities.name": ({"name": "loan"}, {"name": "mortgage"}),
    "liabilities.amount": ({"amount": 240000}, {"amount": 240001}),
    "liabilities.due": ({"due": date(2041, 6, 30)}, {}),
    "liabilities.rate": ({"rate": Decimal("0.0325")}, {}),
    "schedule.exchange": ({"exchange": "NYSE"}, {"exchange": "XLON"}),
    "schedule.check": ({"check": "weekly"}, {"check": "monthly"}),
    "schedule.check_days": ({"check_days": ["monday", "friday"]}, {"check_days": ["monday"]}),
    "schedule.check_at": ({"check_at": "10:30"}, {}),
    "schedule.report": ({"report": "monthly"}, {"report": "never"}),
    "schedule.report_day": ({"report_day": "friday"}, {}),
    "schedule.report_at": ({"report_at": "18:00"}, {"report_at": "18:15"}),
    "tax.regime": ({"regime": "none"}, {"regime": "us_federal"}),
    "tax.year": ({"year": 2025}, {"year": 2026}),
    "tax.filing_status": ({"filing_status": "joint"}, {"filing_status": "head"}),
    "tax.ordinary_income": ({"ordinary_income": 100000}, {"ordinary_income": 0}),
    "tax.qualified_dividends": ({"qualified_dividends": 10}, {}),
    "tax.modified_agi": ({"modified_agi": 200000}, {}),
    "tax.short_rate": ({"short_rate": Decimal("0.3")}, {"short_rate": Decimal("0.31")}),
    "tax.long_rate": ({"long_rate": Decimal("0.15")}, {"long_rate": Decimal("0.2")}),
    "tax.state_rate": ({"state_rate": Decimal("0.05")}, {}),
    "tax.state_long_rate": ({"state_long_rate": Decimal("0.04")}, {}),
    "tax.net_investment_income": ({"net_investment_income": 14}, {}),
    "tax.realized_short": ({"realized_short": -7}, {"realized_short": 7}),
    "tax.realized_long": ({"realized_long": Decimal("0.5")}, {}),
    "tax.realized_until": (
        {"realized_until": date(2026, 3, 31)},
        {"realized_until": date(2026, 6, 30)},
    ),
    "tax.carry_short": ({"carry_short": 1}, {}),
    "tax.carry_long": ({"carry_long": 1}, {}),
    "tax.carry_value": ({"carry_value": Decimal("0.6")}, {}),
    "tax.relief": ({"relief": "fifo"}, {"relief": "lifo"}),
    "wash_sales.groups": ({"groups": [["VTI", "VTSAX"]]}, {}),
    "wash_sales.substitutes": ({"substitutes": {"VTI": ["SCHX"]}}, {}),
    "wash_sales.holding": ({"holding": "begin_with_old"}, {"holding": "add_days_held"}),
    "wash_sales.earlier_lots": ({"earlier_lots": True}, {"earlier_lots": False}),
    "wash_sales.sold_earlier": ({"sold_earlier": True}, {"sold_earlier": False}),
    "wash_sales.sold_same_day": ({"sold_same_day": True}, {"sold_same_day": False}),
    "wash_sales.workplace": ({"workplace": True}, {"workplace": False}),
    "harvest.enabled": ({"enabled": True}, {"enabled": False}),
    "harvest.minimum_loss": ({"minimum_loss": 300}, {}),
    "harvest.minimum_loss_fraction": ({"minimum_loss_fraction": Decimal("0.1")}, {}),
    "harvest.days_held_min": ({"days_held_min": 31}, {}),
    "harvest.rising_towards_year_end": ({"rising_towards_year_end": True}, {}),
    "trading.minimum_trade": ({"minimum_trade": 250}, {}),
    "trading.minimum_trade_fraction": ({"minimum_trade_fraction": Decimal("0.00051")}, {}),
    "trading.approval_above": ({"approval_above": "never"}, {"approval_above": 5000}),
    "costs.half_spread": ({"half_spread": Decimal("0.001")}, {}),
    "costs.impact": ({"impact": Decimal("0.2")}, {}),
    "costs.daily_volume": ({"daily_volume": 1000000}, {}),
    "costs.drift_aversion": ({"drift_aversion": 16}, {}),
    "risk.without_history": ({"without_history": "refuse"}, {}),
    "estimates.covariance": ({"covariance": "ewma"}, {"covariance": "factor"}),
    "estimates.mean": ({"mean": "black_litterman"}, {}),
    "estimates.state": ({"state": "jump_model"}, {}),
    "estimates.drift": ({"drift": "lognormal_drift"}, {}),
    "estimates.trend": ({"trend": "momentum"}, {}),
    "estimates.cost": ({"cost": "learned:costs"}, {}),
    "estimates.sessions": ({"sessions": 700}, {}),
    "restrictions.name": ({"name": "range"}, {"name": "spread"}),
    "restrictions.kind": ({"kind": "do_not_sell"}, {"kind": "do_not_buy"}),
    "restrictions.instruments": ({"instruments": ["VTI"]}, {"instruments": ["BND"]}),
    "restrictions.tags": ({"tags": ["employer"]}, {}),
    "restrictions.accounts": ({"accounts": ["joint"]}, {}),
    "restrictions.minimum": ({"minimum": Decimal("0.02")}, {}),
    "restrictions.maximum": ({"maximum": Decimal("0.9")}, {}),
    "restrictions.reason": ({"reason": "pay depends on it"}, {}),
    "limits.turnover_max": ({"turnover_max": Decimal("0.2")}, {}),
    "limits.tax_budget": ({"tax_budget": 5000}, {}),
    "limits.price_age_days_max": ({"price_age_days_max": 1}, {}),
    "policy.name": ({"name": "threshold"}, {"name": "calendar"}),
    "models.retrain_after_days": ({"retrain_after_days": 90}, {}),
    "feed.kind": ({"kind": "yahoo"}, {}),
    "instruments.name": ({"name": "Acme"}, {}),
    "instruments.kind": ({"kind": "etf"}, {}),
    "instruments.currency": ({"currency": "EUR"}, {}),
    "instruments.quantity_step": ({"quantity_step": Decimal("0.001")}, {}),
    "instruments.tags": ({"tags": ["employer"]}, {}),
    "instruments.identical_group": ({"identical_group": "s&p 500"}, {}),
    "instruments.half_spread": ({"half_spread": Decimal("0.0002")}, {}),
    "instruments.dividend_yield": ({"dividend_yield": Decimal("0.02")}, {}),
    "instruments.qualified_fraction": ({"qualified_fraction": Decimal("0.7")}, {}),
}
"""Two readings of each key; in both every other key is the same."""

BESIDE: dict[str, dict[str, Change]] = {
    "targets.weight": {"cash": {"weight": Decimal("0.001")}},
    "cash.weight": {"targets": {"weight": Decimal("0.59")}},
    "restrictions.minimum": {"restrictions": {"maximum": Decimal("0.5")}},
    "restrictions.maximum": {"restrictions": {"minimum": Decimal("0.1")}},
    "restrictions.tags": {"instruments": {"tags": ["employer"]}},
    "instruments.qualified_fraction": {"instruments": {"dividend_yield": Decimal("0.02")}},
}
"""What the second reading, or both, need beside it to be a mandate at all."""
BOTH = {*BESIDE} - {"targets.weight", "cash.weight"}


def made(section: str, change: Change, beside: Mapping[str, Change] | None = None) -> str:
    """A mandate's text with changes to the first table of some sections."""
    document: dict[str, Sequence[Mapping[str, Toml]]] = {
        name: [dict(table) for table in tables] for name, tables in BASE.items()
    }
    is_range = section == "restrictions" and change.get("kind", "hold_range") == "hold_range"
    if is_range and not {"minimum", "maximum"} & change.keys():
        beside = {"restrictions": {"maximum": Decimal("0.95")}, **(beside or {})}
    for name, keys in [*(beside or {}).items(), (section, change)]:
        first, *others = document.get(name, [{}])
        document[name] = [{**first, **keys}, *others]
    if "restrictions" not in (section, *(beside or {})):
        document.pop("restrictions")
    if section != "target_source":
        document.pop("target_source")
    return mandate_text(document, "A mandate.")


def stated(text: str) -> Statement:
    """The statement of a mandate's text."""
    return statement_of(text, Path("mandate.toml"))
