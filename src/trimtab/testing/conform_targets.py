"""What every source of targets must be beside a plug-in: weights that sum to one, within bounds,
the same each time, and with bad data the stated weights and a word on why.

    @pytest.mark.parametrize(("name", "plugin"), conform.cases("targets"))
    def test_it_answers_as_a_source_must(name, plugin):
        assert conform_targets.answer_faults(conform.example(plugin)) == ()

A source without its package is asked nothing: `MissingPackageError` passes through.

Errors: none of its own; faults are sentences.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from trimtab.targets._base import WEIGHT_TOLERANCE, TargetQuestion, TargetSource
from trimtab.testing.conform import same

__all__ = ["answer_faults", "bad_questions", "target_question"]

SESSIONS = 500
SESSIONS_A_YEAR = 252
BOUND_TOLERANCE = 1e-9
CLASSES = ("A", "B", "C", "D")


def target_question(seed: int = 7, *, is_bounded: bool = False) -> TargetQuestion:
    """An ordinary question about four classes, `A` the wildest and `D` the calmest."""
    chance = np.random.default_rng(seed)
    common = chance.normal(0.0003, 0.006, (SESSIONS, 1))
    own = chance.normal(0.0, 1.0, (SESSIONS, len(CLASSES))) * [0.010, 0.008, 0.004, 0.003]
    returns = common + own
    covariance = np.cov(returns.T) * SESSIONS_A_YEAR
    stated = np.array([0.4, 0.3, 0.2, 0.1])
    return TargetQuestion(
        as_of=date(2024, 6, 28),
        classes=CLASSES,
        stated=stated,
        lower=np.maximum(stated - 0.15, 0.0) if is_bounded else np.zeros(len(CLASSES)),
        upper=stated + 0.15 if is_bounded else np.ones(len(CLASSES)),
        returns=returns,
        covariance=covariance,
        risk_words=f"{SESSIONS} simulated sessions",
        mean=np.array([0.08, 0.06, 0.04, 0.03]),
        mean_covariance=covariance / 20.0,
        mean_words="means as simulated",
    )


def bad_questions() -> Iterator[tuple[str, TargetQuestion]]:
    """What data can lack, by name; a source that looks at no data may answer it all the same."""
    plain = target_question()
    covariance = np.array(plain.covariance, dtype=np.float64)
    yield "too little history", replace(plain, covariance=None, risk_words="3 returns of 60")
    still = covariance.copy()
    still[3, :] = still[:, 3] = 0.0
    yield "a constant price", replace(plain, covariance=still)
    twin = covariance.copy()
    twin[3, :], twin[:, 3] = twin[2, :], twin[:, 2]
    twin[3, 3] = twin[2, 2]
    yield "a singular covariance", replace(plain, covariance=twin)
    holes = covariance.copy()
    holes[0, 1] = holes[1, 0] = np.nan
    yield "a covariance with holes", replace(plain, covariance=holes)
    yield "bounds that leave no weights", replace(plain, upper=np.full(len(CLASSES), 0.2))
    crossed = np.array([0.6, 0.0, 0.0, 0.0])
    yield "a minimum above its maximum", replace(plain, lower=crossed, upper=crossed * 0.5)


def answer_faults(source: TargetSource) -> tuple[str, ...]:
    """All that a source's answers break of what every source promises; empty where it conforms."""
    return (*_good_faults(source), *_bad_faults(source))


def _good_faults(source: TargetSource) -> Iterator[str]:
    for what, question in (
        ("an ordinary question", target_question()),
        ("a bounded question", target_question(is_bounded=True)),
    ):
        before = question.stated.copy()
        first, again = source.weights(question), source.weights(question)
        if first.findings:
            yield f"it has no answer to {what}: {first.findings[0]}"
        if not same(first.weights, again.weights):
            yield f"it answers {what} differently when asked again"
        if not same(before, question.stated):
            yield f"it changes the stated weights of {what}"
        if abs(float(first.weights.sum()) - 1.0) > WEIGHT_TOLERANCE:
            yield f"its weights for {what} sum to {first.weights.sum()}"
        outside = np.maximum(question.lower - first.weights, first.weights - question.upper).max()
        if outside > BOUND_TOLERANCE:
            yield f"its weights for {what} leave their bounds by {outside}"
        if not first.words:
            yield f"it does not say what its weights for {what} rest on"


def _bad_faults(source: TargetSource) -> Iterator[str]:
    for what, question in bad_questions():
        answer = source.weights(question)
        if abs(float(answer.weights.sum()) - 1.0) > WEIGHT_TOLERANCE:
            yield f"its weights for {what} sum to {answer.weights.sum()}"
        if not answer.findings and "bound" in what:
            yield f"it says nothing of {what}"
        if answer.findings and not np.allclose(answer.weights, question.stated):
            yield f"with {what} it leaves the stated weights"
