"""Training proposes a model with its evidence, or leaves everything as it was and says why."""

import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from trimtab.app.models import training
from trimtab.app.models.registry import registry_of

QUICK = ("--seeds", "1", "--seconds", "2")
YES = ("--yes", "--reason", "a test")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    return home(tmp_path)


def home(folder: Path, mandate: str = MANDATE, closes: str | None = None) -> Path:
    lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
    return write_household(folder / "house", mandate, lots, closes or prices())


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a household with a model that is proposed, to be copied, and of its key."""
    pytest.importorskip("torch")
    place = tmp_path_factory.mktemp("learned")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIMTAB_CONFIG", str(place / "config"))
        told = run("train", home(place), *QUICK)
    assert told.exit_code == DONE
    assert "band@1 is proposed" in told.stdout
    return place


@pytest.fixture
def proposed(learned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A household of one test's own, whose model waits for a person's word."""
    shutil.copytree(learned, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    return tmp_path / "house"


def test_a_trained_model_is_proposed_then_promoted_then_decides(proposed):
    house = proposed
    (act,) = registry_of(house).log()
    assert act.status.value == "proposed"
    waiting = json.loads(run("plan", house, "--policy", "learned:band", "--json").stdout)
    assert "model_not_promoted" in {one["code"] for one in waiting["findings"]}
    run("models", "promote", "band", house, *YES, "--despite-evidence")
    record = json.loads(run("explain", house, "--policy", "learned:band", "--json").stdout)
    assert record["decided_by"]["model"]["label"] == "band@1"
    manifest = registry_of(house).manifest("band", 1)
    assert record["decided_by"]["model"]["digest"] == manifest.digest
    assert [one.world for one in manifest.card.evidence] == [
        f"{world}{gains}"
        for gains in ("", ", without gains", ", with large gains")
        for world in ("simulated returns", "its own history, drawn again")
    ]
    assert all(one.low <= one.difference <= one.high for one in manifest.card.evidence)
    assert {file.name for file in manifest.files} == {"weights.npz", "watched.npz", "card.md"}


def test_a_model_goes_on_deciding_as_gains_change(proposed):
    """What it learned with one gain holds with another, with the tax that a sale costs then."""
    house = proposed
    run("models", "promote", "band", house, *YES, "--despite-evidence")
    for basis in (9_900, 3_000):
        lots = LOTS.format(joint=600, basis=6 * basis, roth=100, bonds=600)
        (house / "lots.csv").write_text(lots, encoding="utf-8")
        told = json.loads(run("plan", house, "--policy", "learned:band", "--json").stdout)
        codes = {one["code"] for one in told["findings"]}
        assert not codes & {"model_out_of_range", "model_failed", "model_not_promoted"}


def spoiled(house: Path) -> None:
    """Flip one bit of the promoted weights."""
    path = house / "models" / "band" / "0001" / "weights.npz"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_an_altered_model_is_the_rules_decision_and_a_finding(proposed):
    house = proposed
    run("models", "promote", "band", house, *YES, "--despite-evidence")
    spoiled(house)
    ours = json.loads(run("plan", house, "--policy", "learned:band", "--json").stdout)
    rules = json.loads(run("plan", house, "--policy", "no_trade_zone", "--json").stdout)
    assert ours["plan"]["trades"] == rules["plan"]["trades"]
    (finding,) = [one for one in ours["findings"] if one["code"] == "model_unusable"]
    assert "weights.npz was altered" in finding["message"]
    assert finding["message"].endswith("the rule decides")


def test_a_model_that_is_not_there_is_the_rules_decision_and_a_near_name(house):
    told = json.loads(run("plan", house, "--policy", "learned:bend", "--json").stdout)
    assert "model_missing" in {one["code"] for one in told["findings"]}


def test_without_torch_the_extra_is_named(house, monkeypatch):
    monkeypatch.setattr(training, "find_spec", lambda _: None)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert 'torch is not installed. Pip install "trimtab[ai]"' in told.stderr


def failing(*_):
    raise RuntimeError("the cost was no longer a number")


def stopped(*_):
    raise KeyboardInterrupt


def test_a_training_that_fails_registers_nothing_and_says_so(house, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(import_module("trimtab.learning.train"), "train", failing)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert "the cost was no longer a number; no model was registered" in told.stderr
    assert registry_of(house).names() == ()


def test_a_training_that_is_stopped_leaves_nothing(house, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(import_module("trimtab.learning.train"), "train", stopped)
    assert run("train", house, *QUICK).exit_code != DONE
    assert registry_of(house).names() == ()
    assert not list((house / "models").rglob("*.npz"))


def of_constant(closes: str) -> str:
    head, *rows = closes.splitlines()
    return "\n".join([head, *(f"{row.split(',')[0]},100,50" for row in rows)]) + "\n"


def short(closes: str) -> str:
    return "\n".join([closes.splitlines()[0], *closes.splitlines()[-10:]]) + "\n"


UNLEARNABLE = [
    # (what is wrong, the mandate, what becomes of the prices, the complaint)
    ("too little history", MANDATE, short, "the risk of VTI, BND is assumed"),
    ("constant prices", MANDATE, of_constant, "neither ever moved"),
    ("a target at one", MANDATE.replace("0.6", "1.0").replace("0.4", "0.0"), str, "100"),
]


@pytest.mark.parametrize(
    ("mandate", "change", "complaint"),
    [u[1:] for u in UNLEARNABLE],
    ids=[u[0] for u in UNLEARNABLE],
)
def test_what_cannot_be_learned_from_is_refused(tmp_path, monkeypatch, mandate, change, complaint):
    pytest.importorskip("torch")
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    house = home(tmp_path, mandate, change(prices()))
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT, told.stdout + told.stderr
    assert complaint in told.stderr
    assert registry_of(house).names() == ()
