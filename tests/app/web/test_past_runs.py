"""Runs over the past: once for each question, one after the other, and what went wrong is told."""

import time
from collections.abc import Callable
from threading import Event
from typing import cast

import pytest

from trimtab.app.household import LoadedHousehold
from trimtab.app.web.past_runs import (
    KEPT_MAX,
    WAITING_MAX,
    PastAnswer,
    PastQuestion,
    PastRun,
    PastRuns,
)
from trimtab.model.errors import InputError

NOTHING = cast(LoadedHousehold, None)
ANSWER = cast(PastAnswer, object())


def question(key: str) -> PastQuestion:
    return PastQuestion(key, NOTHING, None, 1)


def ended(runs: PastRuns, key: str) -> PastRun:
    for _ in range(500):
        found = runs.find(key)
        if found is not None and not found.is_running:
            return found
        time.sleep(0.01)
    raise TimeoutError(key)


def test_a_question_is_answered_in_the_background_and_once() -> None:
    asked: list[str] = []

    def work(one: PastQuestion, tell: Callable[[int, int], None]) -> PastAnswer:
        asked.append(one.key)
        return ANSWER

    runs = PastRuns(work)
    assert runs.find("a") is None
    runs.start(question("a"))
    assert ended(runs, "a").answer is ANSWER
    runs.start(question("a"))
    assert ended(runs, "a").answer is ANSWER
    assert asked == ["a"]


def test_how_far_it_is_can_be_seen() -> None:
    told, goes_on = Event(), Event()

    def work(one: PastQuestion, tell: Callable[[int, int], None]) -> PastAnswer:
        tell(3, 10)
        told.set()
        goes_on.wait(5)
        return ANSWER

    runs = PastRuns(work)
    runs.start(question("a"))
    assert told.wait(5)
    assert runs.find("a") == PastRun(1, 3, 10)
    goes_on.set()
    assert ended(runs, "a").answer is ANSWER


def test_one_runs_at_a_time_and_only_so_many_wait() -> None:
    goes_on, at_work = Event(), []

    def work(one: PastQuestion, tell: Callable[[int, int], None]) -> PastAnswer:
        at_work.append(one.key)
        goes_on.wait(5)
        return ANSWER

    runs = PastRuns(work)
    for number in range(WAITING_MAX):
        runs.start(question(str(number)))
    with pytest.raises(InputError, match="wait already"):
        runs.start(question("one more"))
    time.sleep(0.05)
    assert len(at_work) == 1
    goes_on.set()
    for number in range(WAITING_MAX):
        ended(runs, str(number))
    assert sorted(at_work) == [str(number) for number in range(WAITING_MAX)]


def test_what_went_wrong_is_told_and_may_be_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    troubles: list[Exception] = [InputError("prices", "there are none"), KeyError("x")]

    def work(one: PastQuestion, tell: Callable[[int, int], None]) -> PastAnswer:
        if troubles:
            raise troubles.pop(0)
        return ANSWER

    runs = PastRuns(work)
    runs.start(question("a"))
    assert ended(runs, "a").trouble == "prices: there are none."
    runs.start(question("a"))
    assert "KeyError" in ended(runs, "a").trouble
    runs.start(question("a"))
    assert ended(runs, "a").answer is ANSWER
    capsys.readouterr()


def test_only_the_last_answers_are_kept() -> None:
    runs = PastRuns(lambda one, tell: ANSWER)
    for number in range(KEPT_MAX + 3):
        runs.start(question(str(number)))
        ended(runs, str(number))
    kept = [number for number in range(KEPT_MAX + 3) if runs.find(str(number)) is not None]
    assert kept == list(range(3, KEPT_MAX + 3))


def test_a_question_is_another_where_anything_that_it_rests_on_is() -> None:
    first = ("home", "digest", "text", 1)
    others = [
        ("away", "digest", "text", 1),
        ("home", "other", "text", 1),
        ("home", "digest", "texts", 1),
        ("home", "digest", "text", 3),
        ("home\0digest", "", "text", 1),
    ]
    keys = {PastQuestion.key_of(*one) for one in [first, *others]}
    assert len(keys) == 6
