"""What happened reaches every stream that may hear it, in order, or says that it did not."""

import asyncio
from threading import Thread

import pytest

from trimtab.app.web.events import EVERYBODY, READ_AT_ONCE, Hub
from trimtab.model.errors import InputError

ALL: frozenset[str] = frozenset()


def everything(_household: str) -> bool:
    return True


def numbers(hub: Hub, after: int) -> list[int]:
    return [one.number for one in hub.after(after, everything, ALL).events]


def test_a_place_reads_what_came_after_it_in_order() -> None:
    hub = Hub("a")
    for at in range(5):
        hub.publish("summary", "smith", {"at": at})
    found = hub.after(2, everything, ALL)
    assert [(one.number, one.data) for one in found.events] == [
        (3, '{"at":2}'),
        (4, '{"at":3}'),
        (5, '{"at":4}'),
    ]
    assert (found.reached, found.is_gap) == (5, False)


@pytest.mark.parametrize(
    ("sees", "topics", "heard"),
    [
        ({"smith", "jones"}, set(), ["smith", "jones", "", "smith"]),
        ({"smith"}, set(), ["smith", "", "smith"]),
        (set(), set(), [""]),
        ({"smith", "jones"}, {"halt"}, ["", "smith"]),
    ],
)
def test_a_stream_hears_only_the_households_it_may_see_and_the_topics_it_asks_for(
    sees: set[str], topics: set[str], heard: list[str]
) -> None:
    hub = Hub("a")
    hub.publish("summary", "smith")
    hub.publish("summary", "jones")
    hub.publish("halt", EVERYBODY)
    hub.publish("halt", "smith")
    found = hub.after(0, sees.__contains__, frozenset(topics))
    assert [one.household for one in found.events] == heard
    assert found.reached == 4


def test_a_place_that_the_ring_has_left_behind_is_a_gap_and_not_some_of_the_events() -> None:
    hub = Hub("a", ring=8)
    for _ in range(20):
        hub.publish("summary", "smith")
    assert numbers(hub, 12) == list(range(13, 21))
    behind = hub.after(11, everything, ALL)
    assert (behind.events, behind.reached, behind.is_gap) == ((), 20, True)


def test_a_place_far_behind_reads_on_in_parts_without_a_gap() -> None:
    hub, at, seen = Hub("a"), 0, list[int]()
    for _ in range(READ_AT_ONCE * 2 + 7):
        hub.publish("summary", "smith")
    while at < hub.last:
        found = hub.after(at, everything, ALL)
        seen += [one.number for one in found.events]
        at = found.reached
    assert seen == list(range(1, READ_AT_ONCE * 2 + 8))


@pytest.mark.parametrize(
    ("place", "number"),
    [("a-0", 0), ("a-2", 2), ("a-3", None), ("b-1", None), ("", None), ("a-", None), ("a-x", None)],
)
def test_only_a_place_of_this_ring_is_known(place: str, number: int | None) -> None:
    hub = Hub("a")
    hub.publish("summary", "smith")
    hub.publish("summary", "smith")
    assert hub.number_at(place) == number


def test_events_of_many_threads_each_have_a_number_of_their_own() -> None:
    hub = Hub("a")
    threads = [
        Thread(target=lambda: [hub.publish("summary", "smith") for _ in range(500)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hub.last == 4000
    at, seen = 0, list[int]()
    while at < hub.last:
        found = hub.after(at, everything, ALL)
        seen += [one.number for one in found.events]
        at = found.reached
    assert seen == list(range(1, 4001))


def test_a_bell_taken_before_reading_rings_for_what_another_thread_publishes() -> None:
    hub = Hub("a")

    async def heard() -> int:
        bell = hub.bell()
        Thread(target=lambda: hub.publish("summary", "smith")).start()
        async with asyncio.timeout(5):
            await bell
        return hub.last

    assert asyncio.run(heard()) == 1
    hub.publish("summary", "smith")  # its loop is closed, which hurts nobody


def test_more_streams_than_are_allowed_are_refused_and_ended_ones_make_room() -> None:
    hub = Hub("a", streams_max=3, streams_each=2)
    with hub.stream("ann"), hub.stream("ann"):
        with pytest.raises(InputError, match="2 are open of yours"), hub.stream("ann"):
            pass
        with hub.stream("ben"), pytest.raises(InputError, match="3 in all"), hub.stream("cas"):
            pass
    assert hub.streams == 0
    with hub.stream("ann"):
        assert hub.streams == 1
