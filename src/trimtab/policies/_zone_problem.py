"""The long-run problem of one household, class by class: what the no-trade zone is worked out from.

A target of the mandate is one thing here, whichever of its instruments hold it, and wanted cash is
one more.  What trading a class costs is what a usual trade of it would cost today: half the spread,
the market impact at that size, the ticket, and tax.  Over the years as much is bought as is sold,
whatever the prices of either way, so that a zone depends on what both ways cost together: half of
the tax of a sale is counted each way, and the solver is told so (`_zone_metric`).

Errors: none; a household that has no such problem gets the reason as a `Finding`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats, HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = [
    "CASH",
    "SESSIONS_A_YEAR",
    "TAX_EACH_WAY",
    "ClassProblem",
    "class_problem",
    "equilibrium_returns",
    "tax_per_dollar",
    "with_tax",
]

CASH = "cash"
SESSIONS_A_YEAR = 252
TAX_EACH_WAY = 0.5
"""The part of a sale's tax that counts as the cost of one way."""
EQUILIBRIUM_AVERSION = 1.0
"""The risk aversion at which the targets themselves would be wanted.  One is that of the growth-
optimal investor, whose weights drift nowhere on average when left alone: what knows of no other
returns leans neither way.  In invented worlds it costs 3 % less than the market's 2.5, even in
those whose returns are of 2.5 (docs/concepts/evidence.md)."""
CASH_WANTED_MIN = 0.005
"""A smaller weight of wanted cash (what a reserve leaves over) is no class of its own."""
WEIGHT_MIN = 1e-6
VARIANCE_MIN = 1e-8
"""A year's variance of one class against the others, below which they move as one: 0.01 % of
deviation is less than any two real things have."""
SELL_OUT = (
    "take the target out, as what is held of no target is sold; or set [policy] name to a rule "
    "such as 5/25"
)
COST_MIN = 1e-7
"""A thousandth of a basis point, below which trading counts as free."""


@dataclass(frozen=True, slots=True)
class ClassProblem:
    """The long-run problem over the targets of a mandate, then cash where some is wanted.

    Shape: K targets (with cash K + 1 classes): `names` and `problem` over all of them, `tax` (K,)
    per dollar sold, `trading` (K,) without tax, `split` and `members` (K, n) over instruments.
    Unit: `rate` on a long-term gain, zero where nothing that is held is taxed.
    """

    names: tuple[str, ...]
    problem: TrackingProblem
    trading: Floats
    tax: Floats
    split: Floats
    members: Floats
    rate: float = 0.0

    @property
    def targets(self) -> int:
        """How many targets there are, cash left out."""
        return len(self.tax)

    @property
    def has_cash(self) -> bool:
        """Whether cash is a class of its own."""
        return len(self.names) > len(self.tax)


def class_problem(
    situation: Situation, review_years: float, risk_aversion: float
) -> ClassProblem | Finding:
    """The household's problem, or why it has none.

    Unit: `review_years` between two reviews.
    """
    drift, names = situation.drift, tuple(target.name for target in situation.drift.targets)
    wanted = np.array([target.weight for target in drift.targets])
    if odd := _odd_target(names, wanted):
        return odd
    members, split = _members(situation)
    weight, label = _with_cash(wanted, names)
    covariance = np.zeros((len(weight), len(weight)))
    known = len(wanted)
    covariance[:known, :known] = split @ situation.problem.covariance @ split.T
    if odd := _odd_risk(label, covariance):
        return odd
    move = _yearly_moves(weight, covariance)[:known]
    tax = tax_per_dollar(situation.problem, members, move)
    trading = _trading(situation.problem, split, move * np.sqrt(review_years))
    cost = np.zeros(len(weight))
    cost[:known] = trading + TAX_EACH_WAY * tax
    if not np.isfinite(cost).all() or cost.max() < COST_MIN:
        return _unusable("household", "trading costs nothing, so that no drift is worth leaving")
    try:
        returns = _returns(situation, split, weight, covariance)
        problem = TrackingProblem(weight, returns, covariance, cost, risk_aversion, review_years)
    except (InputError, InputErrors) as error:
        return _unusable("household", str(error).rstrip(".").replace("\n", "; "))
    is_taxed = bool(situation.problem.lot_taxable.any())
    rate = float(situation.problem.tax.long_rate) if is_taxed else 0.0
    return ClassProblem(label, problem, trading, tax, split, members, rate)


