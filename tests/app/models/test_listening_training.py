"""A network that hears the market is registered with its evidence, promoted, used and retrained."""

import json

import numpy as np
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.models.test_hearing import home, prices
from tests.app.models.test_training import YES
from trimtab.app.models import listening_training
from trimtab.app.models.registry import registry_of
from trimtab.quant.learned.files import from_bytes
from trimtab.quant.learned.hearing import SIGNALS
from trimtab.quant.learned.models import RegionNetwork

QUICK = ("--method", "listening", "--name", "listener", "--seeds", "1", "--seconds", "30")


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A household without tax; a training of a few steps in few worlds."""
    pytest.importorskip("torch")
    from trimtab.learning import listening

    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    for name, value in {"OWN": 2, "OTHERS": 2, "CHOOSE_WORLDS": 2, "STEPS": 6}.items():
        monkeypatch.setattr(listening, name, value)
    monkeypatch.setattr(listening_training, "UNSEEN", 3)
    monkeypatch.setattr(listening_training, "PERIODS", 24)
    return home(tmp_path / "house", prices())


def test_a_listener_is_proposed_with_evidence_then_promoted_then_decides_and_is_retrained(house):
    told = run("train", house, *QUICK)
    assert told.exit_code == DONE, told.stderr
    assert "listener@1 is proposed" in told.stdout
    registry = registry_of(house)
    card = registry.manifest("listener", 1).card
    assert [(one.world, one.rule) for one in card.evidence] == [
        (world, rival)
        for world in ("its own classes in storms not seen", "other households not seen")
        for rival in ("the same network without signals", "no_trade_zone")
    ]
    assert {one.unit for one in card.evidence} == {"of what the rule costs"}
    assert any("short form" in limit for limit in card.limits)
    assert card.recipe is not None and card.recipe.settings["method"] == "listening"
    model = from_bytes(registry.load("listener", 1).files["weights.npz"])
    assert isinstance(model, RegionNetwork) and model.signals == SIGNALS
    run("models", "promote", "listener", house, *YES, "--despite-evidence")
    record = json.loads(run("explain", house, "--policy", "learned:listener", "--json").stdout)
    told = [one["message"] for one in record["findings"]]
    assert record["decided_by"]["model"], told
    assert record["decided_by"]["model"]["label"] == "listener@1"
    again = run("models", "retrain", house)
    assert again.exit_code == DONE, again.stdout + again.stderr
    successor = registry.manifest("listener", 2).card
    assert successor.beside == "listener@1" and len(successor.beside_evidence) == 4


def test_a_model_that_does_not_hear_is_not_judged_as_one_that_does(house):
    from tests.policies.learned_models import listener
    from tests.policies.test_learned import going_along
    from trimtab.model.errors import InputError
    from trimtab.quant.control.tracking import TrackingProblem

    problem = TrackingProblem(
        np.array([0.6, 0.4]), np.zeros(2), np.diag([0.02, 0.004]), np.full(2, 5e-4), 5.0, 1 / 12
    )
    trial = listening_training.ListeningTrial(listener(), listener(), problem, 500)
    with pytest.raises(InputError, match="does not hear the market"):
        trial.evidence(going_along(), (0,))


def test_a_market_of_which_too_little_is_known_is_not_learned_from(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    closes = prices().splitlines()
    house = home(tmp_path / "house", "\n".join([closes[0], *closes[-150:]]) + "\n")
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert "at least 250" in told.stderr
    assert registry_of(house).names() == ("ears",)
