"""The tables and figures of the screen of lots and taxes.

Errors: those of the household's journal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from trimtab.app.report.charts import aging_chart
from trimtab.app.report.figures import aging_lots
from trimtab.app.report.words import Money, day, money_in
from trimtab.app.tax_standing.lots import LotStanding, lot_standings
from trimtab.app.tax_standing.year import TaxYear, harvest_of, tax_year
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.tables import Cell, Column, Kind, Row, Table
from trimtab.app.web.upkeep.calendar import calendar_figure, window_bars
from trimtab.app.web.upkeep.tax_tables import bill_table, carried_table, realized_table
from trimtab.model.money import ZERO, total

if TYPE_CHECKING:
    from trimtab.app.web.households import View
    from trimtab.model.harvest import HarvestCandidate

__all__ = ["ORDERS", "LotsScreen", "lots_screen"]

ROWS_SHOWN = 300
"""So many lots stand on the page; the CSV has all."""
AGING_SHOWN = 60
HIDDEN = "•••"
SELLS, NONE = "sells of it", "There is none."
LOSS_COLUMNS = (
    Column("instrument", "Instrument"),
    Column("account", "Account"),
    Column("quantity", "Units", Kind.QUANTITY),
    Column("loss", "Loss", Kind.MONEY),
    Column("loss_share", "Of its basis", Kind.SHARE),
    Column("term", "Term"),
    Column("worth", "Tax it would save", Kind.MONEY),
)

Key = Callable[[LotStanding], tuple[object, ...]]
ORDERS: dict[str, tuple[str, Key | None]] = {
    "age": ("nearest to long-term first", None),
    "loss": ("largest loss first", lambda one: (one.gain is None, one.gain or ZERO)),
    "gain": ("largest gain first", lambda one: (one.gain is None, -(one.gain or ZERO))),
    "value": ("largest first", lambda one: (-one.value,)),
    "bought": ("oldest first", lambda one: (one.lot.starts or date.max,)),
}


@dataclass(frozen=True, slots=True)
class LotsScreen:
    """All that the screen shows; `lots` is what stands on the page, `every_lot` what CSV has."""

    year: TaxYear
    lots: Table
    every_lot: Table
    harvest: Table
    blocked: Table
    realized: Table
    carried: Table
    bill: Table
    calendar: Figure | None
    aging: Figure | None
    free_loss: Decimal
    nearest: LotStanding | None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table that can be had as CSV."""
        figures = [one.table for one in (self.calendar, self.aging) if one is not None]
        return (
            *(self.every_lot, self.harvest, self.blocked),
            *(self.realized, self.carried, self.bill, *figures),
        )


def lots_screen(view: View, order: str, *, hides_amounts: bool) -> LotsScreen:
    """The screen of a household as it is; an order that there is not is the usual one."""
    loaded = view.loaded
    standings = lot_standings(loaded.snapshot)
    key = ORDERS.get(order, ORDERS["age"])[1]
    if key is not None:
        standings = tuple(sorted(standings, key=key))
    plan = view.decision.plan
    sold = {sale.lot for trade in plan.trades for sale in trade.lots} if plan is not None else set()
    every = _lots(standings, sold)
    candidates = harvest_of(loaded)
    free = [one for one in candidates if _is_free(view, one)]
    barred = [one for one in candidates if one not in free]
    bars = window_bars(view)
    year = tax_year(loaded, None if plan is None else plan.bill_after)
    labels = {account.id: account.label for account in loaded.household.accounts}
    shown = replace(every, rows=every.rows[:ROWS_SHOWN])
    return LotsScreen(
        year,
        shown,
        every,
        _free(free, sold, labels),
        _blocked(barred, sold, labels, view),
        realized_table(year),
        carried_table(year),
        bill_table(year),
        calendar_figure(bars, loaded.snapshot.as_of),
        _aging(view, _hidden if hides_amounts else money_in(loaded.household.base_currency)),
        total(one.loss for one in free),
        next((one for one in lot_standings(loaded.snapshot) if one.days_left is not None), None),
    )


def _hidden(_amount: Decimal | float) -> str:
    return HIDDEN


def _is_free(view: View, one: HarvestCandidate) -> bool:
    """Whether a loss passes every test and nothing stands in its way."""
    is_open = one.account not in view.loaded.snapshot.blocked
    return one.passes and one.is_free and is_open and view.loaded.mandate.harvest.enabled


