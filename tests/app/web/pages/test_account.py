"""One's own account: password, authenticator, sessions and tokens."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from tests.app.web.security.browsers import GOOD, csrf_at, log_in, send
from tests.app.web.served import browser_of, stranger_at
from trimtab.app.web.security.passwords import hash_password, password_fits
from trimtab.app.web.security.sessions import cookie_name
from trimtab.app.web.security.totp import keep_secret
from trimtab.model.web import Outcome, Passkey, Person, Right

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NEW = "another five good words here"
TOKEN = re.compile(r'class="secret">(tt_[^<]+)<')


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(GOOD)


@pytest.fixture
def ada(world, hashed):
    """A browser that Ada signed in with."""
    made = Person("ada", "Ada", Right.TRADE, None, world.clock(), password=hashed)
    world.store.people.add(made)
    client = stranger_at(world)
    assert log_in(client, "ada").status_code == 303
    return client


def stale(world) -> None:
    """Let the sign-in of every session lie too far back."""
    from sqlalchemy import update

    from trimtab.stores.sql._web_tables import WEB_SESSIONS

    with world.store.engine.begin() as connection:
        long_ago = world.clock() - timedelta(hours=1)
        connection.execute(update(WEB_SESSIONS).values(fresh_until=long_ago))


# Password


def test_a_changed_password_ends_every_other_session_and_changes_the_cookie(world, ada):
    other = stranger_at(world)
    log_in(other, "ada")
    before = ada.cookies[cookie_name(world.settings)]
    answer = send(*(ada, "/account/password", "/account"), current=GOOD, password=NEW, again=NEW)
    assert answer.headers["location"] == "/account?done=password"
    assert ada.cookies[cookie_name(world.settings)] != before
    assert ada.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert password_fits(world.store.people.named("ada").password, NEW)
    assert log_in(stranger_at(world), "ada").status_code == 401


@pytest.mark.parametrize(
    ("current", "password", "again", "words"),
    [
        ("wrong", NEW, NEW, "did not fit"),
        (GOOD, NEW, NEW + "x", "differ"),
        (GOOD, "short", "short", "it has 5 letters"),
        (GOOD, "ada ada ada ada", "ada ada ada ada", "first that are guessed"),
    ],
)
def test_a_password_that_cannot_be_changed_so_stays(world, ada, current, password, again, words):
    answer = send(
        *(ada, "/account/password", "/account"), current=current, password=password, again=again
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert password_fits(world.store.people.named("ada").password, GOOD)


def test_a_stolen_session_does_not_guess_the_password(world, ada):
    csrf = csrf_at(ada, "/account")
    sent = {"csrf": csrf, "current": "wrong", "password": NEW, "again": NEW}
    for _ in range(8):
        ada.post("/account/password", data=sent)
    assert ada.post("/account/password", data={**sent, "current": GOOD}).status_code == 422


# Authenticator


def set_up(client) -> tuple[str, str]:
    page = client.get("/account/factor").text
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    return secret, re.search(r'name="setup" value="([^"]+)"', page)[1]


def test_an_authenticator_is_kept_when_its_code_has_been_shown(world, ada):
    secret, setup = set_up(ada)
    assert '<svg viewBox="' in ada.get("/account/factor").text
    code = pyotp.TOTP(secret).at(int(world.clock().timestamp()))
    csrf = csrf_at(ada, "/account")
    before = ada.cookies[cookie_name(world.settings)]
    wrong = ada.post("/account/factor", data={"csrf": csrf, "setup": setup, "code": "000000"})
    assert wrong.status_code == 422
    assert secret in wrong.text
    assert not world.store.people.named("ada").totp
    right = ada.post("/account/factor", data={"csrf": csrf, "setup": setup, "code": code})
    assert right.headers["location"] == "/account?done=factor"
    assert ada.cookies[cookie_name(world.settings)] != before
    assert world.store.sessions.of("ada")[0].strong
    assert log_in(stranger_at(world), "ada", code=code).status_code == 401
    assert log_in(stranger_at(world), "ada").status_code == 401


def test_an_authenticator_that_somebody_else_was_shown_is_not_kept(world, ada, hashed):
    eve = Person("eve", "Eve", Right.VIEW, None, world.clock(), password=hashed)
    world.store.people.add(eve)
    other = stranger_at(world)
    log_in(other, "eve")
    secret, setup = set_up(other)
    code = pyotp.TOTP(secret).at(int(world.clock().timestamp()))
    sent = {"csrf": csrf_at(ada, "/account"), "setup": setup, "code": code}
    assert ada.post("/account/factor", data=sent).headers["location"] == "/account/factor"
    assert not world.store.people.named("ada").totp


@pytest.mark.parametrize(
    "address",
    [
        *("/account/factor", "/account/factor/remove", "/account/passkeys/options"),
        *("/account/passkeys", "/account/passkeys/remove", "/account/tokens"),
    ],
)
def test_what_changes_how_one_signs_in_needs_a_recent_sign_in(world, ada, address):
    csrf = csrf_at(ada, "/account")
    stale(world)
    body = {"ceremony": "c", "answer": {}, "label": "l"}
    if address.endswith("passkeys"):
        answer = ada.post(address, json=body, headers={"x-csrf-token": csrf})
    else:
        sent = {"csrf": csrf, "key": "k", "label": "l", "right": "view", "days": "1"}
        answer = ada.post(address, data=sent)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/confirm")


def test_confirming_needs_password_and_code_and_gives_another_cookie(world, ada):
    keep_secret(world, "ada", SECRET, 0)
    stale(world)
    before = ada.cookies[cookie_name(world.settings)]
    code = pyotp.TOTP(SECRET).at(int(world.clock().timestamp()))
    sent = {"csrf": csrf_at(ada, "/confirm"), "password": GOOD, "next": "/account/factor"}
    assert ada.post("/confirm", data=sent).status_code == 401
    answer = ada.post("/confirm", data={**sent, "code": code})
    assert answer.headers["location"] == "/account/factor"
    assert ada.cookies[cookie_name(world.settings)] != before
    assert ada.get("/account/factor").status_code == 200
    thief = stranger_at(world)
    thief.cookies.set(cookie_name(world.settings), before)
    assert thief.get("/account").status_code == 303


def test_confirming_leads_to_no_other_site(world, ada):
    sent = {"csrf": csrf_at(ada, "/confirm"), "password": GOOD, "next": "//evil.example"}
    assert ada.post("/confirm", data=sent).headers["location"] == "/"


# Sessions


def test_one_ends_ones_own_sessions_and_nobody_elses(world, ada, hashed):
    eve = Person("eve", "Eve", Right.VIEW, None, world.clock(), password=hashed)
    world.store.people.add(eve)
    other, hers = stranger_at(world), stranger_at(world)
    log_in(other, "ada")
    log_in(hers, "eve")
    foreign = world.store.sessions.of("eve")[0].hash
    send(ada, "/account/sessions/end", "/account", session=foreign)
    assert hers.get("/account").status_code == 200
    assert other.get("/account").status_code == 200
    send(ada, "/account/sessions/end", "/account")
    assert other.get("/account").status_code == 303
    assert hers.get("/account").status_code == 200
    assert ada.get("/account").status_code == 200


KEY = Passkey("k1", "ada", "public", 0, "ring", datetime(2026, 3, 2, tzinfo=UTC))
OWN_FACTORS = [
    ("GET", "/account/factor", {}),
    ("POST", "/account/factor", {"setup": "x", "code": "123456"}),
    ("POST", "/account/factor/remove", {}),
    ("POST", "/account/passkeys/options", {}),
    ("POST", "/account/passkeys/remove", {"key": "k1"}),
    ("POST", "/account/tokens", {"label": "p", "right": "view", "days": "1"}),
]


@pytest.mark.parametrize(("method", "address", "fields"), OWN_FACTORS)
def test_a_password_alone_changes_nothing_where_there_is_a_second_factor(
    world, ada, method, address, fields
):
    proof = {"x-csrf-token": csrf_at(ada, "/account")}
    world.store.passkeys.add(KEY)
    answer = ada.request(method, address, data=fields, headers=proof)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/confirm")
    assert world.store.passkeys.of("ada") == (KEY,)
    assert world.store.tokens.of("ada") == ()
    denied = world.store.audit.page(1)[0]
    assert (denied.outcome, denied.details["needs"]) == (Outcome.DENIED, "a second factor")


# Tokens


def test_a_token_is_shown_once_and_reaches_what_it_says(world, ada):
    answer = send(
        *(ada, "/account/tokens", "/account"), label="sheet", right="view", days="30",
        households="home",
    )  # fmt: skip
    token = TOKEN.search(answer.text)[1]
    again = ada.get("/account").text
    assert token not in again
    assert "sheet" in again
    program = stranger_at(world)
    program.headers["authorization"] = f"Bearer {token}"
    assert program.get("/api/v1/households/home").status_code == 200
    kept = world.store.tokens.of("ada")[0]
    assert kept.households == frozenset({"home"})
    revoked = send(ada, "/account/tokens/revoke", "/account", token=kept.id)
    assert revoked.headers["location"] == "/account?done=revoked"
    assert program.get("/api/v1/households/home").status_code == 401
    acts = [(one.who, one.what, one.outcome) for one in world.store.audit.page(3)]
    made = ("ada", "token", Outcome.DONE)
    assert acts == [("ada", "denied", Outcome.DENIED), made, made]  # whose it was is still known


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"right": "approve"}, "cannot be made"),
        ({"right": "admin"}, "cannot be made"),
        ({"days": "0"}, "1 to 365"),
        ({"households": "nowhere"}, "there is no"),
        ({"label": " "}, "it is empty"),
    ],
)
def test_a_token_that_cannot_be_is_told_on_the_page(world, ada, changed, words):
    sent = {"label": "p", "right": "view", "days": "1"} | changed
    answer = send(ada, "/account/tokens", "/account", **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert world.store.tokens.of("ada") == ()


def test_a_token_does_not_reach_the_account_nor_make_another(world, ada):
    shown = send(ada, "/account/tokens", "/account", label="p", right="trade", days="1")
    program = stranger_at(world)
    program.headers["authorization"] = f"Bearer {TOKEN.search(shown.text)[1]}"
    sent = {"label": "q", "right": "view", "days": "300"}
    assert program.post("/account/tokens", data=sent).status_code == 403
    assert program.get("/account").status_code == 403
    assert program.post("/account/sessions/end").status_code == 403
    assert len(world.store.tokens.of("ada")) == 1


def test_the_machines_owner_makes_tokens_that_end_with_the_first_account(world):
    owner = browser_of(world)
    shown = send(owner, "/account/tokens", "/account", label="p", right="run", days="1")
    program = stranger_at(world)
    program.headers["authorization"] = f"Bearer {TOKEN.search(shown.text)[1]}"
    assert program.get("/api/v1/households/home").status_code == 200
    world.store.people.add(Person("ada", "Ada", Right.ADMIN, None, world.clock()))
    assert program.get("/api/v1/households/home").status_code == 401


def test_a_password_alone_makes_no_token_that_may_what_needs_a_second_factor(world, ada):
    strict = replace(world, settings=replace(world.settings, second_factor=True))
    client = stranger_at(strict)
    log_in(client, "ada")
    fields = {"label": "p", "days": "1", "csrf": csrf_at(client, "/account")}
    answer = client.post("/account/tokens", data={**fields, "right": "trade"})
    assert answer.headers["location"].startswith("/account/factor")
    assert strict.store.tokens.of("ada") == ()
    assert client.post("/account/tokens", data={**fields, "right": "run"}).status_code == 200
