"""Money that comes and goes on its days, and whether what is to leave is there already.

The cycle shares withdrawals out over accounts (`cycle.flows`), idle cash first.  Where idle cash
covers everything and no account is named beside open ones, the shares do not depend on the rest of
the household, so that a quiet day need not put a whole snapshot together.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from trimtab.cycle.flows import FLOW_HORIZON_DAYS
from trimtab.model.accounts import Household
from trimtab.model.mandate import CashFlow, CashRules

__all__ = ["CashAhead"]

Floats = npt.NDArray[np.float64]


class CashAhead:
    """The flows that are still to come, and the accounts that pay them.

    `flows` are dated, the earliest first; one without a day is due at once.
    """

    def __init__(self, household: Household, rules: CashRules, flows: Sequence[CashFlow]) -> None:
        self.flows = list(flows)
        accounts = household.accounts
        self.row = {account.id: row for row, account in enumerate(accounts)}
        self.reserve = np.array([float(rules.account_reserve.get(name, 0)) for name in self.row])
        taxable = [row for row, account in enumerate(accounts) if account.wrapper.is_taxable]
        self.payers = taxable or list(range(len(accounts)))
        self.keeps_for_all = rules.reserve > 0

    def due(self, on: date) -> list[CashFlow]:
        """The flows whose day has come; they are not told of again."""
        due = list(takewhile(lambda flow: (flow.due or on) <= on, self.flows))
        del self.flows[: len(due)]
        return due

    def soon(self, on: date) -> list[CashFlow]:
        """Withdrawals of the weeks ahead, for which money is raised in time."""
        horizon = on + timedelta(days=FLOW_HORIZON_DAYS)
        near = takewhile(lambda flow: (flow.due or on) <= horizon, self.flows)
        return [flow for flow in near if flow.amount < 0]

    def plain_shares(self, flows: Sequence[CashFlow], cash: Floats) -> Floats | None:
        """What each account pays, negative; none where only the cycle can tell.

        Shape: `cash` and the answer (A,).
        """
        shares = np.zeros_like(cash)
        if self.keeps_for_all:
            return None
        named = [(self.row[flow.account], flow) for flow in flows if flow.account is not None]
        for row, flow in named:
            shares[row] += float(flow.amount)
        if named:
            return shares if len(named) == len(flows) else None
        needed = -sum(float(flow.amount) for flow in flows)
        for row in self.payers:
            part = min(needed, max(0.0, float(cash[row] - self.reserve[row])))
            shares[row] -= part
            needed -= part
        return shares if needed <= 0.0 else None
