"""The registry of models: what was registered is loaded, to the bit; nothing else is."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stores.models import CARD, KEY, NOON, OTHER_KEY, PROVENANCE, WEIGHTS
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.models import ModelStatus, StatusChange
from trimtab.stores._model_folders import LOG_NAME, MANIFEST_NAME, ModelFolders

PROPOSED, PROMOTED, RETIRED = ModelStatus.PROPOSED, ModelStatus.PROMOTED, ModelStatus.RETIRED


@pytest.fixture
def registry(tmp_path: Path) -> ModelFolders:
    return ModelFolders(tmp_path / "models", KEY, "0.1.0")


def added(registry: ModelFolders, name: str = "band"):
    return registry.add(name, "network", NOON, PROVENANCE, CARD, WEIGHTS)


def act(manifest, status: ModelStatus, reason: str = "looked at") -> StatusChange:
    return StatusChange(
        NOON, manifest.name, manifest.version, status, "ada", reason, manifest.digest
    )


def version_folder(registry: ModelFolders) -> Path:
    return registry.folder / "band" / "0001"


def test_what_was_registered_is_loaded_to_the_bit(registry):
    manifest = added(registry)
    stored = registry.load("band", 1)
    assert stored.manifest == manifest
    assert stored.manifest.card == CARD
    assert stored.manifest.provenance == PROVENANCE
    assert stored.files == WEIGHTS


def test_training_again_adds_a_version_and_leaves_the_old_one_alone(registry):
    first, second = added(registry), added(registry)
    assert (first.label, second.label) == ("band@1", "band@2")
    assert registry.versions("band") == (1, 2)
    assert registry.manifest("band", 1) == first


def edited(text: str) -> str:
    """A manifest whose evidence someone improved."""
    body = json.loads(text)
    body["card"]["evidence"][0]["difference"] = -1.0
    return json.dumps(body)


def unsigned(text: str) -> str:
    body = json.loads(text)
    del body["signature"]
    return json.dumps(body)


def of_format(number: int):
    return lambda text: json.dumps({**json.loads(text), "format": number})


BAD_MANIFESTS = [
    # (what happened to the manifest, what the refusal says)
    ("edited", edited, "it was altered; its signature does not fit what it says"),
    ("unsigned", unsigned, "it is not signed; a model without a signature is not loaded"),
    ("cut short", lambda text: text[:200], "it is no JSON: cut short or damaged"),
    ("emptied", lambda _: "", "it is no JSON: cut short or damaged"),
    ("of another format", of_format(2), "it was written in format 2; this Trimtab reads format 1"),
    ("something else", lambda _: "[1, 2]", "nothing in it was written by Trimtab"),
]


@pytest.mark.parametrize(("change", "refusal"), [b[1:] for b in BAD_MANIFESTS],
                         ids=[b[0] for b in BAD_MANIFESTS])  # fmt: skip
def test_a_manifest_that_is_not_as_it_was_signed_is_refused(registry, change, refusal):
    added(registry)
    path = version_folder(registry) / MANIFEST_NAME
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError) as refused:
        registry.load("band", 1)
    assert refusal in str(refused.value)
    assert "Train it again with `trimtab train`" in str(refused.value)
    assert refused.value.file == str(path)


BAD_WEIGHTS = [
    ("one bit", lambda data: bytes([data[0] ^ 1]) + data[1:], "weights.npz was altered"),
    ("cut short", lambda data: data[:-3], "weights.npz has 17 bytes; 20 were registered"),
    ("longer", lambda data: data + b"!", "weights.npz has 21 bytes; 20 were registered"),
]


@pytest.mark.parametrize(("change", "refusal"), [b[1:] for b in BAD_WEIGHTS],
                         ids=[b[0] for b in BAD_WEIGHTS])  # fmt: skip
def test_weights_that_are_not_as_they_were_registered_are_refused(registry, change, refusal):
    added(registry)
    path = version_folder(registry) / "weights.npz"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(InputError, match=refusal):
        registry.load("band", 1)


def test_missing_weights_are_named(registry):
    added(registry)
    (version_folder(registry) / "weights.npz").unlink()
    with pytest.raises(InputError, match=r"weights\.npz cannot be read"):
        registry.load("band", 1)


def test_a_model_signed_by_somebody_else_is_refused(registry):
    added(registry)
    mine = ModelFolders(registry.folder, OTHER_KEY, "0.1.0")
    with pytest.raises(InputError, match=f"signed with another key .*yours is {OTHER_KEY.id}"):
        mine.load("band", 1)


@pytest.mark.parametrize(
    ("running", "is_read"), [("0.1.0", True), ("0.1.7", True), ("0.2.0", False), ("1.1.0", False)]
)
def test_only_patch_releases_read_each_others_models(registry, running, is_read):
    added(registry)
    other = ModelFolders(registry.folder, KEY, running)
    if is_read:
        assert other.load("band", 1).files == WEIGHTS
        return
    with pytest.raises(InputError, match=rf"made by Trimtab 0\.1\.0; this is Trimtab {running}"):
        other.load("band", 1)


def test_a_version_copied_over_another_is_refused(registry):
    added(registry)
    added(registry)
    one, two = version_folder(registry), registry.folder / "band" / "0002"
    (two / MANIFEST_NAME).write_text((one / MANIFEST_NAME).read_text())
    with pytest.raises(InputError, match="its folder holds band@1"):
        registry.load("band", 2)


def test_an_unknown_model_is_answered_with_the_nearest(registry):
    added(registry)
    with pytest.raises(InputError, match=r"no such model; .*band\. Did you mean 'band'"):
        registry.versions("bnd")
    with pytest.raises(InputError, match="it has no version 7; it has 1"):
        registry.load("band", 7)


@pytest.mark.parametrize("name", ["../outside", "a/b", "", "Band", ".hidden", "x" * 65])
def test_a_name_never_leaves_the_folder(registry, name):
    with pytest.raises(InputError, match="cannot be named so"):
        added(registry, name)
    assert not registry.folder.exists() or registry.names() == ()


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib", "../weights.npz", "manifest.json"])
def test_files_that_could_run_code_or_leave_the_folder_are_never_registered(registry, name):
    with pytest.raises(InvariantError):
        registry.add("band", "network", NOON, PROVENANCE, CARD, {name: b"data"})
    assert registry.names() == ()


def test_a_new_version_is_proposed_and_runs_only_once_it_is_promoted(registry):
    manifest = added(registry)
    assert registry.status(manifest) is PROPOSED
    assert registry.promoted("band") is None
    registry.record([act(manifest, PROMOTED)])
    assert registry.status(manifest) is PROMOTED
    assert registry.promoted("band") == manifest
    registry.record([act(manifest, RETIRED)])
    assert registry.status(manifest) is RETIRED
    assert registry.promoted("band") is None


def test_retraining_does_not_replace_what_runs(registry):
    first = added(registry)
    registry.record([act(first, PROMOTED)])
    added(registry)
    assert registry.promoted("band") == first


def test_the_log_keeps_every_act_in_order(registry):
    manifest = added(registry)
    acts = [act(manifest, PROPOSED), act(manifest, PROMOTED, "beats 5/25"), act(manifest, RETIRED)]
    for one in acts:
        registry.record([one])
    assert registry.log() == tuple(acts)


def without_line(number: int):
    return lambda lines: lines[: number - 1] + lines[number:]


BAD_LOGS = [
    ("the first line taken out", without_line(1), "one was taken out"),
    ("a line in the middle taken out", without_line(2), "one was taken out"),
    ("two lines swapped", lambda lines: [lines[1], lines[0], lines[2]], "one was taken out"),
    ("an act made up", lambda lines: [lines[0].replace("looked at", "trust me")], "was altered"),
    ("half a line", lambda lines: [*lines[:2], lines[2][:40]], "cut short or damaged"),
]


@pytest.mark.parametrize(("change", "refusal"), [b[1:] for b in BAD_LOGS],
                         ids=[b[0] for b in BAD_LOGS])  # fmt: skip
def test_a_log_that_was_edited_is_refused(registry, change, refusal):
    manifest = added(registry)
    for status in (PROPOSED, PROMOTED, RETIRED):
        registry.record([act(manifest, status)])
    path = registry.folder / LOG_NAME
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    with pytest.raises(InputError, match=refusal):
        registry.log()
    with pytest.raises(InputError, match=refusal):
        registry.record([act(manifest, PROMOTED)])


def test_a_promotion_is_of_one_model_and_not_of_another_in_its_place(registry):
    manifest = added(registry)
    registry.record([act(manifest, PROMOTED)])
    for file in version_folder(registry).iterdir():
        file.unlink()
    version_folder(registry).rmdir()
    registry.add("band", "network", NOON, PROVENANCE, replace(CARD, purpose="other"), WEIGHTS)
    with pytest.raises(InputError, match="it is not the model that was promoted"):
        registry.promoted("band")


def test_a_stop_while_writing_leaves_nothing(registry, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.stores._model_files.to_disk", stopped)
    with pytest.raises(KeyboardInterrupt):
        added(registry)
    assert registry.names() == ()
    assert not (registry.folder / "band").exists()


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from tests.stores.models import CARD, KEY, NOON, PROVENANCE, WEIGHTS
    from trimtab.stores import _model_files, _model_folders

    left = int(sys.argv[2])

    def sync(handle):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    _model_files.to_disk = sync
    _model_files.folder_to_disk = _model_folders.folder_to_disk = sync
    registry = _model_folders.ModelFolders(Path(sys.argv[1]), KEY, "0.1.0")
    registry.add("band", "network", NOON, PROVENANCE, CARD, WEIGHTS)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without SIGKILL")
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_process_killed_while_it_writes_leaves_the_old_versions_or_the_new_one(
    registry, tmp_path, at
):
    first = added(registry)
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join([str(root), str(root / "src")])
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(registry.folder), str(at)],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=tmp_path,
    )
    assert killed.returncode == -signal.SIGKILL
    assert registry.load("band", 1).manifest == first
    for version in registry.versions("band"):
        assert registry.load("band", version).files == WEIGHTS
    assert added(registry).version == registry.versions("band")[-1]
