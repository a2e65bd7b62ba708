"""Approvals that were forged or sent again, by the pages, the review and the API alike.

Source: OWASP ASVS 4.0.3, V4.2.1, V4.3.1, V11.1.2: step-up, no replay, no other person's word.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.app.commands_run import run
from tests.app.web.pages.homes import Form, copied, questions
from tests.app.web.served import browser_of, world_of
from trimtab.app.live.service import open_service
from trimtab.app.web.security.csrf import csrf_of
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.sessions import cookie_name
from trimtab.model.live import Approval, ApprovalStatus
from trimtab.model.web import Outcome
from trimtab.stores.sql._web_tables import WEB_SESSIONS

PLACES = ("page", "review", "program")


@pytest.fixture
def two(asked_once, tmp_path):
    """`home` and `other` ask the same; two must say yes in `home`."""
    for name in ("home", "other"):
        copied(asked_once, tmp_path / name)
    made = world_of(tmp_path / "web", tmp_path / "home", tmp_path / "other")
    yield made
    made.worker.close()
    made.store.close()


def words(world, name: str) -> list[Approval]:
    folder = world.households.find(name).folder
    with open_service(folder) as service:
        asked = service.store.requests(service.household)
        return [word for one in asked for word in service.store.approvals(one.id)]


def say(world, client, place: str, household: str = "home", **more: str):
    """Approve a household's question by one of the ways there are."""
    asked = questions(world.households.find("home").folder)[0]
    csrf = {"x-csrf-token": csrf_of(client.cookies[cookie_name(world.settings)])}
    if place == "page":
        data = {"question": asked.id, "word": "approve"} | more
        return client.post(f"/h/{household}/proposal/word", data=data, headers=csrf)
    if place == "review":
        data = {"chosen": f"{household} {asked.id} {asked.bound_to}", "word": "approve"} | more
        return client.post("/reviews", data=data, headers=csrf)
    body = {"word": "approve", "bound_to": asked.bound_to, "note": ""} | more
    address = f"/api/v1/households/{household}/approvals/{asked.id}/words"
    return client.post(
        address, json=body, headers=csrf | {"idempotency-key": f"one-key-of-{len(more)}"}
    )


@pytest.mark.parametrize("place", PLACES)
def test_a_word_on_a_foreign_household_counts_nowhere(two, place):
    ada = browser_of(two, Right.APPROVE, frozenset({"home"}))
    answer = say(two, ada, place, "other")
    assert answer.status_code in (200, 404)
    assert words(two, "home") == words(two, "other") == []
    assert two.store.audit.page(1)[0].outcome is Outcome.DENIED


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("right", [Right.VIEW, Right.RUN, Right.TRADE])
def test_who_may_not_approve_does_not(two, place, right):
    eve = browser_of(two, right)
    assert say(two, eve, place).status_code == 403
    assert words(two, "home") == []


@pytest.mark.parametrize("place", PLACES)
def test_a_sign_in_that_lies_too_far_back_approves_nothing(two, place):
    ada = browser_of(two, Right.APPROVE)
    with two.store.engine.begin() as connection:
        long_ago = two.clock() - timedelta(hours=1)
        connection.execute(update(WEB_SESSIONS).values(fresh_until=long_ago))
    answer = say(two, ada, place)
    is_led = answer.status_code == 303 and answer.headers["location"].startswith("/confirm")
    assert is_led or answer.status_code == 403
    assert words(two, "home") == []


@pytest.mark.parametrize("place", PLACES)
def test_the_same_word_sent_again_is_no_second_persons(two, place):
    folder = two.households.find("home").folder
    live = (folder / "live.toml").read_text("utf-8")
    (folder / "live.toml").write_text(f"{live}\n[approvals]\nneeded = 2\n", "utf-8")
    (folder / "live.db").unlink()
    assert run("run", "--once", folder).exit_code == 0
    ada = browser_of(two, Right.APPROVE)
    forged = {"person": "eve", "approver": "eve"}
    if place == "program":  # which refuses what it does not know
        assert say(two, ada, place, **forged).status_code == 422
        forged = {}
    for _ in range(3):
        say(two, ada, place, **forged)
    assert {word.person for word in words(two, "home")} == {"ada"}
    assert questions(folder)[-1].status is ApprovalStatus.WAITING
    eve = browser_of(two, Right.APPROVE, None, "eve")
    say(two, eve, place)
    assert questions(folder)[-1].status is ApprovalStatus.APPROVED


@pytest.mark.parametrize("place", ["review", "program"])
def test_a_word_on_something_else_than_was_shown_does_not_count(two, place):
    ada = browser_of(two, Right.APPROVE)
    forged = "0" * 64
    asked = questions(two.households.find("home").folder)[0]
    more = {"chosen": f"home {asked.id} {forged}"} if place == "review" else {"bound_to": forged}
    assert say(two, ada, place, **more).status_code in (200, 409)
    assert words(two, "home") == []
    say(two, ada, place)
    assert [word.person for word in words(two, "home")] == ["ada"]


def test_a_question_that_was_never_asked_takes_no_word(two):
    ada = browser_of(two, Right.APPROVE)
    form = Form(ada)
    form.fields["question"] = "0000dead"
    assert form.send("word", word="approve").status_code == 422
    assert words(two, "home") == []


@pytest.mark.parametrize("place", PLACES)
def test_a_word_that_does_not_count_is_written_down_with_its_reason(two, place):
    ben = browser_of(two, Right.APPROVE, name="ben")
    other = {"question": "q-never"} if place == "page" else {"bound_to": "0" * 64}
    if place == "review":
        asked = questions(two.households.find("home").folder)[0]
        other = {"chosen": f"home {asked.id} {'0' * 64}"}
    before = two.store.audit.count()
    say(two, ben, place, **other)
    assert words(two, "home") == []
    [tried] = [one for one in two.store.audit.page(9) if one.number > before]
    assert (tried.who, tried.what, tried.outcome) == ("ben", "approve", Outcome.FAILED)
    assert tried.household == "home"
    assert tried.address == "testclient"
    assert tried.details.get("why") or tried.details.get("became")
