"""What the gate lets through, and what it answers to everybody else."""

from datetime import timedelta

import pytest

from tests.app.web.security.worlds import NOON, World, public_settings, world_in
from trimtab.app.web.security.forwarded import Origin, origin_of
from trimtab.app.web.security.gate import Right
from trimtab.app.web.security.sessions import cookie_name
from trimtab.app.web.security.tokens import make_token
from trimtab.model.errors import InputError
from trimtab.model.web import Outcome, Passkey

FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "trimtab.example"}


@pytest.fixture
def world(tmp_path):
    made = world_in(tmp_path, **public_settings())
    yield made
    made.store.close()


def client_of(world: World, name: str, **more):
    client = world.client(world.session(name, **more))
    client.headers.update(FORWARDED)
    return client


def csrf(client) -> dict[str, str]:
    return {"x-csrf-token": client.get("/").json()["csrf"]}


RIGHTS = [
    ("view", {"home": 200, "run": 403, "approve": 403, "people": 403}),
    ("run", {"home": 200, "run": 200, "approve": 403, "people": 403}),
    ("trade", {"home": 200, "run": 200, "approve": 403, "people": 403}),
    ("approve", {"home": 200, "run": 200, "approve": 200, "people": 403}),
    ("admin", {"home": 200, "run": 200, "approve": 200, "people": 200}),
]


@pytest.mark.parametrize(("right", "answers"), RIGHTS)
def test_each_right_includes_those_before_it_and_none_after(world, right, answers):
    world.person("ada", Right(right))
    client = client_of(world, "ada")
    proof = csrf(client)
    found = {
        "home": client.get("/h/smith").status_code,
        "run": client.post("/h/smith/run", headers=proof).status_code,
        "approve": client.post("/h/smith/approve", headers=proof).status_code,
        "people": client.get("/people").status_code,
    }
    assert found == answers


def test_a_foreign_household_is_answered_as_one_that_is_not_there(world):
    world.person("ada", Right.APPROVE, ["smith"])
    client = client_of(world, "ada")
    assert client.get("/h/smith").status_code == 200
    foreign, unknown = client.get("/h/rivera"), client.get("/h/nobody")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    proof = csrf(client)
    assert client.post("/h/rivera/approve", headers=proof).status_code == 404
    denied = world.store.audit.page(10, outcome=Outcome.DENIED)
    assert {one.subject for one in denied} == {
        *("GET /h/rivera", "GET /h/nobody", "POST /h/rivera/approve")
    }


def test_who_is_not_signed_in_is_led_to_the_page_for_it_and_back(world):
    client = world.client()
    client.headers.update(FORWARDED)
    answer = client.get("/h/smith?day=1")
    assert (answer.status_code, answer.headers["location"]) == (
        *(303, "/login?next=%2Fh%2Fsmith%3Fday%3D1"),
    )


def test_a_change_without_the_forms_token_is_refused(world):
    world.person("ada", Right.ADMIN)
    world.person("eve", Right.ADMIN)
    client, other = client_of(world, "ada"), client_of(world, "eve")
    for headers in ({}, {"x-csrf-token": ""}, {"x-csrf-token": "0" * 64}, csrf(other)):
        assert client.post("/h/smith/run", headers=headers).status_code == 403
    assert client.post("/h/smith/run", data={"csrf": csrf(client)["x-csrf-token"]}).is_success


def test_what_needs_a_recent_sign_in_leads_to_the_page_that_asks_for_one(world):
    world.person("ada", Right.ADMIN)
    client = client_of(world, "ada")
    proof = csrf(client)
    assert client.post("/h/smith/approve", headers=proof).status_code == 200
    world.clock.on(minutes=world.settings.fresh_minutes)
    page = {**proof, "referer": "https://trimtab.example/h/smith"}
    answer = client.post("/h/smith/approve", headers=page)
    assert answer.headers["location"] == "/confirm?next=%2Fh%2Fsmith"
    assert client.post("/h/smith/run", headers=proof).status_code == 200


