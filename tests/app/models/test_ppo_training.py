"""A zone learned by reinforcement is registered, shown, promoted and used as any other model is."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.models.test_training import YES, house, spoiled
from trimtab.app.explaining.asking import ask, question_of
from trimtab.app.household import load_folder
from trimtab.app.models import training
from trimtab.app.models.ppo_training import best_ppo_band, edges_of
from trimtab.app.models.registry import registry_of
from trimtab.model.errors import InputError
from trimtab.policies._zone import Zone
from trimtab.policies.no_trade_zone import household_zone
from trimtab.quant.learned.files import from_bytes
from trimtab.quant.learned.ppo_band import PpoBand

__all__ = ["house"]  # a fixture

QUICK = ("--method", "ppo", "--name", "agent", "--seeds", "2", "--seconds", "1")


def zone_of(house: Path) -> Zone:
    situation = ask(question_of(load_folder(house), "no_trade_zone")).situation
    zone = household_zone(situation, 21, None)
    assert isinstance(zone, Zone)
    return zone


def test_an_agents_zone_is_proposed_with_evidence_then_promoted_then_decides(house):
    pytest.importorskip("stable_baselines3")
    told = run("train", house, *QUICK)
    assert told.exit_code == DONE, told.stderr
    assert "agent@1 is proposed" in told.stdout
    manifest = registry_of(house).manifest("agent", 1)
    assert manifest.kind == "ppo_band"
    assert manifest.card.seeds == (0, 1)
    assert {one.trials for one in manifest.card.evidence} == {3}  # two seeds and the rule
    assert manifest.card.recipe is not None
    assert manifest.card.recipe.settings["method"] == "ppo"
    shown = run("models", "show", "agent", house)
    assert "ppo_band" in shown.stdout
    waiting = json.loads(run("plan", house, "--policy", "learned:agent", "--json").stdout)
    assert "model_not_promoted" in {one["code"] for one in waiting["findings"]}
    run("models", "promote", "agent", house, *YES, "--despite-evidence")
    record = json.loads(run("explain", house, "--policy", "learned:agent", "--json").stdout)
    assert record["decided_by"]["model"]["label"] == "agent@1"
    codes = {one["code"] for one in json.loads(
        run("plan", house, "--policy", "learned:agent", "--json").stdout
    )["findings"]}  # fmt: skip
    assert not {"model_failed", "model_out_of_range", "model_unusable"} & codes
    stored = registry_of(house).load("agent", 1)
    model = from_bytes(stored.files["weights.npz"])
    assert isinstance(model, PpoBand)
    assert model.name == "agent"


def test_an_altered_agent_is_refused_and_the_rule_decides(house):
    pytest.importorskip("stable_baselines3")
    run("train", house, *QUICK[:2], "--seeds", "1", "--seconds", "1")
    run("models", "promote", "band", house, *YES, "--despite-evidence")
    spoiled(house)
    plan = json.loads(run("plan", house, "--policy", "learned:band", "--json").stdout)
    (finding,) = [one for one in plan["findings"] if one["code"] == "model_unusable"]
    assert "weights.npz was altered" in finding["message"]


@pytest.mark.parametrize("package", ["stable_baselines3", "gymnasium", "torch"])
def test_a_package_that_is_not_there_is_named(house, monkeypatch, package):
    monkeypatch.setattr(training, "find_spec", lambda name: None if name == package else name)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert f'{package} is not installed. Pip install "trimtab[ai]"' in told.stderr
    assert registry_of(house).names() == ()


def test_another_method_is_refused_with_those_that_there_are(house):
    told = run("train", house, "--method", "oracle")
    assert told.exit_code == BAD_INPUT
    assert "gradient" in told.stderr
    assert "ppo" in told.stderr


def test_an_agent_begins_at_the_edges_of_the_rule(house):
    zone = zone_of(house)
    edges = edges_of(zone)
    lower, upper = zone.edges()
    target = zone.classes.problem.target
    assert edges[0] == pytest.approx([target[0] - lower[0], upper[0] - target[0]])
    assert np.isinf(edges[1]).all()


def test_the_same_seeds_learn_the_same_band(house):
    pytest.importorskip("stable_baselines3")
    zone, told = zone_of(house), []
    first, again = (best_ppo_band(zone, "agent", (0, 1), 0.01, told.append) for _ in range(2))
    assert (first.half_widths() == again.half_widths()).all()
    assert {one.seed for one in told} == {0, 1}
    assert all(one.cost > 0.0 for one in told)


def test_a_cost_that_is_no_number_registers_nothing(house, monkeypatch):
    pytest.importorskip("stable_baselines3")
    from trimtab.app.models import ppo_training

    monkeypatch.setattr(ppo_training, "_cost", lambda *_: float("nan"))
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert "no longer a number; no model was registered" in told.stderr
    assert registry_of(house).names() == ()


def test_a_band_that_heard_a_market_is_not_asked_without_one(house):
    zone = zone_of(house)
    band = PpoBand("deaf", np.full((1, 2), 0.05), np.zeros(2), np.zeros((2, 4)))
    hearing = replace(band, weight=np.ones((2, 4)))
    problem = zone.classes.problem
    from trimtab.quant.learned.features import HouseholdState

    assert band.region(problem, HouseholdState.untaxed(2), zone.region).centre.sum() == 1.0
    with pytest.raises(InputError, match="trained with 4"):
        hearing.region(problem, HouseholdState.untaxed(2), zone.region)
