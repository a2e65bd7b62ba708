"""The guards that run on every plan, in their fixed order, and why each is among them.

First whether the facts can be relied upon, then what the owner forbids, then size, tax, and worth:
so the first refusal that a person reads is the deepest one.  A mandate's own settings replace a
guard's defaults; they do not change the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DEFAULT_ORDER"]

DEFAULT_ORDER: Mapping[str, str] = MappingProxyType(
    {
        "price_age": "a plan on stale or missing prices is wrong in every number",
        "open_breaks": "what the broker and the books do not agree upon is not traded",
        "unknown_basis": "tax on a lot of unknown basis cannot be computed",
        "restricted_list": "the owner's prohibitions hold whatever the benefit",
        "cash_floor": "cash accounts cannot borrow (Regulation T, 12 CFR 220.8)",
        "drawdown_halt": "so deep a fall is unusual: a person looks before a rule trades",
        "trade_size": "orders too small to matter, or large enough to be a slip (SEC Rule 15c3-5)",
        "turnover": "one cycle moves a part of a household, seldom a third of it",
        "wash_sale": "a disallowed loss is a cost that no screen of a broker shows (26 USC 1091)",
        "short_term_gain": "a few days can be worth 15 points of tax and more (26 USC 1222)",
        "tax_budget": "the owner's limit on the year's bill",
        "improvement": "trades that leave the drift as it was only cost",
        "benefit": "what doing nothing would cost is the yardstick of every plan",
    }
)
"""Guard by name with the reason why it runs; iterating gives the order."""
