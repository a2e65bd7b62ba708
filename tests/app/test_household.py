"""A folder becomes a snapshot, and the mistakes of all its files are reported together."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import LOTS, MANDATE, PRICES, write_household
from trimtab.app import household
from trimtab.app.config import parse_mandate
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.lots_file import parse_lots
from trimtab.app.trades_file import parse_trades
from trimtab.model.errors import InputErrors
from trimtab.plugins import configure

AS_OF = date(2022, 10, 11)


def load(folder: Path, as_of: date | None = AS_OF, **files: str | None) -> LoadedHousehold:
    return load_folder(write_household(folder, **files), as_of)  # type: ignore[arg-type]


def test_a_folder_becomes_a_snapshot(tmp_path: Path):
    loaded = load(tmp_path)
    snapshot = loaded.snapshot
    assert snapshot.value == 120 * 101 + 50 * Decimal("80.5") + 1500
    assert snapshot.account_value("ira") == 20 * 101
    assert snapshot.prices["VTI"].on == AS_OF
    assert loaded.findings == ()


def test_nothing_after_the_day_is_seen(tmp_path: Path):
    snapshot = load(tmp_path, date(2022, 10, 10)).snapshot
    assert snapshot.unit_value("VTI") == 100


def test_the_day_is_the_mandate_s_where_nobody_names_one(tmp_path: Path):
    mandate = MANDATE.replace("[household]", "[household]\nas_of = 2022-10-10")
    assert load(tmp_path, None, mandate=mandate).snapshot.as_of == date(2022, 10, 10)


def test_the_day_is_today_where_no_file_names_one(tmp_path: Path, monkeypatch):
    class Clock(date):
        @classmethod
        def today(cls) -> date:
            return date(2022, 10, 12)

    monkeypatch.setattr(household, "date", Clock)
    assert load(tmp_path, None).snapshot.as_of == date(2022, 10, 12)


def test_recent_trades_are_read_where_there_are_any(tmp_path: Path):
    (tmp_path / "trades.csv").write_text(
        "date,account,instrument,side,quantity,amount\n2022-10-03,ira,VTI,buy,5,500\n"
    )
    (trade,) = load(tmp_path).snapshot.trades
    assert (trade.account, trade.quantity) == ("ira", 5)


def test_foreign_cash_is_worth_what_the_rate_says(tmp_path: Path):
    prices = "date,VTI,ITOT,BND,EURUSD\n2022-10-11,101,50.5,80.5,0.97\n"
    snapshot = load(tmp_path, lots=LOTS + "ira,CASH:EUR,1000,,\n", prices=prices).snapshot
    assert snapshot.cash_value("ira") == 970


def refused(folder: Path, **files: str | None) -> str:
    with pytest.raises(InputErrors) as caught:
        load(folder, **files)  # type: ignore[arg-type]
    return str(caught.value)


def test_mistakes_of_mandate_and_lots_are_reported_together(tmp_path: Path):
    message = refused(
        tmp_path, mandate=MANDATE.replace("wrapper", "wraper", 1), lots=LOTS.replace("100", "-1")
    )
    assert "mandate.toml:6: accounts.joint.wraper" in message
    assert "lots.csv:2: quantity: -1 of VTI" in message


def test_a_held_instrument_without_a_price_is_named_with_its_row(tmp_path: Path):
    message = refused(tmp_path, prices=PRICES.replace("BND", "AGG"))
    assert "lots.csv:3: instrument 'BND': the feed has no price on or before 2022-10-11" in message
    assert "account 'joint' holds it. Add one to prices.csv" in message


def test_a_wanted_instrument_without_a_price_is_named_with_its_target(tmp_path: Path):
    message = refused(tmp_path, prices=PRICES.replace("ITOT", "SCHB"))
    assert "mandate.toml:15: instrument 'ITOT'" in message
    assert "target 'stocks' names it" in message


def test_a_missing_price_file_says_what_it_holds(tmp_path: Path):
    message = refused(tmp_path, prices=None)
    assert "there is none of prices.csv" in message
    assert 'set [feed] kind = "yahoo"' in message


def test_a_price_of_nothing_is_refused_with_its_line(tmp_path: Path):
    message = refused(tmp_path, prices=PRICES.replace("80.5", "nonsense"))
    assert "prices.csv:3" in message or "line 3" in message
    assert "nonsense" in message


def test_a_price_in_another_currency_than_the_instrument_s_is_refused(tmp_path: Path):
    message = refused(tmp_path, mandate=MANDATE + '[instruments.BND]\ncurrency = "EUR"\n')
    assert "mandate.toml:26: price of 'BND': the feed gives it in USD" in message
    assert "the mandate says EUR" in message


def test_a_currency_without_a_rate_is_refused(tmp_path: Path):
    assert "EUR" in refused(tmp_path, lots=LOTS + "ira,CASH:EUR,1000,,\n")


def test_an_unknown_feed_is_refused_with_its_line(tmp_path: Path):
    message = refused(tmp_path, mandate=MANDATE + '[feed]\nkind = "yaho"\n')
    assert "mandate.toml:26" in message
    assert "yaho" in message


def test_a_setting_that_a_feed_does_not_have_is_refused(tmp_path: Path):
    message = refused(tmp_path, mandate=MANDATE + '[feed]\nkind = "files"\npth = "x"\n')
    assert "feeds.files.pth" in message


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path):
    with pytest.raises(InputErrors, match=r"there is no such folder.*trimtab init"):
        load_folder(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputErrors, match="it is a file"):
        load_folder(tmp_path / "file")


def test_old_prices_are_a_finding_with_both_numbers(tmp_path: Path):
    loaded = load(tmp_path, date(2022, 10, 20))
    assert {finding.subject for finding in loaded.findings} == {
        f"price of {name}" for name in ("VTI", "ITOT", "BND")
    }
    finding = loaded.findings[0]
    assert (finding.actual, finding.bound) == ("9 days", "at most 5 days")
    assert finding.clause == "limits.price_age_days_max"


def test_an_unknown_basis_is_a_finding_in_a_taxable_account_alone(tmp_path: Path):
    loaded = load(tmp_path, lots=LOTS.replace("joint,BND,50,4100,", "joint,BND,50,,"))
    (finding,) = loaded.findings
    assert finding.subject == "lot joint/BND/2021-06-01"
    assert "basis is unknown, so it is not sold" in finding.message


def test_a_folder_that_holds_nothing_yet_loads_without_prices(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,CASH,0,,\n"
    loaded = load(tmp_path, lots=lots, prices="date,VTI\n")
    assert [finding.code for finding in loaded.findings] == ["nothing_held", "no_price"]
    assert "VTI, ITOT, BND" in loaded.findings[1].message


def test_the_examples_of_the_guide_are_read(tmp_path: Path):
    """A guide whose examples do not load would be worse than none."""
    guide = Path(__file__).resolve().parents[2] / "docs" / "guides" / "your-own-accounts.md"
    blocks = re.findall(r"```(\w+)\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    mandates = [text for language, text in blocks if language == "toml"]
    lots, trades, _prices = (text for language, text in blocks if language == "csv")
    whole = mandates[0].replace('"60 %"', '"100 %"') + "".join(mandates[1:])
    mandate = parse_mandate(whole, Path("mandate.toml")).mandate
    assert configure("policies", mandate.policy.name, mandate.policy.settings)
    for guard in mandate.guards:
        assert configure("guards", guard.name, guard.settings)
    assert len(parse_lots(lots, "lots.csv", None, None).lots) == 3
    assert len(parse_trades(trades, "trades.csv", None, None)) == 2


def test_a_value_that_nobody_has_is_refused_with_the_lot_that_makes_it(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,99999999999999999999,1,\n"
    folder = write_household(tmp_path / "house", lots=lots)
    with pytest.raises(InputErrors, match=r"lots\.csv:2: household: is worth .* VTI at 101"):
        load_folder(folder, AS_OF)


def test_a_last_row_without_end_is_told_as_perhaps_cut_off(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,10,900,"
    folder = write_household(tmp_path / "house", lots=lots)
    (note,) = load_folder(folder, AS_OF).notes
    assert (note.code, note.subject) == ("cut_off", str(folder / "lots.csv") + ":2")
    whole = write_household(tmp_path / "whole", lots=lots + "\n")
    assert load_folder(whole, AS_OF).notes == ()


def test_a_folder_of_the_name_of_a_price_file_is_refused(tmp_path: Path):
    folder = write_household(tmp_path / "house", prices=None)
    (folder / "prices.csv").mkdir()
    with pytest.raises(InputErrors, match="Is a directory"):
        load_folder(folder, AS_OF)


def test_money_whose_day_is_past_is_told_and_not_counted(tmp_path: Path):
    flow = '[[flows]]\nname = "roof"\namount = -500\ndue = 2022-10-01\n'
    folder = write_household(tmp_path / "house", mandate=MANDATE + flow)
    (note,) = load_folder(folder, AS_OF).notes
    assert (note.code, note.clause) == ("past_flow", "flows.roof")
    assert "due on 2022-10-01, 10 days before 2022-10-11" in note.message
