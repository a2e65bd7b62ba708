"""`trimtab models`: what there is, what may decide, and that only a person lets it."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import write_household
from tests.stores.models import CARD, DOUBTFUL, NOON, WEIGHTS
from trimtab.app.models.registry import registry_of
from trimtab.app.models.watch import WATCH_NAME, series_bytes
from trimtab.model.models import ModelManifest, Provenance

REASON = ("--yes", "--reason", "it beats 5/25")
SESSIONS = 400
FIRST = date(2021, 1, 1)


def prices(quiet: int, loud: int) -> str:
    """Closes of so many quiet sessions, then so many with three times the moves."""
    chance = np.random.default_rng(7)
    lines, level = ["date,VTI,ITOT,BND"], np.array([100.0, 50.0, 80.0])
    for day in range(quiet + loud):
        size = 0.01 if day < quiet else 0.03
        level = level * np.exp(size * chance.standard_normal(3))
        lines.append(f"{FIRST + timedelta(day)}," + ",".join(f"{one:.4f}" for one in level))
    return "\n".join(lines) + "\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    return write_household(tmp_path / "house", prices=prices(SESSIONS, 0))


def added(house: Path, card=CARD, files=WEIGHTS) -> ModelManifest:
    registry = registry_of(house)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {"hidden": 16})
    return registry.add("band", "network", NOON, made, card, files)


def test_a_household_without_models_is_told_how_to_get_one(house):
    told = run("models", "list", house)
    assert told.exit_code == DONE
    words = " ".join(told.stdout.split())
    assert "has no models" in words and "trimtab train" in words


def test_the_list_says_where_each_version_stands(house):
    added(house)
    added(house, DOUBTFUL)
    run("models", "promote", "band@1", house, *REASON)
    body = json.loads(run("models", "list", house, "--json").stdout)
    assert [(m["label"], m["status"], m["is_better"]) for m in body["models"]] == [
        ("band@2", "proposed", False),
        ("band@1", "promoted", True),
    ]


def test_an_altered_model_stands_in_the_list_with_the_reason(house):
    added(house)
    (house / "models" / "band" / "0001" / "weights.npz").write_bytes(b"another network.")
    told = run("models", "list", house)
    assert told.exit_code == FINDINGS
    assert "refused" in told.stdout and "weights.npz has 16 bytes" in told.stdout


def test_the_card_says_what_a_person_should_know(house):
    added(house)
    told = run("models", "show", "band", house).stdout
    for words in ("simulated months of two assets", "-0.020 bp a year", "two to thirty", "SHA-256"):
        assert words in told


def test_promotion_is_recorded_with_person_time_and_reason(house):
    added(house)
    told = run("models", "promote", "band", house, *REASON)
    assert told.exit_code == DONE
    assert "band@1 is promoted" in told.stdout
    (act,) = json.loads(run("models", "show", "band", house, "--json").stdout)["acts"]
    assert (act["status"], act["reason"]) == ("promoted", "it beats 5/25")
    assert act["by"] and act["at"]


def test_nobody_promotes_by_accident(house):
    added(house)
    told = run("models", "promote", "band", house)
    assert told.exit_code == BAD_INPUT
    assert "This is for a person to answer" in told.stderr
    assert registry_of(house).log() == ()


def test_a_model_that_is_not_shown_to_beat_the_rule_is_not_promoted(house):
    added(house, DOUBTFUL)
    told = run("models", "promote", "band", house, *REASON)
    assert told.exit_code == BAD_INPUT
    assert "it may cost up to +0.04 bp a year against no_trade_zone" in told.stderr
    despite = run("models", "promote", "band", house, *REASON, "--despite-evidence")
    assert despite.exit_code == DONE


def test_a_successor_retires_the_model_before_it(house):
    added(house)
    added(house)
    run("models", "promote", "band@1", house, *REASON)
    told = run("models", "promote", "band@2", house, *REASON)
    assert told.stdout.split("\n")[:2] == ["band@1 is retired.", "band@2 is promoted."]


def test_a_retired_model_is_retired_once(house):
    added(house)
    assert run("models", "retire", "band", house, *REASON).exit_code == DONE
    told = run("models", "retire", "band", house, *REASON)
    assert told.exit_code == BAD_INPUT
    assert "it is retired already" in told.stderr


WRONG = [
    # (what is asked for, what the refusal says)
    ("bend", "there is no such model; ... Did you mean 'band'?"),
    ("band@7", "it has no version 7; it has 1"),
    ("band@x", "'x' is no version; a version is written NAME@NUMBER"),
    ("../band", "it cannot be named so"),
]


@pytest.mark.parametrize(("label", "refusal"), WRONG, ids=[w[0] for w in WRONG])
def test_a_label_that_names_no_model_is_refused(house, label, refusal):
    added(house)
    told = run("models", "show", label, house)
    assert told.exit_code == BAD_INPUT
    for part in refusal.split("..."):
        assert part.strip() in told.stderr


def watched(quiet: int = SESSIONS) -> dict[str, bytes]:
    """A model's files with the series of a quiet training."""
    chance = np.random.default_rng(3)
    series = {f"returns of {name}": 0.01 * chance.standard_normal(quiet) for name in ("VTI", "BND")}
    return {**WEIGHTS, WATCH_NAME: series_bytes(series)}


def card_until(day: date):
    from dataclasses import replace

    return replace(CARD, trained_until=day)


LAST = FIRST + timedelta(SESSIONS - 1)
CHECKS = [
    # (days since training, sessions of louder prices since, condition)
    (60, 0, "good"),
    (200, 0, "due"),
    (380, 0, "stale"),
    (100, 100, "drifting"),
]


@pytest.mark.parametrize(("age", "loud", "condition"), CHECKS, ids=[c[2] for c in CHECKS])
def test_a_check_says_what_became_of_a_model_that_runs(house, age, loud, condition):
    write_household(house, prices=prices(SESSIONS - loud, loud))
    added(house, card_until(LAST - timedelta(age)), watched())
    run("models", "promote", "band", house, *REASON)
    told = run("models", "check", house, "--as-of", LAST, "--json")
    (model,) = json.loads(told.stdout)["models"]
    assert model["condition"] == condition
    assert told.exit_code == (DONE if condition == "good" else FINDINGS)


def test_a_check_changes_nothing(house):
    added(house, card_until(LAST - timedelta(380)), watched())
    run("models", "promote", "band", house, *REASON)
    before = {path: path.read_bytes() for path in house.rglob("*") if path.is_file()}
    run("models", "check", house, "--as-of", LAST)
    after = {path: path.read_bytes() for path in house.rglob("*") if path.is_file()}
    assert after == before


def test_without_river_a_check_says_that_one_test_watched_alone(house, monkeypatch):
    monkeypatch.setattr("trimtab.app.models.health.has_river", lambda: False)
    added(house, card_until(LAST - timedelta(60)), watched())
    told = run("models", "check", house, "--as-of", LAST)
    assert "KS alone (river is not installed)" in " ".join(told.stdout.split())


def test_an_unusable_model_needs_attention(house):
    added(house)
    (house / "models" / "band" / "0001" / "weights.npz").unlink()
    told = run("models", "check", house, "--as-of", LAST)
    assert told.exit_code == FINDINGS
    assert "unusable" in told.stdout
