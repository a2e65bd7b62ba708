"""What the OWASP Application Security Verification Standard asks at level 2, as far as it applies.

Whatever can be tried at every route is tried at every route, so that a new one is tried as well.
Source: OWASP ASVS 4.0.3; each test names its requirements.
"""

from dataclasses import replace

import pytest
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response
from starlette.routing import Mount
from starlette.routing import Route as BareRoute

from tests.app.web.routes_walk import Route, all_routes
from tests.app.web.security.browsers import csrf_at
from tests.app.web.served import ADDRESS, browser_of, demo_house, stranger_at, world_of
from trimtab.app.web.application import ROOMS, application, routers_of
from trimtab.app.web.security.csrf import csrf_of
from trimtab.app.web.security.first_token import first_link
from trimtab.app.web.security.gate import Right
from trimtab.app.web.security.no_way_past import check_routes
from trimtab.app.web.security.passwords import hash_password
from trimtab.app.web.security.principal import person_principal
from trimtab.app.web.security.sessions import begin_session, cookie_name, set_session_cookie
from trimtab.app.web.security.tokens import make_token
from trimtab.app.web.security.totp import keep_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InvariantError
from trimtab.model.web import Outcome, Person, Via

ROUTES = all_routes()
OPEN_TO_ALL = {"GET /api/v1/openapi.json"}
"""What says nothing about anybody."""
STREAMS = {"GET /events"}
"""What goes on until its reader leaves; tried with its own tests."""
FOREIGN = "zebra-secret"
OF_ONES_OWN = ("/account", "/confirm", "/preferences", "/logout")
COMPUTES_ONLY = {
    "POST /api/v1/households/{household}/proposals",
    "POST /api/v1/households/{household}/approvals/{approval}/preview",
    "POST /h/{household}/proposal/edit",
    "POST /h/{household}/proposal/effect/{table}",
    "POST /h/{household}/proposal/orders",
}
"""Asks what would be, and changes nothing."""


@pytest.fixture(scope="module")
def two_houses(tmp_path_factory):
    """Ada may see `home` alone; `zebra-secret` is somebody else's."""
    place = tmp_path_factory.mktemp("two")
    world = world_of(place, demo_house(place / "home"), demo_house(place / FOREIGN))
    yield world
    world.worker.close()
    world.store.close()


@pytest.fixture(scope="module")
def ada(two_houses):
    """A browser of hers, with every right short of making people."""
    client = browser_of(two_houses, Right.APPROVE, frozenset({"home"}))
    client.headers["x-csrf-token"] = csrf_of(client.cookies[cookie_name(two_houses.settings)])
    return client


@pytest.fixture(scope="module")
def program(two_houses, ada):
    """A program of hers, with a token."""
    found = two_houses.store.sessions.of("ada")[0], two_houses.store.people.named("ada")
    _, token = make_token(two_houses, person_principal(*found), "p", Right.APPROVE, None, 1)
    client = stranger_at(two_houses)
    client.headers["authorization"] = f"Bearer {token}"
    return client


def ids(routes: list[Route]) -> list[str]:
    return list(map(str, routes))


def ask(client, route: Route, household: str = "home"):
    body = {} if route.is_safe else {"json": {}}
    return client.request(route.method, route.at(household), **body)


# V4.1.1, V4.1.3, V4.2.1: every route is held against rights, and foreign objects are not found


def test_every_route_asks_the_gate_or_is_known_to_be_open():
    bare = {str(one) for one in ROUTES if one.needs is None and not one.is_visited}
    assert bare == OPEN_TO_ALL
    assert len(ROUTES) > 40


def test_a_route_that_asks_nobody_cannot_be_served():
    planted = APIRouter()
    planted.get("/h/{household}/planted")(lambda household: household)
    with pytest.raises(InvariantError, match="planted asks the gate"):
        check_routes(planted.routes)
    for bare in (BareRoute("/planted", lambda request: Response()), Mount("/planted", Response())):
        with pytest.raises(InvariantError):
            check_routes([bare])


def test_all_that_is_served_was_looked_at(two_houses):
    app = application(two_houses).app
    known = {id(route) for router in routers_of(ROOMS) for route in router.routes}
    others = {getattr(one, "path", "") for one in app.router.routes if id(one) not in known}
    assert others == {"/static", "/static/charts.css"}


