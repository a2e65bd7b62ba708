"""Accounts: who makes them, what they may, how they begin, and how many must approve."""

import re

import pytest

from tests.app.web.security.browsers import GOOD, csrf_at, log_in, send
from tests.app.web.served import browser_of, stranger_at
from trimtab.app.live.settings import read_live
from trimtab.app.web.security.passwords import password_fits
from trimtab.app.web.security.totp import keep_secret
from trimtab.model.web import Outcome, Person, Right

LINK = re.compile(r"http://127\.0\.0\.1:8765(/invite\?token=[\w-]+)")


@pytest.fixture
def admin(world):
    return browser_of(world, Right.ADMIN)


def link_in(answer) -> str:
    found = LINK.search(answer.text)
    assert found, answer.text
    return found[1]


def accept(client, link: str, password: str = GOOD, again: str | None = None):
    token = link.partition("token=")[2]
    return send(*(client, "/invite", link), token=token, password=password, again=again or password)


def test_a_new_person_sets_a_password_by_a_link_that_is_good_once(world, admin):
    answer = send(
        *(admin, "/people", "/people"), name="Eve", right="run", households="home", shown="Eve E."
    )
    link = link_in(answer)
    assert link not in admin.get("/people").text
    eve = stranger_at(world)
    assert "Welcome, Eve E." in eve.get(link).text
    assert accept(eve, link).headers["location"] == "/account"
    assert eve.get("/account").status_code == 200
    assert stranger_at(world).get(link).status_code == 401
    assert log_in(stranger_at(world), "eve").status_code == 303
    kept = world.store.people.named("eve")
    assert (kept.right, kept.households) == (Right.RUN, frozenset({"home"}))


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (GOOD, GOOD + "x")])
def test_a_link_stays_good_until_a_password_is_set(world, admin, password, again):
    link = link_in(send(admin, "/people", "/people", name="eve", right="view"))
    eve = stranger_at(world)
    assert accept(eve, link, password, again).status_code == 422
    assert accept(eve, link).status_code == 303


def test_another_link_makes_the_one_before_good_for_nothing(world, admin):
    first = link_in(send(admin, "/people", "/people", name="eve", right="view"))
    second = link_in(send(admin, "/people/eve", "/people", act="invite"))
    assert stranger_at(world).get(first).status_code == 401
    assert stranger_at(world).get(second).status_code == 200


def test_a_link_does_not_stand_for_the_second_factor(world, admin):
    link = link_in(send(admin, "/people", "/people", name="eve", right="view"))
    keep_secret(world, "eve", "GEZDGNBVGY3TQOJQ", 0)
    eve = stranger_at(world)
    answer = accept(eve, link)
    assert "your code" in answer.text
    assert eve.get("/account").status_code == 303
    assert password_fits(world.store.people.named("eve").password, GOOD)


def test_the_first_account_is_an_administrators_and_ends_the_owners_way_in(world):
    owner = browser_of(world)
    refused = send(owner, "/people", "/people", name="eve", right="view")
    assert refused.status_code == 422
    assert "make an administrator first" in refused.text.lower()
    link = link_in(send(owner, "/people", "/people", name="ada", right="admin"))
    assert owner.get("/").headers["location"] == "/login"
    ada = stranger_at(world)
    accept(ada, link)
    assert ada.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "ada"}, "there is one of this name already"),
        ({"name": "ADA "}, "there is one of this name already"),
        ({"name": "a b"}, "is none"),
        ({"name": "../etc"}, "is none"),
        ({"name": ""}, "name"),
        ({"name": "eve", "households": "nowhere"}, "there is none"),
        ({"name": "eve", "right": "admin", "households": "home"}, "could reach the others"),
        ({"name": "eve", "email": "no address"}, "is no address"),
    ],
)
def test_an_account_that_cannot_be_is_told_on_the_page(world, admin, sent, words):
    answer = send(admin, "/people", "/people", **({"right": "view"} | sent))
    assert answer.status_code == 422
    assert words in answer.text
    assert len(world.store.people.all()) == 1


def test_what_a_person_may_changes_from_the_next_request_on(world, admin):
    eve = browser_of(world, Right.APPROVE, None, "eve")
    assert eve.get("/api/v1/households/home").status_code == 200
    send(admin, "/people/eve", "/people", act="changed", right="view", is_off="true")
    assert eve.get("/api/v1/households/home").status_code == 401
    send(admin, "/people/eve", "/people", act="changed", right="view")
    assert eve.get("/api/v1/households/home").status_code == 401
    kept = world.store.people.named("eve")
    assert (kept.right, kept.is_off) == (Right.VIEW, False)


@pytest.mark.parametrize("act", ["removed", "changed"])
def test_the_last_administrator_stays_while_there_are_others(world, admin, act):
    world.store.people.add(Person("eve", "Eve", Right.VIEW, None, world.clock()))
    answer = send(admin, "/people/ada", "/people", act=act, right="view")
    assert answer.status_code == 422
    assert "last administrator" in answer.text
    assert world.store.people.named("ada").right is Right.ADMIN


def test_who_lost_their_factors_sets_up_others(world, admin):
    eve = browser_of(world, Right.APPROVE, None, "eve")
    keep_secret(world, "eve", "GEZDGNBVGY3TQOJQ", 0)
    answer = send(admin, "/people/eve", "/people", act="factors")
    assert answer.headers["location"] == "/people?done=factors"
    assert not world.store.people.named("eve").totp
    assert eve.get("/account").status_code == 303


def test_a_removed_account_takes_its_sessions_and_links_with_it(world, admin):
    link = link_in(send(admin, "/people", "/people", name="eve", right="view"))
    eve = stranger_at(world)
    accept(eve, link)
    send(admin, "/people/eve", "/people", act="removed")
    assert eve.get("/account").status_code == 303
    subjects = [one.subject for one in world.store.audit.page(20, what="person")]
    assert subjects == ["eve removed", "eve made"]


def test_an_act_or_an_account_that_there_is_not_is_refused(world, admin):
    assert send(admin, "/people/eve", "/people", act="changed").status_code == 404
    assert send(admin, "/people/ada", "/people", act="promote").status_code == 422


def test_how_many_must_approve_is_written_into_the_households_settings(world, admin):
    for name, right in (("eve", Right.APPROVE), ("bob", Right.VIEW)):
        world.store.people.add(Person(name, name, right, None, world.clock()))
    page = admin.get("/people", params={"household": "home"}).text
    assert "ada, eve" in page
    address = "/people/approvals/home"
    refused = send(admin, address, "/people", needed="1", names="bob")
    assert refused.status_code == 422
    assert "may not" in refused.text
    too_few = send(admin, address, "/people", needed="3", names="ada eve")
    assert too_few.status_code == 422
    done = send(admin, address, "/people", needed="2", names="ada, eve")
    assert done.headers["location"] == "/people?done=approvals&household=home"
    rules = read_live(world.households.find("home").folder).approvals
    assert (rules.needed, rules.people) == (2, ("ada", "eve"))
    assert world.store.audit.page(1)[0].what == "approvers"


def test_only_an_administrator_comes_here(world, admin):
    eve = browser_of(world, Right.APPROVE, None, "eve")
    assert eve.get("/people").status_code == 403
    csrf = csrf_at(eve, "/account")
    sent = {"csrf": csrf, "act": "changed", "right": "admin"}
    assert eve.post("/people/eve", data=sent).status_code == 403
    assert world.store.people.named("eve").right is Right.APPROVE
    assert world.store.audit.page(1)[0].outcome is Outcome.DENIED
