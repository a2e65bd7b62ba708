"""Coming in and going out: by link, by name, by passkey; and what is told to who does not fit."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from tests.app.web.security.browsers import GOOD, Device, call, csrf_at, log_in, send
from tests.app.web.served import ADDRESS, demo_house, stranger_at, world_of
from trimtab.app.live.asking import person_here
from trimtab.app.web.security.first_token import first_link, new_first_link
from trimtab.app.web.security.passwords import hash_password
from trimtab.app.web.security.sessions import cookie_name, hash_of
from trimtab.app.web.security.signing_in import UNKNOWN
from trimtab.app.web.security.totp import keep_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InputError
from trimtab.model.web import OneTimeKind, Outcome, Person, Right

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
LOCALHOST = "http://localhost:8765"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(GOOD)


@pytest.fixture
def ada(world, hashed) -> Person:
    """An account in the world."""
    made = Person("ada", "Ada", Right.APPROVE, None, world.clock(), password=hashed)
    world.store.people.add(made)
    return made


def token_in(client, world) -> str:
    return client.cookies.get(cookie_name(world.settings)) or ""


# By the one-time link


def test_the_owner_comes_in_by_a_link_that_is_good_once(world):
    link = first_link(world, ADDRESS).removeprefix(ADDRESS)
    client, thief = stranger_at(world), stranger_at(world)
    answer = client.get(link)
    assert answer.status_code == 200
    assert 'url=/"' in answer.text
    assert 'rel="icon"' in answer.text  # or a browser asks for one that is not there
    assert client.get("/").headers["location"] == "/h/home"
    again = thief.get(link)
    assert again.status_code == 401
    assert "used already" in again.text
    assert thief.get("/").headers["location"] == "/login"
    with_the_link = [(one.who, one.outcome) for one in world.store.audit.page(2, what="login")]
    assert with_the_link == [(UNKNOWN, Outcome.FAILED), (person_here(), Outcome.DONE)]
    page = client.get("/account").text
    assert person_here() in page  # one name in the bar and in the audit


def test_a_link_is_good_for_some_minutes(world):
    now = world.clock()
    link = first_link(world, ADDRESS).removeprefix(ADDRESS)
    token = link.partition("token=")[2]
    late = now + timedelta(minutes=world.settings.first_minutes, seconds=5)
    assert world.store.one_times.take(hash_of(token), OneTimeKind.FIRST, late) is None


def test_a_link_is_no_more_where_there_is_an_account(world, hashed):
    link = first_link(world, ADDRESS).removeprefix(ADDRESS)
    owner = stranger_at(world)
    owner.get(first_link(world, ADDRESS).removeprefix(ADDRESS))
    assert owner.get("/").headers["location"] == "/h/home"
    world.store.people.add(Person("ada", "Ada", Right.ADMIN, None, world.clock()))
    assert stranger_at(world).get(link).status_code == 401
    assert owner.get("/").headers["location"] == "/login"
    assert first_link(world, ADDRESS) == f"{ADDRESS}/login"
    with pytest.raises(InputError, match="people have accounts here"):
        new_first_link(world.store, world.settings, world.clock(), ADDRESS)


def test_beyond_this_machine_there_is_no_link(world, tmp_path):
    opened = WebSettings(tmp_path, proxy=True, public_url="https://trimtab.example")
    with pytest.raises(InputError, match="others can reach it"):
        new_first_link(world.store, opened, world.clock(), ADDRESS)


# By name


def test_a_name_with_its_password_comes_in_and_goes_on_where_it_wanted(world, ada):
    client = stranger_at(world)
    asked = client.get("/account?day=1")
    assert asked.headers["location"] == "/login?next=%2Faccount%3Fday%3D1"
    answer = log_in(client, "Ada ", place="/account?day=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?day=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").headers["location"] == "/h/home"
    logins = world.store.audit.page(5, what="login", outcome=Outcome.DONE)
    assert [(one.who, one.subject) for one in logins] == [("ada", "password")]


def test_who_does_not_fit_is_told_the_same_whatever_was_wrong(world, ada, hashed):
    off = Person("off", "Off", Right.VIEW, None, world.clock(), is_off=True, password=hashed)
    none = Person("new", "New", Right.VIEW, None, world.clock())
    for one in (off, none):
        world.store.people.add(one)
    keep_secret(world, "ada", SECRET, 0)
    client = stranger_at(world)
    tries = [
        *(("nobody", GOOD, ""), ("ada", "wrong password", ""), ("ada", GOOD, "")),
        *(("ada", GOOD, "000000"), ("off", GOOD, ""), ("new", "", ""), ("", "", "")),
    ]
    csrf = csrf_at(client, "/login")
    found = set()
    for name, password, code in tries:
        data = {"csrf": csrf, "name": name, "password": password, "code": code}
        answer = client.post("/login", data=data)
        found.add((answer.status_code, answer.text))
    assert len(found) == 1
    assert found.pop()[0] == 401
    assert {one.who for one in world.store.audit.page(20, outcome=Outcome.FAILED)} == {
        *("ada", "off", "new", "unknown name")
    }


def test_with_an_authenticator_its_code_is_needed_and_good_once(world, ada):
    keep_secret(world, "ada", SECRET, 0)
    code = pyotp.TOTP(SECRET).at(int(world.clock().timestamp()))
    assert log_in(stranger_at(world), "ada", code=code).status_code == 303
    assert log_in(stranger_at(world), "ada", code=code).status_code == 401


def test_a_name_is_guessed_at_eight_times_and_then_rests_even_with_the_right_password(world, ada):
    client = stranger_at(world)
    csrf = csrf_at(client, "/login")
    data = {"csrf": csrf, "name": "ada", "password": "wrong"}
    for _ in range(8):
        assert client.post("/login", data=data).status_code == 401
    assert client.post("/login", data={**data, "password": GOOD}).status_code == 401
    denied = world.store.audit.page(1, outcome=Outcome.DENIED)[0]
    assert (denied.who, denied.details) == ("ada", {"why": "too many tries"})


def test_who_guesses_at_a_name_from_elsewhere_does_not_keep_its_person_out(world, ada):
    proxy = {"proxy": True, "proxy_addresses": ("testclient",), "public_url": "https://t.example"}
    behind = replace(world, settings=replace(world.settings, **proxy))

    def tried(address: str, password: str) -> int:
        client = stranger_at(behind)
        client.headers.update({"host": "t.example", "x-forwarded-proto": "https"})
        client.headers["x-forwarded-for"] = address
        client.base_url = "https://t.example"
        return log_in(client, "ada", password).status_code

    assert {tried("203.0.113.1", "wrong") for _ in range(20)} == {401}
    assert tried("203.0.113.1", GOOD) == 401
    assert tried("198.51.100.7", GOOD) == 303
    for number in range(2, 6):  # from many places it rests all the same
        for _ in range(8):
            tried(f"203.0.113.{number}", "wrong")
    assert tried("198.51.100.7", GOOD) == 401


def test_an_address_is_not_helped_by_trying_another_name_each_time(world, ada):
    client = stranger_at(world)
    csrf = csrf_at(client, "/login")
    for number in range(41):
        client.post("/login", data={"csrf": csrf, "name": f"n{number}", "password": ""})
    data = {"csrf": csrf, "name": "ada", "password": GOOD}
    assert client.post("/login", data=data).status_code == 401


def test_an_office_that_signs_in_by_one_address_does_not_lock_itself_out(world, ada):
    client = stranger_at(world)
    csrf = csrf_at(client, "/login")
    right = {"csrf": csrf, "name": "ada", "password": GOOD}
    for _ in range(45):
        assert log_in(stranger_at(world), "ada").status_code == 303
    for number in range(40):  # and tries at guessing count all the same
        client.post("/login", data={"csrf": csrf, "name": f"n{number}", "password": "wrong"})
    assert client.post("/login", data=right).status_code == 401


def test_the_right_link_is_good_however_many_wrong_ones_were_tried(world):
    link = first_link(world, ADDRESS).removeprefix(ADDRESS)
    client = stranger_at(world)
    assert {client.get("/first?token=x").status_code for _ in range(45)} == {401}
    denied = world.store.audit.page(1)[0]
    assert (denied.who, denied.outcome, denied.details["why"]) == (
        *(UNKNOWN, Outcome.DENIED), "too many tries",
    )  # fmt: skip
    assert client.get(link).status_code == 200


def test_a_session_that_was_planted_before_is_not_the_one_after_signing_in(world, ada, hashed):
    eve = Person("eve", "Eve", Right.VIEW, None, world.clock(), password=hashed)
    world.store.people.add(eve)
    hers, client = stranger_at(world), stranger_at(world)
    log_in(hers, "eve")
    planted = token_in(hers, world)
    form = csrf_at(client, "/login")
    client.cookies.set(cookie_name(world.settings), planted, domain="127.0.0.1", path="/")
    data = {"csrf": form, "name": "ada", "password": GOOD}
    assert client.post("/login", data=data).status_code == 303
    after = token_in(client, world)
    assert after != planted
    assert world.store.sessions.find(hash_of(after))[0].person == "ada"
    assert world.store.sessions.find(hash_of(planted)) is None


def test_a_form_to_sign_in_is_not_taken_from_another_page(world, ada):
    client = stranger_at(world)
    data = {"name": "ada", "password": GOOD}
    assert client.post("/login", data=data).status_code == 403
    csrf = csrf_at(client, "/login")
    assert stranger_at(world).post("/login", data={**data, "csrf": csrf}).status_code == 403
    foreign = {"origin": "https://evil.example"}
    sent = client.post("/login", data={**data, "csrf": csrf}, headers=foreign)
    assert sent.status_code == 403


@pytest.mark.parametrize(
    "place",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"),
        *("javascript:alert(1)", "/\t/evil.example", "", "h/home", "/%0d%0aSet-Cookie:x=1\r\n"),
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(world, ada, place):
    client = stranger_at(world)
    answer = log_in(client, "ada", place=place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/login", params={"next": place}).headers["location"] == "/"


def test_signing_out_ends_the_session_on_the_server(world, ada):
    client = stranger_at(world)
    log_in(client, "ada")
    token = token_in(client, world)
    assert send(client, "/logout", "/account").headers["location"] == "/login"
    thief = stranger_at(world)
    thief.cookies.set(cookie_name(world.settings), token)
    assert thief.get("/").headers["location"] == "/login"


# By passkey


@pytest.fixture
def with_device(world, ada):
    """Ada with a passkey, at localhost, for an address cannot have one."""
    client = stranger_at(world)
    client.base_url = LOCALHOST
    log_in(client, "ada")
    device = Device(LOCALHOST, "localhost")
    begun = call(client, "/account/passkeys/options", "/account").json()
    made = device.make(begun["options"])
    kept = call(
        *(client, "/account/passkeys", "/account"),
        ceremony=begun["ceremony"],
        answer=made,
        label="ring",
    )
    assert kept.json() == {"next": "/account?done=passkey"}
    assert "The passkey is kept" in client.get("/account?done=passkey").text
    return client, device


def by_passkey(world, device, **more):
    client = stranger_at(world)
    client.base_url = LOCALHOST
    begun = call(client, "/login/passkey/options", "/login").json()
    answer = device.sign(begun["options"], **more)
    return (
        client,
        begun,
        call(
            client,
            "/login/passkey",
            "/login",
            ceremony=begun["ceremony"],
            answer=answer,
            next="/h/home",
        ),
    )


def test_a_passkey_signs_in_as_both_factors(world, with_device):
    _, begun, answer = by_passkey(world, with_device[1])
    assert answer.json() == {"next": "/h/home"}
    assert begun["options"]["allowCredentials"] == []
    assert world.store.sessions.of("ada")[0].strong


def test_a_passkey_of_an_account_that_is_off_is_refused_and_written_down(world, with_device):
    _, device = with_device
    world.store.people.set_scope("ada", Right.APPROVE, None, True)
    _, _, answer = by_passkey(world, device)
    assert answer.status_code == 401
    denied = world.store.audit.page(1)[0]
    assert (denied.who, denied.outcome) == ("ada", Outcome.DENIED)


def test_a_passkeys_answer_is_good_once_for_its_challenge(world, with_device):
    _, device = with_device
    _, begun, answer = by_passkey(world, device)
    assert answer.status_code == 200
    other = stranger_at(world)
    other.base_url = LOCALHOST
    answer = device.sign(begun["options"])
    page = "/login"
    again = call(other, "/login/passkey", page, ceremony=begun["ceremony"], answer=answer)
    assert again.status_code == 401
    fresh = call(other, "/login/passkey/options", page).json()
    swapped = call(other, "/login/passkey", page, ceremony=fresh["ceremony"], answer=answer)
    assert swapped.status_code == 401


@pytest.mark.parametrize("wrong", ["origin", "host", "flags", "key", "count", "id"])
def test_a_passkeys_answer_that_is_not_right_in_everything_is_refused(world, with_device, wrong):
    _, device = with_device
    more = {}
    if wrong == "origin":
        device.origin = "http://localhost:9999"
    elif wrong == "host":
        device.host = "evil.example"
    elif wrong == "flags":
        more["flags"] = 0x01  # nobody showed a finger
    elif wrong == "key":
        device.key = Device(LOCALHOST, "localhost").key
    elif wrong == "count":
        assert by_passkey(world, device)[2].status_code == 200
        device.count = 0  # a copy of the key that was used less
    else:
        device.id = b"another key's name"
    answer = by_passkey(world, device, **more)[2]
    assert answer.status_code == 401
    assert "it was not accepted" in answer.json()["words"]


def test_a_passkey_proves_again_who_one_is_and_nobody_elses_does(world, with_device, hashed):
    client, device = with_device
    before = token_in(client, world)
    begun = call(client, "/confirm/passkey/options", "/confirm").json()
    answer = device.sign(begun["options"])
    eve = Person("eve", "Eve", Right.APPROVE, None, world.clock(), password=hashed)
    world.store.people.add(eve)
    thief = stranger_at(world)
    thief.base_url = LOCALHOST
    log_in(thief, "eve")
    hers = csrf_at(thief, "/account")
    sent = thief.post(
        "/confirm/passkey",
        json={"ceremony": begun["ceremony"], "answer": answer, "next": "/"},
        headers={"x-csrf-token": hers},
    )
    assert sent.status_code == 401
    begun = call(client, "/confirm/passkey/options", "/confirm").json()
    done = call(
        *(client, "/confirm/passkey", "/confirm"),
        ceremony=begun["ceremony"],
        answer=device.sign(begun["options"]),
        next="/h/home",
    )
    assert done.json() == {"next": "/h/home"}
    assert token_in(client, world) != before
    stale = stranger_at(world)
    stale.cookies.set(cookie_name(world.settings), before)
    assert stale.get("/").headers["location"] == "/login"


def test_each_demo_world_is_its_own(tmp_path):
    world = world_of(tmp_path / "one", demo_house(tmp_path / "one" / "home"))
    assert not world.store.people.any()
    world.worker.close()
    world.store.close()
