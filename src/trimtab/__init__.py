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
    from trimtab.app.household import LoadedHousehold, load_folder
    from trimtab.cycle.harvest import harvest_candidates
    from trimtab.model.accounts import Account, Household, Wrapper
    from trimtab.model.errors import InputError, InputErrors, TrimtabError
    from trimtab.model.instruments import Instrument
    from trimtab.model.lots import Lot
    from trimtab.model.mandate import Mandate, Target
    from trimtab.model.plans import Decision, Plan, Trade
    from trimtab.model.snapshots import Snapshot
    from trimtab.quant.costs import rebalancing_cost
    from trimtab.quant.drift import drift_cost
    from trimtab.quant.triggers import check_triggers

__version__ = "0.1.0"

_PLACES = {
    "Account": "model.accounts",
    "Decision": "model.plans",
    "Household": "model.accounts",
    "InputError": "model.errors",
    "InputErrors": "model.errors",
    "Instrument": "model.instruments",
    "LoadedHousehold": "app.household",
    "Lot": "model.lots",
    "Mandate": "model.mandate",
    "Plan": "model.plans",
    "Snapshot": "model.snapshots",
    "Target": "model.mandate",
    "Trade": "model.plans",
    "TrimtabError": "model.errors",
    "Wrapper": "model.accounts",
    "check_triggers": "quant.triggers",
    "decide": "app.api",
    "drift_cost": "quant.drift",
    "harvest_candidates": "cycle.harvest",
    "load_folder": "app.household",
    "rebalance": "app.api",
    "rebalancing_cost": "quant.costs",
}

__all__ = [
    "Account",
    "Decision",
    "Household",
    "InputError",
    "InputErrors",
    "Instrument",
    "LoadedHousehold",
    "Lot",
    "Mandate",
    "Plan",
    "Snapshot",
    "Target",
    "Trade",
    "TrimtabError",
    "Wrapper",
    "check_triggers",
    "decide",
    "drift_cost",
    "harvest_candidates",
    "load_folder",
    "rebalance",
    "rebalancing_cost",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'trimtab' has no attribute {name!r}")
    return getattr(import_module(f"trimtab.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
