"""What could not be read any more once an import were written is found before it is."""

from datetime import date
from pathlib import Path

import pytest

from tests.app.broker_files import contents
from tests.app.folders import LOTS, MANDATE, write_household
from trimtab.app.web.import_check import troubles_after

ON = date(2022, 10, 11)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return write_household(tmp_path / "house")


def test_texts_that_can_be_read_are_no_trouble_and_nothing_is_written(house: Path) -> None:
    before = contents(house)
    texts = {"lots.csv": f"{LOTS}joint,ITOT,3,150,2022-01-03\n", "imports/breaks.json": "[]\n"}
    assert troubles_after(house, texts, ON) == ()
    assert contents(house) == before


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"lots.csv": LOTS + "joint,GE,3,150,2022-01-03\n"}, "GE"),
        ({"lots.csv": LOTS + "nobody,VTI,3,150,2022-01-03\n"}, "nobody"),
        ({"mandate.toml": MANDATE.replace("[tax]", "[tax")}, "the file breaks here"),
        ({"mandate.toml": MANDATE.replace('"BND"', '"AGG"')}, "BND"),
        ({"imports/breaks.json": "{"}, "open breaks"),
    ],
)
def test_what_every_command_would_refuse_is_told_by_the_names_of_the_files(
    house: Path, texts: dict[str, str], why: str
) -> None:
    told = "\n".join(map(str, troubles_after(house, texts, ON)))
    assert why in told
    assert "trimtab-check-" not in told
    assert str(house) not in told


def test_a_household_that_is_begun_is_looked_at_as_well(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    whole = write_household(tmp_path / "other")
    texts = {path.name: path.read_text() for path in whole.iterdir()}
    assert troubles_after(house, texts, ON) == ()
    del texts["lots.csv"]
    assert "lots.csv" in str(troubles_after(house, texts, ON)[0])
