"""Backtests over HTTP: asked, watched, canceled, kept and compared."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, csrf_of, demo_house, world_of
from trimtab.app.web.backtests.kept import RunState, StoredRun, keep_run, kept_runs
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

HOME = "/h/home/backtests"
SECONDS = 120.0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebWorld]:
    world = world_of(tmp_path / "web", demo_house(tmp_path / "home"), demo_house(tmp_path / "two"))
    yield world
    world.backtests.close()
    world.worker.close()
    world.store.close()


def ask(client: TestClient, place: str = HOME, **form: object) -> str:
    """Ask for a run; where it is shown."""
    given = {"policy": ["hold"], "start": "2022-01-03", "end": "2022-06-30", **form}
    answer = client.post(place, data={**given, "csrf": csrf_of(client, place)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def ended(world: WebWorld, name: str = "home") -> StoredRun:
    """The last run of a household, once it is over."""
    one = world.households.find(name)
    assert one is not None
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        [run, *_] = world.backtests.runs(one.folder)
        if run.state.is_over:
            return run
        time.sleep(0.05)
    raise AssertionError("it does not end")


def told_to_the_end(world: WebWorld, after: int) -> list[str]:
    """What open pages heard of a run, up to its end, which is told when it has been kept."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        told = world.hub.after(after, lambda _: True, frozenset({"backtest"})).events
        if '"state":"done"' in told[-1].data:
            return [one.data for one in told]
        time.sleep(0.05)
    raise AssertionError("its end is not told")


@pytest.mark.slow
def test_a_run_is_watched_and_what_came_of_it_is_kept(office: WebWorld) -> None:
    client, after = browser_of(office, Right.RUN, None, "rob"), office.hub.last
    place = ask(client, policy=["hold", "5/25"])
    assert "Cancel it" in client.get(place).text
    run = ended(office)
    assert (run.state, run.words) == (RunState.DONE, "")
    assert run.done == run.of > 200
    told = told_to_the_end(office, after)
    assert '"state":"running"' in told[1]
    assert any('"is_step":true' in one for one in told)
    text = client.get(place).text
    assert "ended highest of 2 policies" in text
    assert 'id="table-figures"' in text
    assert "<script" not in text.split("<main", 1)[1]
    assert "style=" not in text
    report = client.get(f"{place}/page")
    assert report.headers["content-disposition"].startswith("attachment")
    assert client.get(f"{place}/tables").json()["kind"] == "trimtab.backtest"
    ask(client, policy=["hold"])
    second = ended(office)
    both = client.get(HOME, params={"compare": [run.id, second.id]}).text
    assert "Side by side" in both
    assert both.count('<th scope="row">hold</th>') == 2


def test_one_at_a_time_of_each_person_and_a_run_is_ended_when_asked(office: WebWorld) -> None:
    rob = browser_of(office, Right.RUN, None, "rob")
    place = ask(rob, start="", end="", policy=["no_trade_zone"])
    form = {"policy": ["hold"], "csrf": csrf_of(rob, HOME)}
    again = rob.post(HOME, data=form)
    assert again.status_code == 422
    assert "one at a time" in again.text
    sue = browser_of(office, Right.RUN, None, "sue")
    waiting = ask(sue, "/h/two/backtests")
    assert "queued" in sue.get(waiting).text
    token = csrf_of(sue, "/h/two/backtests")
    assert sue.post(f"{waiting}/cancel", data={"csrf": token}).status_code == 303
    assert ended(office, "two").state is RunState.CANCELED
    token = csrf_of(rob, HOME)
    assert rob.post(f"{place}/cancel", data={"csrf": token}).status_code == 303
    assert ended(office).state is RunState.CANCELED
    assert rob.post(f"{place}/remove", data={"csrf": token}).status_code == 303
    one = office.households.find("home")
    assert one is not None
    assert kept_runs(one.folder) == ()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"policy": []}, "no policy was chosen"),
        ({"policy": ["5/52x"]}, "5/52x"),
        ({"policy": ["hold"], "start": "2022-31-01"}, "is no day"),
        ({"policy": ["hold"], "start": "2022-06-01", "end": "2022-01-01"}, "would end on"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(
    office: WebWorld, form: dict[str, object], words: str
) -> None:
    client = browser_of(office)
    answer = client.post(HOME, data={**form, "csrf": csrf_of(client, HOME)})
    assert answer.status_code == 422
    assert words in answer.text
    one = office.households.find("home")
    assert one is not None
    assert kept_runs(one.folder) == ()


def test_a_viewer_looks_and_runs_nothing_and_a_foreign_run_is_not_there(office: WebWorld) -> None:
    one = office.households.find("home")
    assert one is not None
    from tests.app.web.backtests.test_kept import DONE

    keep_run(one.folder, DONE)
    viewer = browser_of(office, Right.VIEW, None, "vic")
    assert "Run it" not in viewer.get(HOME).text
    form = {"policy": ["hold"], "csrf": csrf_of(viewer, HOME)}
    assert viewer.post(HOME, data=form).status_code == 403
    stranger = browser_of(office, Right.RUN, frozenset({"two"}), "sam")
    assert stranger.get(f"{HOME}/{DONE.id}").status_code == 404
    assert stranger.get(f"/h/two/backtests/{DONE.id}").status_code == 422
    assert "home" not in stranger.get("/backtests").text.split("<main", 1)[1]


def test_a_run_whose_service_ended_has_stopped(office: WebWorld) -> None:
    one = office.households.find("home")
    assert one is not None
    from tests.app.web.backtests.test_kept import RUN

    keep_run(one.folder, RUN)
    text = browser_of(office).get(f"{HOME}/{RUN.id}").text
    assert "the service ended before it did" in text
