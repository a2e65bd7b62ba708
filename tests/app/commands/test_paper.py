"""`trimtab paper serve` as a process: it prints its keys, trades, and goes on after a kill."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, TimeInForce
from alpaca.trading.requests import MarketOrderRequest

from tests.app.commands_run import BAD_INPUT, run
from tests.app.folders import AS_OF, LONG_PRICES, write_household
from trimtab.app.household import load_folder
from trimtab.app.live.wiring import paper_file
from trimtab.app.paper_accounts import household_tape, paper_market
from trimtab.brokers.paper.sessions import nyse_sessions

NEW_YORK = ZoneInfo("America/New_York")
FROM = "2022-09-01"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_household(tmp_path / "home", prices=LONG_PRICES)


@contextmanager
def serving(home: Path, *options: str) -> Iterator[dict[str, Any]]:
    """The command in a process of its own, killed without a warning at the end."""
    code = "from trimtab.app.cli import main; main()"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            code,
            "paper",
            "serve",
            str(home),
            "--port",
            "0",
            "--json",
            *options,
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TRIMTAB_PAPER_SECRET": "sesame"},
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def client_of(served: dict[str, Any], account: str = "joint") -> TradingClient:
    key = f"paper-{account}"
    return TradingClient(key, served["keys"][key], url_override=served["url"])


def buy(quantity: int) -> MarketOrderRequest:
    return MarketOrderRequest(
        symbol="VTI", qty=quantity, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )


def moved(client: TradingClient, served: dict[str, Any], to: str) -> None:
    """Set the clock through the control interface, which has no version in its path."""
    response = client._session.post(
        served["url"] + "/paper/clock",
        json={"to": datetime.fromisoformat(to).replace(tzinfo=NEW_YORK).isoformat()},
        headers={"APCA-API-KEY-ID": client._api_key, "APCA-API-SECRET-KEY": client._secret_key},
    )
    assert response.status_code == 200, response.text


def test_a_household_trades_on_paper_and_a_kill_loses_nothing(home):
    with serving(home, "--from", FROM, "--speed", "0") as served:
        client = client_of(served)
        assert client.get_clock().is_open is False
        assert {one.symbol: one.qty for one in client.get_all_positions()} == {
            "VTI": "100", "BND": "50",
        }  # fmt: skip
        order = client.submit_order(buy(3))
        moved(client, served, f"{FROM}T10:00")
        filled = client.get_order_by_id(order.id)
        assert filled.filled_qty == "3"
        cash = client.get_account().cash
        assert client_of(served, "ira").get_account().cash == "0"
    with serving(home, "--from", FROM, "--speed", "0") as served:
        client = client_of(served)
        assert client.get_clock().is_open is True
        assert client.get_order_by_id(order.id) == filled
        assert client.get_account().cash == cash


def test_a_day_before_the_prices_is_refused(home):
    result = run("paper", "serve", home, "--from", "2001-01-02", "--port", "0")
    assert result.exit_code == BAD_INPUT
    assert "2001" in result.stderr


def test_a_household_file_that_is_no_account_is_refused(home):
    path = paper_file(home, "joint")
    path.write_text("not a database at all, " * 50)
    result = run("paper", "serve", home, "--from", FROM, "--port", "0")
    assert result.exit_code == BAD_INPUT
    assert "paper-joint.db" in result.stderr


def test_by_the_real_clock_the_last_close_is_the_price(home):
    loaded, sessions = load_folder(home, date.fromisoformat(AS_OF)), nyse_sessions()
    moment = sessions.after(date(2022, 10, 11), 0).opens
    tape = household_tape(loaded, sessions)
    desk = paper_market(loaded, "joint", tape, sessions).desk(lambda: moment)
    with desk.now() as (engine, _):
        assert engine.book.marks["VTI"].at == moment
        expected = loaded.feed.latest(["VTI"], date(2022, 10, 10))["VTI"].amount
        assert engine.book.marks["VTI"].last == expected
        assert engine.rules.terms.fractional is False
    desk.close()
