"""What each clause of the mandate demands of the trades, as rows of a linear program.

The solver sees bounds and budgets, in which clauses have melted together.  Here they stand apart,
so that it can be asked which of them cannot be met together (`conflicts`) and how far a plan that
misses a range over several positions is from one that keeps it (`ranges`).  Least trades, whole
shares and the netting of gains are left out: what is impossible here is impossible.

Variables are dollars bought per position, then dollars sold per lot, in fractions of the
household's value.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from trimtab.cycle.bounds import eligible_instruments, restricted
from trimtab.cycle.flows import flows_due
from trimtab.model.mandate import Restriction, RestrictionKind
from trimtab.quant.problem import Flags, Floats
from trimtab.quant.situation import Situation

__all__ = ["Demand", "Easing", "Rows", "cash_rows", "demands_of"]


NAMES_MAX = 4
"""Instruments and tags of one clause that are told."""


class Easing(Enum):
    """What would loosen a clause."""

    DROP = auto()
    NAME_IT = auto()
    LOWER_FRACTION = auto()
    RAISE_FRACTION = auto()
    LOWER_AMOUNT = auto()
    RAISE_AMOUNT = auto()
    WAIT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows that say: `bought` @ b + `sold` @ s ≤ `most`.

    Shape: (r, m), (r, l) and (r,).
    Unit: fractions of the household's value.
    """

    bought: Floats
    sold: Floats
    most: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """One clause: its rows, what it takes from each account's cash, and how it is told.

    Shape: `cash` (A,), what the clause takes out of an account or keeps in it.
    Unit: `cash` fractions of value; `bound` is what the clause says, a fraction or dollars.
    """

    clause: str
    words: str
    rows: Rows
    cash: Floats
    easing: Easing = Easing.DROP
    bound: float = 0.0


