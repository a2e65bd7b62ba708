"""What the web remembers, in every database the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from trimtab.books.audit_chain import AuditCheck
from trimtab.books.chain import EMPTY
from trimtab.model.errors import InputError
from trimtab.model.web import (
    ApiToken,
    AuditRecord,
    OneTime,
    OneTimeKind,
    Outcome,
    Passkey,
    Person,
    Right,
    Via,
    WebSession,
    rights_up_to,
)
from trimtab.model.web_board import (
    BoardFlag,
    DeliveryState,
    KeptAnswer,
    Summary,
    Webhook,
)
from trimtab.stores.sql._web_board import BoardSort
from trimtab.stores.sql.store import open_store
from trimtab.stores.sql.web_store import WebStore, open_web_store

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ADA = Person(
    *("ada", "Ada", Right.APPROVE, frozenset({"smith", "rivera"}), AT, "ada@example.org"),
    password="hash",
)
SESSION = WebSession("h1", "ada", Via.PASSWORD, AT, AT, LATER, LATER, True, "10.0.0.1", "Firefox")
TOKEN = ApiToken("t1", "h2", "ada", "sheet", Right.VIEW, frozenset({"smith"}), AT, LATER)
KEY = Passkey("k1", "ada", "public", 3, "ring", AT)
LINK = OneTime("h3", OneTimeKind.INVITE, "ada", LATER, "data")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    is_sqlite = request.param == "sqlite"
    url = str(tmp_path / "web.db") if is_sqlite else request.getfixturevalue("postgres_url")
    opened = open_web_store(url)
    yield opened
    opened.close()


def test_it_lies_in_the_live_services_database_as_well_as_in_its_own(tmp_path):
    live = open_store(tmp_path / "live.db")
    web = open_web_store(tmp_path / "live.db")
    web.people.add(ADA)
    assert live.households() == ()
    assert web.people.any()
    assert web.name.endswith("live.db")
    web.close()
    live.close()


# People


def test_a_right_includes_those_before_it():
    assert rights_up_to(Right.VIEW) == {Right.VIEW}
    assert rights_up_to(Right.TRADE) == {Right.VIEW, Right.RUN, Right.TRADE}
    assert rights_up_to(Right.ADMIN) == set(Right)


def test_a_person_comes_back_as_they_were_kept(store):
    assert not store.people.any()
    store.people.add(ADA)
    everywhere, nowhere = (
        replace(ADA, name=name, households=among, email="", issued=f"iss|{name}")
        for name, among in (("bob", None), ("cy", frozenset()))
    )
    for one in (everywhere, nowhere):
        store.people.add(one)
    assert store.people.all() == (ADA, everywhere, nowhere)
    assert store.people.named("ada") == ADA
    assert store.people.named("Ada") is None
    assert store.people.with_email("ADA@EXAMPLE.ORG") == (ADA,)
    assert store.people.issued("iss|bob") == everywhere
    assert store.people.issued("") is None
    with pytest.raises(InputError, match="one of this name already"):
        store.people.add(replace(ADA, shown="Another"))


def test_what_a_person_may_and_how_they_sign_in_changes(store):
    store.people.add(ADA)
    store.people.set_scope("ada", Right.ADMIN, None, True)
    store.people.set_password("ada", "another")
    store.people.set_totp("ada", "sealed", 7)
    store.people.set_issued("ada", "iss|1")
    assert store.people.named("ada") == replace(
        ADA, right=Right.ADMIN, households=None, is_off=True, password="another", totp="sealed",
        totp_step=7, issued="iss|1",
    )  # fmt: skip
    assert "another" not in repr(store.people.named("ada"))


def test_of_many_who_use_the_same_code_at_once_one_gets_through(store):
    store.people.add(ADA)
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: store.people.use_totp_step("ada", 5), range(8)))
    assert sorted(used) == [False] * 7 + [True]
    assert not store.people.use_totp_step("ada", 4)
    assert store.people.use_totp_step("ada", 6)


def test_a_removed_person_leaves_nothing_behind_but_the_audit(store):
    fill(store)
    store.audit.add(AuditRecord(AT, "ada", "login", "password", Outcome.DONE))
    for name, person in (("w1", "ada"), ("w2", "eve")):
        hook = Webhook(name, person, "https://hooks.example", "sealed", None, None, AT)
        store.hooks.add(hook)
        store.hooks.send(name, "live", "{}", AT)
    store.kept_answers.begin(KeptAnswer("ada", "key", "hash", AT))
    assert store.people.remove("ada")
    assert [one.id for one in store.hooks.all()] == ["w2"]
    assert [one.webhook for one in store.hooks.due(LATER, 9)] == ["w2"]
    assert store.kept_answers.begin(KeptAnswer("ada", "key", "other", AT)) is None
    assert not store.people.remove("ada")
    assert store.passkeys.of("ada") == ()
    assert store.sessions.of("ada") == ()
    assert store.tokens.of("ada") == ()
    assert store.one_times.look("h3", OneTimeKind.INVITE, AT) is None
    assert store.audit.count() == 1


def fill(store: WebStore) -> None:
    store.people.add(ADA)
    store.passkeys.add(KEY)
    store.sessions.add(SESSION)
    store.tokens.add(TOKEN)
    store.one_times.add(LINK, AT)


def test_a_passkey_is_used_with_the_count_that_it_was_checked_against(store):
    fill(store)
    with pytest.raises(InputError, match="registered already"):
        store.passkeys.add(replace(KEY, person="eve"))
    assert store.passkeys.find("k1") == KEY
    assert store.passkeys.used("k1", 3, 4, LATER)
    assert not store.passkeys.used("k1", 3, 5, LATER)
    assert store.passkeys.of("ada") == (replace(KEY, sign_count=4, used_at=LATER),)
    assert not store.passkeys.remove("eve", "k1")
    assert store.passkeys.remove("ada", "k1")
    assert store.passkeys.find("k1") is None


# Sessions, tokens, what is good once


def test_a_session_is_found_with_its_person_as_they_are_now(store):
    fill(store)
    assert store.sessions.find("h1") == (SESSION, ADA)
    assert store.sessions.find("h0") is None
    store.people.set_scope("ada", Right.VIEW, None, False)
    found = store.sessions.find("h1")
    assert found is not None
    assert found[1] == replace(ADA, right=Right.VIEW, households=None)
    store.sessions.add(replace(SESSION, hash="h9", person="owner", via=Via.LOCAL))
    assert store.sessions.find("h9") == (
        *(replace(SESSION, hash="h9", person="owner", via=Via.LOCAL), None),
    )


def test_a_renewed_session_is_known_by_its_new_token_alone(store):
    fill(store)
    fresh = LATER + timedelta(minutes=10)
    assert store.sessions.renew("h1", "h8", fresh, True)
    assert not store.sessions.renew("h1", "h7", fresh, True)
    assert store.sessions.find("h1") is None
    store.sessions.seen("h8", LATER)
    assert store.sessions.of("ada") == (
        *(replace(SESSION, hash="h8", fresh_until=fresh, seen_at=LATER),),
    )


def test_sessions_end_one_by_one_all_at_once_and_in_time(store):
    for name, person in (("a", "ada"), ("b", "ada"), ("c", "ada"), ("d", "eve")):
        store.sessions.add(replace(SESSION, hash=name, person=person))
    assert store.sessions.end("a")
    assert not store.sessions.end("a")
    assert store.sessions.end_all("ada", but="c") == 1
    assert [one.hash for one in store.sessions.of("ada")] == ["c"]
    store.sessions.clear(LATER)
    assert store.sessions.of("eve") == ()


def test_a_token_is_found_with_its_person_and_revoked_by_them_alone(store):
    fill(store)
    assert store.tokens.find("h2") == (TOKEN, ADA)
    store.tokens.used("t1", LATER)
    assert not store.tokens.revoke("eve", "t1", LATER)
    assert store.tokens.revoke("ada", "t1", LATER)
    assert not store.tokens.revoke("ada", "t1", LATER)
    assert store.tokens.of("ada") == (replace(TOKEN, used_at=LATER, revoked_at=LATER),)


def test_what_is_good_once_is_taken_by_one_of_many(store):
    store.one_times.add(LINK, AT)
    assert store.one_times.look("h3", OneTimeKind.INVITE, AT) == LINK
    assert store.one_times.take("h3", OneTimeKind.FIRST, AT) is None
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(lambda _: store.one_times.take("h3", OneTimeKind.INVITE, AT), range(8))
        )
    assert [one for one in taken if one is not None] == [LINK]


def test_what_is_good_once_is_over_in_time_and_when_it_is_forgotten(store):
    store.one_times.add(LINK, AT)
    assert store.one_times.look("h3", OneTimeKind.INVITE, LATER) is None
    assert store.one_times.take("h3", OneTimeKind.INVITE, LATER) is None
    store.one_times.add(LINK, AT)
    store.one_times.forget("ada", OneTimeKind.FIRST)
    assert store.one_times.look("h3", OneTimeKind.INVITE, AT) == LINK
    store.one_times.forget("ada", OneTimeKind.INVITE)
    assert store.one_times.look("h3", OneTimeKind.INVITE, AT) is None


def test_tries_are_counted_over_a_window_however_many_come_at_once(store):
    window = timedelta(minutes=15)
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: store.attempts.note("ada", AT, window), range(8)))
    assert sorted(counts) == [*range(1, 9)]
    assert store.attempts.note("eve", AT, window) == 1
    assert store.attempts.note("ada", AT + window, window) == 1
    store.attempts.forget("ada")
    assert store.attempts.note("ada", AT + window, window) == 1


def test_who_goes_on_trying_is_counted_no_further_and_who_comes_in_is_taken_back(store):
    window = timedelta(minutes=15)
    counts = [store.attempts.note("ada", AT, window, 3) for _ in range(8)]
    assert counts == [1, 2, 3, 4, 4, 4, 4, 4]
    store.attempts.note("eve", AT, window)
    store.attempts.take_back("ada")
    store.attempts.take_back("nobody")
    assert store.attempts.note("ada", AT, window) == 4
    assert store.attempts.note("eve", AT, window) == 2


# Audit


def record(who: str, what: str, household: str = "", outcome: Outcome = Outcome.DONE):
    return AuditRecord(AT, who, what, "s", outcome, household, "10.0.0.1", {"why": "ünï"})


def test_the_audit_is_read_by_who_what_and_household_the_newest_first(store):
    for one in (
        *(record("ada", "login"), record("ada", "approve", "smith")),
        *(record("eve", "login", outcome=Outcome.FAILED), record("eve", "approve", "rivera")),
    ):
        store.audit.add(one)
    found = store.audit.page(10)
    assert [one.number for one in found] == sorted((one.number for one in found), reverse=True)
    assert replace(found[0], number=0) == record("eve", "approve", "rivera")
    assert len(store.audit.page(10, before=found[1].number)) == 2
    assert {one.what for one in store.audit.page(10, who="ada")} == {"login", "approve"}
    assert [one.who for one in store.audit.page(10, what="approve")] == ["eve", "ada"]
    assert [one.who for one in store.audit.page(10, outcome=Outcome.FAILED)] == ["eve"]
    smith = frozenset({"smith"})
    assert [one.who for one in store.audit.page(10, among=smith)] == ["ada"]
    assert (store.audit.count(), store.audit.count(smith)) == (4, 1)
    with store.audit.chained(smith) as (end, records):
        assert [one.record.number for one in records] == [2]
        assert end.count == 4


@pytest.mark.parametrize("words", ["UPDATE audit SET who = 'eve'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_audit(store, words):
    store.audit.add(record("ada", "login"))
    with pytest.raises(DBAPIError, match="only ever added"), store.engine.begin() as connection:
        connection.execute(text(words))
    assert store.audit.page(1)[0].who == "ada"


def test_a_database_that_is_made_is_its_owners_alone(tmp_path):
    opened = open_web_store(tmp_path / "web.db")
    opened.audit.add(record("ada", "login"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    opened.close()
    assert "web.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_every_record_is_chained_to_the_one_before_it(store):
    assert store.audit.check() == AuditCheck((), 0, EMPTY)
    for who in ("ada", "eve", "ünï"):
        store.audit.add(record(who, "login"))
    check = store.audit.check()
    assert check.is_whole
    assert (check.count, check.head.count) == (3, 3)
    with store.audit.chained() as (end, records):
        told = list(records)
    assert end == check.head
    assert [one.record.number for one in told] == [1, 2, 3]
    assert [one.previous for one in told] == [EMPTY.hash, *(one.hash for one in told[:2])]
    assert store.audit.check(told[0].hash).is_whole
    assert codes(store.audit.check("0" * 64)) == ["audit_rewritten"]


def codes(check: AuditCheck) -> list[str]:
    return [one.code for one in check.findings]


TAMPERED = [
    # what somebody who may change the database does, the codes of what is found
    (["UPDATE audit SET who = 'eve' WHERE number = 2"], ["audit_altered"]),
    (["UPDATE audit SET details = '{}' WHERE number = 4"], ["audit_altered"]),
    (["DELETE FROM audit WHERE number = 2"], ["audit_removed"]),
    (["DELETE FROM audit WHERE number IN (2, 3)"], ["audit_removed"]),
    (["DELETE FROM audit WHERE number = 1"], ["audit_removed"]),
    (["DELETE FROM audit WHERE number = 4"], ["audit_cut"]),
    (["DELETE FROM audit"], ["audit_cut"]),
    (["UPDATE audit_end SET count = 3"], ["audit_cut"]),
    (
        ["DELETE FROM audit WHERE number = 4", "UPDATE audit_end SET count = 3"],
        ["audit_cut"],
    ),
    (
        ["DELETE FROM audit WHERE number = 2", "UPDATE audit SET number = 2 WHERE number = 3"],
        ["audit_altered", "audit_removed"],
    ),
]


@pytest.mark.parametrize(("acts", "found"), TAMPERED)
def test_whatever_somebody_does_to_the_database_shows(store, acts, found):
    for who in ("ada", "bo", "eve", "zoe"):
        store.audit.add(record(who, "login"))
    is_sqlite = store.engine.dialect.name == "sqlite"
    unlocked = ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
    if not is_sqlite:
        unlocked = ["ALTER TABLE audit DISABLE TRIGGER audit_only_added"]
    with store.engine.begin() as connection:
        for words in (*unlocked, *acts):
            connection.execute(text(words))
    found_codes = codes(store.audit.check())
    if not is_sqlite:  # the same database serves the next test
        with store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit ENABLE TRIGGER audit_only_added"))
    assert found_codes == found


def test_records_that_come_at_once_are_one_chain(store):
    other = open_web_store(store.engine.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(8) as pool:
        adds = [
            pool.submit((store, other)[number % 2].audit.add, record(f"p{number}", "login"))
            for number in range(40)
        ]
        for one in adds:
            one.result()
    other.close()
    check = store.audit.check()
    assert check.is_whole
    assert check.count == 40


# Board


def summary(number: int, **more) -> Summary:
    name = f"h{number:03}"
    made = Summary(name, f"Name {number}", AT, Decimal(number) * 1000, drift=number / 1000)
    return replace(made, **more)


def test_rows_of_the_board_are_replaced_and_come_back_as_they_were(store):
    flags = frozenset({BoardFlag.CASH_HIGH, BoardFlag.WAITING})
    one = summary(
        1, flags=flags, band=0.05, farthest="VTI", cash=0.12, harvest=Decimal("1234.56"),
        words="Cash waits", currency="EUR", value=Decimal("1234567890.12"),
    )  # fmt: skip
    store.board.put([summary(1), summary(2)])
    store.board.put([one])
    assert store.board.of("h001") == one
    assert store.board.of("h009") is None
    assert store.board.count() == 2
    store.board.put([])
    store.board.remove(["h001"])
    assert store.board.page(10) == (summary(2),)


def test_the_board_is_filtered_sorted_paged_and_counted_by_the_database(store):
    odd = frozenset({BoardFlag.OUT_OF_BAND})
    both = odd | {BoardFlag.BROKEN}
    rows = [
        summary(number, flags=both if number % 10 == 1 else odd if number % 2 else frozenset())
        for number in range(1, 1_201)
    ]
    store.board.put(rows)
    page = store.board.page(3, 3, flags=[BoardFlag.OUT_OF_BAND])
    assert [one.household for one in page] == ["h1005", "h1007", "h1009"]
    assert store.board.count(flags=[BoardFlag.OUT_OF_BAND, BoardFlag.BROKEN]) == 120
    assert [
        one.household for one in store.board.page(2, sort=BoardSort.DRIFT, descending=True)
    ] == [*("h1200", "h1199")]
    assert store.board.page(5, words="name 77")[0].household == "h077"
    assert store.board.count(words="NAME 77") == 11
    assert store.board.count(words="100%") == 0
    among = frozenset({"h001", "h002"})
    assert store.board.counts(among) == {flag: int(flag in both) for flag in BoardFlag}
    assert store.board.counts()[BoardFlag.OUT_OF_BAND] == 600
    assert sorted(store.board.drifts(among)) == [("h001", 0.001, 0.0), ("h002", 0.002, 0.0)]
    assert store.board.page(5, among=frozenset()) == ()


# Webhooks and kept answers


def test_events_go_to_a_webhook_once_by_one_of_many(store):
    hook = Webhook(
        "w1", "ada", "https://example.org/hook", "sealed", None, frozenset({"smith"}), AT
    )
    store.hooks.add(hook)
    assert store.hooks.all() == (hook,)
    number = store.hooks.send("w1", "approval", "{}", AT)
    (due,) = store.hooks.due(AT, 10)
    assert (due.number, due.body, due.attempts) == (number, "{}", 0)
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda _: store.hooks.claim(due, LATER), range(8)))
    assert sorted(claimed) == [False] * 7 + [True]
    assert store.hooks.due(AT, 10) == ()
    store.hooks.settle(number, DeliveryState.DONE, LATER, "200")
    assert store.hooks.due(LATER, 10) == ()
    (done,) = store.hooks.deliveries("w1", 5)
    assert (done.state, done.answer, done.attempts) == (DeliveryState.DONE, "200", 1)
    store.hooks.switch("w1", True)
    assert store.hooks.find("w1") == replace(hook, is_off=True)
    assert store.hooks.remove("w1")
    assert store.hooks.deliveries("w1", 5) == ()


def test_a_request_with_a_key_is_begun_once_by_one_of_many(store):
    asked = KeptAnswer("ada", "k", "hash", AT)
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: store.kept_answers.begin(asked), range(8)))
    assert [one for one in begun if one is None] == [None]
    store.kept_answers.finish("ada", "k", 201, '{"id":1}')
    assert store.kept_answers.begin(replace(asked, request_hash="other")) == replace(
        asked, status=201, body='{"id":1}'
    )
    assert store.kept_answers.begin(replace(asked, principal="eve")) is None
    store.kept_answers.forget("ada", "k")
    assert store.kept_answers.begin(asked) is None
    store.kept_answers.clear(LATER)
    assert store.kept_answers.begin(asked) is None
