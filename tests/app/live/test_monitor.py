"""The monitor of a service: the numbers of `status`, for every household, by live quotes too."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LOTS, MANDATE, PRICES, write_household
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live import drifting
from trimtab.app.live.alerts import Outbox
from trimtab.app.live.drifting import Drifting
from trimtab.app.live.monitor import Monitor, portfolio_of
from trimtab.app.live.service import Service
from trimtab.app.live.service_settings import AlertRules
from trimtab.app.live.settings import BrokerAccount, LiveSettings
from trimtab.app.live.telling import Teller, to_nobody
from trimtab.app.status import status_of
from trimtab.app.values import read_day
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.model.brokers import BrokerError, Quote, Trouble
from trimtab.quant.monitoring.watch import Level, Thresholds

DAY = read_day(AS_OF, "day")
NEAR = """\
account,instrument,quantity,basis,acquired
joint,VTI,60,5400,2020-01-15
joint,BND,50,3900,2021-06-01
"""
NOW = datetime(2022, 10, 11, 15, 0, tzinfo=UTC)


def loaded(folder: Path, lots: str = LOTS, mandate: str = MANDATE) -> LoadedHousehold:
    return load_folder(write_household(folder, mandate, lots, PRICES), DAY)


def test_its_drifts_are_those_of_status(tmp_path: Path) -> None:
    monitor, households = Monitor(), {}
    for number, count in enumerate((10, 40, 100, 400)):
        name = f"house{number}"
        households[name] = loaded(tmp_path / name, LOTS.replace("VTI,100", f"VTI,{count}"))
        monitor.put(name, portfolio_of(households[name], Thresholds()))
    for name, one in households.items():
        status, standing = status_of(one), monitor.standing(name)
        farthest = max(status.targets, key=lambda target: abs(target.drift))
        assert standing.target == farthest.name
        assert standing.farthest == pytest.approx(float(abs(farthest.drift)), abs=1e-12)
        assert standing.total == pytest.approx(float(status.drift_total), abs=1e-12)


def test_households_have_thresholds_of_their_own(tmp_path: Path) -> None:
    monitor, one = Monitor(), loaded(tmp_path / "house")
    far = float(max(abs(target.drift) for target in status_of(one).targets))
    monitor.put("patient", portfolio_of(one, Thresholds(far + 0.01, far + 0.02)))
    monitor.put("strict", portfolio_of(one, Thresholds(far - 0.02, far - 0.01)))
    assert monitor.standing("patient").level is Level.CALM
    assert monitor.standing("strict").level is Level.CRITICAL


class Quotes:
    """Quotes of a broker, which a test may change."""

    def __init__(self) -> None:
        self.price: Decimal | None = Decimal(101)

    def quotes(self, instruments: object, at: datetime) -> dict[str, Quote]:
        if self.price is None:
            raise BrokerError(Trouble.UNREADABLE, "broker", "it cannot be reached")
        spread = Decimal("0.01")
        return {"VTI": Quote("VTI", self.price - spread, self.price + spread, at, "USD")}


def test_a_crossing_by_a_live_quote_is_told_once_also_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = loaded(tmp_path / "house", NEAR)
    quotes, words = Quotes(), []
    monkeypatch.setattr(drifting, "quotes_of", lambda *_: quotes)
    settings = LiveSettings(tmp_path, accounts=(BrokerAccount("joint", "alpaca"),))
    clock = type("Clock", (), {"__call__": lambda self: NOW})()
    service = Service(house, settings, None, nyse_sessions(), clock)  # type: ignore[arg-type]

    def begin() -> Drifting:
        outbox = Outbox(tmp_path / "alerts.db")
        teller = Teller(
            "house", AlertRules(("a",)), outbox, lambda at, who, said: words.append(said), to_nobody
        )
        found = Drifting(service, Monitor(), teller)
        found.put(service)
        return found

    def look(watch: Drifting, minute: int, price: int | None) -> bool:
        quotes.price = None if price is None else Decimal(price)
        return watch.look(NOW.replace(minute=minute), {})

    watch = begin()
    assert not look(watch, 0, 101)
    assert words == []
    assert not look(watch, 1, 117)  # 3 % and more
    watch.put(service)  # the files are read again, whose price is older than the quote
    assert not watch.read(NOW)
    assert not look(watch, 2, 117)
    assert not look(watch, 3, None)
    again = begin()
    assert not look(again, 4, 117)
    assert look(again, 5, 140)  # 5 % and more: critical
    assert not look(again, 6, 141)
    thresholds = [one.split("; ")[1] for one in words if "has drifted" in one]
    assert thresholds == ["3.00 % are the threshold", "5.00 % are the threshold"]
    assert len([one for one in words if "no live quotes" in one]) == 1
    told = Outbox(tmp_path / "alerts.db").recent(9)
    assert [one.kind.value for one in told] == ["critical", "drift"]


def test_files_that_change_are_looked_at_again(tmp_path: Path) -> None:
    house = loaded(tmp_path / "house")
    clock = type("Clock", (), {"__call__": lambda self: NOW})()
    settings = LiveSettings(tmp_path)
    service = Service(house, settings, None, nyse_sessions(), clock)  # type: ignore[arg-type]
    teller = Teller("house", AlertRules(), Outbox(None), lambda *_: None)
    watch = Drifting(replace(service), Monitor(), teller)
    watch.put(service)
    watch.look(NOW, {})
    before = watch.standing.farthest
    path = tmp_path / "house" / "lots.csv"
    path.write_text(LOTS.replace("VTI,100", "VTI,300"), encoding="utf-8")
    watch.look(NOW.replace(minute=1), {})
    assert watch.standing.farthest != before
