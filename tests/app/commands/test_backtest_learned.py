"""A backtest of a learned policy says which of its days the model had seen."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.app.backtesting.pasts import write_past
from tests.app.commands_run import DONE, run
from tests.policies.learned_models import ANYTHING
from tests.stores.models import CARD, NOON
from trimtab.app.models.registry import registry_of
from trimtab.model.models import Provenance
from trimtab.quant.learned.files import to_bytes
from trimtab.quant.learned.models import RegionModel

SHORT = ("--from", "2022-08-01", "--workers", "1")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    return write_past(tmp_path / "house")


def trained(house: Path, until: date) -> None:
    """A model that is the rule's zone, a little wider."""
    still, root = np.zeros(2), np.eye(2) / np.sqrt(1.2)
    model = RegionModel("band", np.array([0.6, 0.4]), np.eye(2), 0.0, ANYTHING, root=root)
    registry = registry_of(house)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {})
    files = {"weights.npz": to_bytes(replace(model, moved=still))}
    registry.add("band", "region", NOON, made, replace(CARD, trained_until=until), files)


def compared(house: Path):
    names = ("--policy", "hold", "--policy", "learned:band@1")
    told = run("compare", house, *SHORT, "--out", house / "out", *names)
    assert told.exit_code == DONE, told.stderr
    return told, json.loads((house / "out" / "backtest.json").read_text())


def test_days_that_the_model_saw_are_told_apart_and_the_others_measured(house):
    trained(house, date(2022, 9, 1))
    told, body = compared(house)
    page = (house / "out" / "backtest.html").read_text(encoding="utf-8")
    assert "Out of sample" in told.stdout and "Out of sample" in page
    assert "model band@1: it learned from days up to 2022-09-01" in " ".join(told.stderr.split())
    unseen = body["out_of_sample"]
    assert (unseen["trained_until"], unseen["first"]) == ("2022-09-01", "2022-09-02")
    assert [one["policy"] for one in unseen["policies"]] == ["hold", "learned:band@1"]


def test_a_model_trained_to_the_last_day_is_no_evidence(house):
    trained(house, date(2022, 10, 11))
    told, body = compared(house)
    assert "it is no evidence" in " ".join(told.stdout.split())
    assert body["out_of_sample"]["policies"] == []


def test_a_model_trained_before_the_first_day_needs_no_word(house):
    trained(house, date(2022, 7, 29))
    told, body = compared(house)
    assert "Out of sample" not in told.stdout and body["out_of_sample"] is None
    assert "it learned from days" not in told.stderr
