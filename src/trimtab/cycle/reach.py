"""What trades can reach: the demands of the mandate's clauses as a linear program.

Answers three questions: whether some demands can be met together, by how much one of them would
have to give way, and which holdings that meet them all lie nearest to wanted ones.

Errors: `InvariantError` where the program's solver gives up, which its bounds rule out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trimtab.cycle.demands import Demand, cash_rows
from trimtab.model.errors import must
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["Reach"]

CENT = 0.01
TRACE = 1e-6
"""Weight of trading beside what is asked, so that no answer trades for nothing."""

SHARES_SPARED = 2.0
"""Whole shares whose price an account keeps free: one sold too few, and one bought too many."""

INFEASIBLE = 2
"""What the solver calls a program without an answer."""


class Reach:
    """The linear program of one situation."""

    def __init__(self, situation: Situation) -> None:
        self.situation, problem = situation, situation.problem
        self.value, self.m = problem.value, len(problem.position_account)
        sellable = np.where(problem.lot_sellable, problem.lot_value, 0.0)
        self.most = np.concatenate([np.full(self.m, np.inf), sellable / problem.value])
        self.cost = np.minimum(problem.buy_cost, problem.sell_cost)

    def can_meet(self, demands: Sequence[Demand]) -> bool:
        """Whether some trades meet all of these, to the cent."""
        nothing = np.zeros(len(self.most))
        return self._solved(nothing, demands, CENT / self.value) is not None

    def shortfall(self, demands: Sequence[Demand], giving: Demand) -> float | None:
        """By how much one demand must give way for all to be met; none where nothing helps.

        Unit: fractions of the household's value.
        """
        aim = np.append(np.zeros(len(self.most)), 1.0)
        found = self._solved(aim, demands, 0.0, giving)
        return None if found is None else float(found[-1])

    def nearest(self, demands: Sequence[Demand], wanted: Floats) -> Floats | None:
        """Post-trade holdings that meet all of these, nearest to the wanted ones after tax.

        Shape: (m,).
        Unit: dollars.
        """
        problem, m, lots = self.situation.problem, self.m, len(self.most) - self.m
        rate = np.where(problem.lot_long_term, problem.tax.long_rate, problem.tax.short_rate)
        taxed = np.where(problem.lot_taxable, np.maximum(rate * problem.lot_gain, 0.0), 0.0)
        aim = np.concatenate([self.cost + TRACE, taxed + TRACE, np.ones(m)])
        from scipy import sparse  # a row for each position, nearly all of it zeros

        place = sparse.csr_array(
            (np.ones(lots), (problem.lot_position, np.arange(lots))), (m, lots)
        )
        change, own = (wanted - problem.holdings()) / self.value, sparse.eye_array(m)
        distance = sparse.block_array([[own, -place, -own], [-own, place, -own]], format="csr")
        dear = self.cost + problem.impact * np.sqrt(self.value)
        for cost, spared in ((dear, self._rounding()), (self.cost, 0.0 * problem.cash)):
            extra = (distance, np.concatenate([change, -change]))
            found = self._solved(aim, demands, 0.0, None, extra, cost, spared)
            if found is not None:
                sold = np.bincount(problem.lot_position, found[m : m + lots], m)
                return problem.holdings() + (found[:m] - sold) * self.value
        return None

    def _solved(
        self,
        aim: Floats,
        demands: Sequence[Demand],
        slack: float,
        giving: Demand | None = None,
        extra: tuple[Any, Floats] | None = None,
        cost: Floats | None = None,
        spared: Floats | None = None,
    ) -> Floats | None:
        """The trades that meet the demands at the least `aim`, or none."""
        from scipy import sparse
        from scipy.optimize import linprog  # half a second to load, and seldom needed

        base = cash_rows(self.situation, self.cost if cost is None else cost)
        own = base.most - (0.0 if spared is None else spared)
        rows, most = [np.hstack([base.bought, base.sold])], [own]
        for demand in demands:
            most[0] = most[0] - demand.cash
            rows.append(np.hstack([demand.rows.bought, demand.rows.sold]))
            most.append(demand.rows.most)
        table, bound = np.vstack(rows), np.concatenate(most) + slack
        if len(aim) > table.shape[1]:
            table = np.hstack([table, np.zeros((len(table), len(aim) - table.shape[1]))])
        if giving is not None:
            table[:, -1] = -self._gives(demands, giving)
        if extra is not None:
            table = sparse.vstack([sparse.csr_array(table), extra[0]], format="csr")
            bound = np.concatenate([bound, extra[1]])
        most_each = np.append(self.most, np.full(len(aim) - len(self.most), np.inf))
        limits = np.column_stack([np.zeros(len(aim)), most_each])
        answer = linprog(aim, A_ub=table, b_ub=bound, bounds=limits, method="highs")
        must(answer.status in (0, INFEASIBLE), f"a bounded linear program ends: {answer.message}")
        return None if answer.status == INFEASIBLE else np.asarray(answer.x)

    def _rounding(self) -> Floats:
        """What whole shares may cost an account beside the dollars that they stand for.

        Shape: (A,).
        Unit: fractions of the household's value.
        """
        problem = self.situation.problem
        spared = np.zeros(len(problem.cash))
        share = problem.price * problem.quantity_step + problem.fixed_cost
        np.maximum.at(spared, problem.position_account, share)
        return SHARES_SPARED * spared / self.value

    @staticmethod
    def _gives(demands: Sequence[Demand], giving: Demand) -> Floats:
        """How much each row gains for each unit by which one demand gives way."""
        parts = [np.where(giving.cash > 0.0, 1.0, 0.0)]
        for demand in demands:
            given = 1.0 if demand is giving else 0.0
            parts.append(np.full(len(demand.rows.most), given))
        return np.concatenate(parts)
