"""Which accounts sell for a withdrawal that several could pay: the ways worth asking about.

Idle cash pays first.  What is then missing may come from any taxable account, and which one is
cheapest depends on all that the plan does besides.  So this module only names a few ways; each is
stated, solved and planned like any other, and the cheapest plan is taken (`flow`).  One way follows
the tax: the lots that cost least per dollar raised, wherever they lie.  The others let one account
pay everything.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from trimtab.cycle.flows import allocate_flows, shared_payers, still_missing
from trimtab.model.mandate import CashFlow
from trimtab.model.money import CENT, ZERO, step_down, total
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["WAYS_MAX", "ways_to_pay"]

WAYS_MAX = 4
"""Ways besides the first: each costs a solve, and few households have more taxable accounts."""

MANY_LOTS = 1_000
"""From here on a solve takes long enough that only the way that follows the tax is asked about."""


def ways_to_pay(
    situation: Situation, flows: Mapping[str, Decimal], extra: Sequence[CashFlow]
) -> tuple[Mapping[str, Decimal], ...]:
    """Other flows of the accounts that pay the same withdrawals; none where there is no choice.

    Unit: base currency, deposits positive; `flows` are those that the situation was stated with.
    """
    snapshot, mandate = situation.snapshot, situation.mandate
    payers = shared_payers(snapshot, mandate, extra)
    missing = still_missing(snapshot, mandate, flows, payers)
    need = total(missing.values())
    if len(payers) < 2 or need <= 0:
        return ()
    room = {account: _sellable(situation, account) for account in payers}
    wanted = [_least_taxed(situation, payers, need)]
    wanted += [{account: need} for account in payers if room[account] >= need]
    ways: list[Mapping[str, Decimal]] = []
    for selling in wanted:
        way = allocate_flows(snapshot, mandate, extra, selling)
        if way != flows and way not in ways:
            ways.append(way)
    is_large = len(situation.index.lots) > MANY_LOTS
    return tuple(ways[: 1 if is_large else WAYS_MAX])


def _room(situation: Situation) -> Floats:
    """What a sale of each lot would bring at most, its costs paid; a position's bound and costs
    are shared by its lots.

    Shape: (l,).
    Unit: dollars.
    """
    problem = situation.problem
    held = problem.holdings()
    free = np.maximum(held - np.maximum(problem.lower, 0.0), 0.0)
    costs = problem.sell_cost * free + problem.impact * free**1.5 + problem.fixed_cost
    brought = np.maximum(free - costs, 0.0)
    part = np.divide(brought, held, out=np.zeros_like(held), where=held > 0.0)
    return np.asarray(
        np.where(problem.lot_sellable, problem.lot_value * part[problem.lot_position], 0.0)
    )


def _down(dollars: float) -> Decimal:
    """Whole cents, never more than there is."""
    return step_down(Decimal(dollars), CENT)


def _sellable(situation: Situation, account: str) -> Decimal:
    """What an account could raise at most."""
    problem, a = situation.problem, situation.index.accounts.index(account)
    mine = problem.position_account[problem.lot_position] == a
    return _down(float(_room(situation)[mine].sum()))


def _least_taxed(
    situation: Situation, payers: Sequence[str], need: Decimal
) -> Mapping[str, Decimal]:
    """What each account gives when lots are sold in order of their tax per dollar raised."""
    problem, index = situation.problem, situation.index
    room, curve = _room(situation), problem.tax
    rate = np.where(problem.lot_long_term, curve.long_rate, curve.short_rate)
    cost = problem.sell_cost[problem.lot_position]
    price = np.where(problem.lot_taxable, rate * problem.lot_gain, 0.0) + cost
    account = problem.position_account[problem.lot_position]
    mine = np.isin(account, [index.accounts.index(payer) for payer in payers])
    given = dict.fromkeys(payers, ZERO)
    for k in np.argsort(price, kind="stable"):
        if mine[k] and need > 0:
            part = min(need, _down(float(room[k])))
            given[index.accounts[account[k]]] += part
            need -= part
    return given
