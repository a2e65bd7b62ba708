"""The registry of models in plain folders: what is written whole, signed, and checked when read.

    models/
      log.jsonl          acts, one signed line each: proposed, promoted, retired; only added to
      NAME/
        0001/            a version: written under another name, then renamed in one step
          manifest.json  what it is and the SHA-256 of every file, signed
          weights.npz    and other parts of the model
          card.md        the model card, for people

A version is never changed once it is there.  A process that dies while it writes leaves a hidden
folder that nobody reads, and the registry as it was.

Errors: `InputError` for a model that is missing, unsigned, altered, cut short or from another
version of Trimtab, for a folder that cannot be read or written, and for a name that cannot be one.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from trimtab.model.errors import InputError, must, nearest
from trimtab.model.models import (
    ModelCard,
    ModelManifest,
    ModelStatus,
    Provenance,
    StatusChange,
    StoredModel,
)
from trimtab.stores._disk import folder_to_disk, try_lock
from trimtab.stores._model_files import (
    check_files,
    checked,
    hash_of,
    read_bytes,
    replace_file,
    write_file,
)
from trimtab.stores._model_manifest import (
    RETRAIN,
    change_text,
    manifest_text,
    read_change,
    read_manifest,
)
from trimtab.stores._signing import SigningKey

__all__ = ["LOG_NAME", "MANIFEST_NAME", "ModelFolders"]

MANIFEST_NAME, LOG_NAME, LOCK_NAME = "manifest.json", "log.jsonl", "registry.lock"
LOCK_SECONDS_MAX = 10.0
LOCK_POLL_SECONDS = 0.05
VERSION_DIGITS = 4

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class ModelFolders:
    """The models of one folder, signed with one key; `package` is the running Trimtab's version."""

    def __init__(self, folder: Path, key: SigningKey, package: str) -> None:
        self.folder, self.key, self.package = folder, key, package

    def names(self) -> tuple[str, ...]:
        """Every model that has a version, sorted."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return tuple(sorted(p.name for p in found if _NAME.fullmatch(p.name) and _versions(p)))

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a model, the oldest first.

        Refuses: a model that is not there, with the nearest one that is.
        """
        _check_name(name)
        found = _versions(self.folder / name)
        if not found:
            known = self.names()
            bound = f"{self.folder} has " + (", ".join(known) or "no models")
            close = nearest(name, known) if known else ""
            remedy = close if close.startswith("did you") else "make one with `trimtab train`"
            raise InputError(f"model {name!r}", "there is no such model", bound, remedy)
        return found

    def manifest(self, name: str, version: int) -> ModelManifest:
        """What a version says about itself, its signature checked but not its files.

        Refuses: as `load` does, but for what the files hold.
        """
        if version not in self.versions(name):
            bound = "it has " + ", ".join(map(str, self.versions(name)))
            raise InputError(f"model {name!r}", f"it has no version {version}", bound)
        path = self._place(name, version) / MANIFEST_NAME
        subject = f"model {name}@{version}"
        text = read_bytes(path, subject).decode("utf-8", "replace")
        manifest = read_manifest(text, self.key, subject, str(path))
        if (manifest.name, manifest.version) != (name, version):
            fact = f"its folder holds {manifest.label}"
            raise InputError(subject, fact, "a model stays where it was registered", RETRAIN)
        return manifest

    def load(self, name: str, version: int) -> StoredModel:
        """A version with the bytes of its files, every one of them checked.

        Refuses: what is missing, unsigned, altered, cut short, or from another version of Trimtab.
        """
        manifest = self.manifest(name, version)
        subject = f"model {manifest.label}"
        _check_package(manifest, self.package)
        files = {}
        for expected in manifest.files:
            path = self._place(name, version) / expected.name
            files[expected.name] = checked(read_bytes(path, subject), expected, subject, path)
        return StoredModel(manifest, files)

    def add(
        self,
        name: str,
        kind: str,
        at: datetime,
        provenance: Provenance,
        card: ModelCard,
        files: Mapping[str, bytes],
    ) -> ModelManifest:
        """Register a new version of a model and return its manifest; all of it or nothing.

        Refuses: names that cannot be files, kinds of files that could run code, no room.
        """
        _check_name(name)
        check_files(files)
        with self._writing():
            version = max(_versions(self.folder / name), default=0) + 1
            hashes = tuple(hash_of(each, data) for each, data in sorted(files.items()))
            manifest = ModelManifest(name, version, kind, at, hashes, provenance, card)
            text = manifest_text(manifest, self.key)
            signed = read_manifest(text, self.key, f"model {manifest.label}", MANIFEST_NAME)
            must(replace(signed, digest="") == manifest, "a manifest is read as it was written")
            self._place_whole(signed, {**files, MANIFEST_NAME: text.encode()})
        return signed

    def record(self, changes: Sequence[StatusChange]) -> None:
        """Add acts to the log, all of them or none."""
        with self._writing():
            previous, lines = "", list(self._lines())
            for line in lines:
                _, previous = self._act(line, previous)
            for change in changes:
                lines.append(change_text(change, previous, self.key))
                _, previous = self._act(lines[-1], previous)
            replace_file(self.folder / LOG_NAME, "".join(f"{line}\n" for line in lines).encode())

    def log(self) -> tuple[StatusChange, ...]:
        """Every act, the oldest first.

        Refuses: a log from which a line was taken, or in which one was altered.
        """
        previous, changes = "", []
        for line in self._lines():
            change, previous = self._act(line, previous)
            changes.append(change)
        return tuple(changes)

    def status(self, manifest: ModelManifest) -> ModelStatus:
        """Where a version stands: as the last act on this very manifest says, else proposed.

        Refuses: as `log` does.
        """
        acts = [act for act in self.log() if act.digest == manifest.digest]
        return acts[-1].status if acts else ModelStatus.PROPOSED

    def promoted(self, name: str) -> ModelManifest | None:
        """The version that runs, if a person has promoted one.

        Refuses: as `versions`, `manifest` and `log` do.
        """
        last: dict[int, StatusChange] = {}
        self.versions(name)
        for act in self.log():
            if act.name == name:
                last[act.version] = act
        running = [act for act in last.values() if act.status is ModelStatus.PROMOTED]
        if not running:
            return None
        manifest = self.manifest(name, running[-1].version)
        if manifest.digest != running[-1].digest:
            subject, bound = f"model {manifest.label}", "what was promoted is what runs"
            raise InputError(subject, "it is not the model that was promoted", bound, RETRAIN)
        return manifest

    def _act(self, line: str, previous: str) -> tuple[StatusChange, str]:
        return read_change(line, previous, self.key, "log of models", str(self.folder / LOG_NAME))

    def _lines(self) -> Sequence[str]:
        path = self.folder / LOG_NAME
        if not path.exists():
            return ()
        return read_bytes(path, "log of models").decode("utf-8", "replace").splitlines()

    def _place(self, name: str, version: int) -> Path:
        return self.folder / name / f"{version:0{VERSION_DIGITS}d}"

    def _place_whole(self, manifest: ModelManifest, files: Mapping[str, bytes]) -> None:
        """Write a version beside its goal, wait for the disk, and rename it in one step."""
        goal = self._place(manifest.name, manifest.version)
        goal.parent.mkdir(exist_ok=True)
        unfinished = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}")
        try:
            unfinished.mkdir(mode=0o700)
            for name, data in files.items():
                write_file(unfinished / name, data)
            folder_to_disk(unfinished)
            os.rename(unfinished, goal)
            folder_to_disk(goal.parent)
        except BaseException:  # Ctrl-C too leaves nothing lying about
            shutil.rmtree(unfinished, ignore_errors=True)
            if not any(goal.parent.iterdir()):
                goal.parent.rmdir()
            raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the registry's lock; the system's errors become ones that name the folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._wait_for(handle)
                yield
            finally:
                os.close(handle)
        except OSError as error:
            raise InputError(
                "registry of models",
                f"it cannot be written ({error.strerror or error})",
                "nothing was changed",
                "check that the folder may be written and has room",
                file=str(self.folder),
            ) from None

    def _wait_for(self, handle: int) -> None:
        until = time.monotonic() + LOCK_SECONDS_MAX
        while not try_lock(handle):
            if time.monotonic() > until:
                fact = f"another process has been writing for {LOCK_SECONDS_MAX:.0f} seconds"
                raise InputError("registry of models", fact, remedy="try again when it is done")
            time.sleep(LOCK_POLL_SECONDS)


def _versions(folder: Path) -> tuple[int, ...]:
    """The versions that are whole, the oldest first."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(int(p.name) for p in folder.iterdir() if p.name.isdecimal()))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        bound = "a name has small letters, digits, - and _, and begins with a letter or digit"
        raise InputError(f"model {name!r}", "it cannot be named so", bound)


def _check_package(manifest: ModelManifest, package: str) -> None:
    """Refuse what another Trimtab made: patch releases read each other's models, no others."""
    made, runs = manifest.provenance.package, package
    if made.split(".")[:2] != runs.split(".")[:2]:
        subject, fact = f"model {manifest.label}", f"it was made by Trimtab {made}"
        raise InputError(subject, fact, f"this is Trimtab {runs}", RETRAIN)
