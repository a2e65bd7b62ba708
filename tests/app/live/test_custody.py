"""Positions from a broker's file or another way: whole, fresh, and of the account that is meant."""

import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import LONG_PRICES, MANDATE, write_household
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.custody import broker_positions, file_positions
from trimtab.app.live.links import add_links
from trimtab.app.live.settings import BrokerAccount, LiveSettings, parse_live, read_live
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.model.brokers import BrokerError, BrokerState, Trouble
from trimtab.model.errors import InputErrors

D = Decimal
NOW = datetime(2022, 10, 11, 15, 0, tzinfo=UTC)
TABLE = "account,symbol,quantity,market value\njoint,VTI,100,9300\njoint,CASH,1500.25,1500.25\n"
LINK = BrokerAccount(
    "joint",
    "ibkr_fix",
    settings={"account": "U1", "host": "127.0.0.1", "port": 1, "sender": "A", "folder": "fix"},
    positions="positions.csv",
)
FIX = """\
[accounts.joint]
broker = "fix"
account = "U1"
host = "127.0.0.1"
port = 1
sender = "A"
target = "B"
folder = "fix"
"""


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    folder = write_household(tmp_path / "house", MANDATE, prices=LONG_PRICES)
    return load_folder(folder, date(2022, 10, 11))


def shown(
    loaded: LoadedHousehold, text: str = TABLE, written: datetime = NOW, now: datetime = NOW
) -> BrokerState:
    path = loaded.folder / "positions.csv"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (written.timestamp(), written.timestamp()))
    return file_positions(LINK, path, loaded, nyse_sessions(), lambda: now)()


def test_a_table_of_positions_is_the_account_at_the_moment_it_was_written(loaded):
    state = shown(loaded, written=NOW - timedelta(hours=2))
    assert [(one.instrument, one.quantity) for one in state.positions] == [("VTI", D(100))]
    assert [(one.currency, one.settled) for one in state.cash] == [("USD", D("1500.25"))]
    assert (state.at, state.is_complete) == (NOW - timedelta(hours=2), True)
    assert "positions.csv" in state.notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<html>maintenance</html>", "cannot be read"),
        (TABLE.replace("100,9300", "NaN,9300"), "positions.csv"),
        (TABLE.replace("joint", "ira").replace("ira,CASH", "other,CASH"), "no row of it"),
    ],
)
def test_a_file_that_is_not_this_account_whole_proves_nothing(loaded, text, why):
    with pytest.raises(BrokerError, match=why) as caught:
        shown(loaded, text)
    assert caught.value.trouble is Trouble.UNREADABLE
    assert "download" in caught.value.remedy


def test_a_file_that_is_not_there_says_so(loaded):
    ask = file_positions(LINK, loaded.folder / "no.csv", loaded, nyse_sessions(), lambda: NOW)
    with pytest.raises(BrokerError, match=r"no\.csv cannot be read"):
        ask()


def test_an_old_file_is_not_taken_for_the_account(loaded):
    assert shown(loaded, written=NOW - timedelta(days=3)).is_complete
    with pytest.raises(BrokerError, match="at most 4 days old"):
        shown(loaded, written=NOW - timedelta(days=5))


def test_a_file_is_never_of_a_moment_after_it_was_written(loaded):
    early = datetime.combine(NOW.date(), time(12), UTC)
    assert shown(loaded, written=early).at == early
    assert shown(loaded, written=NOW + timedelta(days=1)).at == NOW


def test_another_way_to_the_account_is_opened_once_and_asked_each_time():
    class Other:
        asked: list[str] = []  # noqa: RUF012

        def open(self) -> str:
            self.asked.append("open")
            return "opened"

        def state(self) -> str:
            self.asked.append("state")
            return "state"

    other = Other()
    ask = broker_positions(other)  # type: ignore[arg-type]
    assert [ask(), ask(), ask()] == ["opened", "state", "state"]
    assert other.asked == ["open", "state", "state"]


def test_a_link_names_its_files_or_another_way(tmp_path: Path) -> None:
    text = FIX + 'quotes = "quotes.csv"\npositions = "positions.csv"\n'
    (found,) = parse_live(text, tmp_path).accounts
    assert (found.quotes, found.positions) == ("quotes.csv", "positions.csv")
    other = '[accounts.joint.positions]\nbroker = "ibkr"\naccount = "U1"\n'
    (found,) = parse_live(FIX + other, tmp_path).accounts
    assert found.positions == BrokerAccount("joint", "ibkr", settings={"account": "U1"})


def test_what_a_link_says_is_written_and_read_back(tmp_path: Path) -> None:
    link = parse_live(FIX + 'quotes = "q.csv"\npositions = "p.csv"\n', tmp_path).accounts[0]
    add_links(LiveSettings(tmp_path), (link,))
    assert read_live(tmp_path).accounts == (link,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[accounts.a]\nbroker = "alpaca"\naccount = "A"\npositions = "p.csv"\n', "itself"),
        ('[accounts.a]\nbroker = "paper"\nquotes = 3\n', "a text"),
        (FIX + "positions = 3\n", "the name of a file"),
        (FIX + FIX.replace("accounts.joint", "accounts.ira"), "session is that of joint"),
        (FIX + '[accounts.joint.positions]\nbroker = "ibkrr"\n', "there are paper"),
    ],
)
def test_a_link_that_cannot_be_is_refused(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=why):
        parse_live(text, tmp_path)
