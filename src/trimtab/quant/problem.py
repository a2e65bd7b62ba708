"""The household problem of one cycle as arrays, and what a solution of it says.

One household is a handful of accounts, the (account, instrument) pairs that may be held there, and
the lots they consist of.  Everything is dollars and fractions of one; who the accounts and
instruments are stays with the caller, who maps indices back to names.

Errors: `HouseholdProblem.validate` raises `InputErrors` naming each array that cannot be used.
An infeasible household is not an error: it is a `Solution` whose status says so and whose
`conflicts` name what clashes.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputErrors
from trimtab.model.taxes import TaxCurve
from trimtab.quant.checks import problem_errors

__all__ = [
    "QUICK",
    "BindingLimit",
    "Conflict",
    "HouseholdProblem",
    "LimitKind",
    "ObjectiveParts",
    "Solution",
    "SolverOptions",
    "Status",
    "TaxCurve",
    "WashRule",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class WashRule(IntEnum):
    """How a purchase of the last 30 days limits a loss sale of the same group."""

    NONE = 0
    """Losses always count (an exempt household, or a jurisdiction without such a rule)."""
    PROPORTIONAL = 1
    """26 USC 1091: as many dollars of loss lots as were bought lately bring no tax benefit."""
    FULL_BLOCK = 2
    """A loss lot with another recent lot of its position may be sold only by selling out."""


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    GAP_LIMIT = "gap_limit"
    INFEASIBLE = "infeasible"


class LimitKind(Enum):
    """The limits that can bind, or that an infeasible household cannot meet."""

    ACCOUNT_CASH = "account_cash"
    LOWER_BOUND = "lower_bound"
    UPPER_BOUND = "upper_bound"
    BUY_TURNOVER = "buy_turnover"
    SELL_TURNOVER = "sell_turnover"
    TAX_BUDGET = "tax_budget"
    MINIMUM_TRADE = "minimum_trade"


@dataclass(frozen=True, slots=True)
class HouseholdProblem:
    """One household's decision.

    Shape: n instruments, A accounts, m positions (account, instrument), l lots, G groups of
    substantially identical instruments.
    Unit: dollars, fractions of one, annualised variance; `impact` × |trade $|^1.5 is dollars.
    """

    value: float
    """V, the household's total value including cash and flows."""
    covariance: Floats
    """(n, n), annualised; pass the same array object to share it across a batch."""
    target: Floats
    """(n,) wanted weights of the household's total value."""
    kappa: float
    """Price of variance: drift costs V · κ/2 · dᵀΣd."""

    position_account: Ints
    position_instrument: Ints
    buy_cost: Floats
    """(m,) half-spread plus proportional commission per dollar bought."""
    sell_cost: Floats
    impact: Floats
    lower: Floats
    """(m,) least post-trade dollars; do-not-sell and hold ranges become bounds."""
    upper: Floats
    """(m,) most post-trade dollars; do-not-buy and never-own become bounds; may be inf."""
    location_cost: Floats
    """(m,) yearly tax drag per dollar held there."""
    minimum_trade: Floats
    """(m,) a trade is zero or at least this many dollars."""
    fixed_cost: Floats
    """(m,) dollars per order."""
    price: Floats
    quantity_step: Floats
    """(m,) smallest tradable quantity: 1 for whole shares, 0 for any dollar amount."""

    lot_position: Ints
    lot_value: Floats
    lot_gain: Floats
    """(l,) (value − basis) / value."""
    lot_long_term: Flags
    lot_taxable: Flags
    lot_sellable: Flags
    lot_recent: Flags
    """(l,) bought within the last 30 days."""

    cash: Floats
    flow: Floats
    """(A,) deposits positive, withdrawals negative."""
    reserve: Floats
    """(A,) least cash after the trades."""

    group: Ints
    """(n,) each instrument's group of substantially identical ones, 0 … G−1."""
    group_buy_blocked: Flags
    """(G,) no purchase in any account: sold at a loss within the last 30 days."""
    group_recent_value: Floats
    """(G,) dollars bought lately anywhere in the household that would wash a loss sale."""

    tax: TaxCurve
    wash_rule: WashRule = WashRule.PROPORTIONAL
    turnover_max: float = np.inf
    """max(bought, sold) / V."""
    tax_max: float = np.inf
    """Most dollars of tax that the trades may add."""

    def holdings(self) -> Floats:
        """Dollars held per position before the trades.

        Shape: (m,).
        """
        held = np.bincount(
            self.lot_position, weights=self.lot_value, minlength=len(self.position_account)
        )
        return np.asarray(held, dtype=np.float64)

    def validate(self) -> None:
        """Check shapes, ranges and finiteness of every array.

        Refuses: anything inconsistent, with one `InputErrors` that names all of it.
        """
        errors = problem_errors(self)
        if errors:
            raise InputErrors(errors)


