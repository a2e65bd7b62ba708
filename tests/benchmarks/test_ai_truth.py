"""The truth gate shows every seed of what learns, and says what it could not run."""

import pytest

from benchmarks import _ai_truth
from benchmarks._ai_report import as_text

DRAWN = {"B": 1, "E": 0}


def test_a_quick_run_says_that_learned_policies_are_left_out() -> None:
    found = _ai_truth.truth(DRAWN, None, learned=False)
    assert not [row for row in found["rows"] if "seed" in row["policy"]]
    (left_out,) = found["absent"]
    assert "run without --quick" in left_out
    assert found["worst"] == {"no_trade_zone": found["worst_no_trade_zone"]}
    text = as_text({"sections": {"truth": {**found, "seconds": 1.0}}})
    assert left_out in text
    assert "no_trade_zone" in text


def test_every_seed_of_reinforcement_is_a_row_and_the_worst_is_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("stable_baselines3")
    monkeypatch.setattr(_ai_truth, "SECONDS", 0.01)
    monkeypatch.setattr(_ai_truth, "GRADIENT_SEEDS", ())
    found = _ai_truth.truth(DRAWN, None, learned=True)
    rows = {row["policy"]: row["ratio"] for row in found["rows"] if "ppo" in row["policy"]}
    assert list(rows) == [f"ppo, seed {seed}" for seed in _ai_truth.PPO_SEEDS]
    assert found["worst"]["ppo"] == {"B": max(rows.values())}
    assert found["absent"] == []


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str) -> str | None:
        return None if name == "stable_baselines3" else name

    monkeypatch.setattr(_ai_truth, "find_spec", without)
    monkeypatch.setattr(_ai_truth, "GRADIENT_SEEDS", ())
    found = _ai_truth.truth(DRAWN, None, learned=True)
    assert found["absent"] == ['ppo: not installed: stable_baselines3 (pip install "trimtab[ai]")']
    assert "ppo" not in str(found["rows"])
