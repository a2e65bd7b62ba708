"""Manifests and acts of models as JSON: the one way to write them, so that they can be signed.

What is signed is the JSON with sorted keys and without spaces, its own signature left out.

Errors: `InputError` for text that is no manifest, is not signed, was signed with another key, was
altered, or was written by another version of the format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from trimtab.model.errors import InputError, InvariantError
from trimtab.model.models import (
    CoverageEvidence,
    Evidence,
    FileHash,
    ModelCard,
    ModelManifest,
    ModelStatus,
    Provenance,
    StatusChange,
    TrainingRange,
    TrainingRecipe,
)
from trimtab.stores._signing import ALGORITHM, SigningKey

__all__ = [
    "FORMAT",
    "change_text",
    "manifest_text",
    "read_change",
    "read_manifest",
]

FORMAT = 1
"""Of manifests and of the log; another number was written by another Trimtab."""

RETRAIN = "train it again with `trimtab train`"
RESTORE_LOG = (
    "restore it from a copy, or move it away: no model is promoted then until a person does it anew"
)


def manifest_text(manifest: ModelManifest, key: SigningKey) -> str:
    """A manifest, signed, as it stands on disk."""
    body = _manifest_body(manifest)
    return json.dumps({**body, "signature": _signature(body, key)}, indent=2) + "\n"


def read_manifest(text: str, key: SigningKey, subject: str, file: str) -> ModelManifest:
    """The manifest of a text, once its signature has been checked.

    Refuses: whatever was not signed with this key just as it stands.
    """
    body = _signed_body(text, key, subject, file, RETRAIN)
    try:
        manifest = _manifest(body)
    except (KeyError, TypeError, ValueError, InvariantError) as error:
        raise _unreadable(subject, file, f"it lacks or misstates {error}", RETRAIN) from None
    return replace(manifest, digest=hashlib.sha256(_canonical(body)).hexdigest())


def change_text(change: StatusChange, previous: str, key: SigningKey) -> str:
    """One act as a signed line; `previous` is the signature of the line before."""
    body = {"format": FORMAT, **asdict(change), "previous": previous}
    body["at"] = change.at.isoformat()
    return json.dumps({**body, "signature": _signature(body, key)}, sort_keys=True)


def read_change(
    line: str, previous: str, key: SigningKey, subject: str, file: str
) -> tuple[StatusChange, str]:
    """The act of a line, and the signature that the next line names.

    Refuses: a line that was altered, or that does not follow the one before.
    """
    body = _signed_body(line, key, subject, file, RESTORE_LOG)
    signature = json.loads(line)["signature"]["value"]
    try:
        follows = body.pop("previous")
        change = StatusChange(
            **{
                **{name: value for name, value in body.items() if name != "format"},
                "at": datetime.fromisoformat(body["at"]),
                "status": ModelStatus(body["status"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(subject, file, f"it lacks or misstates {error}", RESTORE_LOG) from None
    if follows != previous:
        fact = "it does not follow the line before: one was taken out"
        raise _unreadable(subject, file, fact, RESTORE_LOG)
    return change, signature


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _signature(body: Mapping[str, Any], key: SigningKey) -> dict[str, str]:
    return {"algorithm": ALGORITHM, "key": key.id, "value": key.sign(_canonical(body))}


def _signed_body(
    text: str, key: SigningKey, subject: str, file: str, remedy: str
) -> dict[str, Any]:
    """What was signed, if it was signed with this key and stands as it was."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable(subject, file, "it is no JSON: cut short or damaged", remedy) from None
    if not isinstance(body, dict) or "format" not in body:
        raise _unreadable(subject, file, "nothing in it was written by Trimtab", remedy)
    if body["format"] != FORMAT:
        fact = f"it was written in format {body['format']!r}"
        raise InputError(subject, fact, f"this Trimtab reads format {FORMAT}", remedy, file=file)
    signature = body.pop("signature", None)
    match signature:
        case {"algorithm": str(algorithm), "key": str(signer), "value": str(value)}:
            pass
        case _:
            bound = "a model without a signature is not loaded"
            raise InputError(subject, "it is not signed", bound, remedy, file=file)
    if algorithm != ALGORITHM or signer != key.id:
        raise InputError(
            subject,
            f"it was signed with another key ({signer[:16]})",
            f"yours is {key.id}",
            f"{remedy}, or bring the key along",
            file=file,
        )
    if not key.made(value, _canonical(body)):
        bound = "its signature does not fit what it says"
        raise InputError(subject, "it was altered", bound, remedy, file=file)
    return body


def _unreadable(subject: str, file: str, fact: str, remedy: str) -> InputError:
    return InputError(subject, fact, "only what was registered is loaded", remedy, file=file)


def _manifest_body(manifest: ModelManifest) -> dict[str, Any]:
    body = asdict(manifest)
    del body["digest"]
    body["made_at"] = manifest.made_at.isoformat()
    body["card"]["trained_until"] = manifest.card.trained_until.isoformat()
    if manifest.card.coverage is not None:
        for day in ("first", "last"):
            body["card"]["coverage"][day] = getattr(manifest.card.coverage, day).isoformat()
    body["provenance"]["settings"] = dict(manifest.provenance.settings)
    plain: dict[str, Any] = json.loads(json.dumps({"format": FORMAT, **body}, allow_nan=False))
    return plain


def _manifest(body: Mapping[str, Any]) -> ModelManifest:
    card = body["card"]
    return ModelManifest(
        name=body["name"],
        version=int(body["version"]),
        kind=body["kind"],
        made_at=datetime.fromisoformat(body["made_at"]),
        files=tuple(FileHash(**one) for one in body["files"]),
        provenance=Provenance(**body["provenance"]),
        card=ModelCard(
            **{
                **card,
                "trained_until": date.fromisoformat(card["trained_until"]),
                "ranges": tuple(TrainingRange(**one) for one in card["ranges"]),
                "seeds": tuple(card["seeds"]),
                "evidence": _evidence(card["evidence"]),
                "beside_evidence": _evidence(card.get("beside_evidence", ())),
                "coverage": _coverage(card.get("coverage")),
                "recipe": _recipe(card.get("recipe")),
                "limits": tuple(card["limits"]),
                "instruments": tuple(card["instruments"]),
            }
        ),
    )


def _evidence(body: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**{**one, "seeds": tuple(one["seeds"])}) for one in body)


def _coverage(body: Mapping[str, Any] | None) -> CoverageEvidence | None:
    if body is None:
        return None
    days = {name: date.fromisoformat(body[name]) for name in ("first", "last")}
    return CoverageEvidence(**{**body, **days})


def _recipe(body: Mapping[str, Any] | None) -> TrainingRecipe | None:
    return None if body is None else TrainingRecipe(**body)
