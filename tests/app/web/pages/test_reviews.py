"""Trade review over HTTP: many questions at once, each word for itself, two people where wanted."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, csrf_of, demo_house, world_of
from tests.app.web.traded import asked_house, question_in
from trimtab.app.live.service import open_settings, opened_store
from trimtab.app.web.summaries import Keeper
from trimtab.app.web.world import WebWorld
from trimtab.model.live import Approval, ApprovalStatus
from trimtab.model.web import Right

TWO = 'needed = 2\npeople = ["ann", "ben", "cas"]'


class Office:
    """Two households with questions, one of which needs two people; the cycles are not run on."""

    def __init__(self, place: Path) -> None:
        self.one = asked_house(place / "smith", name="Smith")
        self.two = asked_house(place / "jones", TWO, "Jones")
        self.world: WebWorld = world_of(place / "web", self.one, self.two)
        self.ran: list[str] = []
        object.__setattr__(self.world, "worker", self)
        Keeper(self.world).look()

    def run(self, household: object) -> bool:
        self.ran.append(household.id)  # type: ignore[attr-defined]
        return True

    def person(self, name: str, right: Right = Right.APPROVE, *of: str) -> TestClient:
        return browser_of(self.world, right, frozenset(of) or None, name)

    def said(self, folder: Path) -> tuple[tuple[str, str], ...]:
        settings = open_settings(folder)
        with opened_store(settings) as store:
            words: tuple[Approval, ...] = store.approvals(question_in(folder).id)
        return tuple((word.person, word.word.value) for word in words)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def chosen(folder: Path) -> str:
    asked = question_in(folder)
    return f"{folder.name} {asked.id} {asked.bound_to}"


def answer(client: TestClient, word: str, *picked: str, note: str = "") -> str:
    form = {"word": word, "chosen": list(picked), "note": note}
    form["csrf"] = csrf_of(client, "/reviews")
    found = client.post("/reviews", data=form)
    assert found.status_code == 200, found.text
    return found.text


def test_the_grid_shows_what_waits_and_who_is_still_needed(office: Office) -> None:
    text = office.person("ann").get("/reviews").text
    assert "2 questions wait for an answer" in text
    assert "0 of 2" in text
    assert "2 more are needed, of ann, ben, cas" in text
    assert question_in(office.one).id in text


def test_many_are_answered_at_once_and_each_word_has_its_own_result(office: Office) -> None:
    text = answer(office.person("ann"), "approve", chosen(office.one), chosen(office.two))
    assert "everybody who is needed has said yes" in text
    assert "another person must say yes, too" in text
    assert office.said(office.one) == (("ann", "approve"),)
    assert office.said(office.two) == (("ann", "approve"),)
    assert question_in(office.one).status is ApprovalStatus.APPROVED
    assert question_in(office.two).status is ApprovalStatus.WAITING
    assert office.ran == ["smith"]
    kept = office.world.store.audit.page(10, what="approve")
    assert {(one.who, one.household) for one in kept} == {("ann", "smith"), ("ann", "jones")}


def test_the_second_sign_off_is_another_persons(office: Office) -> None:
    ann = office.person("ann")
    answer(ann, "approve", chosen(office.two))
    again = answer(ann, "approve", chosen(office.two))
    assert "nobody counts twice" in again
    assert question_in(office.two).status is ApprovalStatus.WAITING
    assert "1 of 2" in office.person("cas").get("/reviews").text
    answer(office.person("ben"), "approve", chosen(office.two))
    assert question_in(office.two).status is ApprovalStatus.APPROVED
    assert [name for name, _ in office.said(office.two)] == ["ann", "ben"]


def test_somebody_who_is_not_named_cannot_answer_and_others_count_all_the_same(
    office: Office,
) -> None:
    text = answer(office.person("eve"), "approve", chosen(office.two), chosen(office.one))
    assert "eve may not answer it" in text
    assert office.said(office.two) == ()
    assert office.said(office.one) == (("eve", "approve"),)


@pytest.mark.parametrize("household", ["smith", "nowhere"])
def test_a_foreign_household_answers_as_one_that_is_not_there(
    office: Office, household: str
) -> None:
    asked = question_in(office.one)
    client = office.person("dee", Right.APPROVE, "jones")
    assert "Smith" not in client.get("/reviews").text
    text = answer(client, "approve", f"{household} {asked.id} {asked.bound_to}")
    assert "There is no such question." in text
    assert office.said(office.one) == ()
    [kept] = office.world.store.audit.page(1, what="approve")
    assert kept.outcome.value == "denied"


def test_a_word_for_other_data_than_was_shown_is_refused(office: Office) -> None:
    asked = question_in(office.one)
    text = answer(office.person("ann"), "approve", f"smith {asked.id} {'0' * 64}")
    assert "it is not what you were shown any more" in text
    assert office.said(office.one) == ()


def test_a_question_whose_household_changed_has_lapsed(office: Office) -> None:
    picked = chosen(office.one)
    lots = office.one / "lots.csv"
    lots.write_text(lots.read_text().replace("7350.20", "7000.20"))
    text = answer(office.person("ann"), "approve", picked)
    assert "lapsed" in text
    assert office.said(office.one) == ()


def test_one_rejection_is_final(office: Office) -> None:
    answer(office.person("ann"), "reject", chosen(office.two), note="Not before the move.")
    assert question_in(office.two).status is ApprovalStatus.REJECTED
    assert "already" in answer(office.person("ben"), "approve", chosen(office.two))


@pytest.mark.parametrize("right", [Right.VIEW, Right.RUN, Right.TRADE])
def test_who_may_not_approve_is_shown_no_buttons_and_is_refused(
    office: Office, right: Right
) -> None:
    client = office.person("vic", right)
    assert 'name="chosen"' not in client.get("/reviews").text
    token = csrf_of(client, "/reviews")
    form = {"word": "approve", "chosen": chosen(office.one), "csrf": token}
    assert client.post("/reviews", data=form).status_code == 403
    assert office.said(office.one) == ()


def test_a_form_without_its_token_says_nothing(office: Office) -> None:
    client = office.person("ann")
    form = {"word": "approve", "chosen": chosen(office.one)}
    assert client.post("/reviews", data=form).status_code == 403
    assert office.said(office.one) == ()


def test_a_form_that_names_nothing_says_so(office: Office) -> None:
    client = office.person("ann")
    form = {"word": "approve", "csrf": csrf_of(client, "/reviews")}
    found = client.post("/reviews", data=form)
    assert found.status_code == 422
    assert "no question was chosen" in found.text


def test_where_nothing_waits_it_says_so(tmp_path: Path) -> None:
    world = world_of(tmp_path / "web", demo_house(tmp_path / "home"))
    Keeper(world).look()
    assert "Nothing waits for an answer." in browser_of(world).get("/reviews").text
