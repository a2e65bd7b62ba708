"""A household's row on the board says what is up with it, and for whose word it waits."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.web.served import demo_house, world_of
from tests.app.web.traded import asked_house, question_in
from trimtab.app.household import load_folder
from trimtab.app.status import status_of
from trimtab.app.web.summaries import Keeper, live_facts
from trimtab.app.web.summary import LiveFacts, summary_of, waits_for
from trimtab.model.live import Approval, ApprovalWord
from trimtab.model.web_board import BoardFlag, Summary

DAY = date(2022, 10, 11)
NOW = datetime(2022, 10, 11, 19, 30, tzinfo=UTC)


def row_of(folder: Path, facts: LiveFacts | None = None) -> Summary:
    loaded = load_folder(folder, DAY)
    return summary_of("home", loaded, status_of(loaded), facts or LiveFacts(), NOW)


def test_the_demo_is_out_of_band_short_of_cash_and_has_losses(tmp_path: Path) -> None:
    row = row_of(demo_house(tmp_path / "home"))
    assert (row.name, row.farthest, row.currency) == ("Ana and Ben Rivera", "energy", "USD")
    assert row.drift == pytest.approx(0.044, abs=5e-4)
    assert row.band == pytest.approx(0.02, abs=5e-3)
    assert row.flags == {
        BoardFlag.OUT_OF_BAND,
        BoardFlag.CASH_LOW,
        BoardFlag.FIRST_TIME,
        BoardFlag.LOSS_TO_HARVEST,
    }
    assert row.words == "Outside the bands: energy 4.4 %."


@pytest.mark.parametrize(
    ("cash", "flag"), [("500000", BoardFlag.CASH_HIGH), ("1", BoardFlag.CASH_LOW)]
)
def test_cash_is_high_or_low_against_what_is_needed(
    tmp_path: Path, cash: str, flag: BoardFlag
) -> None:
    folder = demo_house(tmp_path / "home")
    lots = folder / "lots.csv"
    lots.write_text(lots.read_text().replace("7350.20", cash))
    found = row_of(folder).flags & {BoardFlag.CASH_HIGH, BoardFlag.CASH_LOW}
    assert found == {flag}


def test_a_household_that_was_traded_is_not_there_for_the_first_time(tmp_path: Path) -> None:
    row = row_of(demo_house(tmp_path / "home"), LiveFacts(has_traded=True))
    assert BoardFlag.FIRST_TIME not in row.flags


def test_a_question_waits_for_those_who_have_not_said_their_word(tmp_path: Path) -> None:
    asked = question_in(asked_house(tmp_path / "home"))
    word = Approval(asked.id, "ann", ApprovalWord.APPROVE, NOW, asked.bound_to)
    named = LiveFacts(people=("ann", "ben"), open=((asked, (word,)),))
    anybody = LiveFacts(open=((asked, (word,)),))
    assert waits_for(named) == {"ben"}
    assert waits_for(anybody) == {"*", "-ann"}
    assert waits_for(LiveFacts(people=("ann",))) == frozenset()


def test_a_store_is_asked_for_what_waits_until_the_day_is_over(tmp_path: Path) -> None:
    folder = asked_house(tmp_path / "home")
    assert [asked.id for asked, _ in live_facts(folder, NOW).open] == [question_in(folder).id]
    assert live_facts(folder, NOW + timedelta(hours=8)).open == ()


def test_a_store_is_not_made_for_being_asked(tmp_path: Path) -> None:
    folder = demo_house(tmp_path / "home")
    assert live_facts(folder, NOW) == LiveFacts()
    assert not (folder / "live.db").exists()


def test_the_keeper_computes_only_what_changed_and_tells_of_it(tmp_path: Path) -> None:
    home, other = asked_house(tmp_path / "home"), demo_house(tmp_path / "other")
    world = world_of(tmp_path / "web", home, other)
    keeper, topics = Keeper(world), list[tuple[str, str]]()
    assert keeper.look() == 2
    assert keeper.look() == 0
    after = world.hub.last
    (other / "mandate.toml").write_text("nonsense")
    assert keeper.look() == 1
    topics = [
        (one.topic, one.household)
        for one in world.hub.after(after, lambda _: True, frozenset()).events
    ]
    assert topics == [("files", "other"), ("summary", "other")]
    board = world.store.board
    assert board.counts()[BoardFlag.WAITING] == 1
    broken = board.of("other")
    assert broken is not None
    assert broken.flags == {BoardFlag.BROKEN}
    assert "nonsense" in broken.words or "mandate" in broken.words
    world.store.close()


def test_rows_of_households_that_are_served_no_more_are_taken_away(tmp_path: Path) -> None:
    home, other = demo_house(tmp_path / "home"), demo_house(tmp_path / "other")
    first = world_of(tmp_path / "web", home, other)
    Keeper(first).look()
    first.store.close()
    shutil.rmtree(other)
    second = world_of(tmp_path / "web", home)
    Keeper(second).forget_others()
    assert [one.household for one in second.store.board.page(9)] == ["home"]
    second.store.close()
