"""IBKR's bid and ask: in real time alone, with their own time, looked at until they are there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.brokers import fake_ibkr
from tests.brokers.described import Described
from tests.brokers.fake_alpaca import instead
from tests.brokers.fake_ibkr import CONIDS, FakeIbkr
from tests.brokers.test_ibkr import connected
from trimtab.brokers._ibkr_broker import IbkrBroker
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.ports import QuoteFeed

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
PATH = "GET /iserver/marketdata/snapshot"


@pytest.fixture(scope="module")
def description() -> Described | None:
    path = Path(__file__).parents[3] / "shared/brokers/specs/ibkr-webapi.2026-01.json"
    return fake_ibkr.description(path) if path.exists() else None


@pytest.fixture
def ibkr(description: Described | None) -> FakeIbkr:
    return FakeIbkr(NOW, description, prices={CONIDS["VTI"]: told("250.10", "250.20")})


@pytest.fixture
def broker(ibkr: FakeIbkr) -> Iterator[IbkrBroker]:
    made = connected(ibkr)
    made.open()
    yield made
    made.close()


def told(bid: object, ask: object, shown: str = "RpB", at: datetime = NOW) -> dict[str, object]:
    return {"84": bid, "86": ask, "6509": shown, "_updated": int(at.timestamp() * 1000)}


def test_it_is_a_feed_and_a_quote_has_the_time_of_its_last_change(broker, ibkr):
    assert isinstance(broker, QuoteFeed)
    quote = broker.quotes(["VTI"], ibkr.at)["VTI"]
    assert (quote.bid, quote.ask, quote.at) == (D("250.10"), D("250.20"), NOW)
    assert ibkr.count(PATH) == 2, "the first look only begins the data"


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        (told("250.10", "250.20", shown="DPB"), "delayed"),
        (told("250.10", "250.20", shown="ZB"), "frozen"),
        (told("250.10", "250.20", shown=""), "nobody says how old"),
        (told("250.10", ""), "one side"),
        (told("250.30", "250.20"), "crossed"),
        (told("0", "250.20"), "no bid"),
        ({"84": "250.10", "86": "250.20", "6509": "RB"}, "without a time"),
        (told("250.10", "250.20", at=NOW + timedelta(minutes=5)), "of the future"),
    ],
)
def test_what_is_no_quote_is_left_out(broker, ibkr, prices, why):
    ibkr.prices = {CONIDS["VTI"]: prices}
    assert broker.quotes(["VTI", "NOPE"], NOW) == {}, why


@pytest.mark.parametrize(
    "text",
    ["<html>", '[{"conid": 12340041, "84": "25', '{"84": "1"}', "null"],
)
def test_an_answer_that_cannot_be_read_is_said_to_be_so(broker, ibkr, text):
    ibkr.fault(PATH, instead(200, text))
    with pytest.raises(BrokerError) as caught:
        broker.quotes(["VTI"], NOW)
    assert caught.value.trouble is Trouble.UNREADABLE


@pytest.mark.parametrize("price", ["2.5e2", "NaN", "1,250.10"])
def test_a_price_that_is_no_plain_number_is_refused(broker, ibkr, price):
    ibkr.prices = {CONIDS["VTI"]: told(price, "1300")}
    with pytest.raises(BrokerError, match="the bid of VTI"):
        broker.quotes(["VTI"], NOW)
