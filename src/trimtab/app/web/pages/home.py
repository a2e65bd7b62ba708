"""`/h/{household}`: whether there is anything to do, and how the household stands.

Errors: those of the household's files and store, shown as a page.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.river import WeightsOverTime, river_of
from trimtab.app.importing.open_breaks import open_breaks
from trimtab.app.report.svg import NARROW, WIDE
from trimtab.app.web.households import View
from trimtab.app.web.investor.desk import live_service, past_of, waiting_questions
from trimtab.app.web.investor.gauge import drift_figure
from trimtab.app.web.investor.kept import Kept
from trimtab.app.web.investor.money import shown_money
from trimtab.app.web.investor.net_worth import net_worth_of, worth_days, worth_drawings
from trimtab.app.web.investor.past import PastWeights
from trimtab.app.web.investor.standing import idle_cash_of, sentence_of
from trimtab.app.web.rendering import csv_of, fragment, page
from trimtab.app.web.security.gate import Seen, Viewing
from trimtab.app.web.tables import Column, Kind, Row, Table

__all__ = ["ROUTER"]

ROUTER = APIRouter()
READINGS = {"wide": 12, "narrow": 6}
"""Columns of the river that answer a pointer."""
_STANDINGS: Kept[Markup] = Kept(256)
ROWS_MAX = 27
"""Rows of the river's table: a week each over half a year."""


@ROUTER.get("/h/{household}")
def home(seen: Viewing) -> Response:
    """The standing of one household."""
    one = seen.one
    view, past = one.view(), past_of(one, one.view())
    if asked := csv_of(seen, lambda: _tables(view, past)):
        return asked
    with live_service(one) as service:
        waiting = () if service is None else waiting_questions(service)
    listed = open_breaks(one.folder)
    context = {
        "status": view.status,
        "breaks": len(listed),
        "blocking": sum(one.blocks for one in listed),
        "sentence": sentence_of(view.status, view.decision, waiting),
        "standing": _STANDINGS.get(
            (one.folder, one.id, view.digest, seen.preferences),
            lambda: _standing(seen, view, past),
        ),
    }
    return page(seen, "home.html", context)


def _standing(seen: Seen, view: View, past: PastWeights | None) -> Markup:
    """All below the sentence: it follows from the files and from how figures are wanted."""
    mandate = view.loaded.mandate
    worth = net_worth_of(view.status, mandate)
    money = shown_money(seen, view.loaded.household.base_currency)
    context = {
        "status": view.status,
        "idle": idle_cash_of(view.status, mandate),
        "drift": drift_figure(view.status.targets, past),
        "river": None if past is None else _river(view, past),
        "river_table": None if past is None else _river_table(view, past, _shown_days(past)),
        "past": past,
        "worth": worth,
        "worth_line": worth_drawings(worth, past, money),
        "worth_days": None if past is None else worth_days(worth, past, _shown_days(past)),
    }
    return fragment(seen, "_home_standing.html", context)


def _tables(view: View, past: PastWeights | None) -> list[Table]:
    drift = drift_figure(view.status.targets, past).table
    worth = net_worth_of(view.status, view.loaded.mandate)
    if past is None:
        return [drift, worth.table]
    every = range(len(past.dates) - 1, -1, -1)
    return [
        *(drift, worth.table, _river_table(view, past, every)),
        worth_days(worth, past, every),
    ]


def _river(view: View, past: PastWeights) -> tuple[Markup, Markup]:
    """The river of weights for wide and narrow screens."""
    targets = view.status.targets
    shown = WeightsOverTime(
        f"Weights, and their bands: {past.title[:1].lower()}{past.title[1:]}",
        past.dates,
        tuple(one.name for one in targets),
        past.array([float(one.weight) for one in targets]),
        past.array([float(one.band) for one in targets]),
        past.weights,
    )
    wide, narrow = (svg(river_of(shown, "past", layout, READINGS)) for layout in (WIDE, NARROW))
    return wide, narrow


def _river_table(view: View, past: PastWeights, days: Iterable[int]) -> Table:
    """The river's weights on chosen days."""
    columns = [Column("day", "Day", Kind.DATE)]
    columns += [
        Column(f"class_{k}", one.name, Kind.SHARE) for k, one in enumerate(view.status.targets)
    ]
    rows = tuple(Row((past.dates[at], *map(float, past.weights[at]))) for at in days)
    return Table("river", "Weights over the days past", tuple(columns), rows)


def _shown_days(past: PastWeights) -> range:
    """The days that tables on the page show, the latest first: one of some."""
    return range(len(past.dates) - 1, -1, -max(1, len(past.dates) // ROWS_MAX))
