"""`/h/{household}/lots`: every lot and its age, losses that could be taken, the wash-sale calendar,
and the tax year so far.

Errors: those of the household's files.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.gate import Viewing
from trimtab.app.web.upkeep.lots_tables import ORDERS, ROWS_SHOWN, lots_screen

__all__ = ["ROUTER"]

ROUTER = APIRouter()


@ROUTER.get("/h/{household}/lots")
def lots(seen: Viewing, order: str = "age") -> Response:
    """Lots and taxes of a household; `order` is that of the lots."""
    view, hides = seen.one.view(), seen.preferences.hides_amounts
    screen = lots_screen(view, order, hides_amounts=hides)
    if asked := csv_of(seen, screen.tables):
        return asked
    return page(
        seen,
        "lots.html",
        {
            "screen": screen,
            "view": view,
            "order": order if order in ORDERS else "age",
            "orders": {name: words for name, (words, _) in ORDERS.items()},
            "more": len(screen.every_lot.rows) - ROWS_SHOWN,
            "coverage": view.status.coverage,
        },
    )
