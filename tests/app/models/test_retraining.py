"""A schedule trains what is due and proposes it; it never promotes, and a crash changes nothing."""

import json
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, FINDINGS, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from trimtab.app.models.registry import registry_of

QUICK = ("--seeds", "1", "--seconds", "2")
YES = ("--yes", "--reason", "a test", "--despite-evidence")
SPRING = "2022-06-01"
QUARTERLY = MANDATE + "\n[models]\nretrain_after_days = 90\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A household whose model learned until spring and was promoted, to be copied."""
    pytest.importorskip("torch")
    place = tmp_path_factory.mktemp("retraining")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIMTAB_CONFIG", str(place / "config"))
        lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
        house = write_household(place / "house", MANDATE, lots, prices())
        assert run("train", house, *QUICK, "--as-of", SPRING).exit_code == DONE
        assert run("models", "promote", "band", house, *YES).exit_code == DONE
    return place


@pytest.fixture
def house(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import shutil

    shutil.copytree(trained / "house", tmp_path / "house")
    monkeypatch.setenv("TRIMTAB_CONFIG", str(trained / "config"))
    return tmp_path / "house"


def with_mandate(house: Path, text: str) -> None:
    (house / "mandate.toml").write_text(text, encoding="utf-8")


def files_of(house: Path) -> dict[str, str]:
    found = (house / "models").rglob("*")
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in found if path.is_file()}


def test_nothing_is_due_while_what_was_learned_is_young(house):
    before = files_of(house)
    told = run("models", "retrain", house, "--due")
    assert told.exit_code == DONE, told.stderr
    assert told.stdout == "Nothing is due.\n"
    assert files_of(house) == before


def test_what_is_due_is_trained_and_proposed_beside_the_version_that_runs(house):
    with_mandate(house, QUARTERLY)
    told = run("models", "retrain", house, "--due", "--json")
    assert told.exit_code == DONE, told.stderr
    (one,) = json.loads(told.stdout)["models"]
    assert (one["label"], one["became"], one["successor"]) == ("band@1", "proposed", "band@2")
    assert "132 days old" in one["reasons"][0]
    assert [e["world"] for e in one["evidence"]] == [e["world"] for e in one["beside_evidence"]]
    registry = registry_of(house)
    running, successor = registry.promoted("band"), registry.manifest("band", 2)
    assert running is not None and running.version == 1, "a person promotes, no schedule"
    assert registry.status(successor).value == "proposed"
    assert successor.card.recipe == running.card.recipe
    assert "band@1 on the same data" in run("models", "show", "band@2", house).stdout
    again = run("models", "retrain", house, "--due")
    assert again.exit_code == DONE and "its successor waits for you" in again.stdout
    assert registry.versions("band") == (1, 2), "a schedule proposes once, not every night"


def crashing(*_):
    raise ZeroDivisionError("a network of no layers")


def test_a_crash_in_training_leaves_the_models_as_they_were_and_says_so(house, monkeypatch):
    with_mandate(house, QUARTERLY)
    monkeypatch.setattr(import_module("trimtab.learning.train"), "train", crashing)
    before = files_of(house)
    told = run("models", "retrain", house, "--due")
    assert told.exit_code == FINDINGS
    words = " ".join(told.stdout.split())
    assert "a network of no layers" in words and "The models are as they were." in words
    assert files_of(house) == before


def test_a_crash_of_any_kind_stops_no_schedule(house, monkeypatch):
    def broken(*_, **__):
        raise AttributeError("a defect")

    monkeypatch.setattr(import_module("trimtab.app.models.retraining"), "train_model", broken)
    told = run("models", "retrain", house, "--json")
    assert told.exit_code == FINDINGS
    (one,) = json.loads(told.stdout)["models"]
    assert (one["became"], one["problem"], one["successor"]) == ("failed", "a defect", None)


def test_a_model_that_drifts_is_due(house, monkeypatch):
    monkeypatch.setattr(import_module("trimtab.learning.train"), "train", crashing)
    head, *rows = prices().splitlines()
    wild = [
        f"{day},{float(stocks) * (1.3 if n % 2 and day > SPRING else 1.0)},{bonds}"
        for n, (day, stocks, bonds) in enumerate(row.split(",") for row in rows)
    ]
    (house / "prices.csv").write_text("\n".join([head, *wild]) + "\n", encoding="utf-8")
    (one,) = json.loads(run("models", "retrain", house, "--due", "--json").stdout)["models"]
    assert any("no longer look as in training" in reason for reason in one["reasons"])


def test_without_models_nothing_is_due(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
    empty = write_household(tmp_path / "house", MANDATE, lots, prices())
    told = run("models", "retrain", empty, "--due")
    assert (told.exit_code, told.stdout) == (DONE, "Nothing is due.\n")
