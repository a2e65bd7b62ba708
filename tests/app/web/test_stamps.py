"""A view is made anew when a file that it rests on changes, and not before."""

import os
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.app.web.served import world_of

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


def served(tmp_path: Path, mandate: str = DATED):
    house = write_household(tmp_path / "home", mandate=mandate, prices=LONG_PRICES)
    found = world_of(tmp_path / "web", house).households.find("home")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name",
    ["lots.csv", "trades.csv", "prices.csv", "prices.parquet", "prices.csv.gz", "actions.csv"],
)
def test_a_file_that_a_view_rests_on_makes_it_anew(tmp_path: Path, name: str) -> None:
    one = served(tmp_path)
    before = one.digest()
    assert one.digest() == before
    with (one.folder / name).open("a") as file:
        file.write("\n")
    assert one.digest() != before


def test_a_price_file_of_another_name_is_watched_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "closes.csv"
    elsewhere.write_text(LONG_PRICES)
    one = served(tmp_path, DATED + f'\n[feed]\nkind = "files"\npath = "{elsewhere}"\n')
    first = one.view()
    assert one.view() is first
    elsewhere.write_text(LONG_PRICES.replace(",81\n", ",82\n"))
    assert one.view() is not first


def test_a_file_that_it_does_not_rest_on_changes_nothing(tmp_path: Path) -> None:
    one = served(tmp_path)
    before = one.digest()
    (one.folder / "notes.txt").write_text("mine")
    assert one.digest() == before


def test_a_file_that_may_not_be_looked_at_is_not_taken_for_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = served(tmp_path)
    plain = os.stat

    def refusing(path: str, **more: object) -> os.stat_result:
        if str(path).endswith("lots.csv"):
            raise PermissionError(path)
        return plain(path)

    monkeypatch.setattr(os, "stat", refusing)
    with pytest.raises(PermissionError):
        one.digest()
