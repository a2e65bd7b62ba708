"""`live.toml`: read strictly, and nothing in it may be a secret."""

from decimal import Decimal
from pathlib import Path

import pytest

from trimtab.app.live.links import add_links, remove_link
from trimtab.app.live.service_settings import AlertKind, Delivery
from trimtab.app.live.settings import BrokerAccount, LiveSettings, parse_live, read_live
from trimtab.model.errors import InputError, InputErrors

PLANTED = "k7Yp29QmZx81LwTr55Bn"


def test_without_the_file_nothing_is_linked_and_the_store_is_a_file_of_the_folder(
    tmp_path: Path,
) -> None:
    found = read_live(tmp_path)
    assert found.accounts == ()
    assert found.store_place == str(tmp_path / "live.db")


def test_all_that_the_file_says_is_read(tmp_path: Path) -> None:
    text = """\
[store]
url = "postgresql://ada@host/money"
[approvals]
needed = 2
people = ["ada", "ben"]
note_required = true
price_move = 0.05
[accounts.joint]
broker = "alpaca"
account = "PA3TEST"
connection = "second"
"""
    found = parse_live(text, tmp_path)
    assert found.store_place == "postgresql://ada@host/money"
    assert found.approvals.people == ("ada", "ben")
    assert found.approvals.price_move == Decimal("0.05")
    assert found.accounts == (BrokerAccount("joint", "alpaca", "second", {"account": "PA3TEST"}),)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('[accounts.a]\nbroker = "alpaca"\naccount = "A"\nkey = "x"\n', 4, "secret"),
        ('[accounts.a]\nbroker = "alpaca"\naccount = "A"\napi_secret = "x"\n', 4, "secret"),
        (f'[accounts.a]\nbroker = "alpaca"\naccount = "{PLANTED}"\n', 3, "secret"),
        ('[store]\nurl = "postgresql://ada:hunter2@host/money"\n', 2, "secret"),
        ('[accounts.a]\nbroker = "alpca"\n', 1, "there are paper"),
        ('[accounts.a]\nbroker = "paper"\nspeed = 3\n', 1, "no such setting"),
        ('[accounts.a]\nbroker = "paper"\nblock = "a b"\n', 1, "letters, digits and hyphens"),
        ('[accounts.a]\nbroker = "paper"\nblock = 3\n', 1, "letters, digits and hyphens"),
        ('[accounts.a]\nbroker = "alpaca"\naccount = "A"\npapr = true\n', 1, "paper"),
        ('[approvals]\nneeded = "two"\n', 2, "whole number"),
        ("[approvals]\nneeded = 0\n", 2, "at least one"),
        ("[approval]\nneeded = 1\n", 1, "approvals"),
        ('[store]\nurl = ""\n', 2, "a text"),
        ("[store\n", None, "breaks"),
        ("[sending]\ntrade_max = -5\n", 2, "an amount above zero"),
        ("[sending]\ndrawdown_max = 20\n", 2, "a fraction above 0 and below 1"),
        ('[sending]\nday_max = "much"\n', 2, "write a number"),
        ("[sending]\ntrade_mx = 5\n", 2, "trade_max"),
        ("[store]\nhousehold = 5\n", 2, "a text"),
    ],
)
def test_a_mistake_is_refused_with_its_line(
    text: str, line: int | None, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InputErrors, match=why) as refused:
        parse_live(text, tmp_path)
    assert refused.value.errors[0].line == line
    assert "hunter2" not in str(refused.value)
    assert PLANTED not in str(refused.value)


def test_links_are_added_and_taken_out_and_what_a_person_wrote_stays(tmp_path: Path) -> None:
    settings = LiveSettings(tmp_path)
    settings.path.write_text('# mine\n[store]\nurl = "other.db"  # here\n', encoding="utf-8")
    links = (BrokerAccount("joint"), BrokerAccount("ira", "alpaca", "", {"account": "PA3"}))
    add_links(read_live(tmp_path), links)
    assert read_live(tmp_path).accounts == links
    remove_link(read_live(tmp_path), "joint")
    assert read_live(tmp_path).accounts == links[1:]
    text = settings.path.read_text(encoding="utf-8")
    assert text.startswith('# mine\n[store]\nurl = "other.db"  # here\n')


def test_an_account_is_linked_once(tmp_path: Path) -> None:
    add_links(LiveSettings(tmp_path), (BrokerAccount("joint"),))
    with pytest.raises(InputError, match="holds it already"):
        add_links(read_live(tmp_path), (BrokerAccount("joint"),))
    with pytest.raises(InputError, match="no broker is linked"):
        remove_link(read_live(tmp_path), "ira")


def test_what_the_service_lives_by_is_read(tmp_path: Path) -> None:
    text = """\
[service]
run_after_open = 45
trade = false
[alerts]
channels = ["family", "phone_2"]
drift_warning = 0.02
weekly = "digest"
orders = "off"
"""
    found = parse_live(text, tmp_path)
    assert (found.service.run_after_open, found.service.trade) == (45, False)
    assert found.alerts.channels == ("family", "phone_2")
    assert (found.alerts.drift_warning, found.alerts.drift_critical) == (0.02, 0.05)
    assert found.alerts.how(AlertKind.WEEKLY) is Delivery.DIGEST
    assert found.alerts.how(AlertKind.ORDERS) is Delivery.OFF
    assert found.alerts.how(AlertKind.DEAD_MAN) is Delivery.ON


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[alerts]\ndrift_warning = 3\n", 2, "fraction"),
        ("[alerts]\ndrift_warning = 0.09\n", 2, "not above the critical one"),
        ('[alerts]\nweekly = "never"\n', 2, "on, digest, off"),
        ('[alerts]\nchannels = ["https://hooks.example.org/x"]\n', 2, "never written here"),
        (f'[alerts]\nchannels = ["slack://{PLANTED}"]\n', 2, "secret"),
        ("[alerts]\ndrift = 0.03\n", 2, "a text"),
        ("[alerts]\nweakly = 1\n", 2, "weekly"),
        ("[service]\nrun_after_open = 400\n", 2, "0 to 180"),
        ('[service]\ntrade = "no"\n', 2, "true or false"),
        ("[service]\nlook = 3\n", 2, "look_seconds"),
    ],
)
def test_a_mistake_about_the_service_is_refused_with_its_line(
    text: str, line: int, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InputErrors, match=why) as refused:
        parse_live(text, tmp_path)
    assert refused.value.errors[0].line == line
    assert PLANTED not in str(refused.value)


def test_what_is_held_against_orders_is_read(tmp_path: Path) -> None:
    text = "[sending]\ntrade_max = 50_000\nday_max = 200000.5\ndrawdown_max = 0.25\n"
    found = parse_live(text, tmp_path).sending
    assert (found.trade_max, found.day_max) == (50_000, Decimal("200000.5"))
    assert found.drawdown_max == Decimal("0.25")
    assert parse_live("", tmp_path).sending.trade_max is None


def test_the_path_of_a_store_is_no_secret(tmp_path: Path) -> None:
    text = '[store]\nurl = "~/savings-of-2026/in-one-place/live1.db"\n'
    assert parse_live(text, tmp_path).is_shared
