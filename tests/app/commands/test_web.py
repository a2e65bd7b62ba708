"""`trimtab web`: accounts from the command line, the one-time link, and whether it may start."""

import json
import re

import pytest
from sqlalchemy import text

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import write_household
from trimtab.app.web.security.sessions import hash_of
from trimtab.app.web.settings import WEB_NAME
from trimtab.model.web import OneTimeKind, Right
from trimtab.stores.sql.web_store import open_web_store

LINK = re.compile(r"http://127\.0\.0\.1:8765/(\w+)\?token=([\w-]+)")


@pytest.fixture
def store(tmp_path):
    opened = open_web_store(tmp_path / "web.db")
    yield opened
    opened.close()


def test_accounts_are_made_listed_and_removed(tmp_path, store):
    first = run("web", "people", "add", "Eve", tmp_path)
    assert first.exit_code == BAD_INPUT
    assert "Make an administrator first" in first.output
    made = run("web", "people", "add", "Ada", tmp_path, "--role", "admin", "--shown", "Ada L.")
    assert made.exit_code == DONE
    assert LINK.search(made.output)[1] == "invite"
    scoped = ("--role", "approve", "--household", "home", "--household", "other")
    assert run("web", "people", "add", "eve", tmp_path, *scoped).exit_code == DONE
    listed = run("web", "people", "list", tmp_path).output
    assert "ada: may admin in all households; no password yet" in listed
    assert "eve: may approve in home, other" in listed
    assert store.people.named("eve").right is Right.APPROVE
    gone = run("web", "people", "remove", "eve", tmp_path)
    assert gone.output == "eve was removed.\n"
    unknown = run("web", "people", "remove", "evee", tmp_path)
    assert unknown.exit_code == BAD_INPUT
    assert "there is none" in unknown.output
    assert [one.subject for one in store.audit.page(9)] == ["eve removed", "eve made", "ada made"]


def test_another_invitation_takes_the_place_of_the_one_before(tmp_path, store):
    made = run("web", "people", "add", "ada", tmp_path, "--role", "admin")
    again = run("web", "people", "invite", "ada", tmp_path)
    tokens = [LINK.search(one.output)[2] for one in (made, again)]
    person = store.people.named("ada")
    found = [
        store.one_times.look(hash_of(one), OneTimeKind.INVITE, person.made_at) for one in tokens
    ]
    assert found[0] is None
    assert found[1].person == "ada"


def test_a_new_link_is_printed_while_there_is_no_account(tmp_path, store):
    link = run("web", "link", tmp_path)
    assert LINK.search(link.output)[1] == "first"
    run("web", "people", "add", "ada", tmp_path, "--role", "admin")
    refused = run("web", "link", tmp_path)
    assert refused.exit_code == BAD_INPUT
    assert "people have accounts here" in refused.output


def test_it_is_said_who_could_reach_the_dashboard_before_it_starts(tmp_path):
    local = run("web", "check", tmp_path)
    assert local.exit_code == DONE
    assert "for this machine alone" in local.output
    text = '[web]\nhost = "0.0.0.0"\n'
    (tmp_path / WEB_NAME).write_text(text, "utf-8")
    assert run("web", "check", tmp_path).exit_code == BAD_INPUT
    (tmp_path / WEB_NAME).write_text(
        f'{text}proxy = true\npublic_url = "https://trimtab.example"\n', "utf-8"
    )
    assert "without accounts" in run("web", "check", tmp_path).output
    run("web", "people", "add", "ada", tmp_path, "--role", "admin")
    opened = run("web", "check", tmp_path)
    assert opened.exit_code == DONE
    assert "https://trimtab.example, for whoever reaches the address" in opened.output
    assert "a second factor is needed" in opened.output


def test_the_audit_is_verified_by_both_commands(tmp_path, store):
    house = write_household(tmp_path)
    assert run("web", "verify", tmp_path / "nowhere").exit_code == BAD_INPUT
    run("web", "people", "add", "ada", house, "--role", "admin")
    run("web", "people", "add", "eve", house)
    head = store.audit.check().head.hash
    whole = run("web", "verify", house, "--noted", head.upper())
    assert whole.exit_code == DONE
    assert "The audit is whole: 2 records." in whole.output
    assert head in whole.output
    with store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET who = 'mallory' WHERE number = 1"))
    told = run("web", "verify", house)
    assert told.exit_code == FINDINGS
    assert "record 1: its content does not match its hash" in told.output
    assert run("journal", "open", house).exit_code == DONE
    also = run("journal", "verify", house)
    assert also.exit_code == FINDINGS
    assert "The journal is whole" in also.output
    assert "The audit is not whole: 1 finding." in also.output
    as_json = json.loads(run("journal", "verify", house, "--json").output)
    assert as_json["whole"] is True
    assert as_json["audit"]["whole"] is False
    assert [one["code"] for one in as_json["audit"]["findings"]] == ["audit_altered"]


def test_a_folder_without_a_dashboard_has_no_audit(tmp_path):
    told = run("web", "verify", tmp_path)
    assert told.exit_code == BAD_INPUT
    assert "no dashboard was opened here" in told.output
    assert not (tmp_path / "web.db").exists()


def test_links_name_the_port_that_the_service_was_given(tmp_path):
    link = run("web", "link", "--port", "9001", tmp_path)
    assert "http://127.0.0.1:9001/first?token=" in link.stdout
    added = run("web", "people", "add", "ada", tmp_path, "--role", "admin", "--port", "9001")
    assert "http://127.0.0.1:9001/invite?token=" in added.stdout
    again = run("web", "people", "invite", "ada", tmp_path, "--port", "9001")
    assert again.stdout.startswith("http://127.0.0.1:9001/invite?token=")
