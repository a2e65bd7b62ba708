"""Signing in at an OpenID issuer: the code flow with PKCE, a state that is good once, and a nonce.

The issuer says who somebody is; whether they have an account, and what it may, is said here.  An
account is bound to the issuer's identity at the first sign-in, by an e-mail address that an
administrator wrote into it and that the issuer has verified; later only the identity counts.

Errors: `InputError` for an issuer that cannot be asked, and for an answer that does not fit.
Source: OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from trimtab.app.credentials import Credentials, from_system
from trimtab.app.web.security.sessions import hash_of, new_secret
from trimtab.app.web.settings import OidcSettings
from trimtab.model.errors import InputError
from trimtab.model.web import OneTime, OneTimeKind, Person

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["CALLBACK", "Identity", "Issuer", "account_of", "begin_oidc", "finish_oidc"]

CALLBACK = "/login/oidc/back"
CONNECTION, SECRET = "web", "oidc"
SCOPES = "openid email"
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures alone: neither `none` nor a secret that is shared."""
CEREMONY_SPAN = timedelta(minutes=10)
CLOCK_LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is by their issuer's word; `email` only where the issuer has verified it."""

    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer's addresses, as it publishes them."""

    name: str
    authorize: str
    token: str
    keys: str
    names_itself: bool


def _client() -> httpx.Client:
    """What asks the issuer: patient for a while, and led nowhere else."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)


def begin_oidc(
    world: WebWorld, settings: OidcSettings, address: str, onward: str, *, is_again: bool = False
) -> tuple[str, str]:  # fmt: skip
    """Where to send a browser, and the state that its cookie holds until it comes back.

    `is_again` where somebody is signed in already and is to prove it once more: the issuer must ask
    them anew.
    Refuses: an issuer that cannot be asked, or that names another issuer than the settings.
    """
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    with _client() as client:
        issuer = _published(client, settings)
    asked = {"code_challenge": create_s256_code_challenge(verifier), "nonce": nonce}
    asked |= {"code_challenge_method": "S256", "scope": SCOPES}
    asked |= {"prompt": "login", "max_age": "0"} if is_again else {}
    place = prepare_grant_uri(
        *(issuer.authorize, settings.client, "code", f"{address}{CALLBACK}"), state=state, **asked
    )
    now = world.clock()
    kept = {"nonce": nonce, "verifier": verifier, "onward": onward}
    kept["asked_at"] = str(int(now.timestamp())) if is_again else ""
    one = OneTime(hash_of(state), OneTimeKind.OIDC, "", now + CEREMONY_SPAN, json.dumps(kept))
    world.store.one_times.add(one, now)
    return place, state


def finish_oidc(
    world: WebWorld, settings: OidcSettings, address: str, asked: dict[str, str], cookie: str,
    credentials: Credentials | None = None,
) -> tuple[Identity, str]:  # fmt: skip
    """Who came back from the issuer, and where they wanted to go.

    Refuses: another state than the browser's, a code that the issuer does not take, and an identity
    of another issuer, for another client, unsigned, over, or of another sign-in.
    """
    state = asked.get("state", "")
    if not state or not hmac.compare_digest(state.encode(), cookie.encode()):
        raise _refused("it does not belong to this browser's sign-in")
    taken = world.store.one_times.take(hash_of(state), OneTimeKind.OIDC, world.clock())
    if taken is None:
        raise _refused("it came too late, or a second time")
    kept: dict[str, str] = json.loads(taken.data)
    with _client() as client:
        issuer = _published(client, settings)
        if issuer.names_itself and asked.get("iss") != issuer.name:
            raise _refused("it comes from another issuer")
        if "error" in asked or not asked.get("code"):
            raise _refused("the issuer did not sign anybody in")
        form = {"code": asked["code"], "code_verifier": kept["verifier"]}
        form["redirect_uri"] = f"{address}{CALLBACK}"
        token = _exchanged(client, issuer, settings, form, credentials)
        keys = _told(lambda: client.get(issuer.keys))
    claims = _verified(token, keys, issuer, settings, kept["nonce"], world.clock().timestamp())
    since = kept["asked_at"]
    if since and float(claims.get("auth_time", 0)) < float(since) - CLOCK_LEEWAY_SECONDS:
        raise _refused("it did not ask who it is once more")
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    return Identity(f"{issuer.name}|{claims['sub']}", email), kept["onward"]


def account_of(world: WebWorld, identity: Identity) -> Person | None:
    """The account of an identity; bound to it now where a verified address leads to just one."""
    people = world.store.people
    found = people.issued(identity.subject)
    if found is None and identity.email:
        named = [one for one in people.with_email(identity.email) if not one.issued]
        if len(named) == 1:
            people.set_issued(named[0].name, identity.subject)
            found = people.named(named[0].name)
    return None if found is None or found.is_off else found


def _published(client: httpx.Client, settings: OidcSettings) -> Issuer:
    """What an issuer says of itself, which must be what the settings say."""
    base = settings.issuer.rstrip("/")
    said = _told(lambda: client.get(f"{base}/.well-known/openid-configuration"))
    if str(said.get("issuer", "")).rstrip("/") != base:
        raise _refused("it names itself otherwise than web.toml")
    try:
        return Issuer(
            *(said["issuer"], said["authorization_endpoint"], said["token_endpoint"]),
            keys=said["jwks_uri"],
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )
    except KeyError as error:
        raise _refused(f"it does not publish {error.args[0]}") from None


def _exchanged(
    client: httpx.Client, issuer: Issuer, settings: OidcSettings, form: dict[str, str],
    credentials: Credentials | None,
) -> str:  # fmt: skip
    """The identity that the issuer gives for a code."""
    known, given = credentials or from_system(), {"grant_type": "authorization_code", **form}
    auth = httpx.Auth()
    if known.place(CONNECTION, SECRET) is None:
        given["client_id"] = settings.client
    else:  # RFC 6749, 2.3.1: both are encoded before they are joined
        secret = known.of(CONNECTION)(SECRET).reveal()
        auth = httpx.BasicAuth(quote(settings.client, safe=""), quote(secret, safe=""))
    found = _told(lambda: client.post(issuer.token, data=given, auth=auth)).get("id_token")
    if not isinstance(found, str):
        raise _refused("it gave no identity")
    return found


def _told(ask: Callable[[], httpx.Response]) -> dict[str, Any]:
    """What an issuer answers, as JSON."""
    try:
        answer = ask()
        answer.raise_for_status()
        found = answer.json() if len(answer.content) <= ANSWER_BYTES_MAX else None
    except (httpx.HTTPError, ValueError) as error:
        raise _refused(f"it cannot be asked ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise _refused("it answers something else")
    return found


def _verified(
    token: str, keys: dict[str, Any], issuer: Issuer, settings: OidcSettings, nonce: str, now: float
) -> dict[str, Any]:
    """The claims of an identity that is signed by the issuer, for us, for this sign-in, and now."""
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        registry = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer.name},
            aud={"essential": True, "value": settings.client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"its identity is not good ({type(error).__name__})") from None
    claims = dict(decoded.claims)
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != settings.client:
        raise _refused("its identity is for somebody else as well")
    return claims


def _refused(fact: str) -> InputError:
    return InputError("sign-in at the issuer", fact, "", "try again, or sign in another way")
