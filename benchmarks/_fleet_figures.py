"""What the fleet benchmark measures: times, gaps, and what was compared."""

from dataclasses import dataclass

__all__ = ["Exactness", "Gaps", "References", "Times"]


@dataclass(frozen=True, slots=True)
class Times:
    """Mean microseconds per household on one core; `None` where not measured.

    `full` is the whole household with netting, wash sales and least trades; everything else is
    its convex part with sides and rates given, which is less work.
    """

    full: float
    full_objects: float
    """The same through `HouseholdProblem` and `Solution` objects, packing and checks included."""
    convex: float | None = None
    clarabel_solve: float | None = None
    """Setting the solver up and solving."""
    clarabel_assembly: float | None = None
    """Filling the sparse matrices; not counted against Clarabel."""
    cvxpy_anew: float | None = None
    cvxpy_parametrised: float | None = None
    cvxpy_compilation_seconds: float | None = None
    """Once, for the parametrised problem; not counted against cvxpy."""

    @property
    def cvxpy(self) -> float | None:
        """The faster way to use cvxpy."""
        ways = [way for way in (self.cvxpy_anew, self.cvxpy_parametrised) if way is not None]
        return min(ways, default=None)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Objective less a reference's, as fractions of value.

    Below zero where the reference stopped short of the optimum, which its tolerance allows.
    """

    worst: float
    median: float
    least: float
    compared: int
    unsolved: int
    """Households of the sample for which the reference gave no optimum."""
    refused: int
    """Households that we call infeasible; they are left out."""
    worst_miss: float
    """Dollars by which our trades miss a limit of the convex part."""


@dataclass(frozen=True, slots=True)
class References:
    """What the convex references say about a sample."""

    times: Times
    held: Gaps
    """The answers themselves against Clarabel, all discrete choices held."""
    fixed: Gaps
    """The convex part with fixed rates, solved by both."""
    cvxpy_difference: float
    """Largest difference between cvxpy's optima and Clarabel's, a fraction of value."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """Answers against the mixed-integer program, as fractions of value.

    `bound` measures from the proven bound, so that it includes what HiGHS left open; `best` from
    the best answer known.
    """

    households: int
    bound_worst: float
    bound_median: float
    best_worst: float
    best_median: float
    left_open_worst: float
    """Best answer known less proven bound: how exact the reference is."""
    seconds: float