@dataclass(frozen=True, slots=True)
class SolverOptions:
    """The named limits of one solve; they count work, so the answer never depends on the clock."""

    tolerance: float = 1e-7
    """Exchange stops when no pair gains more than this per dollar moved."""
    gap_tolerance: float = 1e-6
    """Gap, as a fraction of value, up to which an answer is called optimal."""
    exchanges_max: int = 200_000
    """Exchange steps allowed in one convex solve."""
    failures_max: int = 1_000_000
    """Changes of sides in a row that may fail before their search ends."""
    thorough: bool = True
    """Whether changes are tried that gain only if others follow against their price, and the search
    is made once more from the rates of other tax regions."""
    least_gain: float = 0.5
    """Dollars that a change of sides must promise to be tried, and up to which a small trade is
    dropped without trying to raise it."""
    search_tolerance: float = 1e-4
    """`tolerance` while sides are searched; the answer is solved again at `tolerance`."""


QUICK = SolverOptions(
    tolerance=3e-6, failures_max=2, thorough=False, least_gain=3.0, search_tolerance=1e-3
)
"""For a night's run over many households: a quarter of the work of a thorough search, and answers
that cost a few millionths of value more; `benchmarks.fleet` measures both."""


@dataclass(frozen=True, slots=True)
class ObjectiveParts:
    """The parts of the objective in dollars; `fixed` are order tickets."""

    drift: float
    spread: float
    impact: float
    tax: float
    location: float
    fixed: float

    @property
    def total(self) -> float:
        """The objective: what the trades cost in all, and what the remaining drift costs."""
        return self.drift + self.spread + self.impact + self.tax + self.location + self.fixed


@dataclass(frozen=True, slots=True)
class BindingLimit:
    """A limit that binds: one more dollar of room would lower the objective by `shadow_price`."""

    kind: LimitKind
    subject: int
    """Account for cash, position for bounds, −1 for the household's own limits."""
    shadow_price: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """A limit that cannot be met, and by how many dollars."""

    kind: LimitKind
    subject: int
    shortfall: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The trades of one household, what they cost, and how far from the best they can be.

    Shape: `bought`, `post_value` (m,); `sold` (l,), in the problem's order of positions and lots.
    Unit: dollars; `gap_fraction` is of the household's value.
    """

    status: Status
    bought: Floats
    sold: Floats
    post_value: Floats
    cash_after: Floats
    parts: ObjectiveParts
    no_trade_parts: ObjectiveParts
    no_trade_feasible: bool
    lower_bound: float
    gap: float
    gap_fraction: float
    convex_gap: float
    """What the duals of the convex part leave open, with the discrete choices as made."""
    realised_short: float
    realised_long: float
    binding: tuple[BindingLimit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    iterations: int = 0
    searched: int = 0
    """Discrete choices tried."""

    @property
    def objective(self) -> float:
        """Total objective in dollars."""
        return self.parts.total

    @property
    def benefit(self) -> float:
        """Dollars by which the trades beat doing nothing."""
        return self.no_trade_parts.total - self.parts.total
