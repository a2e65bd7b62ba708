"""Requests that are invented from the description find no defect, and answers are as described.

A longer form, with more examples and random seeds, is `python -m benchmarks.api_fuzz`.
"""

import shutil
from pathlib import Path

import pytest

from benchmarks.api_fuzz import OPERATIONS, fuzz
from tests.app.web.api_v1.programs import worked_house
from tests.app.web.served import world_of

EXAMPLES = 6
SEED = 7


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_house(tmp_path_factory.mktemp("worked") / "house")


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_finds_a_defect_and_every_answer_is_as_described(
    tmp_path: Path, house: Path, operation: str
):
    world = world_of(tmp_path, shutil.copytree(house, tmp_path / "home"))
    try:
        found = fuzz(world, operation, EXAMPLES, SEED)
    finally:
        world.worker.close()
        world.store.close()
    assert found.failures == ()
    assert found.answers
