"""Yahoo's dividends and splits, against a stand-in for yfinance."""

import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from trimtab.feeds.yahoo import Yahoo
from trimtab.model.errors import InputError

NEW_YORK = timezone(timedelta(hours=-4))
EARLY, LATE = date(2026, 1, 1), date(2026, 6, 30)


def stand(
    monkeypatch: pytest.MonkeyPatch,
    paid: dict[str, float],
    split: dict[str, float],
    currency: str | None = "USD",
) -> list[dict[str, Any]]:
    """Put a yfinance in place that knows these; what it is asked is in the list returned."""
    asked: list[dict[str, Any]] = []
    days = sorted({*paid, *split})
    stamps = {day: datetime.fromisoformat(day).replace(tzinfo=NEW_YORK) for day in days}

    def history(**request: Any) -> Any:
        asked.append(request)
        return {
            "Dividends": {stamps[day]: paid.get(day, 0.0) for day in days},
            "Stock Splits": {stamps[day]: split.get(day, 0.0) for day in days},
        }

    ticker = SimpleNamespace(history=history, history_metadata={"currency": currency})
    monkeypatch.setitem(sys.modules, "yfinance", SimpleNamespace(Ticker=lambda symbol: ticker))
    return asked


def test_a_dividend_before_a_split_is_for_the_units_of_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paid = {"2026-02-06": 0.205, "2026-05-08": 0.21}
    stand(monkeypatch, paid, {"2026-03-02": 4.0, "2026-08-31": 0.5})
    found = Yahoo().actions(["AAPL"], EARLY, LATE)
    assert [(one.on.isoformat(), one.amount, one.ratio) for one in found] == [
        ("2026-02-06", Decimal("0.41"), None),  # × 4 × 1/2
        ("2026-03-02", None, Fraction(4)),
        ("2026-05-08", Decimal("0.105"), None),  # the reverse split came later
    ]
    assert {one.source for one in found} == {"Yahoo"}


def test_later_splits_are_asked_for_so_no_end_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = stand(monkeypatch, {}, {})
    assert Yahoo().actions(["AAPL", "EURUSD"], EARLY, LATE) == ()
    (request,) = asked  # a rate has no dividends
    assert request["start"] == "2026-01-01"
    assert "end" not in request
    assert request["actions"] is True


def test_pence_become_pounds_and_a_third_is_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    stand(monkeypatch, {"2026-02-06": 5.5}, {"2026-01-06": 0.333333}, currency="GBp")
    split, paid = Yahoo().actions(["VOD.L"], EARLY, LATE)
    assert split.ratio == Fraction(1, 3)
    assert (paid.amount, paid.currency) == (Decimal("0.055"), "GBP")


def test_nan_is_no_dividend(monkeypatch: pytest.MonkeyPatch) -> None:
    stand(monkeypatch, {"2026-02-06": float("nan")}, {"2026-03-06": float("nan")})
    assert Yahoo().actions(["VTI"], EARLY, LATE) == ()


def test_an_answer_without_a_currency_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stand(monkeypatch, {"2026-02-06": 1.0}, {}, currency=None)
    with pytest.raises(InputError, match="names no currency"):
        Yahoo().actions(["VTI"], EARLY, LATE)
