"""The web benchmark measures what it says: pages, rows and streams of a real server."""

import pytest

from benchmarks._web_client import Heard
from benchmarks.web import _counted, measure


@pytest.mark.slow
def test_a_small_run_finds_every_page_and_every_event() -> None:
    found = measure(30, streams=12, events=5, times=1, seconds=0.2, event_seconds=1.5)
    paths = {page["path"] for page in found["pages"]}
    assert {"/orders", "/reviews", "/audit", "/h/home", "/h/home/orders"} <= paths
    assert all(page["bytes"] > 2_000 for page in found["pages"])
    assert found["board"]["pages"][0]["path"] == "/board"
    assert found["pages_a_second"]["home"]["a_second"] > 0
    heard = found["streams"]
    assert (heard["streams"], heard["events"], heard["came_back"]) == (12, 5, 1)
    assert (heard["lost"], heard["twice"], heard["out_of_order"]) == (0, 0, 0)


def test_what_is_lost_or_heard_twice_or_out_of_order_is_counted() -> None:
    whole, lost = Heard([0, 1, 2]), Heard([0, 2], resumed=1)
    twice, turned = Heard([0, 1, 1, 2]), Heard([0, 2, 1])
    found = _counted([whole, lost, twice, turned], 3)
    assert (found.lost, found.twice, found.out_of_order, found.came_back) == (1, 1, 1, 1)
