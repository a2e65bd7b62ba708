"""A household and its mandate as they are put into the past."""

import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, LAST, START, load_past
from trimtab.app.backtesting.opening import StartFrom
from trimtab.app.backtesting.question import Question, Stage, set_stage
from trimtab.app.household import LoadedHousehold
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import decision, deposit, opening_cash
from trimtab.drivers.backtest.settings import (
    BacktestSettings,
    Dividends,
    FillTiming,
    TaxesPaid,
)
from trimtab.model.findings import Severity
from trimtab.model.taxes import RealizedGains

REALIZED = "realized_short = -4000\nrealized_long = 1000\ncarry_long = 2500\n"
FLOWS = """
[[flows]]
amount = -500
due = 2022-06-01

[[flows]]
amount = 900
"""
THIS_YEAR = date(2022, 5, 2)
LAST_YEAR = date(2021, 11, 1)


def stage_of(
    loaded: LoadedHousehold, start: date = START, start_from: StartFrom = StartFrom.TARGETS
) -> Stage:
    return set_stage(loaded, Question(BacktestSettings(start, LAST), start_from))


def test_losses_that_were_realised_this_year_are_not_given_to_other_years(tmp_path: Path):
    loaded = load_past(tmp_path, DATED + REALIZED)
    for start, start_from, is_known in (
        (THIS_YEAR, StartFrom.TARGETS, False),
        (LAST_YEAR, StartFrom.OWN, False),
        (THIS_YEAR, StartFrom.OWN, True),
    ):
        tax = stage_of(loaded, start, start_from).start.mandate.tax
        assert tax.realized == (loaded.mandate.tax.realized if is_known else RealizedGains())


def test_the_law_is_that_of_the_households_day_where_the_mandate_names_no_year(tmp_path: Path):
    stage = stage_of(load_past(tmp_path), LAST_YEAR)
    assert stage.start.mandate.tax.year == 2022
    assert "of 2022 for every year" in stage.terms["Taxes"]


def test_dated_flows_are_met_and_undated_ones_left_out_with_a_note(tmp_path: Path):
    stage = stage_of(load_past(tmp_path, DATED + FLOWS))
    assert [flow.amount for flow in stage.start.mandate.flows] == [Decimal(-500)]
    (note,) = [one for one in stage.findings if one.code == "undated_flow"]
    assert (note.severity, note.remedy[:4]) == (Severity.NOTE, "give")
    assert "900.00 has no day" in note.message


def test_a_journals_flows_stand_for_those_of_the_mandate(tmp_path: Path):
    folder = tmp_path / "house"
    load_past(folder, DATED + FLOWS)
    FolderJournal(folder).append(
        [
            decision("opened", LAST_YEAR, {"base_currency": "USD"}),
            opening_cash("c", LAST_YEAR, "joint", "USD", Decimal(1000)),
            deposit("d", date(2022, 7, 1), "joint", "USD", Decimal(10)),
        ]
    )
    stage = stage_of(load_past(folder, DATED + FLOWS), START, StartFrom.OWN)
    assert stage.start.mandate.flows == ()
    assert [flow.amount for flow in stage.settings.flows] == [Decimal(10)]
    assert not [one for one in stage.findings if one.code == "undated_flow"]


def test_the_terms_say_all_that_another_would_need(tmp_path: Path):
    loaded = load_past(tmp_path)
    settings = BacktestSettings(
        START,
        LAST,
        fill=FillTiming.NEXT_OPEN,
        dividends=Dividends.REINVEST,
        commission_per_share=Decimal("0.005"),
        commission_minimum=Decimal(1),
        participation_max=0.05,
        settlement_sessions=2,
        cash_rate=0.02,
        advisory_fee=0.0025,
        taxes_paid=TaxesPaid.OUTSIDE,
        review_sessions=5,
    )
    terms = set_stage(loaded, Question(settings)).terms
    said = "\n".join(f"{key}: {value}" for key, value in terms.items())
    for words in (
        "Period: 2022-05-02 to 2022-10-11, 113 sessions",
        "Begins with: the targets in every account, 19,150.81 USD in all, its worth today",
        "Prices: closes of prices.csv, in USD",
        "filled: at the next session's open, at most 5 % of the session's volume; the rest waits "
        "up to 5 sessions",
        "half-spread as in the data, else the mandate's default of 5.0 bps; market impact",
        "0.005 a share, at least 1 an order",
        "Dividends: reinvested",
        "Taxes: us_federal, the mandate's own rates, other law of 2022 for every year; paid from",
        "Interest on cash: 2 % a year",
        "Adviser's fee: 0.25 % a year of value, taken quarterly",
        "Sales settle: 2 sessions later",
        "asked every 5 sessions",
    ):
        assert words in said


def missing(loaded: LoadedHousehold, **asked: object) -> list[str]:
    settings = BacktestSettings(START, LAST, **asked)  # type: ignore[arg-type]
    findings = set_stage(loaded, Question(settings)).findings
    return [str(one) for one in findings if one.code == "data_missing"]


def test_what_the_prices_do_not_tell_of_what_was_asked_is_said_before_anything_runs(
    tmp_path: Path,
):
    loaded = load_past(tmp_path)
    assert missing(loaded) == []
    (volumes,) = missing(loaded, participation_max=0.1)
    assert volumes.startswith("VTI, ITOT, BND: the data have no volume on any day: the limit of")
    (vwap,) = missing(loaded, fill=FillTiming.NEXT_VWAP)
    assert "no volume-weighted price on any day: its orders of --fill next_vwap" in vwap
    (opens,) = missing(loaded, fill=FillTiming.NEXT_OPEN)
    assert "no open on any day" in opens and "filled at that session's close" in opens


def test_volumes_of_some_days_are_counted(tmp_path: Path):
    rows = ["date,instrument,close,volume"]
    for line in load_lines(tmp_path):
        day, vti, itot, bnd = line.split(",")
        volume = "" if day == str(START) else "1000"
        rows += [f"{day},VTI,{vti},{volume}", f"{day},ITOT,{itot},500", f"{day},BND,{bnd},500"]
    (words,) = missing(load_past(tmp_path, closes="\n".join(rows)), participation_max=0.1)
    assert words.startswith("VTI: the data have no volume on 1 of 339 instrument-days")


def load_lines(folder: Path) -> list[str]:
    load_past(folder)
    return (folder / "prices.csv").read_text().splitlines()[1:]


@pytest.mark.parametrize("start_from", list(StartFrom))
def test_a_stage_travels_to_other_processes(tmp_path: Path, start_from: StartFrom):
    stage = stage_of(load_past(tmp_path), START, start_from)
    back = pickle.loads(pickle.dumps(stage))
    assert (back.settings, back.terms) == (stage.settings, stage.terms)
    assert back.start.books == stage.start.books
