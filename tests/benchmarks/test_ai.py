"""The evidence runs without files, gives every family the same budget, and hides no seed."""

import json

import numpy as np
import pytest

from benchmarks import ai
from benchmarks._ai_panel import MissingPanel, etf_panel
from benchmarks._ai_policies import BUDGET, CONTROL, RULE, Knowledge, families
from benchmarks._ai_worlds import WorldSetting


def test_every_tuned_family_has_the_same_number_of_trials() -> None:
    known = Knowledge(np.full(4, 0.25), np.full(4, 1e-3), np.zeros(4), np.eye(4), 4.0, 0.2, 0.2, 1)
    tuned = [family for family in families(known) if family.trials]
    assert {family.trials for family in tuned} == {BUDGET}
    assert {RULE, CONTROL} == {family.role for family in tuned}


def test_a_folder_without_prices_is_named(tmp_path: object) -> None:
    with pytest.raises(MissingPanel, match="--data"):
        etf_panel(tmp_path)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_small_run_shows_all_policies_seeds_and_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = WorldSetting((2005, 2012), 3, 8, (1, 2), 8, (1.0,), daily=False)
    monkeypatch.setattr(ai, "QUICK", small)
    assert ai.main(["--quick", "--json", "--sections", "worlds"]) == 0
    found = json.loads(capsys.readouterr().out)["sections"]["worlds"]
    assert {case["world"] for case in found["cases"]} == {
        "lognormal",
        "block bootstrap",
        "GARCH-t",
        "regime switching",
    }
    for case in found["cases"]:
        assert all(len(policy["seeds_bps"]) == 2 for policy in case["policies"])
        cheapest = min(policy["total_bps"] for policy in case["policies"])
        assert cheapest > 0.0
        assert case["differences"]
