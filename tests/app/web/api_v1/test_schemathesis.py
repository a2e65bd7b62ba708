"""Requests that are invented from the description find no defect, and answers are as described.

A longer form, with more examples and another seed, is `python -m benchmarks.api_fuzz`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.api_fuzz import OPERATIONS, Fuzzer
from tests.app.web.api_v1.programs import worked_house
from tests.app.web.served import world_of
from tests.examples import some
from trimtab.app.web.api_v1 import households, liabilities

EXAMPLES = some(10)
SEED = 7
READING = tuple(one for one in OPERATIONS if one.startswith(("get_", "list_", "export_")))
WRITING = tuple(one for one in OPERATIONS if one not in READING)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_house(tmp_path_factory.mktemp("worked") / "house")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, house: Path) -> Iterator[Fuzzer]:
    place = tmp_path_factory.mktemp("read")
    world = world_of(place, shutil.copytree(house, place / "home"))
    yield Fuzzer(world)
    world.worker.close()
    world.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("operation", READING)
def test_no_question_finds_a_defect_and_every_answer_is_as_described(
    reader: Fuzzer, operation: str
):
    found = reader.ask(operation, EXAMPLES, SEED)
    assert found.failures == ()
    assert found.answers


@pytest.mark.slow
@pytest.mark.parametrize("operation", WRITING)
def test_no_command_finds_a_defect_and_every_answer_is_as_described(
    tmp_path: Path, house: Path, operation: str
):
    world = world_of(tmp_path, shutil.copytree(house, tmp_path / "home"))
    try:
        found = Fuzzer(world).ask(operation, EXAMPLES, SEED)
    finally:
        world.worker.close()
        world.backtests.close()
        world.store.close()
    assert found.failures == ()
    assert found.answers


def test_a_planted_defect_and_a_planted_undescribed_answer_are_found(
    reader: Fuzzer, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setattr(households, "household_answer", lambda _: 1 / 0)
        assert reader.ask("get_household", EXAMPLES, SEED).failures
    with monkeypatch.context() as broken:
        broken.setattr(liabilities, "page_of", lambda *_: ([], 5))
        assert reader.ask("list_liabilities", EXAMPLES, SEED).failures
