"""A mandate file becomes the model, or every mistake in it is named."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

from tests.app.folders import MANDATE
from tests.app.mandates import FULL, PLACE
from trimtab.app.config import parse_mandate, read_mandate
from trimtab.model.accounts import Wrapper
from trimtab.model.mandate import (
    Band,
    Liability,
    PlugInChoice,
    RestrictionKind,
    Split,
    WithoutHistory,
)
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Schedule, Weekday
from trimtab.model.taxes import FilingStatus, ReliefOrder
from trimtab.model.wash_readings import HoldingReading, WashSaleReading


def test_deductions_may_exceed_the_income():
    text = FULL.replace("ordinary_income = 180000", "ordinary_income = -5000")
    assert parse_mandate(text, PLACE).mandate.tax.ordinary_income == -5000


def test_every_key_of_a_full_mandate_reaches_the_model():
    read = parse_mandate(FULL, PLACE)
    household, mandate = read.household, read.mandate
    assert household.not_loaded == ("Ben's 401(k)",)
    assert read.as_of == date(2022, 10, 11)
    joint, plan = household.accounts
    assert (joint.owner, joint.fractional, joint.commission) == ("Ana+Ben", True, Decimal("4.95"))
    assert (plan.wrapper, plan.currency) == (Wrapper.WORKPLACE, "EUR")
    stocks, bonds = mandate.targets
    assert stocks.weight == Decimal("0.575")
    assert stocks.band == Band(Decimal("0.03"), None)
    assert stocks.split is Split.HELD
    assert bonds.band == Band(None, Decimal("0.2"))
    assert mandate.cash.reserve == 1000
    assert mandate.cash.account_reserve == {"joint": Decimal("250.5")}
    (flow,) = mandate.flows
    assert (flow.amount, flow.due, flow.clause) == (-20000, date(2022, 11, 1), "flows.roof")
    assert mandate.liabilities == (
        Liability("mortgage", Decimal("240000.50"), date(2041, 6, 30), Decimal("0.0325")),
        Liability("card", Decimal(900)),
    )
    assert mandate.tax.qualified_dividends == 4000
    assert mandate.tax.filing_status is FilingStatus.JOINT
    assert mandate.tax.realized.short == Decimal("-1200.5")
    assert mandate.tax.relief is ReliefOrder.HIFO
    assert mandate.wash_sales.substitutes == {"VTI": ("SCHX",)}
    assert mandate.wash_sales.reading == WashSaleReading(
        HoldingReading.BEGIN_WITH_OLD,
        lots_acquired_earlier=False,
        lots_sold_earlier=True,
        lots_sold_same_day=False,
        workplace_counts=False,
    )
    assert read.instruments["VTSAX"].wash_group == read.instruments["VTI"].wash_group == "VTI"
    assert mandate.risk.without_history is WithoutHistory.REFUSE
    assert mandate.approval_above is None
    assert mandate.limits.turnover_max == Decimal("0.2")
    assert mandate.policy == PlugInChoice(
        "threshold", {"calm": Decimal("0.5"), "levels": (1, Decimal("2.5"), "x")}
    )
    assert mandate.guards == (PlugInChoice("turnover", {"limit": Decimal("0.1")}),)
    assert read.feed == PlugInChoice("files", {"path": "closes.csv"})
    assert read.instruments["ACME"].quantity_step == Decimal("0.001")
    days = (Weekday.TUESDAY, Weekday.FRIDAY)
    assert mandate.schedule == Schedule(
        "XLON",
        CheckRhythm.WEEKLY,
        days,
        time(10, 30),
        ReportRhythm.WEEKLY,
        Weekday.FRIDAY,
        time(18),
    )


def test_an_account_with_a_menu_may_not_buy_what_is_not_on_it():
    read = parse_mandate(FULL, PLACE)
    menu = next(r for r in read.mandate.restrictions if r.clause == "accounts.plan.can_hold")
    assert menu.kind is RestrictionKind.DO_NOT_BUY
    assert menu.accounts == ("plan",)
    assert "BND" not in menu.instruments
    assert {"VTI", "ITOT", "ACME"} <= set(menu.instruments)


def test_what_a_mandate_leaves_out_has_the_default_of_the_model():
    mandate = parse_mandate(MANDATE, PLACE).mandate
    assert mandate.policy.name == "no_trade_zone"
    assert mandate.targets[0].band == Band()
    assert mandate.approval_above == 0
    assert mandate.risk.without_history is WithoutHistory.ASSUME
    assert mandate.limits.price_age_days_max == 5


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MANDATE.encode())
    assert read_mandate(path).household.name == "Test household"
