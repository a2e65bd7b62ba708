"""Trimtab holds a household's portfolio on course with the fewest, cheapest, least-taxed trades.

The public names, spelled out; each is imported when it is first used, so that `import trimtab`
costs nothing.

    >>> import trimtab
    >>> decision = trimtab.rebalance("my-household")  # doctest: +SKIP
    >>> print(decision.sentence)  # doctest: +SKIP
    >>> for trade in decision.plan.trades:  # doctest: +SKIP
    ...     print(trade.side, trade.quantity, trade.instrument, trade.reason)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trimtab.app.api import decide, rebalance
    from trimtab.app.backtesting.api import backtest, harvest_report, sweep
    from trimtab.app.backtesting.stress import stress
    from trimtab.app.backtesting.sweep import Sweep
    from trimtab.app.evidence import About, Comparison, PolicyFigures, write_evidence
    from trimtab.app.household import LoadedHousehold, load_folder
    from trimtab.app.measures import drift_of, tax_curve_of
    from trimtab.cycle.harvest import harvest_candidates
    from trimtab.drivers.backtest.results import BacktestRun
    from trimtab.drivers.backtest.settings import BacktestSettings
    from trimtab.model.accounts import Account, Household, Wrapper
    from trimtab.model.drift import Drift, TargetDrift
    from trimtab.model.errors import InputError, InputErrors, TrimtabError
    from trimtab.model.instruments import Instrument
    from trimtab.model.lots import Lot
    from trimtab.model.mandate import Mandate, Target
    from trimtab.model.plans import Decision, Plan, Trade
    from trimtab.model.snapshots import Snapshot
    from trimtab.model.taxes import TaxCurve
    from trimtab.quant.costs import rebalancing_cost
    from trimtab.quant.drift import drift_cost
    from trimtab.quant.triggers import TriggerReport, TriggerThresholds, check_triggers

__version__ = "0.1.0"

_PLACES = {
    "About": "app.evidence",
    "Account": "model.accounts",
    "BacktestRun": "drivers.backtest.results",
    "BacktestSettings": "drivers.backtest.settings",
    "Comparison": "app.evidence",
    "Decision": "model.plans",
    "Drift": "model.drift",
    "Household": "model.accounts",
    "InputError": "model.errors",
    "InputErrors": "model.errors",
    "Instrument": "model.instruments",
    "LoadedHousehold": "app.household",
    "Lot": "model.lots",
    "Mandate": "model.mandate",
    "Plan": "model.plans",
    "PolicyFigures": "app.evidence",
    "Snapshot": "model.snapshots",
    "Sweep": "app.backtesting.sweep",
    "Target": "model.mandate",
    "TargetDrift": "model.drift",
    "TaxCurve": "model.taxes",
    "Trade": "model.plans",
    "TriggerReport": "quant.triggers",
    "TriggerThresholds": "quant.triggers",
    "TrimtabError": "model.errors",
    "Wrapper": "model.accounts",
    "backtest": "app.backtesting.api",
    "check_triggers": "quant.triggers",
    "decide": "app.api",
    "drift_cost": "quant.drift",
    "drift_of": "app.measures",
    "harvest_candidates": "cycle.harvest",
    "harvest_report": "app.backtesting.api",
    "load_folder": "app.household",
    "rebalance": "app.api",
    "rebalancing_cost": "quant.costs",
    "stress": "app.backtesting.stress",
    "sweep": "app.backtesting.api",
    "tax_curve_of": "app.measures",
    "write_evidence": "app.evidence",
}

__all__ = [
    "About",
    "Account",
    "BacktestRun",
    "BacktestSettings",
    "Comparison",
    "Decision",
    "Drift",
    "Household",
    "InputError",
    "InputErrors",
    "Instrument",
    "LoadedHousehold",
    "Lot",
    "Mandate",
    "Plan",
    "PolicyFigures",
    "Snapshot",
    "Sweep",
    "Target",
    "TargetDrift",
    "TaxCurve",
    "Trade",
    "TriggerReport",
    "TriggerThresholds",
    "TrimtabError",
    "Wrapper",
    "backtest",
    "check_triggers",
    "decide",
    "drift_cost",
    "drift_of",
    "harvest_candidates",
    "harvest_report",
    "load_folder",
    "rebalance",
    "rebalancing_cost",
    "stress",
    "sweep",
    "tax_curve_of",
    "write_evidence",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'trimtab' has no attribute {name!r}")
    return getattr(import_module(f"trimtab.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
