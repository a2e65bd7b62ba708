"""Live bid and ask from Alpaca's data service, held against its official description."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI

from tests.brokers.fake_alpaca import KEY, SECRET, Answered, Asked
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.ports import QuoteFeed

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal


def side(bid: str, ask: str, at: datetime = NOW) -> dict[str, Any]:
    return {
        "t": at.isoformat().replace("+00:00", "Z"),
        "bx": "V",
        "bp": float(bid),
        "bs": 300,
        "ap": float(ask),
        "as": 200,
        "ax": "V",
        "c": ["R"],
        "z": "B",
    }


def feed(text: str, seen: list[httpx.Request] | None = None) -> QuoteFeed:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(200, text=text, headers={"Content-Type": "application/json"})

    secrets = {"key": Secret(KEY), "secret": Secret(SECRET)}
    return Alpaca("PA1", symbols={"BRK-B": "BRK.B"}).quotes(
        Wiring(
            secret=secrets.__getitem__,
            pace=Pace(None, lambda: 0.0, lambda _: None),
            clock=lambda: NOW,
            sleep=lambda _: None,
            transport=httpx.MockTransport(handle),
        )
    )


def answer(**quotes: dict[str, Any]) -> str:
    return json.dumps({"quotes": quotes})


def test_quotes_are_exact_and_have_their_time_and_source() -> None:
    earlier = NOW - timedelta(seconds=3)
    text = answer(VTI=side("250.1", "250.13", earlier), **{"BRK.B": side("480.05", "480.25")})
    found = feed(text).quotes(["VTI", "BRK-B", "NOPE"], NOW)
    assert set(found) == {"VTI", "BRK-B"}
    vti = found["VTI"]
    assert (vti.bid, vti.ask, vti.bid_size, vti.at) == (D("250.1"), D("250.13"), D(300), earlier)
    assert vti.source == "Alpaca, iex"


def test_a_quote_without_a_side_or_with_crossed_sides_is_none() -> None:
    text = answer(VTI=side("0", "250.13"), BND=side("72.5", "0"), BIL=side("91.6", "91.5"))
    assert feed(text).quotes(["VTI", "BND", "BIL"], NOW) == {}


def test_a_quote_of_the_moment_of_the_answer_counts_and_a_later_one_does_not() -> None:
    text = answer(
        VTI=side("250.1", "250.13", NOW + timedelta(seconds=1)),
        BND=side("72.5", "72.6", NOW + timedelta(minutes=5)),
    )
    found = feed(text).quotes(["VTI", "BND"], NOW)
    assert {name: quote.at for name, quote in found.items()} == {"VTI": NOW}


@pytest.mark.parametrize("text", ["<html>", '{"quotes": {"VTI": {"bp": 1e2', '{"quotes": null}'])
def test_an_answer_that_is_no_quotes_is_refused(text: str) -> None:
    with pytest.raises(BrokerError) as bad:
        feed(text).quotes(["VTI"], NOW)
    assert bad.value.trouble is Trouble.UNREADABLE


def test_question_and_answer_are_as_described(shared_dir: Path) -> None:
    path = shared_dir / "brokers/specs/alpaca-marketdata.mcp.json"
    if not path.exists():
        pytest.skip("the description of the data service is not there")
    described = json.loads(path.read_text())
    described["servers"] = [{"url": "https://paper-api.alpaca.markets"}]
    seen: list[httpx.Request] = []
    text = answer(VTI=side("250.1", "250.13"))
    feed(text, seen).quotes(["VTI", "BND"], NOW)
    api = OpenAPI.from_dict(described)
    api.validate_request(Asked(seen[0]))
    response = httpx.Response(200, text=text, headers={"Content-Type": "application/json"})
    api.validate_response(Asked(seen[0]), Answered(response))
    assert seen[0].url.params["symbols"] == "VTI,BND"


def test_many_instruments_are_asked_in_parts() -> None:
    seen: list[httpx.Request] = []
    feed(answer(), seen).quotes([f"X{number}" for number in range(250)], NOW)
    assert [len(one.url.params["symbols"].split(",")) for one in seen] == [100, 100, 50]
