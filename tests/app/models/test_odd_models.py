"""A model that may not decide, and a training that dies: the rule decides, and it is said why.

Each case goes through the command line with the one thing wrong that it names.
"""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from tests.policies.learned_models import ANYTHING
from tests.stores.models import CARD, NOON
from trimtab.app.models import training
from trimtab.app.models.registry import Person, config_folder, promote, registry_of
from trimtab.model.models import Provenance
from trimtab.quant.learned.files import to_bytes
from trimtab.quant.learned.models import RegionModel
from trimtab.stores import _model_folders
from trimtab.stores._model_folders import ModelFolders
from trimtab.stores._signing import signing_key

TODAY = date(2022, 10, 11)
WIDER = RegionModel(
    "band", np.array([0.6, 0.4]), np.eye(2), 0.0, ANYTHING, root=np.eye(2) / np.sqrt(1.2),
    moved=np.zeros(2),
)  # fmt: skip
"""The rule's zone, a little wider."""
QUICK = ("--seeds", "1", "--seconds", "1")
LEARNED = ("--policy", "learned:band")
SHORT = "\n".join([prices().splitlines()[0], *prices().splitlines()[-10:]]) + "\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
    return write_household(tmp_path / "house", MANDATE, lots, prices())


def promoted(house: Path, package: str = "", ranges=ANYTHING, **card: object) -> None:
    """A model of which a person let the first version decide."""
    plain = registry_of(house)
    registry = ModelFolders(plain.folder, plain.key, package or plain.package)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {})
    told = replace(CARD, **{"trained_until": TODAY, "instruments": ("VTI", "BND"), **card})
    files = {"weights.npz": to_bytes(replace(WIDER, ranges=ranges))}
    manifest = registry.add("band", "region", NOON, made, told, files)
    promote(registry, manifest, Person("Ana", NOON), "a test")


def version(house: Path) -> Path:
    return house / "models" / "band" / "0001"


def manifest(house: Path) -> Path:
    return version(house) / "manifest.json"


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def unsigned(house: Path) -> None:
    body = json.loads(manifest(house).read_text())
    del body["signature"]
    manifest(house).write_text(json.dumps(body))


def flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def another_key(house: Path) -> None:
    shutil.rmtree(config_folder())
    signing_key(config_folder())


def planned(house: Path):
    """The plan of the learned policy, which always is one, and its findings by code."""
    told = run("plan", house, "--json", *LEARNED)
    assert told.exit_code == DONE, told.stdout + told.stderr
    plan = json.loads(told.stdout)
    return plan["plan"]["trades"], {one["code"]: one for one in plan["findings"]}


def rules(house: Path):
    told = run("plan", house, "--json", "--policy", "no_trade_zone")
    return json.loads(told.stdout)["plan"]["trades"]


def test_a_model_that_is_whole_decides(house):
    promoted(house)
    trades, findings = planned(house)
    assert trades != rules(house)
    assert not [code for code in findings if code.startswith("model_")]
    assert run("models", "list", house).exit_code == DONE


SPOILED = [
    # (what is wrong, how, what the plan says)
    ("a bit of the weights", lambda h: flip(version(h) / "weights.npz"), "weights.npz was altered"),
    ("half of the weights", lambda h: halve(version(h) / "weights.npz"), "were registered"),
    ("no weights", lambda h: (version(h) / "weights.npz").unlink(), "weights.npz cannot be read"),
    ("no manifest", lambda h: manifest(h).unlink(), "manifest.json cannot be read"),
    ("half a manifest", lambda h: halve(manifest(h)), "it is no JSON: cut short or damaged"),
    ("bytes for a manifest", lambda h: manifest(h).write_bytes(b"\xff\x00"), "it is no JSON"),
    ("brackets alone", lambda h: manifest(h).write_text("[" * 99_999), "it is no JSON"),
    ("no signature", unsigned, "it is not signed"),
    (
        "a card that was edited",
        lambda h: edited(manifest(h), "simulated", "real"),
        "it was altered",
    ),
    ("another format", lambda h: edited(manifest(h), '"format": 1', '"format": 2'), "format 2"),
    ("another user's key", another_key, "it was signed with another key"),
]


