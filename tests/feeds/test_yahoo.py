"""Yahoo against a stand-in for yfinance: what it is asked, and what becomes of bad answers."""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from trimtab.feeds.yahoo import Yahoo
from trimtab.model.errors import InputError

NEW_YORK = timezone(timedelta(hours=-4))
FRIDAY = date(2022, 10, 14)


class Stand:
    """A yfinance that answers every request in one way and remembers what it was asked."""

    def __init__(self, answer: Callable[[], Any], currency: str | None = "USD") -> None:
        self.answer, self.currency = answer, currency
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def Ticker(self, symbol: str) -> Any:  # noqa: N802  (yfinance's name)
        def history(**request: Any) -> Any:
            self.asked.append((symbol, request))
            return self.answer()

        return SimpleNamespace(history=history, history_metadata={"currency": self.currency})


def closes(*prices: float) -> Callable[[], Any]:
    days = [datetime(2022, 10, 14 - at, tzinfo=NEW_YORK) for at in reversed(range(len(prices)))]
    return lambda: {"Close": dict(zip(days, prices, strict=True))}


def raising(error: Exception) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stand]:
    def install(answer: Callable[[], Any], currency: str | None = "USD") -> Stand:
        made = Stand(answer, currency)
        monkeypatch.setitem(sys.modules, "yfinance", made)
        return made

    return install


def test_latest_asks_for_traded_closes_and_history_for_total_returns(stand: Any) -> None:
    yahoo = stand(closes(180.0, 181.1))
    Yahoo(timeout_seconds=3).latest(["VTI"], FRIDAY)
    Yahoo().history(["VTI"], FRIDAY, 252)
    (_, latest), (_, history) = yahoo.asked
    assert (latest["auto_adjust"], history["auto_adjust"]) == (False, True)
    assert latest["end"] == history["end"] == "2022-10-15"  # exclusive
    assert (latest["start"], history["start"]) == ("2022-09-30", "2021-09-17")
    assert latest["timeout"] == 3


@pytest.mark.parametrize(
    ("instrument", "symbol"),
    [("VTI", "VTI"), ("BRK.B", "BRK-B"), ("EURUSD", "EURUSD=X"), ("VOD.L", "VOD.L"), ("X", "X.DE")],
)
def test_an_id_becomes_yahoos_symbol(stand: Any, instrument: str, symbol: str) -> None:
    yahoo = stand(closes(1.0))
    Yahoo(symbols={"X": "X.DE"}).latest([instrument], FRIDAY)
    assert yahoo.asked[0][0] == symbol


def test_single_precision_noise_is_rounded_off(stand: Any) -> None:
    stand(closes(138.3800048828125))
    assert Yahoo().latest(["AAPL"], FRIDAY)["AAPL"].amount == Decimal("138.3800")


def test_prices_in_pence_become_pounds(stand: Any) -> None:
    stand(closes(98.5), currency="GBp")
    price = Yahoo().latest(["VOD.L"], FRIDAY)["VOD.L"]
    assert (price.amount, price.currency) == (Decimal("0.985"), "GBP")


def test_an_empty_answer_is_no_price(stand: Any) -> None:
    stand(closes())
    assert Yahoo().latest(["VTI"], FRIDAY) == {}
    assert Yahoo().history(["VTI"], FRIDAY, 5).dates == ()


def test_nan_is_a_day_without_a_price(stand: Any) -> None:
    stand(closes(180.0, float("nan")))
    assert Yahoo().latest(["VTI"], FRIDAY)["VTI"].on == date(2022, 10, 13)


@pytest.mark.parametrize(
    ("answer", "currency", "message"),
    [
        (
            raising(ValueError("Expecting value: line 1 column 1 (char 0)")),  # HTML, not JSON
            "USD",
            "no usable answer (ValueError: Expecting value: line 1 column 1 (char 0))",
        ),
        (raising(TimeoutError("timed out after 10 s")), "USD", "(TimeoutError: timed out after"),
        (raising(OSError("Too Many Requests.")), "USD", "(OSError: Too Many Requests)"),
        (dict, "USD", "(KeyError: 'Close')"),
        (lambda: None, "USD", "(TypeError: "),
        (closes(181.1), None, "(the answer names no currency)"),
        (closes(0.0), "USD", "price of VTI on 2022-10-14: is 0.0000; a price must be above zero"),
    ],
)
def test_a_bad_answer_is_one_clear_error(
    stand: Any, answer: Callable[[], Any], currency: str | None, message: str
) -> None:
    stand(answer, currency)
    with pytest.raises(InputError) as caught:
        Yahoo().latest(["VTI"], FRIDAY)
    assert message in str(caught.value)
    assert "VTI" in str(caught.value)


def test_without_yfinance_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)
    with pytest.raises(InputError, match=r'pip install "trimtab\[yahoo\]"'):
        Yahoo().latest(["VTI"], FRIDAY)
