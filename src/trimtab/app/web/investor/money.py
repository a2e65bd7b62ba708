"""Amounts in charts, which no filter of a template reaches: hidden where the reader wants it so.

Errors: none.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.app.report.words import Money, money_in
from trimtab.app.web.rendering import HIDDEN
from trimtab.app.web.security.gate import Seen

__all__ = ["shown_money"]


def shown_money(seen: Seen, currency: str) -> Money:
    """What writes amounts of a currency for somebody."""
    if not seen.preferences.hides_amounts:
        return money_in(currency)

    def hidden(_amount: Decimal | float) -> str:
        return HIDDEN

    return hidden
