"""Saxo's bid and ask: as old as they are delayed, and only where Saxo stands by them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.brokers import fake_saxo
from tests.brokers.described import Described
from tests.brokers.fake_alpaca import instead
from tests.brokers.fake_saxo import UICS, FakeSaxo
from tests.brokers.test_saxo import connected
from trimtab.brokers._saxo_broker import SaxoBroker
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.ports import QuoteFeed

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
PATH = "GET /trade/v1/infoprices/list"
VTI = UICS["VTI:arcx"]


@pytest.fixture(scope="module")
def described() -> dict[str, Described]:
    folder = Path(__file__).parents[3] / "shared/brokers/specs/saxo"
    return fake_saxo.descriptions(folder) if folder.is_dir() else {}


@pytest.fixture
def saxo(described: dict[str, Described]) -> FakeSaxo:
    return FakeSaxo(NOW, described, prices=[told(VTI)])


@pytest.fixture
def broker(saxo: FakeSaxo) -> Iterator[SaxoBroker]:
    made = connected(saxo)
    yield made
    made.close()


def told(uic: int, bid: object = 250.1, ask: object = 250.2, **more: object) -> dict[str, object]:
    kinds = {"PriceTypeBid": "Tradable", "PriceTypeAsk": "Indicative"}
    quote = {"Bid": bid, "Ask": ask, "DelayedByMinutes": 0, "ErrorCode": "None", **kinds, **more}
    return {
        "Uic": uic,
        "AssetType": "Etf",
        "LastUpdated": "2026-11-20T14:59:58.5Z",
        "DisplayAndFormat": {"Currency": "USD", "Symbol": "VTI:arcx"},
        "Quote": quote,
    }


def test_it_is_a_feed_and_a_quote_has_its_time_and_currency(broker):
    assert isinstance(broker, QuoteFeed)
    quote = broker.quotes(["VTI", "BND"], NOW)["VTI"]
    assert (quote.bid, quote.ask, quote.currency) == (D("250.1"), D("250.2"), "USD")
    assert NOW - quote.at == timedelta(seconds=1.5)


def test_a_delayed_price_is_as_old_as_it_is_delayed(broker, saxo):
    saxo.prices = [told(VTI, DelayedByMinutes=15)]
    quote = broker.quotes(["VTI"], NOW)["VTI"]
    assert NOW - quote.at == timedelta(minutes=15, seconds=1.5)


@pytest.mark.parametrize(
    "shown",
    [
        told(VTI, PriceTypeBid="OldIndicative"),
        told(VTI, PriceTypeAsk="NoAccess"),
        told(VTI, ErrorCode="NotTradable"),
        told(VTI, bid=250.3),
        told(VTI, bid=0),
        {key: value for key, value in told(VTI).items() if key != "Quote"},
    ],
    ids=["old", "no access", "an error", "crossed", "no bid", "no quote"],
)
def test_what_is_no_quote_is_left_out(broker, saxo, shown):
    saxo.prices = [shown]
    saxo.described = {}  # not all of these are as described
    assert broker.quotes(["VTI"], NOW) == {}


@pytest.mark.parametrize(
    "text",
    [
        "<html>",
        '{"Data": [{"Uic": 36590, "Quote": {"Bid": 25',
        '{"Data": null}',
        '{"Data": [{"Uic": 36590, "Quote": {"Bid": 2.5e2, "Ask": 251, '
        '"PriceTypeBid": "Tradable", "PriceTypeAsk": "Tradable"}}]}',
        '{"Data": [{"Uic": 36590, "Quote": {"Bid": NaN, "Ask": 251, '
        '"PriceTypeBid": "Tradable", "PriceTypeAsk": "Tradable"}}]}',
    ],
)
def test_an_answer_that_cannot_be_read_is_said_to_be_so(broker, saxo, text):
    saxo.fault(PATH, instead(200, text))
    with pytest.raises(BrokerError) as caught:
        broker.quotes(["VTI"], NOW)
    assert caught.value.trouble is Trouble.UNREADABLE
