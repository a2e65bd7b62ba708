"""What every source of targets promises, held against every file of the folder."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from trimtab.targets._answers import MissingPackageError, demand_package
from trimtab.targets._base import TargetAnswer, TargetQuestion
from trimtab.testing import conform
from trimtab.testing.conform_targets import answer_faults, bad_questions, target_question

EVERY_SOURCE = pytest.mark.parametrize(("name", "plugin"), conform.cases("targets"))
BY_CALENDAR = {"fixed", "glide_path", "black_litterman"}
"""These may answer without looking at data; `black_litterman` only where it has no view."""


def example_of(plugin: type[Any]) -> Any:
    """Its example, where the package that it needs is there."""
    if plugin.package:
        pytest.importorskip(plugin.package)
    return conform.example(plugin)


@EVERY_SOURCE
def test_a_source_is_a_plug_in(name: str, plugin: type[Any]) -> None:
    assert conform.faults("targets", name) == ()


@EVERY_SOURCE
def test_its_weights_sum_to_one_within_their_bounds_each_time_the_same(
    name: str, plugin: type[Any]
) -> None:
    assert answer_faults(example_of(plugin)) == ()


@EVERY_SOURCE
@pytest.mark.parametrize(("what", "question"), bad_questions())
def test_with_bad_data_the_stated_weights_stand_and_a_finding_says_why(
    name: str, plugin: type[Any], what: str, question: TargetQuestion
) -> None:
    if name in BY_CALENDAR and "bound" not in what and "minimum" not in what:
        pytest.skip("it looks at no data")
    answer = example_of(plugin).weights(question)
    assert answer.weights == pytest.approx(question.stated)
    assert [one.code for one in answer.findings] == ["targets_not_estimated"]
    assert answer.findings[0].message.count("stated ones stand") == 1


@EVERY_SOURCE
def test_nothing_that_lies_behind_its_returns_in_memory_is_seen(
    name: str, plugin: type[Any]
) -> None:
    source, question = example_of(plugin), target_question()
    whole = np.vstack([question.returns, np.full((50, 4), 0.01)])
    past = replace(question, returns=whole[: len(question.returns)])
    before = source.weights(past).weights
    whole[len(question.returns) :] = -0.2
    assert conform.same(source.weights(past).weights, before)


def test_a_package_that_is_missing_is_named_with_its_remedy() -> None:
    with pytest.raises(MissingPackageError, match="no_such_package") as caught:
        demand_package("risk_parity", "no_such_package")
    assert caught.value.remedy == 'pip install "trimtab[ai]"'


@dataclass(frozen=True)
class Wrong:
    """Answers with the same weights, whatever the bounds; says nothing; remembers who asked."""

    package: ClassVar[str] = ""

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        return TargetAnswer(np.array([0.1, 0.2, 0.3, 0.4]), "")


def test_a_source_that_breaks_its_promises_is_found() -> None:
    found = " ".join(answer_faults(Wrong()))
    assert "leave their bounds" in found
    assert "does not say what" in found
    assert "says nothing of bounds that leave no weights" in found