def with_tax(classes: ClassProblem, tax: Floats) -> ClassProblem:
    """The same household with other gains, which a sale of each class is taxed for.

    Shape: `tax` (K,); Unit: per dollar sold.
    """
    cost = classes.problem.cost.copy()
    cost[: classes.targets] = classes.trading + TAX_EACH_WAY * tax
    return replace(classes, tax=tax, problem=replace(classes.problem, cost=cost))


def _returns(situation: Situation, split: Floats, weight: Floats, covariance: Floats) -> Floats:
    """What each class is expected to return a year, where the mandate has it estimated.

    Only differences between classes are taken from an estimate: how all of them together grow
    against cash is that of equilibrium, because a past decade's riskless rate says nothing.
    Shape: `split` (K, n); `weight` and the answer (K,) or (K + 1,).
    """
    equilibrium = equilibrium_returns(covariance, weight)
    mean, names = situation.estimates.mean, situation.index.instruments
    held = np.flatnonzero(split.sum(axis=0) > 0.0).tolist()
    if not mean or not all(names[at] in mean for at in held):
        return equilibrium
    expected = split[:, held] @ np.array([mean[names[at]] for at in held])
    known = len(split)
    share = weight[:known] / weight[:known].sum()
    level = float(share @ (expected - equilibrium[:known]))
    return np.concatenate([expected - level, equilibrium[known:]])


def equilibrium_returns(covariance: Floats, weight: Floats) -> Floats:
    """The yearly returns above cash at which nobody would want other weights.

    Shape: (n, n), (n,) and (n,).
    """
    return np.asarray(EQUILIBRIUM_AVERSION * covariance @ weight)


def _odd_target(names: tuple[str, ...], wanted: Floats) -> Finding | None:
    """A set of targets between which nothing can be weighed."""
    if len(names) < 2:
        fact = f"the mandate has {len(names)} target{'s' if len(names) != 1 else ''}"
        return _unusable("targets", fact, "a zone lies between at least two")
    for name, weight in zip(names, wanted.tolist(), strict=True):
        if not WEIGHT_MIN < weight < 1.0 - WEIGHT_MIN:
            fact, bound = f"the weight wanted is {weight * 100:.1f} %", "between 0 and 100 %"
            found = _unusable(f"targets.{name}", fact, f"a zone needs one {bound}")
            return found if weight > WEIGHT_MIN else replace(found, remedy=SELL_OUT)
    return None


def _odd_risk(names: tuple[str, ...], covariance: Floats) -> Finding | None:
    """A covariance that says nothing of how the classes move against each other."""
    if not np.isfinite(covariance).all():
        at = int(np.argwhere(~np.isfinite(covariance))[0, 0])
        return _unusable(f"targets.{names[at]}", "its risk is not known")
    n = len(names)
    away = np.eye(n) - 1.0 / n
    values, vectors = np.linalg.eigh(away @ covariance @ away)
    # One direction, all classes alike, has no variance by construction; a second one is too many.
    order = np.argsort(np.abs(vectors.sum(axis=0)))[: n - 1]
    flat = order[np.argmin(values[order])]
    if values[flat] >= VARIANCE_MIN:
        return None
    first, second = np.argsort(-np.abs(vectors[:, flat]))[:2].tolist()
    fact = f"it moves exactly as {names[second]} does, or neither ever moved"
    return _unusable(f"targets.{names[first]}", fact, "a zone rests on how classes move apart")


