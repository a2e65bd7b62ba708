"""The registry over HTTP: evidence and card, and promotion with a reason, by those who may."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, csrf_of, demo_house, world_of
from tests.stores.models import CARD, DOUBTFUL, NOON, PROVENANCE, WEIGHTS
from trimtab.app.models.registry import registry_of
from trimtab.app.web.world import WebWorld
from trimtab.model.models import ModelStatus
from trimtab.model.web import Right
from trimtab.stores._model_folders import ModelFolders

PLACE = "/h/home/models"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WebWorld:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    folder = demo_house(tmp_path / "home")
    plain = registry_of(folder)
    registry = ModelFolders(plain.folder, plain.key, PROVENANCE.package)
    for card in (CARD, DOUBTFUL):
        registry.add("band", "region", NOON, PROVENANCE, card, WEIGHTS)
    monkeypatch.setattr("trimtab.app.models.registry.version", lambda _: PROVENANCE.package)
    return world_of(tmp_path / "web", folder, demo_house(tmp_path / "two"))


def status(world: WebWorld, label: int) -> ModelStatus:
    one = world.households.find("home")
    assert one is not None
    registry = registry_of(one.folder)
    return registry.status(registry.manifest("band", label))


def promote(client: TestClient, label: str, **form: str) -> int:
    token = csrf_of(client, f"{PLACE}/{label}")
    answer = client.post(f"{PLACE}/{label}/promote", data={**form, "csrf": token})
    return answer.status_code


def test_every_version_stands_with_whether_it_beats_the_rule(office: WebWorld) -> None:
    client = browser_of(office)
    for place in ("/models", PLACE):
        text = client.get(place).text
        assert "band@1" in text
        assert "band@2" in text
    rows = client.get("/models?table=models&format=csv").text.splitlines()
    assert [row.split(",")[5] for row in rows[1:]] == ["not shown", "yes"]


def test_a_card_says_purpose_evidence_limits_and_hashes(office: WebWorld) -> None:
    text = browser_of(office).get(f"{PLACE}/band@1").text
    for words in (
        "widths of a no-trade region",
        "-0.020 bp a year against no_trade_zone",
        "two to thirty instruments",
        "c" * 64,
        "Nobody yet.",
    ):
        assert words in text


def test_a_promotion_wants_a_reason_and_is_written_down_twice(office: WebWorld) -> None:
    admin = browser_of(office, Right.ADMIN, None, "abe")
    assert promote(admin, "band@1", reason=" ") == 422
    assert promote(admin, "band@1", reason="it holds") == 303
    assert status(office, 1) is ModelStatus.PROMOTED
    text = admin.get(f"{PLACE}/band@1").text
    assert "promoted by abe" in text
    assert "it holds" in text
    [kept] = office.store.audit.page(1, what="promote")
    assert (kept.who, kept.subject, kept.details["reason"]) == ("abe", "band@1", "it holds")


def test_a_model_that_is_not_shown_to_be_better_needs_a_person_who_wants_it_anyway(
    office: WebWorld,
) -> None:
    admin = browser_of(office, Right.ADMIN, None, "abe")
    assert promote(admin, "band@2", reason="it holds") == 422
    assert status(office, 2) is ModelStatus.PROPOSED
    assert promote(admin, "band@2", reason="a trial", despite="true") == 303
    assert status(office, 2) is ModelStatus.PROMOTED


def test_a_model_is_retired_with_a_reason(office: WebWorld) -> None:
    admin = browser_of(office, Right.ADMIN, None, "abe")
    token = csrf_of(admin, f"{PLACE}/band@1")
    form = {"reason": "it drifts", "csrf": token}
    assert admin.post(f"{PLACE}/band@1/retire", data=form).status_code == 303
    assert status(office, 1) is ModelStatus.RETIRED


@pytest.mark.parametrize("right", [Right.VIEW, Right.RUN, Right.TRADE, Right.APPROVE])
def test_only_who_administers_promotes(office: WebWorld, right: Right) -> None:
    client = browser_of(office, right, None, "vic")
    assert "Why it may decide" not in client.get(f"{PLACE}/band@1").text
    assert promote(client, "band@1", reason="mine") == 403
    assert status(office, 1) is ModelStatus.PROPOSED


def test_a_check_says_how_old_a_model_is(office: WebWorld) -> None:
    text = browser_of(office).get(f"{PLACE}/check").text
    assert "band@1" in text


@pytest.mark.parametrize("label", ["band@9", "bend", "band@x", "..%2f..%2fsecret"])
def test_a_model_that_there_is_not_is_told_in_words(office: WebWorld, label: str) -> None:
    assert browser_of(office).get(f"{PLACE}/{label}").status_code in (404, 422)


def test_where_there_are_no_models_nothing_is_made(office: WebWorld) -> None:
    one = office.households.find("two")
    assert one is not None
    text = browser_of(office).get("/h/two/models").text
    assert "No model yet" in text
    assert not (one.folder / "models").exists()
