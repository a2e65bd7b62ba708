"""How often what the mandate leaves open is looked at anew, and what a change of it does.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause

__all__ = ["review"]


def review(facts: Facts) -> Iterator[Clause]:
    """When targets and models are due anew, and what a change does."""
    days = facts.mandate.models.retrain_after_days
    yield Clause(
        "models.retrain_after_days",
        "A learned model is due for training again when its card says so."
        if days is None
        else f"A learned model is due for training again {days} days after the last day that it "
        "learned from.",
    )
    source = facts.mandate.target_source
    if source is not None:
        yield Clause(
            "target_source.review_sessions",
            f"Targets are estimated anew every {source.review_sessions} weekdays.",
        )
    yield Clause(
        "review",
        "The owners change these rules whenever they wish. A change counts from the next decision "
        "on; what waits for people then lapses, because it was asked under the old rules.",
    )
