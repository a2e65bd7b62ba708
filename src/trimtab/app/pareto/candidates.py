"""A candidate plan as a handful of genes, and the household's own solver that makes trades of them.

Genes say how far each class goes back to its target, how dear in tax a lot may be that is sold, how
small a trade may be, and how much drift is minded meanwhile; the solver then finds the cheapest
sales of lots and purchases that do so, under every clause of the mandate.  So a candidate is never
a plan that `trimtab plan` could not have made.

Errors: none; genes that lead to no set of trades give a proposal without a solution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from trimtab.model.proposals import Action, Proposal
from trimtab.policies._base import solve_towards, without_harvest
from trimtab.quant.problem import HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["Bred", "Genes", "gene_count", "genes_of", "seeds"]

Floats = npt.NDArray[np.float64]
COMMON_GENES = 3
AVERSION_DECADES = (-2.0, 3.0)
"""From a hundredth of the mandate's risk aversion to a thousand times it."""
SMALLEST_TRADES = (1.0, 3.0, 10.0, 30.0, 100.0)
"""Smallest trades tried, in those of the mandate: larger ones make fewer trades."""
SEED_AVERSIONS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Genes:
    """What is varied.

    Unit: `gaps` how far each class goes back to its target, 0 to 1; `loose` the same for what
    belongs to no target; `tax_max` tax per dollar sold of the dearest lot that may go; `smallest`
    and `aversion` factors on the mandate's own.
    """

    gaps: tuple[float, ...]
    loose: float
    tax_max: float
    smallest: float
    aversion: float


def gene_count(situation: Situation) -> int:
    """How many numbers from 0 to 1 make a candidate."""
    return len(situation.mandate.targets) + 1 + COMMON_GENES


def genes_of(situation: Situation, numbers: Floats) -> Genes:
    """Genes from numbers between 0 and 1.

    Shape: `numbers` (`gene_count`,).
    """
    classes = len(situation.mandate.targets)
    values = np.clip(numbers, 0.0, 1.0).tolist()
    tax, smallest, aversion = values[classes + 1 :]
    dear = np.unique(np.round(lot_tax(situation.problem), 4))
    low, high = AVERSION_DECADES
    step = min(int(smallest * len(SMALLEST_TRADES)), len(SMALLEST_TRADES) - 1)
    return Genes(
        tuple(round(value, 2) for value in values[:classes]),
        round(values[classes], 2),
        float(dear[round(tax * (len(dear) - 1))]) if len(dear) else 0.0,
        SMALLEST_TRADES[step],
        float(10.0 ** round(low + (high - low) * aversion, 1)),
    )


def seeds(situation: Situation) -> Floats:
    """Candidates to begin with: nothing at all, and the solver's own answers at ten aversions.

    Shape: (seeds, `gene_count`).
    """
    low, high = AVERSION_DECADES
    count = gene_count(situation)
    rows = [np.zeros(count)]
    for factor in SEED_AVERSIONS:
        row = np.ones(count)
        row[-2], row[-1] = 0.0, (np.log10(factor) - low) / (high - low)
        rows.append(row)
    return np.array(rows)


def lot_tax(problem: HouseholdProblem) -> Floats:
    """What a dollar sold of each lot is taxed, at the rates of today; negative where it saves.

    Shape: (l,).
    """
    rate = np.where(problem.lot_long_term, problem.tax.long_rate, problem.tax.short_rate)
    return np.where(problem.lot_taxable, rate * problem.lot_gain, 0.0)


@dataclass(frozen=True, slots=True)
class Bred:
    """A policy that does what genes say; as any policy's, its plan is made by the cycle."""

    name: ClassVar[str] = "bred"
    genes: Genes

    def propose(self, situation: Situation) -> Proposal:
        """The cheapest trades that do what the genes say."""
        problem = without_harvest(situation, everything=False)
        genes, own = self.genes, situation.problem
        variant = replace(
            problem,
            target=_wanted(situation, genes),
            kappa=own.kappa * genes.aversion,
            lot_sellable=own.lot_sellable & (np.round(lot_tax(own), 4) <= genes.tax_max),
            minimum_trade=own.minimum_trade * genes.smallest,
        )
        return solve_towards(situation, variant, Action.PARTIAL, "a plan of the front")


def _wanted(situation: Situation, genes: Genes) -> Floats:
    """Weights between what is held and what is wanted, class by class.

    Shape: (n,).
    """
    problem, mandate, index = situation.problem, situation.mandate, situation.index
    worth = np.bincount(problem.position_instrument, problem.holdings(), len(problem.target))
    held = worth / problem.value
    gap_of = dict(zip((target.name for target in mandate.targets), genes.gaps, strict=True))
    homes = [mandate.target_of(name) for name in index.instruments]
    share = np.array([genes.loose if home is None else gap_of[home.name] for home in homes])
    return np.asarray(held + share * (problem.target - held))
