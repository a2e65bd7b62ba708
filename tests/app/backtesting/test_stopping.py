"""Ctrl-C waits for the end of a session, once."""

import os
import signal
from threading import Thread

import pytest

from trimtab.app.backtesting.stopping import stop_between_sessions

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as POSIX does")


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_stop_waits_for_the_end_of_a_session():
    told: list[int] = []
    with stop_between_sessions() as stop:
        after_session = stop.checked(lambda done, _of: told.append(done))
        after_session(1, 3)
        ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            after_session(2, 3)
    assert told == [1, 2]


def test_who_asks_again_is_not_kept_waiting():
    with stop_between_sessions():
        ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c()


def test_a_patient_one_is_never_hurried():
    with stop_between_sessions(is_patient=True) as stop:
        ctrl_c()
        ctrl_c()
        assert stop.is_asked


def test_afterwards_all_is_as_before():
    before = signal.getsignal(signal.SIGINT)
    with stop_between_sessions():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nothing_changes():
    seen: list[object] = []

    def look() -> None:
        with stop_between_sessions() as stop:
            seen.extend((signal.getsignal(signal.SIGINT), stop.is_asked))

    before = signal.getsignal(signal.SIGINT)
    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before, False]