def test_who_approves_beyond_this_machine_has_shown_a_second_factor(world):
    world.person("ada", Right.APPROVE)
    client = client_of(world, "ada", is_strong=False)
    proof = csrf(client)
    assert client.post("/h/smith/run", headers=proof).status_code == 200
    answer = client.post("/h/smith/approve", headers=proof)
    assert answer.headers["location"].startswith("/account/factor")
    world.store.passkeys.add(Passkey("k", "ada", "public", 0, "ring", world.clock()))
    answer = client.post("/h/smith/approve", headers=proof)
    assert answer.headers["location"].startswith("/confirm")


def test_who_comes_from_another_sites_link_goes_on_by_a_page_of_our_own(world):
    # The browser keeps a strict cookie from a request that another site began.
    client = world.client()
    client.headers.update(FORWARDED)
    led = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    answer = client.get("/h/smith?a=1&b=<", headers=led)
    assert answer.status_code == 200
    assert 'content="0; url=/h/smith?a=1&amp;b=%3C"' in answer.text
    assert client.get("/h/smith", headers={"sec-fetch-site": "none"}).status_code == 303


EMBEDDED = [
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    {"sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("headers", EMBEDDED)
def test_nothing_is_answered_within_another_sites_page(world, headers):
    # Not even what changes nothing: pictures of /login/oidc would use an office's tries up.
    client = world.client()
    client.headers.update(FORWARDED)
    answer = client.get("/h/smith", headers=headers)
    assert (answer.status_code, answer.text) == (403, "This was sent by another site's page.")


def test_a_session_that_nobody_uses_ends(world):
    world.person("ada", Right.VIEW)
    client = client_of(world, "ada")
    world.clock.on(minutes=29)
    assert client.get("/").status_code == 200
    world.clock.on(minutes=30)
    assert client.get("/").status_code == 303


def test_a_session_ends_after_its_hours_however_much_it_is_used(world):
    world.person("ada", Right.VIEW)
    client = client_of(world, "ada")
    for _ in range(2 * 12 - 1):
        world.clock.on(minutes=29)
        assert client.get("/").status_code == 200
    world.clock.now = NOON + timedelta(hours=12)
    assert client.get("/").status_code == 303


def test_an_account_that_is_switched_off_or_gone_is_out_at_once(world):
    world.person("ada", Right.VIEW)
    client = client_of(world, "ada")
    assert client.get("/").status_code == 200
    world.store.people.set_scope("ada", Right.VIEW, None, True)
    assert client.get("/").status_code == 303
    world.store.people.set_scope("ada", Right.VIEW, None, False)
    world.store.people.remove("ada")
    world.person("ada", Right.VIEW)
    assert client.get("/").status_code == 303


def test_the_cookie_of_one_session_is_worth_nothing_when_it_is_invented(world):
    world.person("ada", Right.VIEW)
    world.session("ada")
    client = world.client("invented")
    client.headers.update(FORWARDED)
    assert client.get("/").status_code == 303
    assert cookie_name(world.settings).startswith("__Host-")


# Programs


def token_of(world, name: str, *asked) -> dict[str, str]:
    session = client_of(world, name)
    principal = session.get("/").json()["who"]
    assert principal == name
    found = world.store.sessions.of(name)[0], world.store.people.named(name)
    from trimtab.app.web.security.principal import person_principal

    _, token = make_token(world, person_principal(*found), "a program", *asked)
    return {"authorization": f"Bearer {token}", **FORWARDED}


def test_a_token_reaches_no_further_than_it_says_nor_than_its_person(world):
    world.person("ada", Right.TRADE)
    token = token_of(world, "ada", Right.RUN, frozenset({"smith"}), 30)
    client = world.client()
    assert client.get("/h/smith", headers=token).status_code == 200
    assert client.post("/h/smith/run", headers=token).status_code == 200
    assert client.post("/h/smith/approve", headers=token).status_code == 403
    assert client.get("/h/rivera", headers=token).status_code == 404
    world.store.people.set_scope("ada", Right.VIEW, frozenset({"rivera"}), False)
    assert client.get("/h/smith", headers=token).status_code == 404
    assert client.post("/h/rivera/run", headers=token).status_code == 404


def test_a_token_is_over_when_its_days_are_and_when_it_is_revoked(world):
    world.person("ada", Right.TRADE)
    token = token_of(world, "ada", Right.RUN, None, 1)
    client = world.client()
    assert client.get("/h/smith", headers=token).status_code == 200
    kept = world.store.tokens.of("ada")[0]
    world.clock.on(days=1)
    assert client.get("/h/smith", headers=token).status_code == 401
    world.clock.on(days=-1)
    assert world.store.tokens.revoke("ada", kept.id, world.clock())
    assert client.get("/h/smith", headers=token).status_code == 401


@pytest.mark.parametrize(
    ("right", "households", "days"),
    [
        (Right.ADMIN, None, 1),
        (Right.APPROVE, None, 1),
        (Right.VIEW, frozenset({"rivera"}), 1),
        (Right.VIEW, None, 0),
        (Right.VIEW, None, 366),
    ],
)
def test_a_token_that_would_reach_too_far_is_not_made(world, right, households, days):
    world.person("ada", Right.TRADE, ["smith"])
    with pytest.raises(InputError):
        token_of(world, "ada", right, households, days)


def test_a_token_that_may_approve_lives_for_a_day_and_needs_no_other_proof(world):
    world.person("ada", Right.APPROVE)
    with pytest.raises(InputError, match="1 to 1 for a token that may approve"):
        token_of(world, "ada", Right.APPROVE, None, 2)
    token = token_of(world, "ada", Right.APPROVE, None, 1)
    world.clock.on(hours=20)
    assert world.client().post("/h/smith/approve", headers=token).status_code == 200


def test_guessing_tokens_is_stopped(world):
    client = world.client()
    guess = {"authorization": "Bearer tt_guess", **FORWARDED}
    codes = {client.get("/", headers=guess).status_code for _ in range(45)}
    assert codes == {401, 429}
    guessed = world.store.audit.page(100, outcome=Outcome.DENIED)
    assert len(guessed) == 40  # and none of those that were not looked at
    assert {(one.who, one.subject) for one in guessed} == {("unknown token", "GET /")}


def test_whoever_is_refused_for_want_of_proof_is_written_down(world):
    world.person("ada", Right.APPROVE)
    client = client_of(world, "ada")
    proof = csrf(client)
    client.post("/h/smith/run", headers=proof | {"origin": "https://evil.example"})
    world.clock.on(minutes=world.settings.fresh_minutes)
    client.post("/h/smith/approve", headers=proof)
    told = [(one.who, one.subject, one.details["needs"]) for one in world.store.audit.page(2)]
    assert told == [
        ("ada", "POST /h/smith/approve", "a recent sign-in"),
        ("ada", "POST /h/smith/run", "a page of our own"),
    ]
    stranger = world.client()
    stranger.post("/h/smith/run", headers=FORWARDED | {"origin": "https://evil.example"})
    assert world.store.audit.count() == 2  # nobody's words fill the audit


# Where a request comes from

HOPS = [
    # lines of X-Forwarded-For behind the proxy at `testclient`, the address that is believed
    (["203.0.113.9"], "203.0.113.9"),
    (["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
    (["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
    (["203.0.113.9", "198.51.100.7, testclient"], "198.51.100.7"),
    (["", " , "], "testclient"),
]


@pytest.mark.parametrize(("lines", "address"), HOPS)
def test_only_the_last_hop_that_is_not_the_proxys_is_believed(world, lines, address):
    scope = {
        "type": "http",
        "client": ("testclient", 1),
        "headers": [(b"x-forwarded-for", line.encode()) for line in lines],
    }
    assert origin_of(scope, world.settings).address == address


@pytest.mark.parametrize("name", ["x-forwarded-host", "x-forwarded-proto"])
def test_what_a_browser_forwards_itself_stands_before_what_the_proxy_says(world, name):
    said = {"x-forwarded-host": b"trimtab.example", "x-forwarded-proto": b"https"}
    headers = [(name.encode(), b"evil.example")]
    headers += [(key.encode(), value) for key, value in said.items()]
    found = origin_of({"type": "http", "client": ("testclient", 1), "headers": headers},
                      world.settings)  # fmt: skip
    assert str(found) == "https://trimtab.example"


@pytest.mark.parametrize(
    "host",
    [
        *("trimtab.example:x", "trimtab.example:80@evil.example", "trimtab.example:80/evil"),
        *("[::1]evil.example", "trimtab.example:443:443", "trimtab.example evil.example", "[::1"),
    ],
)
def test_a_host_that_is_more_than_a_name_and_a_port_is_none(host):
    assert Origin("https", host, "").name == ""
