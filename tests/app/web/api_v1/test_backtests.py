"""A backtest is asked for, watched and read over the API."""

import threading
import time

import pytest

from tests.app.web.api_v1.programs import HOME, fresh_key, problem_in, program_of
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

ASKED = {"policies": ["hold", "5/25"], "start": "2022-01-03", "end": "2022-03-31"}


@pytest.mark.slow
def test_a_run_is_asked_for_watched_and_read(world: WebWorld):
    runner = program_of(world, Right.RUN)
    try:
        began = runner.post(f"{HOME}/backtests", json=ASKED, headers=fresh_key())
        assert began.status_code == 202, began.text
        path = f"{HOME}/backtests/{began.json()['id']}"
        problem_in(runner.post(f"{HOME}/backtests", json=ASKED, headers=fresh_key()), 409)
        ends, pause = time.monotonic() + 240, threading.Event()
        while (told := runner.get(path).json())["ended_at"] is None and time.monotonic() < ends:
            pause.wait(0.3)
        assert told["state"] == "done", told
        assert [one["policy"] for one in told["outcome"]["figures"]]
        assert len(told["outcome"]["curves"]) == 2
        (listed,) = runner.get(f"{HOME}/backtests").json()["items"]
        assert listed == told | {"outcome": None}
        assert runner.post(f"{path}/cancel", headers=fresh_key()).json()["state"] == "done"
    finally:
        world.backtests.close()


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"policies": []}, 422),
        ({"policies": ["no such rule"]}, 422),
        ({"end": "2021-01-04"}, 422),
        ({"policies": ["hold"] * 9}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(world: WebWorld, facts: dict[str, object], status: int):
    runner = program_of(world, Right.RUN)
    sent = ASKED | facts
    problem_in(runner.post(f"{HOME}/backtests", json=sent, headers=fresh_key()), status)
    assert runner.get(f"{HOME}/backtests").json()["items"] == []


def test_who_may_only_look_runs_none(world: WebWorld):
    viewer = program_of(world)
    problem_in(viewer.post(f"{HOME}/backtests", json=ASKED, headers=fresh_key()), 403)
    problem_in(viewer.get(f"{HOME}/backtests/0123456789abcdef"), 404)
    problem_in(viewer.get(f"{HOME}/backtests/..%2F..%2Fweb.db"), 404)