def _lots(standings: Sequence[LotStanding], sold: set[str]) -> Table:
    columns = (
        Column("instrument", "Instrument"),
        Column("account", "Account"),
        Column("quantity", "Units", Kind.QUANTITY),
        Column("bought", "Bought", Kind.DATE),
        Column("basis", "Basis", Kind.MONEY),
        Column("value", "Value", Kind.MONEY),
        Column("gain", "Gain", Kind.MONEY),
        Column("gain_share", "Gain, of basis", Kind.SHARE),
        Column("term", "Term"),
        Column("long_term_from", "Long-term from", Kind.DATE),
        Column("days_left", "Days left", Kind.NUMBER),
        Column("plan", "Today's plan"),
        Column("lot", "Lot"),
    )
    return Table(
        "lots",
        "Every lot",
        columns,
        tuple(
            Row(
                (
                    one.lot.instrument,
                    one.account.label,
                    one.lot.quantity,
                    one.lot.acquired,
                    one.lot.basis,
                    one.value,
                    one.gain,
                    one.gain_fraction,
                    one.age_words,
                    one.long_term_from,
                    one.days_left,
                    SELLS if one.lot.id in sold else "",
                    one.lot.id,
                )
            )
            for one in standings
        ),
        "No lot is held.",
    )


def _free(found: Sequence[HarvestCandidate], sold: set[str], labels: dict[str, str]) -> Table:
    columns = (
        *LOSS_COLUMNS,
        Column("plan", "Today's plan"),
        Column("substitutes", "What may take its place"),
    )
    rows = tuple(
        Row(
            (
                *_loss(one, labels),
                SELLS if one.lot in sold else "",
                ", ".join(one.substitutes) or "nothing today",
            )
        )
        for one in found
    )
    return Table("harvest", "Losses past the mandate's thresholds", columns, rows, NONE)


def _blocked(
    found: Sequence[HarvestCandidate], sold: set[str], labels: dict[str, str], view: View
) -> Table:
    columns = (
        *LOSS_COLUMNS,
        Column("plan", "Today's plan"),
        Column("free_on", "Free from", Kind.DATE),
        Column("why", "What stands in its way", Kind.SENTENCE),
    )
    rows = tuple(
        Row(
            (
                *_loss(one, labels),
                SELLS if one.lot in sold else "",
                one.free_on,
                _why(view, one),
            )
        )
        for one in found
    )
    return Table("blocked", "Other losses, and what stands in their way", columns, rows, NONE)


def _loss(one: HarvestCandidate, labels: dict[str, str]) -> tuple[Cell, ...]:
    return (
        one.instrument,
        labels[one.account],
        one.quantity,
        one.loss,
        one.loss_fraction,
        f"{one.term.value}-term",
        one.tax_value,
    )


def _why(view: View, one: HarvestCandidate) -> str:
    blocked = view.loaded.snapshot.blocked.get(one.account)
    if blocked is not None:
        return f"nothing is traded in the account: {blocked}"
    return one.verdict.partition(": ")[2] if not one.passes else one.verdict


def _aging(view: View, money: Money) -> Figure | None:
    """Short-term lots by days to long-term; none where there are none."""
    lots = aging_lots(view.decision.plan, view.loaded.snapshot)
    if not lots:
        return None
    columns = (
        Column("instrument", "Instrument"),
        Column("long_term_from", "Long-term from", Kind.DATE),
        Column("days_left", "Days left", Kind.NUMBER),
        Column("gain", "Gain", Kind.MONEY),
        Column("plan", "Today's plan"),
        Column("lot", "Lot"),
    )
    rows = tuple(
        Row(
            (
                one.instrument, one.long_term_from, one.days_left, one.gain,
                SELLS if one.is_sold else "", one.lot,
            )
        )
        for one in lots
    )  # fmt: skip
    table = Table("aging", "Short-term lots by days until they are long-term", columns, rows)
    nearest = lots[0]
    caption = (
        f"Each dot is a lot; those that today's plan sells from are filled. The nearest, "
        f"{nearest.instrument}, is long-term from {day(nearest.long_term_from)}."
    )
    return figure_of(partial(aging_chart, lots[:AGING_SHOWN], money), caption, table)
