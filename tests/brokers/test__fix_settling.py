"""A session is settled by a first sign of life of this logon, asked for again where one is lost."""

import time

from trimtab.brokers import _fix_settling
from trimtab.brokers._fix_settling import Settling


class Other:
    """The far side: keeps what it was asked, and answers when a test says."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard: list[str] = []
        self.settling = Settling(
            self.asked.append, lambda: self.heard.append("up"), self.heard.append
        )

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 5.0
        while len(self.asked) < count:
            assert time.monotonic() < end
            time.sleep(0.005)


def test_a_request_that_was_lost_is_asked_again_and_the_first_answer_settles(monkeypatch):
    monkeypatch.setattr(_fix_settling, "AGAIN_SECONDS", 0.01)
    other = Other()
    other.settling.begin()
    other.wait_for(3)
    other.settling.answered("of somebody else")
    assert other.heard == []
    other.settling.answered(other.asked[1])
    other.settling.answered(other.asked[1])
    assert other.heard == ["up"]


def test_what_was_asked_before_a_cut_settles_nothing_after_it():
    other = Other()
    other.settling.begin()
    other.wait_for(1)
    other.settling.end()
    other.settling.answered(other.asked[0])
    other.settling.begin()
    other.wait_for(2)
    other.settling.answered(other.asked[0])
    assert other.heard == []
    other.settling.answered(other.asked[1])
    assert other.heard == ["up"]


def test_a_broker_that_answers_nothing_is_told_of(monkeypatch):
    monkeypatch.setattr(_fix_settling, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(_fix_settling, "TRIES_MAX", 3)
    other = Other()
    other.settling.begin()
    end = time.monotonic() + 5.0
    while not other.heard and time.monotonic() < end:
        time.sleep(0.005)
    assert other.heard == ["the broker answered none of 3 test requests behind its logon"]
