"""The demo household needs a decision, and its figures are prices that were there to be had."""

from collections import Counter
from contextlib import redirect_stdout
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from tools.make_demo_household import files
from trimtab.app.demo import DEMO_FILES, DEMO_FOLDER, REPORT_NAME, DemoResult, load_demo, run_demo
from trimtab.app.household import LoadedHousehold
from trimtab.feeds import skfolio_sample
from trimtab.feeds.skfolio_sample import SkfolioSample
from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Lot, Term, long_term_from
from trimtab.model.money import cents, total
from trimtab.model.plans import Plan, Verdict
from trimtab.model.snapshots import Side

DAY = date(2022, 10, 11)
YOUNG = "joint/XOM/2021-10-22"


@pytest.fixture(scope="module")
def demo() -> LoadedHousehold:
    return load_demo()


def lot(demo: LoadedHousehold, account: str, instrument: str, day: str) -> Lot:
    return next(
        lot
        for lot in demo.snapshot.lots
        if (lot.account, lot.instrument, str(lot.acquired)) == (account, instrument, day)
    )


def gain(demo: LoadedHousehold, one: Lot) -> Decimal:
    assert one.basis is not None
    return demo.snapshot.lot_value(one) - one.basis


def weight(demo: LoadedHousehold, target_name: str) -> Decimal:
    target = next(t for t in demo.mandate.targets if t.name == target_name)
    held = [one for one in demo.snapshot.lots if one.instrument in target.instruments]
    return total(map(demo.snapshot.lot_value, held)) / demo.snapshot.value


def test_two_people_share_one_taxable_account_and_have_an_ira_each(demo: LoadedHousehold) -> None:
    accounts = [(one.owner, one.wrapper) for one in demo.household.accounts]
    assert accounts == [
        ("Ana+Ben", Wrapper.TAXABLE),
        ("Ana", Wrapper.TRADITIONAL),
        ("Ben", Wrapper.ROTH),
    ]
    assert demo.household.not_loaded == ("Ben's 401(k) at work",)
    assert demo.snapshot.as_of == DAY
    assert demo.findings == ()


def test_it_holds_all_of_the_samples_stocks_and_funds_but_one_just_sold(
    demo: LoadedHousehold,
) -> None:
    held = {one.instrument for one in demo.snapshot.lots}
    assert len(held) == 24
    assert set(demo.snapshot.instruments) - held == {"GE"}
    assert 40 <= len(demo.snapshot.lots) <= 70


def test_energy_is_out_of_its_band_and_nothing_else_is(demo: LoadedHousehold) -> None:
    outside = [
        target.name
        for target in demo.mandate.targets
        if abs(weight(demo, target.name) - target.weight) > target.band.width(target.weight)
    ]
    assert outside == ["energy"]
    assert weight(demo, "energy") > Decimal("0.12")


def test_losses_are_worth_harvesting(demo: LoadedHousehold) -> None:
    losses = [
        gain(demo, one)
        for one in demo.snapshot.lots
        if one.account == "joint" and gain(demo, one) < -demo.mandate.harvest.minimum_loss
    ]
    assert len(losses) >= 10
    assert total(losses) < -40_000


def test_bens_roth_ira_bought_twenty_days_ago_what_the_joint_account_holds_at_a_loss(
    demo: LoadedHousehold,
) -> None:
    trap = lot(demo, "ben_roth", "MTUM", "2022-09-21")
    assert (DAY - date(2022, 9, 21)).days == 20
    assert gain(demo, lot(demo, "joint", "MTUM", "2021-11-15")) < -7_000
    assert trap.quantity < lot(demo, "joint", "MTUM", "2021-11-15").quantity  # a part is free


def test_a_gain_is_twelve_days_from_long_term(demo: LoadedHousehold) -> None:
    young = lot(demo, "joint", "XOM", "2021-10-22")
    assert young.term(DAY) is Term.SHORT and gain(demo, young) > 5_000
    assert long_term_from(date(2021, 10, 22)) == DAY + timedelta(days=12)


def test_a_withdrawal_is_due_that_the_cash_does_not_cover(demo: LoadedHousehold) -> None:
    (flow,) = demo.mandate.flows
    assert (flow.amount, flow.due) == (Decimal(-25_000), date(2022, 11, 1))
    assert demo.snapshot.cash_value("joint") < 10_000


