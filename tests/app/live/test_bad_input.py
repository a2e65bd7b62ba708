"""Whatever a broker, a clock, a disk or a second service does: it is told, and no order leaves."""

import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.app.live.bad_world import Spoil, World, cut_short, instead, with_field, world
from tests.brokers.fake_alpaca import KEY, SECRET
from trimtab.app.live.service import open_service
from trimtab.stores.sql import engine, schema

HTML = instead("<html><body>Service unavailable</body></html>", kind="text/html")
DENIED = instead('{"code": 40310000, "message": "the token may only read"}', 403)
EXPIRED = instead('{"code": 40110000, "message": "request is not valid"}', 401)
UNKNOWN = instead('{"code": 40410000, "message": "asset not found"}', 404)
ACCOUNT, POSITIONS, ORDERS = "GET /v2/account", "GET /v2/positions", "GET /v2/orders"
NOT_WHOLE = "Not compared: the broker's answer is not whole: what is absent from it is not flat"
NO_JSON = "it answered 200 with something else than JSON"
AUTOMATIC = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n") + (
    '\n[trading]\napproval_above = "never"\n'
)


@pytest.fixture
def at_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("TRIMTAB_ALPACA_KEY", KEY)
    monkeypatch.setenv("TRIMTAB_ALPACA_SECRET", SECRET)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with world(tmp_path / "house") as made:
        monkeypatch.setattr("trimtab.app.live.clocks.clock_on", lambda *_: made.clock)
        yield made


def ran(folder: Path) -> tuple[int, str]:
    """The exit code of a run, and all that it said in one line."""
    result = run("run", "--once", folder, "--wait", "5")
    return result.exit_code, " ".join((result.stdout + result.stderr).split())


def test_orders_leave_where_nothing_is_wrong(at_broker: World) -> None:
    code, said = ran(at_broker.folder)
    assert code == DONE, said
    assert at_broker.sent > 0


@pytest.mark.parametrize(
    ("path", "spoil", "code", "words"),
    [
        (ACCOUNT, EXPIRED, FINDINGS, "Not compared: Alpaca"),
        (ACCOUNT, HTML, FINDINGS, NO_JSON),
        (ACCOUNT, cut_short, FINDINGS, NO_JSON),
        (ACCOUNT, with_field("cash", "1.5e3"), FINDINGS, "cash is '1.5e3', not a plain decimal"),
        (ACCOUNT, with_field("cash", "NaN"), FINDINGS, "cash is 'NaN', not a plain decimal"),
        (ACCOUNT, with_field("cash", "-1500"), FINDINGS, "the broker shows -1,500.00"),
        (ACCOUNT, with_field("account_number", "PA9OTHER"), FINDINGS, "belongs to PA9OTHER"),
        (ACCOUNT, with_field("trading_blocked", True), DONE, "Alpaca lets nothing be traded"),
        (ACCOUNT, instead("{}", 500), FINDINGS, "it answered 500"),
        ("GET /v2/clock", HTML, FINDINGS, NO_JSON),
        ("GET /v2/clock", cut_short, FINDINGS, NO_JSON),
        (POSITIONS, HTML, FINDINGS, NOT_WHOLE),
        (POSITIONS, cut_short, FINDINGS, NOT_WHOLE),
        (POSITIONS, with_field("qty", "1e2"), FINDINGS, "VTI is '1e2', not a plain decimal"),
        (POSITIONS, with_field("qty", "many"), FINDINGS, "VTI is 'many', not a plain decimal"),
        (POSITIONS, with_field("qty", "-100"), FINDINGS, "VTI is -100, below zero, and held long"),
        (POSITIONS, with_field("qty", "90"), FINDINGS, "the books hold 100, the broker shows 90"),
        (ORDERS, HTML, FINDINGS, NOT_WHOLE),
        (ORDERS, cut_short, FINDINGS, NOT_WHOLE),
        ("GET /v2/stocks/quotes/latest", HTML, BAD_INPUT, NO_JSON),
        ("GET /v2/stocks/quotes/latest", cut_short, BAD_INPUT, NO_JSON),
    ],
)
def test_a_broker_that_cannot_be_believed_gets_no_order(
    at_broker: World, path: str, spoil: Spoil, code: int, words: str
) -> None:
    at_broker.spoiled = {path: spoil}
    got, said = ran(at_broker.folder)
    assert words in said
    assert got == code, said
    assert at_broker.sent == 0


def test_a_symbol_that_the_broker_does_not_know_is_not_ordered(at_broker: World) -> None:
    at_broker.spoiled = {"GET /v2/assets/VTI": UNKNOWN, "GET /v2/assets/BND": UNKNOWN}
    _, said = ran(at_broker.folder)
    assert "the broker does not trade it" in said
    assert at_broker.sent == 0


