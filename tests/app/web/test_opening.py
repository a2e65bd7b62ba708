"""What a dashboard does before it tells anybody its address."""

from datetime import date
from pathlib import Path
from threading import Event

import pytest

from tests.app.folders import write_household
from trimtab.app.web.households import Households, ServedHousehold, View
from trimtab.app.web.opening import look_once


@pytest.fixture
def households(tmp_path: Path) -> Households:
    broken = write_household(tmp_path / "broken")
    (broken / "lots.csv").write_text("account,instrument\nnobody,VTI\n", encoding="utf-8")
    sound = write_household(tmp_path / "sound")
    return Households([broken, sound], lambda: date(2022, 10, 11))


def test_the_first_household_that_can_be_looked_at_is(
    households: Households, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    plain = ServedHousehold.view

    def noted(self: ServedHousehold) -> View:
        seen.append(self.id)
        found = plain(self)
        seen.append("seen")
        return found

    monkeypatch.setattr(ServedHousehold, "view", noted)
    look_once(households, lambda: False)
    assert seen == ["broken", "sound", "seen"]


def test_nobody_waits_for_a_look_when_all_is_over(
    households: Households, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()

    def slow(_self: ServedHousehold) -> None:
        begun.set()
        may_end.wait()

    monkeypatch.setattr(ServedHousehold, "view", slow)
    look_once(households, begun.is_set)
    assert begun.is_set()
    assert not may_end.is_set()
    may_end.set()