class _Builder:
    """The demands of one situation, one kind after the other."""

    def __init__(self, situation: Situation) -> None:
        self.situation, self.problem = situation, situation.problem
        problem = self.problem
        self.m, self.lots = len(problem.position_account), len(problem.lot_value)
        self.held = problem.holdings()
        locked = np.where(problem.lot_sellable, 0.0, problem.lot_value)
        self.stuck = np.bincount(problem.lot_position, locked, self.m)

    def no_cash(self) -> Floats:
        return np.zeros(len(self.problem.cash))

    def rows(self, *of: tuple[Flags, float, float, float]) -> Rows:
        """Rows from (positions, sign of purchases, sign of sales, most)."""
        bought, sold, most = np.zeros((len(of), self.m)), np.zeros((len(of), self.lots)), []
        for r, (covered, buys, sells, limit) in enumerate(of):
            bought[r, covered] = buys
            sold[r, covered[self.problem.lot_position]] = sells
            most.append(limit / self.problem.value)
        return Rows(bought, sold, np.array(most))

    def covered(self, rule: Restriction) -> Flags:
        places, snapshot = self.situation.index.positions, self.situation.snapshot
        return np.array([restricted(rule, *place, snapshot) for place in places], dtype=np.bool_)

    def restriction(self, rule: Restriction) -> Iterator[Demand]:
        """What one restriction demands."""
        covered = self.covered(rule)
        if not covered.any():
            return
        what, held = _named(rule), float(self.held[covered].sum())
        stuck, value = float(self.stuck[covered].sum()), self.problem.value
        cash = self.no_cash()
        match rule.kind:
            case RestrictionKind.DO_NOT_BUY:
                words = f"buy no {what}; ${held:,.0f} held"
                if rule.clause.endswith(".can_hold"):
                    words = "buy only what is on the menu"
                yield Demand(rule.clause, words, self.rows((covered, 1.0, 0.0, 0.0)), cash)
            case RestrictionKind.DO_NOT_SELL:
                words = f"sell no {what}; ${held:,.0f} held"
                yield Demand(rule.clause, words, self.rows((covered, 0.0, 1.0, 0.0)), cash)
            case RestrictionKind.NEVER_OWN:
                words = f"own no {what}; ${held:,.0f} held"
                yield Demand(
                    rule.clause, words, self.rows((covered, 1.0, -1.0, stuck - held)), cash
                )
        if rule.minimum is not None:
            least = float(rule.minimum)
            words = f"at least {least * 100:.1f} % in {what}: ${least * value:,.0f}"
            rows = self.rows((covered, -1.0, 1.0, held - least * value))
            yield Demand(rule.clause, words, rows, cash, Easing.LOWER_FRACTION, least)
        if rule.maximum is not None:
            most = float(rule.maximum)
            words = f"at most {most * 100:.1f} % in {what}: ${most * value:,.0f}"
            rows = self.rows((covered, 1.0, -1.0, max(most * value, stuck) - held))
            yield Demand(rule.clause, words, rows, cash, Easing.RAISE_FRACTION, most)

    def targets(self) -> Iterator[Demand]:
        """Nothing is bought that no target names."""
        eligible, places = eligible_instruments(self.situation.mandate), self.situation.index
        covered = np.array([name not in eligible for _, name in places.positions], dtype=np.bool_)
        rows, words = self.rows((covered, 1.0, 0.0, 0.0)), "buy only what a target names"
        yield Demand("targets", words, rows, self.no_cash(), Easing.NAME_IT)

    def wash_sales(self) -> Iterator[Demand]:
        """Nothing is bought that was sold at a loss within 30 days."""
        problem, names = self.problem, self.situation.index.instruments
        for group in np.flatnonzero(problem.group_buy_blocked):
            members = problem.group == group
            what = " or ".join(name for name, of in zip(names, members, strict=True) if of)
            covered = members[problem.position_instrument]
            words = f"buy no {what}, sold at a loss within 30 days"
            rows = self.rows((covered, 1.0, 0.0, 0.0))
            yield Demand("wash_sales", words, rows, self.no_cash(), Easing.WAIT)

    def limits(self) -> Iterator[Demand]:
        """Turnover and tax budget."""
        problem, everything = self.problem, np.ones(self.m, dtype=np.bool_)
        if np.isfinite(problem.turnover_max):
            most = problem.turnover_max * problem.value
            words = f"trade at most {problem.turnover_max * 100:.1f} %: ${most:,.0f}"
            rows = self.rows((everything, 1.0, 0.0, most), (everything, 0.0, 1.0, most))
            bound = problem.turnover_max
            clause = "limits.turnover_max"
            yield Demand(clause, words, rows, self.no_cash(), Easing.RAISE_FRACTION, bound)
        if np.isfinite(problem.tax_max):
            curve = problem.tax
            rate = np.where(problem.lot_long_term, curve.long_rate, curve.short_rate)
            taxed = np.where(problem.lot_taxable, rate * problem.lot_gain, 0.0)
            rows = Rows(
                np.zeros((1, self.m)), taxed[None, :], np.array([problem.tax_max / problem.value])
            )
            words = f"add at most ${problem.tax_max:,.0f} of tax"
            bound, clause = problem.tax_max, "limits.tax_budget"
            yield Demand(clause, words, rows, self.no_cash(), Easing.RAISE_AMOUNT, bound)

    def cash(self) -> Iterator[Demand]:
        """What flows take out of each account, and what must stay in it."""
        problem, names = self.problem, self.situation.index.accounts
        nothing = Rows(np.zeros((0, self.m)), np.zeros((0, self.lots)), np.zeros(0))
        for a, account in enumerate(names):
            for amount, clause, words in (
                (-problem.flow[a], self._flow_clause(account), "pay {} out of {}"),
                (problem.reserve[a], "cash", "keep {} of cash in {}"),
            ):
                if amount > 0.0:
                    cash = self.no_cash()
                    cash[a] = amount / problem.value
                    told = words.format(f"${amount:,.0f}", account)
                    bound = float(amount)
                    yield Demand(clause, told, nothing, cash, Easing.LOWER_AMOUNT, bound)

    def _flow_clause(self, account: str) -> str:
        """The mandate's flow that takes money out of an account; `flows` for one that was asked."""
        mandate, as_of = self.situation.mandate, self.situation.snapshot.as_of
        due = [flow for flow in flows_due(mandate, as_of) if flow.amount < 0]
        mine = [flow.clause for flow in due if flow.account in (None, account)]
        return mine[0] if len(mine) == 1 else "flows"


def demands_of(situation: Situation) -> tuple[Demand, ...]:
    """Every clause as a demand; those that a person would rather not see blamed come first."""
    builder = _Builder(situation)
    of_rules = (builder.restriction(rule) for rule in situation.mandate.restrictions)
    kinds: Sequence[Iterator[Demand]] = (
        *(builder.limits(), builder.targets(), builder.wash_sales()),
        *of_rules,
        builder.cash(),
    )
    return tuple(demand for kind in kinds for demand in kind)


def cash_rows(situation: Situation, cost: Floats) -> Rows:
    """What every account has to spend before any clause: its cash, deposits and sales.

    Shape: `cost` (m,), dollars per dollar traded.
    """
    problem = situation.problem
    accounts, m = len(problem.cash), len(problem.position_account)
    bought, sold = np.zeros((accounts, m)), np.zeros((accounts, len(problem.lot_value)))
    bought[problem.position_account, np.arange(m)] = 1.0 + cost
    place = problem.lot_position
    sold[problem.position_account[place], np.arange(len(place))] = cost[place] - 1.0
    spare = problem.cash + np.maximum(problem.flow, 0.0)
    return Rows(bought, sold, spare / problem.value)


def _named(rule: Restriction) -> str:
    """What a restriction is about."""
    names = (*rule.instruments, *(f"tag {tag}" for tag in rule.tags))
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    what = ", ".join(names[:NAMES_MAX]) + more
    return f"{what} in {', '.join(rule.accounts)}" if rule.accounts else what
