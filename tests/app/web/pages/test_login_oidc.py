"""Signing in at an issuer: only its own word, for this browser, this sign-in and this client."""

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey

from tests.app.web.security.browsers import GOOD, log_in
from tests.app.web.security.fake_issuer import CLIENT, Issuer, fake_issuer, rsa_key
from tests.app.web.served import stranger_at
from trimtab.app.web.security.passwords import hash_password
from trimtab.app.web.settings import OidcSettings
from trimtab.model.web import Outcome, Person, Right


@pytest.fixture
def issuer():
    with fake_issuer() as made:
        yield made


@pytest.fixture
def known(world, issuer):
    """The world with the issuer, and Ada's account that knows her address."""
    oidc = OidcSettings(issuer.address, CLIENT, "Example")
    settings = replace(world.settings, oidc=oidc)
    made = replace(world, settings=settings)
    ada = Person("ada", "Ada", Right.APPROVE, None, world.clock(), email="Ada@Example.org")
    made.store.people.add(ada)
    return made


def come_back(world, issuer: Issuer, place: str = "/account", **changed: str):
    client = stranger_at(world)
    left = client.get("/login/oidc", params={"next": place})
    assert left.status_code == 303, left.text
    back = issuer.signs_in(left.headers["location"]) | changed
    return client, client.get("/login/oidc/back", params=back)


def test_who_the_issuer_names_comes_in_and_goes_on_where_they_wanted(known, issuer):
    client, answer = come_back(known, issuer)
    assert answer.status_code == 200
    assert 'url=/account"' in answer.text
    assert client.get("/account").status_code == 200
    assert known.store.people.named("ada").issued == f"{issuer.address}|subject-1"
    asked = issuer.asked[0]
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert known.store.sessions.of("ada")[0].strong


def test_a_client_that_has_a_secret_shows_it_to_the_issuer_alone(known, issuer, monkeypatch):
    issuer.secret = "a secret/with:signs%"
    assert come_back(known, issuer)[1].status_code == 401
    monkeypatch.setenv("TRIMTAB_WEB_OIDC", "asecret/with:signs%")
    issuer.secret = "asecret/with:signs%"
    _, answer = come_back(known, issuer)
    assert answer.status_code == 200
    assert issuer.secret not in answer.text + str(issuer.asked)


def test_later_the_identity_counts_and_no_longer_the_address(known, issuer):
    come_back(known, issuer)
    issuer.claims = {"email": "somebody@else.org"}
    assert come_back(known, issuer)[1].status_code == 200
    issuer.claims = {"sub": "subject-2"}
    assert come_back(known, issuer)[1].status_code == 401


WRONG = [
    ("the address is not verified", {"email_verified": False}, {}),
    ("the address is not verified but says so as a text", {"email_verified": "true"}, {}),
    ("nobody has this address here", {"email": "eve@example.org"}, {}),
    ("it is for another client", {"aud": "another"}, {}),
    ("it is for others as well", {"aud": [CLIENT, "another"], "azp": "another"}, {}),
    ("it is of another issuer", {"iss": "https://evil.example"}, {}),
    ("it is over", {"exp": 1_000_000}, {}),
    ("it never ends", {"exp": None}, {}),
    ("it is of another sign-in", {"nonce": "another"}, {}),
    ("it names no sign-in", {"nonce": None}, {}),
    ("the state is another", {}, {"state": "another"}),
    ("there is no state", {}, {"state": ""}),
    ("the code is invented", {}, {"code": "invented"}),
    ("the issuer refused", {}, {"error": "access_denied"}),
]


@pytest.mark.parametrize(("why", "claims", "changed"), WRONG, ids=[one[0] for one in WRONG])
def test_an_identity_that_is_not_right_in_everything_lets_nobody_in(
    known, issuer, why, claims, changed
):
    issuer.claims = claims
    client, answer = come_back(known, issuer, **changed)
    assert answer.status_code == 401, why
    assert client.get("/").headers["location"] == "/login"
    assert known.store.audit.page(1)[0].outcome is not Outcome.DONE


def test_a_signature_by_another_key_or_by_a_shared_secret_is_none(known, issuer):
    issuer.signs_with = rsa_key("another's")
    assert come_back(known, issuer)[1].status_code == 401
    issuer.signs_with = OctKey.import_key(b"the client's secret, or a public key's bytes")
    issuer.header = {"alg": "HS256"}
    assert come_back(known, issuer)[1].status_code == 401


def unsigned(header: dict, claims: dict) -> str:
    """A token that nobody signed."""
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims)]
    return b".".join([*parts, b""]).decode()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", ""])
