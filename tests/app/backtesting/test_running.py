"""Runs of several policies: the same however they are shared out, all mistakes told at once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.app.backtesting.pasts import LAST, START, load_past, prices
from trimtab.app.backtesting.entrants import Entrant, check_entrants
from trimtab.app.backtesting.opening import StartFrom
from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.backtesting.question import Question, Stage, set_stage
from trimtab.app.backtesting.running import run_entrants
from trimtab.app.household import LoadedHousehold
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.errors import InputErrors
from trimtab.model.mandate import Mandate, PlugInChoice

ANY = Mandate(targets=())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedHousehold:
    return load_past(tmp_path_factory.mktemp("past"))


@pytest.fixture(scope="module")
def stage(loaded: LoadedHousehold) -> Stage:
    return set_stage(loaded, Question(BacktestSettings(START, LAST)))


def entrants(*words: str) -> list[Entrant]:
    return [Entrant(read_choice(one, ANY), one) for one in words]


def same(one: BacktestRun, other: BacktestRun) -> bool:
    return (
        one.policy == other.policy
        and np.array_equal(one.daily.value, other.daily.value)
        and np.array_equal(one.daily.after_liquidation, other.daily.after_liquidation)
        and one.fills == other.fills
        and one.lots == other.lots
        and one.findings == other.findings
    )


@pytest.fixture(scope="module")
def serial(stage: Stage) -> tuple[BacktestRun, ...]:
    return run_entrants(stage, entrants("hold", "quarterly", "cost_aware"), workers=1)


def test_runs_come_in_the_order_of_their_policies(serial: tuple[BacktestRun, ...]):
    assert [run.policy for run in serial] == ["hold", "quarterly", "cost_aware"]


def test_policies_do_different_things(serial: tuple[BacktestRun, ...]):
    assert serial[0].fills == ()
    assert serial[1].fills and serial[2].fills


@pytest.mark.slow
def test_processes_give_what_one_thread_gives(stage: Stage, serial: tuple[BacktestRun, ...]):
    told: list[tuple[str, int, int]] = []
    shared = run_entrants(
        stage,
        entrants("hold", "quarterly", "cost_aware"),
        lambda name: lambda done, of: told.append((name, done, of)),
        workers=2,
    )
    assert all(map(same, serial, shared))
    assert {name for name, done, of in told if done == of == 113} == {run.policy for run in serial}


def test_a_run_says_its_terms_and_what_was_noticed_before_it(
    stage: Stage, serial: tuple[BacktestRun, ...]
):
    run = serial[1]
    assert run.settings is not None
    assert run.settings["Period"] == "2022-05-02 to 2022-10-11, 113 sessions"
    assert run.settings["Policy"] == "calendar: frequency quarterly"
    assert run.findings[: len(stage.findings)] == stage.findings


@pytest.mark.parametrize("start_from", list(StartFrom))
def test_a_split_and_a_dividend_on_the_first_day_make_nobody_richer(
    tmp_path: Path, start_from: StartFrom
):
    rows = ["date,instrument,close,dividend,split"]
    for line in prices().splitlines()[1:]:
        day, vti, itot, bnd = line.split(",")
        before = day < str(START)
        split, paid = ("2:1", "1.6") if day == str(START) else ("", "")
        rows += [
            f"{day},VTI,{float(vti) * (1 if before else 0.5):.4f},,{split}",
            f"{day},ITOT,{itot},,",
            f"{day},BND,{bnd},{paid},",
        ]
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,100,9000,2020-01-15\n"
    loaded = load_past(tmp_path, lots=lots, closes="\n".join(rows))
    stage = set_stage(loaded, Question(BacktestSettings(START, LAST), start_from))
    (run,) = run_entrants(stage, entrants("hold"))
    if start_from is StartFrom.TARGETS:
        assert run.daily.value[0] == pytest.approx(float(loaded.snapshot.value), abs=0.02)
    else:  # 100 units of today were 50 that morning
        close = stage.world.market.close[stage.world.market.dates.index(START), 0]
        assert run.daily.value[0] == pytest.approx(100 * close, abs=0.01)
        assert [lot.quantity for lot in run.lots] == [100]


def test_each_session_is_told_in_one_process(stage: Stage):
    told: list[int] = []
    run_entrants(stage, entrants("hold"), lambda _: lambda done, _of: told.append(done))
    assert told == list(range(1, 114))


def test_unknown_policies_and_settings_and_names_twice_are_refused_all_at_once():
    wrong = entrants("hold", "treshold", "hold", "threshold:absolut=0.05,relativ=1")
    with pytest.raises(InputErrors) as refused:
        check_entrants(wrong)
    told = str(refused.value)
    for words in ("treshold", "'threshold'", "policy 'hold': is named twice", "absolut", "relativ"):
        assert words in told, words
    assert len(refused.value.errors) == 4


def test_nothing_runs_where_a_policy_is_wrong(stage: Stage):
    told: list[int] = []
    with pytest.raises(InputErrors):
        run_entrants(
            stage, entrants("hold", "nonsense"), lambda _: lambda done, _of: told.append(done)
        )
    assert told == []


def test_a_policy_is_shown_by_its_name_or_as_it_would_be_written():
    choice = PlugInChoice("threshold", {"absolute": 1})
    assert Entrant(choice, "wide").shown == "wide"
    assert Entrant(choice).shown == "threshold:absolute=1"


def test_an_entrant_that_does_not_harvest_sells_no_loss_for_its_tax(loaded: LoadedHousehold):
    harvest = replace(loaded.mandate.harvest, enabled=True)
    household = replace(loaded, mandate=replace(loaded.mandate, harvest=harvest))
    stage = set_stage(household, Question(BacktestSettings(START, LAST)))
    choice = read_choice("cost_aware", ANY)
    without, with_it = run_entrants(
        stage, [Entrant(choice, "without", harvests=False), Entrant(choice, "with")]
    )
    losses = [
        sum(
            1 for fill in run.fills for sale in fill.lots if sale.gain is not None and sale.gain < 0
        )
        for run in (without, with_it)
    ]
    assert losses[0] < losses[1]