def test_an_instrument_that_the_broker_answers_nonsense_about_is_left_out(
    at_broker: World,
) -> None:
    at_broker.spoiled = {"GET /v2/assets/VTI": HTML}
    _, said = ran(at_broker.folder)
    assert NO_JSON in said
    assert "VTI" not in {one["symbol"] for one in at_broker.fake.orders.values()}


def test_a_token_that_may_only_read_leaves_no_order(at_broker: World) -> None:
    at_broker.spoiled = {"POST /v2/orders": DENIED}
    _, said = ran(at_broker.folder)
    assert "the broker refused it: the token may only read" in said
    assert not at_broker.fake.orders


def test_wrong_credentials_are_told_and_not_shown(
    at_broker: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIMTAB_ALPACA_SECRET", "planted-wrong-secret-77")
    code, said = ran(at_broker.folder)
    assert code == FINDINGS
    assert "Not compared: Alpaca" in said
    assert "planted-wrong-secret-77" not in said
    assert at_broker.sent == 0
    monkeypatch.delenv("TRIMTAB_ALPACA_SECRET")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    code, said = ran(at_broker.folder)
    assert code == BAD_INPUT
    assert "TRIMTAB_ALPACA_SECRET" in said


@pytest.mark.parametrize("minutes", [-5, 5])
def test_clocks_five_minutes_apart_stop_everything(at_broker: World, minutes: int) -> None:
    at_broker.clock_off = timedelta(minutes=minutes)
    code, said = ran(at_broker.folder)
    assert code == FINDINGS
    assert "at most 30 seconds apart. Set the clock by a time server" in said
    assert at_broker.sent == 0


def test_a_database_that_another_writes_is_waited_for_and_told(
    at_broker: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT_SECONDS", 0.2)
    with open_service(at_broker.folder):
        pass
    with sqlite3.connect(at_broker.folder / "live.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        code, said = ran(at_broker.folder)
        other.execute("ROLLBACK")
    other.close()
    assert code == BAD_INPUT
    assert "another process has been writing for" in said
    assert at_broker.sent == 0


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ((schema.FORM, "r9999"), f"an older Trimtab made it, in form {schema.FORM}"),
        (("r0000",), f"a newer Trimtab made it, in form {schema.FORM}"),
    ],
)
def test_a_database_of_another_form_is_left_as_it_is(
    at_broker: World, monkeypatch: pytest.MonkeyPatch, forms: tuple[str, ...], words: str
) -> None:
    with open_service(at_broker.folder):
        pass
    monkeypatch.setattr(schema, "FORMS", forms)
    monkeypatch.setattr(schema, "FORM", forms[-1])
    code, said = ran(at_broker.folder)
    assert code == BAD_INPUT
    assert words in said
    assert at_broker.sent == 0


def test_a_file_that_is_no_database_is_left_as_it_is(at_broker: World) -> None:
    (at_broker.folder / "live.db").write_text("a letter to my daughter " * 100, encoding="utf-8")
    code, said = ran(at_broker.folder)
    assert code == BAD_INPUT
    assert "it is no SQLite database" in said
    assert at_broker.sent == 0


def test_of_two_services_on_one_database_the_second_does_nothing(at_broker: World) -> None:
    with open_service(at_broker.folder) as service, service.lease():
        code, said = ran(at_broker.folder)
    assert code == BAD_INPUT
    assert "works it; one process at a time" in said
    assert at_broker.sent == 0
    with open_service(at_broker.folder) as service:
        now = service.clock()
        assert service.store.lease(service.household, "elsewhere:7:/money", now, 600) is not None
    code, said = ran(at_broker.folder)
    assert code == BAD_INPUT
    assert "elsewhere:7:/money until" in said
    assert at_broker.sent == 0


LIMITED = """\
import resource, sys
from pathlib import Path
from trimtab.app.cli import main
folder, room = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
sys.exit(main(["run", "--once", str(folder)]))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="files have no limit here")
@pytest.mark.parametrize("room", [0, 4_096, 40_000])
def test_a_disk_that_is_full_is_told_and_what_was_done_is_whole(tmp_path: Path, room: int) -> None:
    """A file that may not grow is what a full disk is to a program."""
    house = write_household(tmp_path / "house", mandate=AUTOMATIC, prices=LONG_PRICES)
    assert run("broker", "add", "paper", house).exit_code == DONE
    called = [sys.executable, "-c", LIMITED, str(house), str(room)]
    full = subprocess.run(called, capture_output=True, text=True, timeout=120)
    said = " ".join((full.stdout + full.stderr).split())
    assert full.returncode == BAD_INPUT, said
    assert any(words in said for words in ("disk", "written", "lock cannot be made")), said
    assert "Traceback" not in said
    after = run("run", "--once", house, "--json")
    assert after.exit_code == DONE, after.output
    orders = json.loads(after.stdout)["orders"]
    assert "filled" in {one["state"] for one in orders}
    assert run("sync", house).exit_code == DONE
    assert run("journal", "verify", house).exit_code == DONE
