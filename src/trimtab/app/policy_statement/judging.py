"""What estimates rest on: risk, trend, trading cost, and where prices come from.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, setting, settings_words, share
from trimtab.model.mandate import WithoutHistory

__all__ = ["costs", "estimates", "prices"]


def estimates(facts: Facts) -> Iterator[Clause]:
    """Which estimator makes what."""
    rules = facts.mandate.estimates
    yield Clause(
        "estimates.covariance",
        f"Risk is estimated from past prices by {rules.covariance.name}."
        f"{settings_words(rules.covariance)}",
    )
    for key, choice, words in (
        ("mean", rules.mean, "Expected returns are estimated by"),
        ("state", rules.state, "Whether the market is calm, trending or in crisis is judged by"),
        ("drift", rules.drift, "Drift until the next review is estimated by"),
        ("trend", rules.trend, "The trend is estimated by"),
        ("cost", rules.cost, "Trading cost is estimated by"),
    ):
        if choice is not None:
            yield Clause(f"estimates.{key}", f"{words} {choice.name}.{settings_words(choice)}")
    yield Clause("estimates.sessions", f"Estimates rest on {rules.sessions} daily closes at most.")
    refuses = facts.mandate.risk.without_history is WithoutHistory.REFUSE
    yield Clause(
        "risk.without_history",
        "Where an instrument has too short a past, no plan is made."
        if refuses
        else "Where an instrument has too short a past, long-run figures of its class stand in, "
        "and every plan says so.",
    )


def costs(facts: Facts) -> Iterator[Clause]:
    """What trading is assumed to cost, and what drift is worth."""
    rules = facts.mandate.costs
    yield Clause(
        "costs.half_spread",
        f"Where no data says better, half a spread is taken as {share(rules.half_spread)} of the "
        "price.",
    )
    yield Clause(
        "costs.impact",
        f"A trade as large as a day's whole volume is taken to cost {setting(rules.impact)} times "
        f"the daily volatility; where the volume is unknown, {facts.money(rules.daily_volume)} "
        "a day is assumed.",
    )
    yield Clause(
        "costs.drift_aversion",
        f"Drift is weighed against tax and cost with an aversion of "
        f"{setting(rules.drift_aversion)}; a larger number trades more.",
    )


def prices(facts: Facts) -> Iterator[Clause]:
    """Where prices come from."""
    feed = facts.file.feed
    where = "the file prices.csv beside the mandate" if feed.name == "files" else feed.name
    yield Clause("feed.kind", f"Prices come from {where}.{settings_words(feed)}")