@pytest.mark.parametrize("right", list(Right)[:-1])
def test_who_lacks_a_right_is_refused_at_every_route_that_needs_it(two_houses, right):
    name = f"up-to-{right}"
    browser = browser_of(two_houses, right, frozenset({"home"}), name)
    browser.headers["x-csrf-token"] = csrf_of(browser.cookies[cookie_name(two_houses.settings)])
    found = two_houses.store.sessions.of(name)[0], two_houses.store.people.named(name)
    _, token = make_token(two_houses, person_principal(*found), "p", right, None, 1)
    program = stranger_at(two_houses)
    program.headers["authorization"] = f"Bearer {token}"
    order = list(Right)
    beyond = [one for one in NEEDING if order.index(one.needs.right) > order.index(right)]
    assert len(beyond) >= 6
    let_in = [
        (who, str(route))
        for who, client in (("browser", browser), ("program", program))
        for route in beyond
        if ask(client, route).status_code != 403
    ]
    assert let_in == []


def test_a_program_reaches_no_page_that_is_for_people_alone(two_houses, ada):
    found = two_houses.store.sessions.of("ada")[0], two_houses.store.people.named("ada")
    _, token = make_token(two_houses, person_principal(*found), "q", Right.APPROVE, None, 1)
    client = stranger_at(two_houses)
    client.headers["authorization"] = f"Bearer {token}"
    by_hand = [one for one in NEEDING if one.needs.by_hand and one.needs.right is Right.VIEW]
    assert len(by_hand) > 8
    assert {ask(client, one).status_code for one in by_hand} == {403}


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_another_method_of_a_request(ada, header):
    address = "/api/v1/households/home/liabilities/mortgage"
    assert ada.get(address, headers={header: "DELETE"}).status_code in (200, 404)
    assert ada.post("/account", headers={header: "GET"}).status_code == 405


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PATCH", "CONNECT", "PROPFIND"])
def test_other_methods_are_none(ada, method):
    assert ada.request(method, "/account").status_code in (404, 405)


OF_HOUSEHOLD = [one for one in ROUTES if one.has_household]


@pytest.mark.parametrize("who", ["ada", "program"])
@pytest.mark.parametrize("route", OF_HOUSEHOLD, ids=ids(OF_HOUSEHOLD))
def test_a_foreign_household_is_answered_as_one_that_is_not_there(route, who, request):
    client = request.getfixturevalue(who)
    foreign, unknown = ask(client, route, FOREIGN), ask(client, route, "no-such-house")
    assert foreign.status_code == 404
    assert foreign.text.replace(FOREIGN, "NAME") == unknown.text.replace("no-such-house", "NAME")


WITHOUT = [
    one
    for one in ROUTES
    if one.is_safe and not one.has_household and one.needs and str(one) not in STREAMS
]


@pytest.mark.parametrize("route", WITHOUT, ids=ids(WITHOUT))
def test_no_page_of_all_households_names_one_that_somebody_may_not_see(route, ada, two_houses):
    text = ask(ada, route).text
    assert FOREIGN not in text


NEEDING = [one for one in ROUTES if one.needs]


@pytest.mark.parametrize("route", NEEDING, ids=ids(NEEDING))
def test_nothing_is_shown_or_done_without_signing_in(route, two_houses):
    answer = ask(stranger_at(two_houses), route)
    is_led = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    assert is_led or answer.status_code == 401
    assert "zebra" not in answer.text


OF_PROGRAMS = [one for one in NEEDING if one.path.startswith("/api/") and not one.is_safe]


@pytest.mark.parametrize("route", OF_PROGRAMS, ids=ids(OF_PROGRAMS))
def test_nothing_of_a_strangers_is_read(route, two_houses):
    body = {"content": b"[" * 50_000, "headers": {"content-type": "application/json"}}
    answer = stranger_at(two_houses).request(route.method, route.at(), **body)
    assert answer.status_code == 401
    assert "nested" not in answer.text


def test_whatever_changes_something_needs_more_than_to_view():
    mild = [one for one in ROUTES if one.needs and one.needs.right is Right.VIEW]
    changing = {
        str(one) for one in mild if not one.is_safe and not one.path.startswith(OF_ONES_OWN)
    }
    assert changing <= COMPUTES_ONLY


def test_what_approves_needs_a_recent_sign_in():
    saying = [
        one for one in ROUTES if one.needs and one.needs.right in (Right.APPROVE, Right.ADMIN)
    ]
    assert saying
    assert [str(one) for one in saying if not one.needs.step_up] == []


# V4.2.2, V13.2.3: forms and calls of other sites