def test_dividends_reinvested_in_the_window_count_for_wash_sales(demo: LoadedHousehold) -> None:
    recent = [one for one in demo.snapshot.lots if one.reinvested and one.acquired]
    days = Counter((DAY - one.acquired).days <= 30 for one in recent if one.acquired)
    assert days == {True: 2, False: 2}


def test_every_basis_is_the_samples_close_of_its_day(demo: LoadedHousehold) -> None:
    sample = SkfolioSample()
    for one in demo.snapshot.lots:
        assert one.acquired is not None
        price = sample.latest([one.instrument], one.acquired)[one.instrument]
        assert price.on == one.acquired, f"{one.id}: no session"
        assert one.basis == cents(one.quantity * price.amount), one.id


def test_the_frozen_files_are_what_their_tool_writes() -> None:
    for name, text in files().items():
        assert (DEMO_FOLDER / name).read_text(encoding="utf-8") == text


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoResult, str]:
    """One run, in a folder where a newcomer had changed a file, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "lots.csv").write_text("mine")
    printed = StringIO()
    with redirect_stdout(printed):
        result = run_demo(folder)
    return result, " ".join(printed.getvalue().split())


def plan_of(done: tuple[DemoResult, str]) -> Plan:
    plan = done[0].decision.plan
    assert plan is not None
    return plan


def test_the_demo_ends_in_trades(done: tuple[DemoResult, str]) -> None:
    assert done[0].decision.verdict in (Verdict.TRADE, Verdict.APPROVAL)
    assert len(plan_of(done).trades) >= 10


def test_its_plan_saves_tax_and_brings_energy_back_into_its_band(
    demo: LoadedHousehold, done: tuple[DemoResult, str]
) -> None:
    plan = plan_of(done)
    energy = next(target for target in demo.mandate.targets if target.name == "energy")
    drift = abs(plan.weights_after["energy"] - float(energy.weight))
    assert drift <= float(energy.band.width(energy.weight))
    assert plan.tax < 0
    assert plan.after.total < plan.before.total
    assert min(plan.cash_after.values()) >= 0, "what stays after the withdrawal was set aside"


def test_it_waits_for_the_lot_that_is_twelve_days_from_long_term(
    done: tuple[DemoResult, str],
) -> None:
    plan = plan_of(done)
    assert YOUNG not in {sale.lot for trade in plan.trades for sale in trade.lots}
    assert YOUNG in " ".join(skipped.subject for skipped in plan.skipped)


def test_it_buys_neither_what_was_just_sold_at_a_loss_nor_bens_employer(
    done: tuple[DemoResult, str],
) -> None:
    bought = {trade.instrument for trade in plan_of(done).trades if trade.side is Side.BUY}
    assert not bought & {"GE", "UNH"}


def test_it_says_what_it_did_not_see(done: tuple[DemoResult, str]) -> None:
    coverage = plan_of(done).coverage
    assert coverage is not None
    assert "not loaded: Ben's 401(k) at work" in coverage.sentence


def test_the_decision_is_shown_and_written(done: tuple[DemoResult, str]) -> None:
    result, printed = done
    assert " ".join(result.decision.sentence.split()) in printed
    assert "Ana and Ben Rivera" in result.page.read_text(encoding="utf-8")


def test_the_page_is_there_even_if_the_screen_is_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("trimtab.app.screens.plan_screen.show_decision", closed)
    with pytest.raises(BrokenPipeError):
        run_demo(tmp_path)
    assert "</html>" in (tmp_path / REPORT_NAME).read_text(encoding="utf-8")


def test_the_households_files_lie_beside_the_page_and_changed_ones_stay(
    done: tuple[DemoResult, str],
) -> None:
    folder = done[0].page.parent
    assert sorted(path.name for path in folder.iterdir()) == sorted([*DEMO_FILES, REPORT_NAME])
    assert (folder / "lots.csv").read_text() == "mine"


def test_without_the_sample_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    skfolio_sample._table.cache_clear()
    monkeypatch.setattr(skfolio_sample, "find_spec", lambda _: None)
    with pytest.raises(InputErrors, match=r'pip install "trimtab\[demo\]"'):
        load_demo()
    skfolio_sample._table.cache_clear()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        run_demo(tmp_path / "file" / "demo")