def test_an_identity_that_nobody_signed_is_none(known, issuer, monkeypatch, algorithm):
    def forged(form):
        asked, now = issuer.codes[form["code"]], int(time.time())
        claims = {"iss": issuer.address, "aud": CLIENT, "sub": "s", "nonce": asked["nonce"],
                  "iat": now, "exp": now + 300, "email": "ada@example.org",
                  "email_verified": True}  # fmt: skip
        return {"id_token": unsigned({"alg": algorithm, "kid": "k1"}, claims)}

    monkeypatch.setattr(issuer, "token", forged)
    assert come_back(known, issuer)[1].status_code == 401
    assert known.store.people.named("ada").issued == ""


def test_a_key_that_comes_with_the_identity_is_not_believed(known, issuer):
    issuer.signs_with = rsa_key("another's")
    public = rsa_key("another's").as_dict(private=False)
    issuer.header = {"jwk": public, "jku": "https://evil.example/keys", "kid": "k1"}
    assert come_back(known, issuer)[1].status_code == 401


def test_an_issuers_new_key_counts_and_its_old_one_no_longer(known, issuer):
    old = issuer.key
    assert come_back(known, issuer)[1].status_code == 200
    issuer.key = rsa_key("the issuer's next")
    assert come_back(known, issuer)[1].status_code == 200
    issuer.signs_with = old
    assert come_back(known, issuer)[1].status_code == 401


def test_a_code_is_worth_nothing_without_what_this_browser_kept(known, issuer):
    client = stranger_at(known)
    back = issuer.signs_in(client.get("/login/oidc").headers["location"])
    issuer.codes[back["code"]]["code_challenge"] = "of another verifier"
    assert client.get("/login/oidc/back", params=back).status_code == 401


@pytest.mark.parametrize("named", ["", "https://evil.example"])
def test_an_answer_of_another_issuer_is_not_taken_to_this_one(known, issuer, named):
    issuer.published = {"authorization_response_iss_parameter_supported": True}
    assert come_back(known, issuer, iss=named)[1].status_code == 401
    assert come_back(known, issuer, iss=issuer.address)[1].status_code == 200


def test_what_comes_back_is_good_once_and_in_the_browser_that_left(known, issuer):
    client = stranger_at(known)
    left = client.get("/login/oidc")
    back = issuer.signs_in(left.headers["location"])
    thief = stranger_at(known)
    assert thief.get("/login/oidc/back", params=back).status_code == 401
    assert client.get("/login/oidc/back", params=back).status_code == 200
    again = issuer.signs_in(left.headers["location"])
    client.cookies.set("trimtab_oidc", back["state"], path="/login/oidc")
    assert client.get("/login/oidc/back", params=again).status_code == 401


def test_the_state_travels_in_a_cookie_that_comes_back_from_another_site(known, issuer):
    left = stranger_at(known).get("/login/oidc")
    cookie = left.headers["set-cookie"]
    assert "SameSite=lax" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/login/oidc" in cookie


def test_an_issuer_that_names_itself_otherwise_is_not_asked_further(known, issuer):
    issuer.published = {"issuer": "https://evil.example"}
    answer = stranger_at(known).get("/login/oidc")
    assert answer.status_code == 503
    assert "it names itself otherwise" in answer.text


def test_an_issuer_that_does_not_answer_is_told(world):
    oidc = OidcSettings("http://127.0.0.1:1", CLIENT)
    answer = stranger_at(replace(world, settings=replace(world.settings, oidc=oidc))).get(
        "/login/oidc"
    )
    assert answer.status_code == 503
    assert "it cannot be asked" in answer.text


def test_who_is_to_prove_it_once_more_is_asked_anew_by_the_issuer(known, issuer):
    client, _ = come_back(known, issuer)
    left = client.get("/login/oidc", params={"next": "/people"})
    query = parse_qs(urlsplit(left.headers["location"]).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    back = issuer.signs_in(left.headers["location"])
    issuer.claims = {"auth_time": 1_000_000}
    assert client.get("/login/oidc/back", params=back).status_code == 401
    issuer.claims = {}
    left = client.get("/login/oidc", params={"next": "/people"})
    back = issuer.signs_in(left.headers["location"])
    assert 'url=/people"' in client.get("/login/oidc/back", params=back).text


def test_an_account_that_is_switched_off_does_not_come_in_by_the_issuer(known, issuer):
    come_back(known, issuer)
    known.store.people.set_scope("ada", Right.VIEW, None, True)
    assert come_back(known, issuer)[1].status_code == 401


def test_without_an_issuer_in_the_settings_there_is_no_such_page(world):
    assert stranger_at(world).get("/login/oidc").status_code == 404


def test_a_password_still_signs_in_beside_the_issuer(known, issuer):
    known.store.people.set_password("ada", hash_password(GOOD))
    client = stranger_at(known)
    assert "With Example" in client.get("/login").text
    assert log_in(client, "ada").status_code == 303
