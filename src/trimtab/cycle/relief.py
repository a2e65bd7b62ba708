"""The owner's order of lots, where it is not the cheapest one: a plan sells in it, come what may.

The solver sells the lots of least tax first.  Where the mandate wants the oldest first (or another
order), a cheap lot that stands behind a dearer one cannot be had without it.  So the problem is
first stated with only those lots open that are cheapest in the owner's order too: there both agree
and the bill that the solver saw is the bill.  Where a plan sells all of them and might want more,
it is asked again with every lot open; what it sells is then taken in the owner's order and priced
so, and the cheaper plan counts.

Errors: none of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from trimtab.model.lots import Lot
from trimtab.model.plans import Plan
from trimtab.model.proposals import Proposal, ProposedSale
from trimtab.model.taxes import ReliefOrder
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["in_order", "relieved", "wants_more"]

FREE_CHOICE = frozenset({ReliefOrder.LEAST_TAX, ReliefOrder.SPECIFIC})
"""Orders under which the plan names whatever lots it likes."""

NEARLY_ALL = 0.999
"""The part of the open lots of a position beyond which a plan might want more of it."""


def in_order(situation: Situation, regime: TaxRegime) -> Situation:
    """The situation with only those lots open that are cheapest in the owner's order too."""
    index, problem, curve = situation.index, situation.problem, situation.problem.tax
    if situation.mandate.tax.relief in FREE_CHOICE:
        return situation
    row = {lot: k for k, lot in enumerate(index.lots)}
    rate = np.where(problem.lot_long_term, curve.long_rate, curve.short_rate)
    price = rate * problem.lot_gain
    sellable = problem.lot_sellable.copy()
    for lots in _queues(situation, regime):
        rows = [row[lot.id] for lot in lots]
        reached = np.maximum.accumulate(price[rows])
        dearer_before = np.flatnonzero(price[rows] < reached - 1e-9)
        if dearer_before.size:
            sellable[rows[int(dearer_before[0]) :]] = False
    return replace(situation, problem=replace(problem, lot_sellable=sellable))


def wants_more(every: Situation, ordered: Situation, plan: Plan | None) -> bool:
    """Whether a plan that had only some lots might sell others too, had it every lot."""
    open_lots, all_lots = ordered.problem.lot_sellable, every.problem.lot_sellable
    if (open_lots == all_lots).all():
        return False
    if plan is None:
        return True
    problem = every.problem
    m = len(problem.position_account)
    locked = np.bincount(problem.lot_position, all_lots & ~open_lots, m) > 0
    room = np.bincount(problem.lot_position, np.where(open_lots, problem.lot_value, 0.0), m)
    place = {position: k for k, position in enumerate(every.index.positions)}
    sold = np.zeros(m)
    for trade in plan.trades:
        if trade.lots:
            sold[place[trade.account, trade.instrument]] += float(trade.amount)
    return bool((locked & (sold >= NEARLY_ALL * room) & ((sold > 0.0) | (room == 0.0))).any())


def relieved(situation: Situation, regime: TaxRegime, proposal: Proposal) -> Proposal:
    """The proposal with the lots of each taxed position taken in the owner's order.

    What is sold of a position stays the same; unknown lots are sold last, and only if proposed.
    """
    if situation.mandate.tax.relief in FREE_CHOICE or not proposal.sales:
        return proposal
    snapshot = situation.snapshot
    amounts = {sale.lot: sale.amount for sale in proposal.sales}
    for lots in _queues(situation, regime):
        left = sum(amounts.pop(lot.id, 0.0) for lot in lots)
        for lot in lots:
            part = min(left, float(snapshot.lot_value(lot)))
            if part > 0.0:
                amounts[lot.id] = part
            left -= part
    sales = tuple(ProposedSale(lot, amount) for lot, amount in amounts.items())
    return replace(proposal, sales=sales)


def _queues(situation: Situation, regime: TaxRegime) -> Iterator[tuple[Lot, ...]]:
    """The known lots of each taxed position, in the order in which they are to be sold."""
    snapshot, profile = situation.snapshot, situation.mandate.tax
    positions: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for lot in snapshot.lots:
        if snapshot.household.account(lot.account).wrapper.is_taxable and lot.is_known:
            positions[lot.account, lot.instrument].append(lot)
    for (_, instrument), lots in positions.items():
        if len(lots) > 1:
            value = snapshot.unit_value(instrument)
            yield regime.relief_order(profile, lots, value, snapshot.as_of)
