"""Two steps as one proposal: what is left of a situation once some trades are done, and the sum.

A policy that must raise money and wants something else besides asks twice: once for the duty, once
for its own aim in what the duty leaves.  Nothing that the first step sold is bought back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.model.proposals import Proposal, ProposedBuy, ProposedSale
from trimtab.policies._pricing import price_trades
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["situation_after", "together", "trades_of"]


def trades_of(situation: Situation, proposal: Proposal) -> tuple[Floats, Floats]:
    """Dollars bought per position and sold per lot.

    Shape: (m,) and (l,).
    """
    sales = {sale.lot: sale.amount for sale in proposal.sales}
    buys = {(buy.account, buy.instrument): buy.amount for buy in proposal.buys}
    index = situation.index
    bought = np.array([buys.get(place, 0.0) for place in index.positions])
    return bought, np.array([sales.get(lot, 0.0) for lot in index.lots])


def situation_after(situation: Situation, done: Proposal) -> Situation:
    """The situation in which these trades are done: lots, cash, gains realised, and open windows.

    What is due is still due, and the cash for it is there.
    """
    problem = situation.problem
    bought, sold = trades_of(situation, done)
    place, account = problem.lot_position, problem.position_account
    given_up = np.bincount(place, sold, len(bought))
    came_in = given_up * (1.0 - problem.sell_cost) - problem.impact * given_up**1.5
    went_out = bought * (1.0 + problem.buy_cost) + problem.impact * bought**1.5
    tickets = problem.fixed_cost * (given_up + bought > 0.0)
    cash = problem.cash + np.bincount(account, came_in - went_out - tickets, len(problem.cash))
    gains = np.where(problem.lot_taxable, problem.lot_gain * sold, 0.0)
    barred = problem.group_buy_blocked.copy()
    barred[problem.group[problem.position_instrument[place[gains < 0.0]]]] = True
    group = problem.group[problem.position_instrument]
    just_bought = np.bincount(group, bought, len(problem.group_recent_value))
    left = np.maximum(problem.holdings() - given_up, 0.0)
    upper = np.where(given_up > 0.0, np.minimum(problem.upper, left), problem.upper)
    tax = replace(
        problem.tax,
        net_short=problem.tax.net_short + float(gains[~problem.lot_long_term].sum()),
        net_long=problem.tax.net_long + float(gains[problem.lot_long_term].sum()),
    )
    return replace(
        situation,
        problem=replace(
            problem,
            cash=np.maximum(cash, np.minimum(problem.cash, problem.reserve - problem.flow)),
            lot_value=np.maximum(problem.lot_value - sold, 0.0),
            lower=np.minimum(problem.lower, upper),
            upper=upper,
            group_buy_blocked=barred,
            group_recent_value=problem.group_recent_value + just_bought,
            tax=tax,
        ),
    )


def together(situation: Situation, first: Proposal, then: Proposal) -> Proposal:
    """Both steps as one, priced as one; action, reason and clause are the second's."""
    one, two = trades_of(situation, first), trades_of(situation, then)
    bought, sold = one[0] + two[0], one[1] + two[1]
    index = situation.index
    return replace(
        then,
        sales=tuple(
            ProposedSale(lot, amount)
            for lot, amount in zip(index.lots, sold.tolist(), strict=True)
            if amount > 0.0
        ),
        buys=tuple(
            ProposedBuy(account, name, amount)
            for (account, name), amount in zip(index.positions, bought.tolist(), strict=True)
            if amount > 0.0
        ),
        before=first.before,
        after=price_trades(situation.problem, bought, sold),
        bindings=(),
    )
