"""The board over HTTP: tiles that count and filter, rows in pages, and a strip of everyone."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, demo_house, world_of
from trimtab.app.web.board import Asked
from trimtab.app.web.board_strip import drift_strip
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right
from trimtab.model.web_board import ANYBODY, NOT_THEM, BoardFlag, Summary
from trimtab.stores.sql._web_board import BoardSort

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def rows(count: int) -> list[Summary]:
    """Households as an adviser has them: every third out of its band, every fifth waiting."""
    return [
        Summary(
            f"house-{at:05}", f"Household {at:05}", AT, Decimal(100_000 + at), "USD",
            (at % 21 - 10) / 100, 0.03, "stocks", (at % 9) / 100, words="All is said.",
            flags=frozenset(
                flag for flag, every in ((BoardFlag.OUT_OF_BAND, 3), (BoardFlag.WAITING, 5))
                if at % every == 0
            ),
            waits=frozenset({ANYBODY} if at % 5 == 0 else ()),
        )
        for at in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorld]:
    place = tmp_path_factory.mktemp("board")
    world = world_of(place, demo_house(place / "home"))
    world.store.board.put(rows(300))
    yield world
    world.store.close()


@pytest.fixture
def adviser(many: WebWorld) -> TestClient:
    return browser_of(many)


def test_tiles_count_all_and_lead_to_their_filter(adviser: TestClient) -> None:
    text = adviser.get("/board").text
    assert '<a href="/board?flag=out_of_band"><span class="label">Out of band</span>' in text
    assert '<span class="count">100</span>' in text
    assert "300 households" in text
    chosen = adviser.get("/board?flag=out_of_band&flag=waiting").text
    assert "20 shown" in chosen
    assert chosen.count('aria-current="true"') == 2


def test_rows_come_in_pages_and_in_the_order_that_was_asked_for(adviser: TestClient) -> None:
    first = adviser.get("/board?sort=value&down=1").text
    assert first.index("Household 00299") < first.index("Household 00298")
    assert "Household 00200" not in first
    last = adviser.get("/board?page=6").text
    assert "Household 00299" in last
    assert "page 6 of 6" in last
    assert "rel=next" not in last


def test_a_search_finds_by_name_and_nothing_typed_is_taken_for_markup(adviser: TestClient) -> None:
    assert "1 shown" in adviser.get("/board", params={"q": "00042"}).text
    odd = adviser.get("/board", params={"q": "<script>x</script>"}).text
    assert "<script>x" not in odd
    assert "No household is like this." in odd


def test_the_csv_has_every_row_that_the_filters_find(adviser: TestClient) -> None:
    answer = adviser.get("/board?flag=out_of_band&table=board&format=csv")
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(found) == 100
    assert found[0]["household"] == "Household 00000"
    assert found[0]["value"] == "100000"


def test_somebody_sees_and_counts_only_the_households_that_are_theirs(many: WebWorld) -> None:
    mine = frozenset({"house-00003", "house-00004"})
    client = browser_of(many, Right.VIEW, mine, "mia")
    text = client.get("/board").text
    assert "2 households" in text
    assert "Household 00005" not in text
    assert client.get("/board?table=board&format=csv").text.count("Household") == 2
    strip = client.get("/board?table=drifts&format=csv").text
    assert sum(int(line.split(",")[1]) for line in strip.splitlines()[1:]) == 2


@pytest.mark.parametrize(
    ("flags", "sort", "down", "page", "address"),
    [
        ([], "", False, 1, "/board"),
        (["waiting", "nonsense"], "nonsense", False, 1, "/board?flag=waiting"),
        (["broken"], "drift", True, 3, "/board?flag=broken&sort=drift&down=1&page=3"),
    ],
)
def test_what_is_asked_is_its_address(
    flags: list[str], sort: str, down: bool, page: int, address: str
) -> None:
    assert Asked.of(flags, " ", sort, down, page).address == address


def test_a_heading_sorts_and_asked_again_turns_the_order_round() -> None:
    once = Asked().sorted_by(BoardSort.DRIFT, True)
    assert once.descending
    assert not once.sorted_by(BoardSort.DRIFT, True).descending


def test_the_strip_says_how_many_stand_outside_and_stacks_no_more_dots_than_fit() -> None:
    figure = drift_strip([(0.001 * (at % 60 - 30), 0.02) for at in range(10_000)] + [(0.1, 0.0)])
    assert figure.caption.startswith("10,000 households with a band: ")
    assert "1 have none, or no data." in figure.caption
    for chart in figure.charts:
        assert chart.height < 180
        assert "A dot stands for" in chart.description
    assert sum(int(str(row.cells[1])) for row in figure.table.rows) == 10_000
    assert drift_strip([(0.1, 0.02)]).caption.startswith("1 household with a band: ")


def test_somebody_who_is_not_signed_in_sees_no_board(tmp_path: Path, many: WebWorld) -> None:
    client = browser_of(many)
    client.cookies.clear()
    answer = client.get("/board")
    assert answer.status_code in (303, 307, 401)
    assert "Household" not in answer.text


def test_what_waits_for_me_is_said_of_what_waits_for_me_alone(tmp_path: Path) -> None:
    world = world_of(tmp_path, demo_house(tmp_path / "home"))
    waits = {"a": {"ada", "ben"}, "b": {"ben"}, "c": {ANYBODY, f"{NOT_THEM}ada"}, "d": {ANYBODY}}
    flags = frozenset({BoardFlag.WAITING})
    world.store.board.put(
        Summary(name, name, AT, flags=flags, waits=frozenset(them)) for name, them in waits.items()
    )

    def told(client: TestClient) -> list[str]:
        text = client.get("/board?table=board&format=csv").text
        return [row["state"] for row in csv.DictReader(io.StringIO(text))]

    mine, others = "Waiting for me", "Waiting for approval"
    ada = browser_of(world, Right.APPROVE, None, "ada")
    assert told(ada) == [mine, others, others, mine]
    board = ada.get("/board").text
    assert f'{mine}</span> <span class="count">2<' in " ".join(board.split())
    vic = browser_of(world, Right.VIEW, None, "vic")
    assert told(vic) == [others] * 4
    assert mine not in vic.get("/board").text