def _with_cash(wanted: Floats, names: tuple[str, ...]) -> tuple[Floats, tuple[str, ...]]:
    """The classes' weights, summing to one: with cash where some is wanted, else scaled up."""
    cash = 1.0 - float(wanted.sum())
    if cash < CASH_WANTED_MIN:
        return wanted / wanted.sum(), names
    return np.append(wanted, cash), (*names, CASH)


def _members(situation: Situation) -> tuple[Floats, Floats]:
    """Which instruments belong to which target, and how its weight is split over them.

    Shape: (K, n) each; rows of the split sum to one.
    """
    mandate, wanted = situation.mandate, situation.problem.target
    place = {name: i for i, name in enumerate(situation.index.instruments)}
    members = np.zeros((len(mandate.targets), len(place)))
    split = np.zeros_like(members)
    free = set(place)
    for row, target in enumerate(mandate.targets):
        own = [place[name] for name in mandate.members_of(target) if name in free]
        free.difference_update(mandate.members_of(target))
        members[row, own] = 1.0
        stated = float(wanted[own].sum())
        if stated > 0.0:
            split[row, own] = wanted[own] / stated
        else:
            split[row, place[target.instruments[0]]] = 1.0
    return members, split


def _yearly_moves(weight: Floats, covariance: Floats) -> Floats:
    """How far a year moves each weight, if nothing is traded: one standard deviation.

    Shape: as `weight`.
    """
    apart = np.eye(len(weight)) - weight
    variance = np.einsum("ij,jk,ik->i", apart, covariance, apart)
    return np.asarray(weight * np.sqrt(np.maximum(variance, 0.0)))


def _trading(problem: HouseholdProblem, split: Floats, move: Floats) -> Floats:
    """Spread, impact and ticket of the trade that one review's drift asks for.

    Shape: `split` (K, n), `move` and the answer (K,).
    Unit: `move` weights; the answer per dollar traded.
    """
    n = split.shape[1]
    spread, impact, ticket = np.zeros(n), np.zeros(n), np.zeros(n)
    spread[problem.position_instrument] = 0.5 * (problem.buy_cost + problem.sell_cost)
    impact[problem.position_instrument] = problem.impact
    ticket[problem.position_instrument] = problem.fixed_cost
    least = problem.minimum_trade.max(initial=1.0)
    size = np.maximum(move * problem.value, least)
    return np.asarray(split @ spread + np.sqrt(size) * (split @ impact) + split @ ticket / size)


def tax_per_dollar(problem: HouseholdProblem, members: Floats, sold: Floats) -> Floats:
    """The tax of selling so much of each class, from its cheapest lots on.

    Lots of accounts without tax count as free, losses as well: what a loss saves is a matter of
    harvesting, not of where a zone ends.
    Shape: `members` (K, n), `sold` (K,), the answer (K,).
    Unit: `sold` weights; the answer per dollar sold.
    """
    curve = problem.tax
    rate = np.where(problem.lot_long_term, curve.long_rate, curve.short_rate)
    price = np.where(problem.lot_taxable, np.maximum(problem.lot_gain, 0.0) * rate, 0.0)
    instrument = problem.position_instrument[problem.lot_position]
    answer = np.zeros(len(members))
    for row, of in enumerate(members):
        own = np.flatnonzero((of[instrument] > 0.0) & problem.lot_sellable)
        queue = own[np.argsort(price[own], kind="stable")]
        value = problem.lot_value[queue]
        before = np.cumsum(value) - value
        taken = np.clip(sold[row] * problem.value - before, 0.0, value)
        total = float(taken.sum())
        answer[row] = float(price[queue] @ taken) / total if total > 0.0 else 0.0
    return np.clip(answer, 0.0, 0.9)


def _unusable(subject: str, fact: str, bound: str = "") -> Finding:
    return Finding(
        "no_trade_zone",
        Severity.WARNING,
        subject,
        f"no zone can be worked out, so that the mandate's bands decide: {fact}",
        bound=bound,
        remedy="mend it, or set [policy] name to a rule such as 5/25",
        clause="policy",
    )