@pytest.mark.parametrize(
    ("spoil", "words"), [each[1:] for each in SPOILED], ids=[each[0] for each in SPOILED]
)
def test_a_model_that_was_altered_leaves_the_rule_to_decide(
    house, spoil: Callable[[Path], object], words
):
    promoted(house)
    spoil(house)
    trades, findings = planned(house)
    assert trades == rules(house)
    told = findings["model_unusable"]
    assert words in told["message"] + told["bound"]
    assert told["message"].endswith("the rule decides") and told["remedy"]
    listed = run("models", "list", house)
    assert listed.exit_code == FINDINGS
    assert "refused" in listed.stdout and words in " ".join(listed.stdout.split())
    checked = run("models", "check", house)
    assert checked.exit_code == FINDINGS
    assert "unusable" in checked.stdout
    assert run("models", "show", "band", house).exit_code in (FINDINGS, BAD_INPUT)


def test_a_model_of_another_trimtab_leaves_the_rule_to_decide(house):
    promoted(house, package="9.9.0")
    trades, findings = planned(house)
    assert trades == rules(house)
    assert "it was made by Trimtab 9.9.0" in findings["model_unusable"]["message"]
    listed = run("models", "list", house)
    assert listed.exit_code == FINDINGS
    assert "promoted, refused" in listed.stdout