CHANGING = [one for one in ROUTES if not one.is_safe]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("route", CHANGING, ids=ids(CHANGING))
def test_a_change_is_refused_without_the_pages_token_or_with_another_sessions(route, two_houses):
    token = begin_session(two_houses, "ada", Via.PASSWORD, is_strong=True)
    other = begin_session(two_houses, "ada", Via.PASSWORD, is_strong=True)
    for sent in ("", "0" * 64, csrf_of(other)):
        client = stranger_at(two_houses)
        client.cookies.set(cookie_name(two_houses.settings), token)
        client.headers["x-csrf-token"] = sent
        assert ask(client, route).status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_a_browser_says_that_another_site_sent_is_refused(ada, header):
    assert ada.post("/preferences", headers=header).status_code == 403


# V3: sessions


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_other_sites(two_houses, tmp_path):
    token = begin_session(two_houses, "ada", Via.PASSWORD, is_strong=True)
    assert len(token) >= 43  # 256 bits
    secure = WebSettings(tmp_path, proxy=True, public_url="https://trimtab.example")
    for settings, name, more in (
        (two_houses.settings, "trimtab_session", False),
        (secure, "__Host-trimtab_session", True),
    ):
        answer = Response()
        set_session_cookie(answer, settings, token)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{name}=")
        parts = {one.strip().lower() for one in cookie.split(";")}
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert ("secure" in parts) is more
        assert not any(one.startswith(("domain=", "max-age=", "expires=")) for one in parts)


def test_no_address_carries_a_sessions_token(two_houses):
    token = begin_session(two_houses, "ada", Via.PASSWORD, is_strong=True)
    client = stranger_at(two_houses)
    name = cookie_name(two_houses.settings)
    answer = client.get("/account", params={name: token, "token": token, "access_token": token})
    assert answer.headers["location"].startswith("/login")


# V14.4: headers of every answer

SHOWN = [one for one in ROUTES if one.is_safe and str(one) not in STREAMS]


@pytest.mark.parametrize("route", SHOWN, ids=ids(SHOWN))
def test_every_answer_carries_the_headers(route, ada):
    check_headers(ask(ada, route))


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        *(("GET", "/nowhere", 404), ("DELETE", "/", 405), ("GET", "/static/trimtab.js", 200)),
        *(("GET", "/static/../settings.py", 404), ("GET", "/static/%2e%2e/settings.py", 404)),
        ("GET", "/" + "x" * 9_000, 414),
    ],
)
def test_refusals_and_files_carry_them_too(method, address, status, ada):
    answer = ada.request(method, address)
    assert answer.status_code == status
    check_headers(answer)


def check_headers(answer) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    for kind in ("script-src", "style-src", "connect-src", "form-action"):
        assert policy[kind] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    # With no-referrer, browsers send forms as `Origin: null`, which is nobody's page.
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "server" not in answer.headers
    if not str(answer.request.url.path).startswith("/static/") and answer.status_code == 200:
        assert "no-store" in answer.headers["cache-control"]


def test_with_tls_browsers_are_told_to_use_nothing_else(tmp_path):
    world = world_of(tmp_path, demo_house(tmp_path / "home"))
    settings = {"proxy": True, "proxy_addresses": ("testclient",)}
    public = replace(world.settings, public_url="https://trimtab.example", **settings)
    client = stranger_at(replace(world, settings=public))
    forwarded = {"host": "trimtab.example", "x-forwarded-proto": "https"}
    answer = client.get("/login", headers=forwarded)
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert client.get("/login", headers={"host": "trimtab.example"}).status_code == 400
    led = client.get("/board/", headers=forwarded)  # a slash too many is taken away
    assert led.headers["location"] == "/board"
    assert client.get("/login", headers={**forwarded, "host": "127.0.0.1"}).status_code == 421
    world.worker.close()
    world.store.close()


# V14.5: names by which it is asked, and what a proxy would say


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "*"])
def test_a_name_that_is_rebound_to_this_machine_is_refused(two_houses, host):
    answer = stranger_at(two_houses).get("/login", headers={"host": host})
    assert answer.status_code == 421
    assert "Sign in" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:8765"])
def test_this_machines_own_names_are_served(two_houses, host):
    assert stranger_at(two_houses).get("/login", headers={"host": host}).status_code == 200


def test_nobody_but_the_proxy_says_where_a_request_comes_from(two_houses):
    said = {"x-forwarded-for": "203.0.113.9", "x-forwarded-host": "evil.example"}
    client = stranger_at(two_houses)
    data = {"csrf": csrf_at(client, "/login"), "name": "ada", "password": "wrong"}
    assert client.post("/login", data=data, headers=said).status_code == 401
    assert two_houses.store.audit.page(1)[0].address == "testclient"


