"""NSGA-II over candidate plans: tracking error, trading cost and tax at once.

The search begins with the solver's own answers, so that what breeding adds is what no single price
of drift would have found: few trades, some classes moved and others left, dear lots kept.

Errors: `MissingPackageError` where pymoo is not installed.

Source: Deb, Pratap, Agarwal and Meyarivan (2002), A Fast and Elitist Multiobjective Genetic
Algorithm: NSGA-II.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.app.pareto.candidates import Bred, Genes, gene_count, genes_of, seeds
from trimtab.model.proposals import Proposal, ProposalStatus
from trimtab.quant.situation import Situation
from trimtab.targets._answers import demand_package

__all__ = ["Search", "bred_genes"]

Floats = npt.NDArray[np.float64]
OBJECTIVES = 3
UNREACHED = 1e12
"""What a candidate scores that no set of trades meets: every other beats it."""


class Search:
    """Candidates of one situation, each solved once; `solved` counts the distinct ones."""

    def __init__(self, situation: Situation, trades_max: int | None) -> None:
        self.situation, self.trades_max = situation, trades_max
        self._known: dict[Genes, tuple[Floats, int]] = {}

    @property
    def solved(self) -> int:
        """How many candidates were solved."""
        return len(self._known)

    def score(self, genes: Genes) -> tuple[Floats, int]:
        """Tracking error, trading cost and tax of a candidate, and its number of trades.

        Shape: (3,).
        """
        if genes not in self._known:
            proposal = Bred(genes).propose(self.situation)
            self._known[genes] = _objectives(proposal), _trades(self.situation, proposal)
        return self._known[genes]


def bred_genes(search: Search, population: int, generations: int, seed: int) -> list[Genes]:
    """The candidates that NSGA-II ends with, spread over the front, and the solver's own answers.

    Refuses: to search without pymoo.
    """
    demand_package("pareto", "pymoo")
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    situation, most = search.situation, search.trades_max

    class Plans(Problem):  # type: ignore[misc]  # pymoo has no types
        """Candidates and their scores; more trades than allowed are a broken constraint."""

        def _evaluate(self, x: Floats, out: dict[str, Any], *_: Any, **__: Any) -> None:
            found = [search.score(genes_of(situation, row)) for row in x]
            out["F"] = np.array([score for score, _ in found])
            if most is not None:
                out["G"] = np.array([[trades - most] for _, trades in found], dtype=float)

    count = gene_count(situation)
    begin = seeds(situation)
    chance = np.random.default_rng(seed)
    first = np.vstack([begin, chance.random((max(0, population - len(begin)), count))])
    problem = Plans(
        n_var=count, n_obj=OBJECTIVES, n_ieq_constr=int(most is not None), xl=0.0, xu=1.0
    )
    algorithm = NSGA2(pop_size=population, sampling=first)
    done = minimize(problem, algorithm, ("n_gen", generations), seed=seed)
    rows = [*begin, *(one.X for one in done.pop)]
    return list(dict.fromkeys(genes_of(situation, row) for row in rows))


def _objectives(proposal: Proposal) -> Floats:
    if proposal.status is ProposalStatus.INFEASIBLE:
        return np.full(OBJECTIVES, UNREACHED)
    after = proposal.after
    return np.array([after.tracking_error, after.trading, after.tax])


def _trades(situation: Situation, proposal: Proposal) -> int:
    """Orders: a position that is bought, or of which lots are sold."""
    home = {lot.id: (lot.account, lot.instrument) for lot in situation.snapshot.lots}
    sold = {home[sale.lot] for sale in proposal.sales}
    return len(sold) + len(proposal.buys)