DOUBTED = [
    # (what is wrong, what is special about the model, the finding, what it says)
    ("stale", {"trained_until": date(2020, 1, 2)}, "model_stale", "1013 days old"),
    ("an instrument that it never saw", {"instruments": ("VTI", "AGG")},
     "model_unseen_instrument", "BND was never seen in its training"),
    ("figures that it never saw", {"ranges": ANYTHING / 1e4}, "model_out_of_range", "has not seen"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("special", "code", "words"), [each[1:] for each in DOUBTED], ids=[each[0] for each in DOUBTED]
)
def test_a_model_outside_its_training_leaves_the_rule_to_decide(house, special, code, words):
    promoted(house, **special)
    trades, findings = planned(house)
    assert trades == rules(house)
    assert words in findings[code]["message"]
    assert findings[code]["message"].endswith("the rule decides") and findings[code]["remedy"]
    explained = run("explain", house, *LEARNED)
    assert "Decided by the rule, not by the model" in explained.stdout
    out = ("--from", "2022-09-15", "--workers", "1", "--out", house / "out")
    compared = run("compare", house, *out, "--policy", "hold", *LEARNED)
    assert compared.exit_code == DONE
    assert words.replace("1013", "987") in " ".join(compared.stderr.split())


def test_a_model_is_not_asked_about_risk_that_nobody_measured(house):
    promoted(house)
    (house / "prices.csv").write_text(SHORT)
    trades, findings = planned(house)
    assert trades == rules(house)
    assert "the risk of VTI, BND is assumed" in findings["model_risk_assumed"]["message"]
    assert findings["model_risk_assumed"]["message"].endswith("the rule decides")


LOGS = [
    ("half of it is there", halve, "it is no JSON"),
    ("a line was taken out", lambda log: log.write_text(log.read_text().splitlines()[-1] + "\n"),
     "it does not follow the line before"),
    ("a line was edited", lambda log: edited(log, "a test", "my test"), "it was altered"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "words"), [each[1:] for each in LOGS], ids=[each[0] for each in LOGS]
)
def test_a_log_that_was_altered_promotes_nothing_and_nothing_is_learned_in_vain(
    house, monkeypatch, spoil, words
):
    promoted(house)
    run("models", "retire", "band", house, "--yes", "--reason", "a test")
    spoil(house / "models" / "log.jsonl")
    trades, findings = planned(house)
    assert trades == rules(house)
    assert words in findings["model_unusable"]["message"]
    assert "restore it from a copy" in findings["model_unusable"]["remedy"]
    monkeypatch.setattr(training, "find_spec", lambda _: True)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert words in told.stderr


def without_training(monkeypatch: pytest.MonkeyPatch, learned: object = None) -> None:
    """What `trimtab train` does, without the minutes."""
    monkeypatch.setattr(training, "find_spec", lambda _: True)
    monkeypatch.setattr(training, "_learned", learned or (lambda *_: (WIDER, lambda *_: ())))


def raising(error: Exception) -> Callable[..., object]:
    def learned(*_: object) -> object:
        raise error

    return learned


CRASHES = [
    (RuntimeError("the cost was no longer a number."), "it failed: the cost was no longer a"),
    (KeyError("weight"), "it failed: KeyError: 'weight'"),
    (MemoryError(), "it failed: MemoryError"),
    (AssertionError("a layer is empty"), "it failed: AssertionError: a layer is empty"),
]


@pytest.mark.parametrize(
    ("error", "words"), CRASHES, ids=[type(one[0]).__name__ for one in CRASHES]
)
def test_a_crash_in_training_registers_nothing_and_the_rule_decides(
    house, monkeypatch, error, words
):
    without_training(monkeypatch, raising(error))
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert words in told.stderr and "no model was registered" in told.stderr
    assert registry_of(house).names() == ()
    trades, findings = planned(house)
    assert trades == rules(house)
    assert "there is no such model" in findings["model_missing"]["message"]


def test_after_a_crash_the_model_before_goes_on_deciding(house, monkeypatch):
    promoted(house)
    before = planned(house)
    without_training(monkeypatch, raising(RuntimeError("no")))
    assert run("train", house, *QUICK).exit_code == BAD_INPUT
    assert planned(house) == before


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_leaves_nothing_of_a_model(house, monkeypatch):
    without_training(monkeypatch)
    monkeypatch.setattr(_model_folders, "write_file", full)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert "it cannot be written (No space left on device); nothing was changed" in told.stderr
    assert registry_of(house).names() == ()
    assert [path.name for path in (house / "models").rglob("*")] == ["registry.lock"]
    assert "model_missing" in planned(house)[1]


def test_a_disk_that_is_full_at_the_log_leaves_a_model_that_waits_and_says_so(house, monkeypatch):
    without_training(monkeypatch)
    monkeypatch.setattr(_model_folders, "replace_file", full)
    told = run("train", house, *QUICK)
    assert told.exit_code == BAD_INPUT
    assert "model band@1: it is registered, but its proposal is not in the log" in told.stderr
    assert "it cannot be written (No space left on device)" in told.stderr
    assert "it counts as proposed all the same" in told.stderr
    assert "model_not_promoted" in planned(house)[1]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.app.models.test_odd_models import WIDER
from trimtab.app.cli import cli
from trimtab.app.models import training
from trimtab.stores import _model_folders

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

training.find_spec = lambda _: True
training._learned = lambda *_: (WIDER, lambda *_: ())
if sys.argv[2] == "learning":
    training._learned = die
elif sys.argv[2] == "writing":
    _model_folders.os.rename = die
else:
    _model_folders.replace_file = die
cli(["train", sys.argv[1], "--seeds", "1", "--seconds", "1"])
"""

DEATHS = [
    # (while it does what, what the plan says, the versions that there are)
    ("learning", "model_missing", ()),
    ("writing", "model_missing", ()),
    ("noting", "model_not_promoted", (1,)),
]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("doing", "code", "versions"), DEATHS, ids=[each[0] for each in DEATHS])
def test_a_training_that_is_killed_leaves_nothing_by_halves(house, doing, code, versions):
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(house), doing], cwd=root, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()
    registry = registry_of(house)
    assert (registry.versions("band") if registry.names() else ()) == versions
    assert run("models", "list", house).exit_code == DONE
    trades, findings = planned(house)
    assert trades == rules(house)
    assert findings[code]["message"].endswith("the rule decides")
    promoted(house)
    assert registry_of(house).promoted("band") is not None