# V12.1, V13.1: sizes


def test_a_stranger_sends_forms_and_nothing_larger(two_houses):
    client = stranger_at(two_houses)
    csrf = csrf_at(client, "/login")
    answer = client.post("/login", data={"csrf": csrf, "name": "x" * 70_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("is_said", [True, False])
def test_a_body_beyond_the_limit_is_not_read(ada, two_houses, is_said):
    large = two_houses.settings.body_bytes + 1
    body = b"x" * large if is_said else iter([b"x" * 65_536] * (large // 65_536 + 1))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert ada.post("/preferences", content=body, headers=kind).status_code == 413


@pytest.mark.parametrize("length", ["-1", "ten", "1e3"])
def test_a_length_that_is_no_number_is_refused(ada, length):
    answer = ada.post("/preferences", headers={"content-length": length})
    assert answer.status_code in (400, 413)


# V7.1: what is written down holds no secret


def test_no_secret_is_written_down_anywhere(tmp_path, caplog, capfd):
    caplog.set_level("DEBUG")
    world = world_of(tmp_path, demo_house(tmp_path / "home"))
    link = first_link(world, ADDRESS)
    stranger_at(world).get(link.removeprefix(ADDRESS))
    password, secret = "planted words nobody guesses", "PLANTEDSECRET234"
    made = Person("ada", "Ada", Right.ADMIN, None, world.clock(), password=hash_password(password))
    world.store.people.add(made)
    client = stranger_at(world)
    csrf = csrf_at(client, "/login")
    for name, typed in ((password, "x"), ("ada", password + "!"), ("ada", password)):
        data = {"csrf": csrf, "name": name, "password": typed, "next": f"/?p={password}"}
        last = client.post("/login", data=data)
    assert last.status_code == 303
    session = client.cookies["trimtab_session"]
    csrf = csrf_at(client, "/account")
    sent = {"csrf": csrf, "label": "p", "right": "view", "days": "1"}
    shown = client.post("/account/tokens", data=sent).text
    token = shown.partition('class="secret">')[2].partition("<")[0]
    keep_secret(world, "ada", secret, 0)
    client.get("/account", headers={"authorization": f"Bearer {token}x"})
    client.get(f"/nowhere?{token}")
    world.worker.close()
    world.store.close()
    planted = [password, secret, token, session, link.partition("token=")[2], csrf]
    assert all(len(one) > 12 for one in planted)
    own = [one.getMessage() for one in caplog.records if not one.name.startswith("httpx")]
    written = "".join([*own, *capfd.readouterr()])  # what the tests' own browser logs is not ours
    for path in tmp_path.rglob("*"):
        if path.is_file():
            written += path.read_bytes().decode("latin-1")
    assert [one for one in planted if one in written] == []
    assert "web.db" in {path.name for path in tmp_path.iterdir()}


def test_every_sign_in_and_every_refusal_is_written_down(two_houses, ada):
    before = two_houses.store.audit.count()
    ada.get(f"/h/{FOREIGN}/lots")
    ada.get("/people")
    stranger = stranger_at(two_houses)
    csrf = csrf_at(stranger, "/login")
    stranger.post("/login", data={"csrf": csrf, "name": "eve", "password": "x"})
    found = two_houses.store.audit.page(3)
    assert two_houses.store.audit.count() == before + 3
    assert [(one.who, one.what, one.outcome) for one in found] == [
        ("unknown name", "login", Outcome.FAILED),
        ("ada", "denied", Outcome.DENIED),
        ("ada", "denied", Outcome.DENIED),
    ]


def test_the_audit_is_only_ever_added_to(two_houses, ada):
    ada.get("/people")
    for words in ("UPDATE audit SET who = 'eve'", "DELETE FROM audit"):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            two_houses.store.engine.begin() as c,
        ):
            c.execute(text(words))


@pytest.mark.usefixtures("ada")
def test_the_owners_session_is_the_owners_alone(two_houses):
    # Her account exists, so a session of the one-time link is nobody's.
    token = begin_session(two_houses, "owner", Via.LOCAL, is_strong=True)
    client = stranger_at(two_houses)
    client.cookies.set(cookie_name(two_houses.settings), token)
    assert client.get("/").headers["location"] == "/login"
    assert two_houses.store.sessions.of("owner") == ()
