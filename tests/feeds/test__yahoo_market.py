"""Yahoo's rows of today become the market of their days."""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from trimtab.feeds.yahoo import Yahoo
from trimtab.model.errors import InputError

NEW_YORK = timezone(timedelta(hours=-4))
MONDAY, FRIDAY = date(2020, 8, 24), date(2020, 8, 28)

# Apple split 4 for 1 on 31 August 2020: Yahoo states all that was before in units of after.
APPLE = """
date        Open     Close    Volume  Dividends  Stock_Splits
2020-08-27  127.143  125.010  400     0.205      0
2020-08-28  126.012  124.808  440     0          0
2020-08-31  127.580  129.040  500     0          4
"""
SHELL = """
date        Open  Close  Volume  Dividends  Stock_Splits
2020-08-27  0     1200   90      12         0
2020-08-28  1190  1210   80      0          0
"""
POUND = """
date        Close
2020-08-25  1.25
2020-08-28  1.50
"""


def frame(table: str) -> dict[str, dict[datetime, float]]:
    header, *rows = [line.split() for line in table.strip().splitlines()]
    stamps = [datetime.fromisoformat(row[0]).replace(tzinfo=NEW_YORK) for row in rows]
    return {
        name.replace("_", " "): {on: float(row[at]) for on, row in zip(stamps, rows, strict=True)}
        for at, name in enumerate(header)
        if at > 0
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """A yfinance that knows Apple, Shell and the pound, and what it is asked."""
    known = {"AAPL": (APPLE, "USD"), "SHEL.L": (SHELL, "GBp"), "GBPUSD=X": (POUND, "USD")}
    requests: list[tuple[str, dict[str, Any]]] = []

    def ticker(symbol: str) -> Any:
        table, currency = known.get(symbol, ("date Close", None))

        def history(**request: Any) -> Any:
            requests.append((symbol, request))
            return frame(table)

        return SimpleNamespace(history=history, history_metadata={"currency": currency})

    monkeypatch.setitem(sys.modules, "yfinance", SimpleNamespace(Ticker=ticker))
    return requests


def test_prices_dividends_and_volumes_are_those_of_the_day(asked: list[Any]) -> None:
    history = Yahoo().market(["AAPL"], MONDAY, FRIDAY)  # the split is later, and counts
    assert [day.day for day in history.dates] == [27, 28]
    np.testing.assert_allclose(history.close[:, 0], [500.04, 499.232])
    np.testing.assert_allclose(history.open[:, 0], [508.572, 504.048])
    np.testing.assert_allclose(history.volume[:, 0], [100, 110])
    np.testing.assert_allclose(history.dividend[:, 0], [0.82, 0])
    assert (history.split == 1).all()
    ((_, request),) = asked
    assert "end" not in request
    assert (request["start"], request["auto_adjust"], request["actions"]) == (
        "2020-08-24", False, True
    )  # fmt: skip


def test_a_split_within_the_history_stands_on_its_day(asked: list[Any]) -> None:
    history = Yahoo().market(["AAPL"], MONDAY, date(2020, 8, 31))
    np.testing.assert_allclose(history.split[:, 0], [1, 1, 4])
    np.testing.assert_allclose(history.close[:, 0], [500.04, 499.232, 129.04])


def test_pence_become_pounds_and_then_dollars_of_the_day(asked: list[Any]) -> None:
    history = Yahoo().market(["SHEL.L", "AAPL"], MONDAY, FRIDAY)
    np.testing.assert_allclose(history.close[:, 0], [12.0 * 1.25, 12.1 * 1.5])
    np.testing.assert_allclose(history.dividend[:, 0], [0.12 * 1.25, 0])
    np.testing.assert_allclose(history.open[:, 0], [np.nan, 11.9 * 1.5])  # zero: nobody knows
    rate = [request for symbol, request in asked if symbol == "GBPUSD=X"]
    assert rate[0]["start"] == "2020-08-10"  # a rate stands for the days after it


def test_a_missing_rate_is_named(asked: list[Any]) -> None:
    with pytest.raises(InputError) as caught:
        Yahoo().market(["AAPL"], MONDAY, FRIDAY, "CHF")
    assert "currency USD of AAPL: there is no rate to CHF for 2020-08-27 and 1 day more" in str(
        caught.value
    )


def test_a_symbol_without_a_price_is_a_column_of_nan(asked: list[Any]) -> None:
    history = Yahoo().market(["NOPE", "AAPL"], MONDAY, FRIDAY)
    assert np.isnan(history.close[:, 0]).all()


def raising() -> Any:
    raise TimeoutError("timed out after 10 s")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (raising, "(TimeoutError: timed out after 10 s)"),
        (dict, "(KeyError: 'Close')"),
        (lambda: {"Close": frame(POUND)["Close"]}, "(KeyError: 'Open')"),
    ],
)
def test_a_bad_answer_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[], Any], message: str
) -> None:
    ticker = SimpleNamespace(history=lambda **_: answer(), history_metadata={"currency": "USD"})
    monkeypatch.setitem(sys.modules, "yfinance", SimpleNamespace(Ticker=lambda _: ticker))
    with pytest.raises(InputError) as caught:
        Yahoo().market(["AAPL"], MONDAY, FRIDAY)
    assert str(caught.value).startswith("Yahoo prices of AAPL: no usable answer " + message)
