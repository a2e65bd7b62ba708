"""The proposal: shown as stored, edited with its effect, approved, held, rejected, or stale."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.app.web.pages.homes import Form, altered, questions, shown_of
from tests.app.web.served import browser_of, world_of
from trimtab.app.web.preferences import COOKIE, Preferences, Shares
from trimtab.app.web.security.principal import Right
from trimtab.model.live import ApprovalStatus

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
EVIL = "<script>alert(1)</script>"
FETCHED = {"sec-fetch-dest": "empty"}


def wait(world) -> None:
    """Until the cycle that an approval set going is over."""
    world.worker.close()


def test_the_stored_question_is_shown_with_lots_tax_clause_and_reason(live_owner, live_world):
    page = live_owner.get("/h/home/proposal").text
    (asked,) = questions(live_world.households.find("home").folder)
    assert f"Question {asked.id}" in page
    for words in (
        "harvest",
        "takes a loss of",
        "What was left alone, and why",
        "What waiting costs",
    ):
        assert words in page
    assert "Not the same" not in page


def test_without_a_live_store_the_plan_is_shown_and_its_orders_are_csv(owner) -> None:
    page = Form(owner)
    assert page.fields["question"] == ""
    assert "Approve" not in page.text
    answer = page.send("orders", keep_T1="0")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert "T1" not in {row["trade"] for row in rows}
    assert len(rows) == 21
    assert "attachment" in answer.headers["content-disposition"]


def test_what_somebody_is_asked_about_never_changes_under_their_eyes(owner, live_owner) -> None:
    renewed = 'id="proposal-screen" data-live="work question live" data-live-household="home"'
    assert renewed in owner.get("/h/home/proposal").text
    assert "data-live" not in live_owner.get("/h/home/proposal").text


def test_the_effect_of_an_edit_is_shown_at_once_as_a_part_and_as_a_page(live_owner) -> None:
    form = Form(live_owner)
    part = form.send("edit", FETCHED, keep_T1="0")
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div id="effect"')
    assert len(part.content) < 20_000
    for words in ("Tax that the plan adds", "Cash in Joint brokerage", "Tracking error"):
        assert words in part.text
    assert "left out: by a person" in part.text
    whole = form.send("edit", keep_T1="0").text
    assert "<h1>Proposal</h1>" in whole
    assert 'name="keep:T1" value="0"' in whole


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        ("abc", "T1"),
        ("-5", "only takes away"),
        ("1e400", "T1"),
        ("", "no quantity is given"),
        ("184", "only takes away"),
        ("0.5", "in steps of 1"),
        (EVIL, "&lt;script&gt;"),
    ],
)
def test_a_quantity_that_is_none_is_said_and_nothing_is_kept(
    live_owner, live_world, kept: str, why: str
) -> None:
    for button in ("edit", "word"):
        answer = Form(live_owner).send(button, keep_T1=kept, word="approve")
        assert answer.status_code == 422
        assert why in answer.text
        assert EVIL not in answer.text
    (asked,) = questions(live_world.households.find("home").folder)
    assert asked.status is ApprovalStatus.WAITING


def test_an_edit_is_approved_only_after_its_effect_was_shown_and_then_ordered(
    live_owner, live_world
) -> None:
    folder = live_world.households.find("home").folder
    form = Form(live_owner)
    early = form.send("word", word="approve", keep_T2="100")
    assert early.status_code == 422
    assert "its effect was not shown yet" in early.text
    shown = shown_of(early.text)
    answer = form.send("word", word="approve", keep_T2="100", shown=shown, note="enough of it")
    assert answer.status_code == 303
    first, second = questions(folder)
    assert answer.headers["location"] == f"/h/home/history/{second.id}"
    assert (first.status, second.status) == (ApprovalStatus.LAPSED, ApprovalStatus.APPROVED)
    wait(live_world)
    result = run("run", "--once", folder, "--json")
    orders = {one["trade"]: one for one in json.loads(result.stdout)["orders"]}
    assert orders["T2"]["quantity"] == "100"
    page = live_owner.get(answer.headers["location"]).text
    assert "to the last character" in page
    assert "enough of it" in page
    records = [one for one in live_world.store.audit.page(999) if one.what == "approve"]
    assert records[0].subject == f"question {second.id}"


def test_the_effect_is_csv_too(live_owner) -> None:
    form = Form(live_owner)
    rows = list(csv.DictReader(io.StringIO(form.send("effect/effect", keep_T1="0").text)))
    sold = {row["what"]: row for row in rows}["Sold"]
    taken = Decimal(sold["edited"]) - Decimal(sold["proposed"])
    assert taken == Decimal(sold["difference"]) == Decimal("-18969.60")
    assert form.send("effect/none", keep_T1="0").status_code == 422


def test_lots_of_a_sale_are_left_out_one_by_one(live_owner) -> None:
    form = Form(live_owner)
    lot = next(name for name in form.fields if name.startswith("keep:T2:"))
    form.fields[lot] = "0"
    answer = form.send("edit", FETCHED)
    assert "175 of 259 stay: by a person" in answer.text


def test_two_people_approve_the_edited_plan_each(live_world) -> None:
    folder = live_world.households.find("home").folder
    with (folder / "live.toml").open("a", encoding="utf-8") as file:
        file.write("\n[approvals]\nneeded = 2\n")
    assert run("run", "--once", folder).exit_code == DONE
    (asked,) = questions(folder)
    assert asked.needed == 1  # asked before: the next edit asks two
    ada = browser_of(live_world, Right.APPROVE, name="ada")
    ben = browser_of(live_world, Right.APPROVE, name="ben")
    form = Form(ada)
    shown = shown_of(form.send("edit", keep_T1="0").text)
    assert form.send("word", word="approve", keep_T1="0", shown=shown).status_code == 303
    second = questions(folder)[-1]
    assert (second.status, second.needed) == (ApprovalStatus.WAITING, 2)
    page = Form(ben)
    assert page.fields["question"] == second.id
    assert "said approve" in page.text
    assert page.send("word", word="approve").status_code == 303
    assert questions(folder)[-1].status is ApprovalStatus.APPROVED


@pytest.mark.parametrize("word", ["hold", "reject"])
def test_a_word_is_recorded_with_its_note_and_its_person(live_owner, live_world, word) -> None:
    answer = Form(live_owner).send("word", word=word, note=f"later {EVIL}")
    assert answer.status_code == 303
    page = live_owner.get(answer.headers["location"]).text
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    (asked,) = questions(live_world.households.find("home").folder)
    assert asked.status.value == {"hold": "held", "reject": "rejected"}[word]


def test_weights_say_what_they_are_of_and_where_the_plan_leaves_a_class(owner) -> None:
    page = owner.get("/h/home/proposal").text
    assert "Weights are shares of the value after deposits and withdrawals; Home shows" in page
    assert "energy at 12.5 % of what is invested" in page
    table = owner.get("/h/home/proposal?table=weights&format=csv").text
    rows = {row["class"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows["consumer and industry"]["ending"] == "then outside"
    assert rows["energy"]["ending"] == "inside its band"
    for row in rows.values():
        away = abs(float(row["proposed"]) - float(row["target"]))
        assert (away <= float(row["band"])) == (row["ending"] == "inside its band"), row


def test_figures_that_people_wrote_are_left_as_they_wrote_them(live_owner) -> None:
    live_owner.cookies.set(COOKIE, Preferences(Shares.BPS).cookie())
    answer = Form(live_owner).send("word", word="hold", note="sell 50 % of it")
    for place in (answer.headers["location"], "/h/home/proposal"):
        page = live_owner.get(place).text
        assert "sell 50 % of it" in page
        assert "470 bp over its target of 800 bp" in page


def test_after_a_no_the_proposal_says_so_and_that_nobody_is_asked(live_owner, live_world) -> None:
    assert "The last question" not in live_owner.get("/h/home/proposal").text
    answer = Form(live_owner).send("word", word="reject", note="not this year")
    page = live_owner.get("/h/home/proposal").text
    assert f'href="{answer.headers["location"]}"' in page
    assert "is rejected: ada: not this year" in page
    assert "Waits for your approval" not in page and "Would wait for approval" in page
    decided = live_owner.get(answer.headers["location"]).text
    listed = live_owner.get("/h/home/history").text
    assert "22 trades in 3 accounts save" in decided and "22 trades in 3 accounts save" in listed
    assert "Waits for approval" not in decided and "Waits for approval" not in listed


@pytest.mark.parametrize("form", ["edit", "word", "run", "orders", "effect/effect"])
def test_the_address_of_a_form_opened_by_hand_leads_to_its_screen(live_owner, form: str) -> None:
    answer = live_owner.get(f"/h/home/proposal/{form}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/h/home/proposal")


def test_a_stale_question_is_refused_with_the_reason(live_owner, live_world) -> None:
    form = Form(live_owner)
    folder = live_world.households.find("home").folder
    mandate = folder / "mandate.toml"
    text = mandate.read_text("utf-8")
    mandate.write_text(text.replace("minimum_loss = 500", "minimum_loss = 400"), "utf-8")
    for button in ("edit", "word"):
        answer = form.send(button, word="approve")
        assert answer.status_code == 422
        assert "the mandate was changed since" in answer.text
    (asked,) = questions(folder)
    assert asked.status is ApprovalStatus.LAPSED


def test_what_does_not_come_out_as_it_was_asked_is_not_approved(live_owner, live_world) -> None:
    folder = live_world.households.find("home").folder
    altered(folder, "takes a loss of $6", "takes a loss of $5")
    form = Form(live_owner)
    assert "does not come out as it was asked: trades" in form.text
    answer = form.send("word", word="approve")
    assert answer.status_code == 422
    assert "differs from what was asked in trades" in answer.text
    assert questions(folder)[0].status is ApprovalStatus.WAITING
    assert form.send("word", word="reject").status_code == 303


def test_a_question_that_another_person_edited_is_refused_with_who_did(
    live_owner, live_world
) -> None:
    form = Form(live_owner)
    folder = live_world.households.find("home").folder
    (asked,) = questions(folder)
    assert run("approve", asked.id, folder, "--without", "T1", "--as", "ben").exit_code == DONE
    answer = form.send("word", word="approve")
    assert answer.status_code == 422
    assert "ben edited its plan" in answer.text


def test_who_may_only_look_sees_it_and_cannot_answer(live_world) -> None:
    eve = browser_of(live_world, Right.VIEW, name="eve")
    form = Form(eve)
    assert "You may look at it, and not answer it." in form.text
    assert 'value="approve"' not in form.text
    assert form.send("word", word="approve").status_code == 403
    assert form.send("edit", FETCHED, keep_T1="0").status_code == 200
    forged = eve.post("/h/home/proposal/word", data={**form.fields, "csrf": "x"})
    assert forged.status_code == 403


def test_a_word_that_there_is_not_is_refused(live_owner) -> None:
    assert Form(live_owner).send("word", word="maybe").status_code == 422
    assert Form(live_owner).send("word").status_code == 422


def test_names_from_files_are_never_markup(tmp_path: Path) -> None:
    mandate = DATED.replace('id = "joint"\n', f'id = "joint"\nname = "{EVIL}"\n')
    mandate += f'\n[instruments.BND]\nname = "{EVIL}"\n\n[household.x]\n'.split("[household.x]")[0]
    house = write_household(tmp_path / "home", mandate=mandate, prices=LONG_PRICES)
    client = browser_of(world_of(tmp_path / "web", house))
    for place in ("", "/cash?way=have&amount=5000", "/proposal", "/history"):
        page = client.get(f"/h/home{place}")
        assert page.status_code == 200, place
        assert EVIL not in page.text, place
    assert "&lt;script&gt;" in client.get("/h/home/proposal").text


def test_hidden_amounts_are_nowhere_in_the_words_and_charts(live_owner) -> None:
    live_owner.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    page = live_owner.get("/h/home/proposal").text
    assert "$" not in page


def test_the_cash_of_every_account_adds_up_on_the_page(live_owner) -> None:
    text = live_owner.get("/h/home/proposal?table=cash&format=csv").text
    for row in csv.DictReader(io.StringIO(text)):
        moved = Decimal(row["cash"]) + Decimal(row["sold"]) - Decimal(row["bought"])
        assert abs(moved - Decimal(row["after"])) < 25_100  # the roof, and what trading costs


def test_what_was_taken_out_stays_out_when_an_edited_plan_is_edited_again(live_world) -> None:
    folder = live_world.households.find("home").folder
    with (folder / "live.toml").open("a", encoding="utf-8") as file:
        file.write("\n[approvals]\nneeded = 2\n")
    (first,) = questions(folder)
    edit = "--without", "T1", "--reduce", "T3=100", "--as", "ben"
    assert run("approve", first.id, folder, *edit).exit_code == DONE
    client = browser_of(live_world)
    form = Form(client)
    assert "keep:T1" not in form.fields
    assert form.fields["keep:T3"] == "100"
    shown = shown_of(form.send("edit", keep_T4="0").text)
    assert shown == "T1:=0 T3:=100 T4:=0"
    assert form.send("word", word="approve", keep_T4="0", shown=shown).status_code == 303
    third = questions(folder)[-1]
    trades = {one["id"]: one for one in json.loads(third.seen)["trades"]}
    assert trades["T3"]["quantity"] == "100"
    assert not {"T1", "T4"} & trades.keys()
