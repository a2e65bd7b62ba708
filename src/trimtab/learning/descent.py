"""Descent that cannot lose what it had: the best parameters are kept, whatever happens next.

`settle` fits a few parameters to one fixed scenario by L-BFGS, so that the only chance is the
scenario's; `wander` takes Adam's steps over scenarios that change.  Both stop at a budget of CPU
seconds or at a cost that is no number, and leave the parameters that were best in validation.

Errors: a cost that is no number before anything was learned is `InputError`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from trimtab.learning.config import Stop
from trimtab.model.errors import InputError

__all__ = ["Budget", "Course", "settle", "wander"]

SETTLED = 1e-6
"""Relative fall of the cost in a round below which L-BFGS has settled."""
ROUND = 4
"""Iterations of L-BFGS between two validations."""
NORM_MAX = 1.0
"""Longest slope that Adam is shown; a longer one is shortened to it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop.  Unit: CPU seconds of this process, counted from `began`."""

    steps: int
    seconds: float
    began: float

    @property
    def used(self) -> float:
        """CPU seconds used."""
        return time.process_time() - self.began

    @property
    def is_over(self) -> bool:
        """Whether time is up."""
        return self.used > self.seconds


@dataclass(slots=True)
class Course:
    """How a descent went; `best` is the validation cost of what was kept."""

    costs: list[float] = field(default_factory=list)
    best: float = float("inf")
    chosen_step: int = 0
    stopped: str = Stop.STEPS
    kept: list[Tensor] = field(default_factory=list)

    def judge(self, tensors: list[Tensor], cost: float, step: int) -> None:
        """Keep the parameters if they are the best so far."""
        if cost < self.best:
            self.best, self.chosen_step = cost, step
            self.kept = [tensor.detach().clone() for tensor in tensors]

    def restore(self, tensors: list[Tensor]) -> None:
        """Put the best parameters back."""
        with torch.no_grad():
            for tensor, kept in zip(tensors, self.kept, strict=True):
                tensor.copy_(kept)


class _NotFiniteError(Exception):
    """Inside a line search: leave it."""


def settle(
    tensors: list[Tensor],
    cost: Callable[[], Tensor],
    validate: Callable[[], float],
    budget: Budget,
    on_step: Callable[[int, float], None],
) -> Course:
    """L-BFGS on a fixed scenario.

    Refuses: a cost that is no number at the start.
    """
    course = _started(tensors, validate)
    optimiser = torch.optim.LBFGS(
        tensors, max_iter=ROUND, max_eval=3 * ROUND, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = cost()
        if not torch.isfinite(value):
            raise _NotFiniteError
        value.backward()
        course.costs.append(float(value.detach()))
        return value

    for step in range(ROUND, budget.steps + ROUND, ROUND):
        before = course.costs[-1] if course.costs else float("inf")
        try:
            optimiser.step(closure)
        except _NotFiniteError:
            course.stopped = Stop.NOT_FINITE
            break
        course.judge(tensors, validate(), step)
        on_step(min(step, budget.steps), course.costs[-1])
        if before - course.costs[-1] < SETTLED * abs(before):
            course.stopped = Stop.CONVERGED
            break
        if budget.is_over:
            course.stopped = Stop.TIME
            break
    course.restore(tensors)
    return course


def wander(
    tensors: list[Tensor],
    cost: Callable[[int], Tensor],
    validate: Callable[[], float],
    budget: Budget,
    learning_rate: float,
    validate_every: int,
    on_step: Callable[[int, float], None],
) -> Course:
    """Adam over changing scenarios, its steps shrinking to nothing along a cosine.

    Refuses: a cost that is no number at the start.
    """
    course = _started(tensors, validate)
    optimiser = torch.optim.Adam(tensors, lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, budget.steps)
    for step in range(1, budget.steps + 1):
        optimiser.zero_grad()
        value = cost(step)
        if not torch.isfinite(value):
            course.stopped = Stop.NOT_FINITE
            break
        value.backward()
        torch.nn.utils.clip_grad_norm_(tensors, NORM_MAX)
        optimiser.step()
        schedule.step()
        course.costs.append(float(value.detach()))
        on_step(step, course.costs[-1])
        is_over = budget.is_over
        if step % validate_every == 0 or step == budget.steps or is_over:
            course.judge(tensors, validate(), step)
        if is_over:
            course.stopped = Stop.TIME
            break
    course.restore(tensors)
    return course


def _started(tensors: list[Tensor], validate: Callable[[], float]) -> Course:
    course = Course()
    course.judge(tensors, validate(), 0)
    if not course.kept:
        raise InputError(
            "training",
            "costs are no numbers before the first step",
            "returns, costs and risk must be finite",
            "check the history from which the world was made",
        )
    return course
