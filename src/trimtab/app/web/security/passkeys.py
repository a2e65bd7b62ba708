"""Passkeys: a person's device signs a challenge that is good once, for this address alone.

The device asks its owner for a finger, a face or a code, so that a passkey is both factors.

Errors: `InputError` for an answer that does not fit its challenge, without saying in what.
Source: W3C Web Authentication Level 3, 7.1 and 7.2.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trimtab.app.web.security.sessions import hash_of, new_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InputError
from trimtab.model.web import OneTime, OneTimeKind, Passkey, Person

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["asking", "passkey_host", "proven", "register", "registering"]

NAME = "Trimtab"
CEREMONY_SPAN = timedelta(minutes=5)
LABEL_MAX = 40
_REFUSED = ("passkey", "it was not accepted", "", "try again, or sign in another way")


def passkey_host(settings: WebSettings) -> str:
    """The host that passkeys are bound to; on this machine `localhost`, for an address is none."""
    return urlsplit(settings.public_url).hostname or "localhost"


def registering(world: WebWorld, person: Person) -> dict[str, object]:
    """What a browser needs to make a passkey of a person, with a challenge that is good once."""
    known = [PublicKeyCredentialDescriptor(_bytes(key.id)) for key in _keys(world, person.name)]
    options = generate_registration_options(
        rp_id=passkey_host(world.settings),
        rp_name=NAME,
        user_name=person.name,
        user_id=person.name.encode(),
        user_display_name=person.shown,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    ceremony = _begin(world, OneTimeKind.PASSKEY_NEW, person.name, options.challenge)
    return {"ceremony": ceremony, "options": json.loads(options_to_json(options))}


def register(
    world: WebWorld, person: Person, ceremony: str, answer: object, label: str, origin: str
) -> Passkey:
    """Keep the passkey that a browser made.

    Refuses: an answer to another challenge, of another address or person, and a key that is known.
    """
    challenge = _challenge(world, OneTimeKind.PASSKEY_NEW, person.name, ceremony)
    try:
        verified = verify_registration_response(
            credential=_object(answer),
            expected_challenge=challenge,
            expected_rp_id=passkey_host(world.settings),
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise InputError(*_REFUSED) from None
    key = Passkey(
        id=_text(verified.credential_id),
        person=person.name,
        public_key=_text(verified.credential_public_key),
        sign_count=verified.sign_count,
        label=" ".join(label.split())[:LABEL_MAX] or "passkey",
        made_at=world.clock(),
    )
    world.store.passkeys.add(key)
    return key


def asking(world: WebWorld, person: str = "") -> dict[str, object]:
    """What a browser needs to sign with a passkey: of a person where one is named, else of anyone.

    For a stranger it names no keys, so that it does not tell who has an account.
    """
    known = [PublicKeyCredentialDescriptor(_bytes(key.id)) for key in _keys(world, person)]
    options = generate_authentication_options(
        rp_id=passkey_host(world.settings),
        allow_credentials=known,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    ceremony = _begin(world, OneTimeKind.PASSKEY_IN, person, options.challenge)
    return {"ceremony": ceremony, "options": json.loads(options_to_json(options))}


def proven(world: WebWorld, ceremony: str, answer: object, origin: str, person: str = "") -> str:
    """Whose passkey signed a challenge; the person's that is named, where one is.

    Refuses: an answer to another challenge, of another address, by a key that is not known or whose
    count of uses went back, which a copied key shows by.
    """
    challenge = _challenge(world, OneTimeKind.PASSKEY_IN, person, ceremony)
    given = _object(answer)
    key = world.store.passkeys.find(str(given.get("id", "")))
    if key is None or (person and key.person != person):
        raise InputError(*_REFUSED)
    try:
        verified = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=passkey_host(world.settings),
            expected_origin=origin,
            credential_public_key=_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise InputError(*_REFUSED) from None
    count = verified.new_sign_count
    if not world.store.passkeys.used(key.id, key.sign_count, count, world.clock()):
        raise InputError(*_REFUSED)
    return key.person


def _begin(world: WebWorld, kind: OneTimeKind, person: str, challenge: bytes) -> str:
    """Keep a challenge; answers the name by which its answer finds it, which only it is told."""
    ceremony, now = new_secret(), world.clock()
    kept = OneTime(hash_of(ceremony), kind, person, now + CEREMONY_SPAN, _text(challenge))
    world.store.one_times.add(kept, now)
    return ceremony


def _challenge(world: WebWorld, kind: OneTimeKind, person: str, ceremony: str) -> bytes:
    taken = world.store.one_times.take(hash_of(ceremony), kind, world.clock())
    if taken is None or taken.person != person:
        raise InputError(*_REFUSED)
    return _bytes(taken.data)


def _keys(world: WebWorld, person: str) -> tuple[Passkey, ...]:
    return world.store.passkeys.of(person) if person else ()


def _object(answer: object) -> dict[str, object]:
    if not isinstance(answer, dict):
        raise InputError(*_REFUSED)
    return answer


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
