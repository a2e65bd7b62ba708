"""Orders are made from quotes that are there, fresh and sound, wherever an account has its from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.app.folders import LONG_PRICES, MANDATE, write_household
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.markets import Activity, activity_of
from trimtab.app.live.order_settings import OrderSettings
from trimtab.app.live.quoting import quote_looks, tradables_of
from trimtab.app.live.settings import BrokerAccount, LiveSettings
from trimtab.drivers.live.sending import Refused
from trimtab.model.brokers import BrokerError, BrokerInstrument, Capabilities, Quote, Trouble
from trimtab.model.errors import InputError
from trimtab.model.orders import Order
from trimtab.model.plans import Trade, TradeCost
from trimtab.model.snapshots import Side

D = Decimal
NOW = datetime(2022, 10, 11, 18, 0, tzinfo=UTC)
ALPACA = {"account": "PA3TEST"}


@dataclass
class Quoting:
    """A broker with quotes of its own."""

    told: dict[str, Quote] = field(default_factory=dict)
    trouble: BrokerError | None = None
    capabilities: Capabilities = field(default_factory=Capabilities)

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        if self.trouble is not None:
            raise self.trouble
        return {name: quote for name, quote in self.told.items() if name in instruments}

    def instrument(self, name: str) -> BrokerInstrument | None:
        return None if name == "ITOT" else BrokerInstrument(name, f"b-{name}")


def quote(name: str, bid: str = "93", ask: str = "93.1", age: float = 3.0) -> Quote:
    return Quote(name, D(bid), D(ask), NOW - timedelta(seconds=age), source="here")


def trade(name: str, account: str = "joint") -> Trade:
    price = D(93)
    return Trade(f"t-{name}", account, name, Side.BUY, D(5), price, 5 * price, TradeCost(), "", "")


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    folder = write_household(tmp_path / "house", MANDATE, prices=LONG_PRICES)
    return load_folder(folder, date(2022, 10, 11))


def service(loaded: LoadedHousehold, *links: BrokerAccount) -> Any:
    settings = LiveSettings(loaded.folder, accounts=links or (BrokerAccount("joint", "ibkr"),))
    return SimpleNamespace(settings=settings, clock=lambda: NOW)


def looked(loaded: LoadedHousehold, broker: object, *names: str, links: Any = ()) -> Any:
    trades = [trade(name) for name in names]
    return tradables_of(service(loaded, *links), loaded, {"joint": broker}, trades, NOW, {})  # type: ignore[dict-item]


def test_a_sound_quote_makes_an_order_and_is_told_with_its_age(loaded):
    found = looked(loaded, Quoting({"VTI": quote("VTI")}), "VTI")
    assert found.tradables["joint", "VTI"].quote.bid == 93
    (told,) = found.findings
    assert told.message == "bid 93, ask 93.1 USD, 3.0 s old, from here"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (None, "there is no quote"),
        (quote("VTI", age=61), "61 s old, and 60 s are the bound"),
        (quote("VTI", bid="93.2"), "makes no sense: bid 93.2, ask 93.1"),
        (quote("VTI", bid="0"), "makes no sense: bid 0"),
    ],
    ids=["missing", "old", "crossed", "no bid"],
)
def test_a_quote_that_is_not_sound_makes_no_order_and_says_why(loaded, told, why):
    broker = Quoting({"BND": quote("BND")} | ({"VTI": told} if told else {}))
    found = looked(loaded, broker, "VTI", "BND")
    assert set(found.tradables) == {("joint", "BND")}
    assert why in found.why_not["joint", "VTI"]


def test_how_old_a_quote_may_be_is_set(loaded):
    made = service(loaded)
    made.settings = replace(made.settings, orders=OrderSettings(quote_seconds_max=2))
    found = tradables_of(
        made, loaded, {"joint": Quoting({"VTI": quote("VTI")})}, [trade("VTI")], NOW, {}
    )  # type: ignore[dict-item]
    assert "2 s are the bound (orders.quote_seconds_max)" in found.why_not["joint", "VTI"]


def test_what_the_broker_does_not_trade_is_told(loaded):
    found = looked(loaded, Quoting({"ITOT": quote("ITOT")}), "ITOT")
    assert found.why_not == {("joint", "ITOT"): "the broker does not trade it"}


def test_where_no_source_answers_the_run_stops_so_that_the_next_one_asks_again(loaded):
    trouble = BrokerError(Trouble.UNAVAILABLE, "prices", "they are down")
    with pytest.raises(BrokerError, match="they are down"):
        looked(loaded, Quoting(trouble=trouble), "VTI")


def test_an_account_whose_source_does_not_answer_holds_no_other_up(loaded):
    trouble = BrokerError(Trouble.UNAVAILABLE, "prices", "they are down")
    brokers: Any = {"joint": Quoting(trouble=trouble), "ira": Quoting({"VTI": quote("VTI")})}
    made = service(loaded, BrokerAccount("joint", "ibkr"), BrokerAccount("ira", "ibkr"))
    trades = [trade("VTI"), trade("VTI", "ira")]
    found = tradables_of(made, loaded, brokers, trades, NOW, {})
    assert set(found.tradables) == {("ira", "VTI")}
    assert "they are down" in found.why_not["joint", "VTI"]


class Mute:
    """A broker without quotes."""

    capabilities = Capabilities()

    def instrument(self, name: str) -> BrokerInstrument:
        return BrokerInstrument(name, f"b-{name}")


def test_a_broker_without_quotes_is_told_to_get_a_file(loaded):
    links = (BrokerAccount("joint", "ibkr", settings={"account": "U1"}),)
    found = looked(loaded, Mute(), "VTI", links=links)
    assert "name a file of them (quotes)" in found.why_not["joint", "VTI"]


def test_quotes_come_from_the_file_that_the_link_names(loaded):
    (loaded.folder / "q.csv").write_text(
        "time,instrument,bid,ask\n2022-10-11T17:59:50+00:00,VTI,92.9,93.3\n"
        "2022-10-11T17:00:00+00:00,BND,79.9,80.1\n",
        encoding="utf-8",
    )
    links = (BrokerAccount("joint", "ibkr", settings={"account": "U1"}, quotes="q.csv"),)
    found = looked(loaded, Mute(), "VTI", "BND", links=links)
    assert found.tradables["joint", "VTI"].quote.ask == D("93.3")
    assert "3,600 s old" in found.why_not["joint", "BND"]
    assert "10.0 s old" in found.findings[0].message


def test_a_file_of_quotes_that_is_none_is_refused(loaded):
    links = (BrokerAccount("joint", "ibkr", settings={"account": "U1"}, quotes="q.csv"),)
    with pytest.raises(InputError, match="cannot be read"):
        looked(loaded, Mute(), "VTI", links=links)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (quote("VTI", age=61), "61 s old"),
        (quote("VTI", bid="93.2"), "makes no sense"),
        (quote("VTI", bid="99", ask="99.1"), "the market moved"),
    ],
)
def test_the_same_is_looked_at_when_an_order_leaves(loaded, told, why):
    decision: Any = SimpleNamespace(plan=SimpleNamespace(trades=[trade("VTI")]))
    look = quote_looks(service(loaded), {"joint": Quoting({"VTI": told})}, decision)
    order = Order("tt-1", "c", "joint", "VTI", Side.BUY, D(5), limit=D(94), trade="t-VTI")
    answer = look.look(order, NOW, ())
    assert isinstance(answer, Refused)
    assert why in answer.fact
    sound = quote_looks(service(loaded), {"joint": Quoting({"VTI": quote("VTI")})}, decision)
    assert sound.look(order, NOW, ()) is order


def test_activity_is_what_the_estimates_say_in_units(loaded):
    found = activity_of(loaded, [trade("VTI"), trade("BND")])
    price = loaded.snapshot.unit_value("VTI")
    assert found["VTI"].daily_volume == (D(50_000_000) / price).quantize(D(1))
    assert found["VTI"].volatility is not None and 0 < found["VTI"].volatility < 1
    assert activity_of(loaded, []) == {}
    assert Activity() == Activity(None, None)
