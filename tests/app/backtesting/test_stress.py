"""Stress: the household as it is today goes through a crash, with its lots, taxes and limits."""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.app.backtesting.made_markets import market_household
from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.backtesting.entrants import Entrant
from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.backtesting.resuming import Checkpoints, Standing, forget
from trimtab.app.backtesting.scenario import moves_of
from trimtab.app.backtesting.stress import Stressed, run_stress, scenarios_of, stress
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.model.errors import InputError, InputErrors

CRASH = "session,stocks,bonds\n1,-0.30,0.02\n30,0,0\n40,0.20,0\n"
TAXABLE = ("joint",)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return market_household(tmp_path_factory.mktemp("stress") / "household")


@pytest.fixture(scope="module")
def loaded(household: Path) -> LoadedHousehold:
    return load_folder(household)


@pytest.fixture(scope="module")
def crash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("shock") / "crash.csv"
    file.write_text(CRASH, "utf-8")
    return file


@pytest.fixture(scope="module")
def stressed(loaded: LoadedHousehold, crash: Path) -> Stressed:
    (found,) = stress(loaded, ["hold", "5/25"], shock=crash)
    return found


def shares(loaded: LoadedHousehold, *names: str) -> float:
    snapshot = loaded.snapshot
    held = sum(snapshot.lot_value(lot) for lot in snapshot.lots if lot.instrument in names)
    return float(held / snapshot.value)


def test_the_household_begins_as_it_is_today(stressed: Stressed, loaded: LoadedHousehold):
    hold = stressed.comparison.runs[0]
    assert hold.daily.dates[0] == loaded.snapshot.as_of
    assert hold.daily.value[0] == pytest.approx(float(loaded.snapshot.value), abs=0.01)
    assert {lot.id for lot in hold.lots} == {lot.id for lot in loaded.snapshot.lots}
    assert [lot.basis for lot in hold.lots] == [lot.basis for lot in loaded.snapshot.lots]


def test_hold_falls_as_far_as_what_it_holds(stressed: Stressed, loaded: LoadedHousehold):
    hold, _ = stressed.figures
    after = -0.30 * shares(loaded, "VTI", "ITOT") + 0.02 * shares(loaded, "BND")
    assert hold.loss == pytest.approx(after, abs=1e-6)
    assert (hold.sessions_to_bottom, hold.sessions_to_recovery, hold.trades) == (1, None, 0)
    end = (0.7 * 1.2 - 1) * shares(loaded, "VTI", "ITOT") + 0.02 * shares(loaded, "BND")
    assert hold.change_at_end == pytest.approx(end, abs=1e-6)


def test_a_rule_that_rebalances_trades_and_takes_losses(stressed: Stressed):
    hold, bands = stressed.figures
    assert bands.trades > 0 and bands.days_outside < hold.days_outside
    assert bands.change_at_end is not None and hold.change_at_end is not None
    run = stressed.comparison.runs[1]
    losses = sum(
        (-sale.gain - sale.disallowed
        for fill in run.fills
        if fill.account in TAXABLE
        for sale in fill.lots
        if sale.gain is not None and sale.gain < 0),
        Decimal(0),
    )  # fmt: skip
    assert bands.losses_taken == losses


def test_nothing_is_said_of_chance_where_the_days_are_made_up(stressed: Stressed):
    assert stressed.comparison.differences == ()


def test_every_scenario_of_the_package_runs(loaded: LoadedHousehold):
    found = stress(loaded, ["hold"])
    assert [one.scenario.id for one in found] == ["1987", "2000-02", "2008", "2020", "2022"]
    for one in found:
        (figures,) = one.figures
        assert figures.loss is not None and -0.6 < figures.loss < -0.1
        assert len(one.comparison.runs[0].daily.dates) == one.scenario.sessions + 1
        assert np.isfinite(one.comparison.runs[0].daily.after_liquidation).all()


def test_an_instrument_moves_by_its_own_beta(loaded: LoadedHousehold, tmp_path: Path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'instruments.VTI = { class = "stocks", beta = 2 }\n'
        '[path]\ncolumns = ["stocks", "bonds"]\nrows = [[1, -0.1, 0.0]]\n',
        "utf-8",
    )
    (found,) = stress(loaded, ["hold"], shock=file)
    (figures,) = found.figures
    fall = -0.2 * shares(loaded, "VTI") - 0.1 * shares(loaded, "ITOT")
    assert figures.loss == pytest.approx(fall, abs=1e-6)
    notes = [one for one in found.comparison.runs[0].findings if one.code == "moves_as"]
    assert any("VTI" in one.subject and "2 times" in one.message for one in notes)


def test_a_shock_file_without_a_path_is_told_to_the_named_scenarios(
    loaded: LoadedHousehold, tmp_path: Path
):
    file = tmp_path / "mine.toml"
    file.write_text('[instruments]\nVTI = { class = "gold" }\n', "utf-8")
    (one,) = scenarios_of(loaded, ["2008"], file)
    moves, _ = moves_of(one, ["VTI", "BND"], loaded.snapshot.instruments, loaded.mandate)
    assert dict(moves["VTI"].mix) == {"gold": 1.0} and dict(moves["BND"].mix) == {"bonds": 1.0}


def test_what_a_shock_says_nothing_about_stays_still_and_a_finding_says_so(
    loaded: LoadedHousehold, tmp_path: Path
):
    file = tmp_path / "mine.csv"
    file.write_text("session,BND\n1,-0.1\n", "utf-8")
    (found,) = stress(loaded, ["hold"], shock=file)
    (figures,) = found.figures
    assert figures.loss == pytest.approx(-0.1 * shares(loaded, "BND"), abs=1e-6)
    (still,) = [one for one in found.comparison.runs[0].findings if one.code == "stays_still"]
    assert "VTI" in still.subject and "ITOT" in still.subject


@pytest.mark.parametrize(
    ("words", "shock", "told"),
    [
        (["1978"], None, "scenario: there is no '1978'. Did you mean '1987'?"),
        ([], "session,gold\n1,-0.1\n", "it moves gold, and the household has none of them"),
        ([], "session,stocks\n1,-1\n", "a return of -1 leaves nothing"),
    ],
)
def test_what_cannot_be_run_is_refused(loaded, tmp_path: Path, words, shock, told: str):
    file = None
    if shock is not None:
        file = tmp_path / "bad.csv"
        file.write_text(shock, "utf-8")
    with pytest.raises((InputError, InputErrors)) as caught:
        stress(loaded, ["hold"], scenarios=words, shock=file)
    assert told in str(caught.value)


def test_a_holding_without_a_path_is_refused_with_what_to_write(household: Path, tmp_path: Path):
    folder = tmp_path / "crypto"
    folder.mkdir()
    for path in household.iterdir():
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    mandate = (folder / "mandate.toml").read_text("utf-8")
    mandate += '\n[instruments.BND]\nkind = "crypto"\n'
    (folder / "mandate.toml").write_text(mandate, "utf-8")
    with pytest.raises(InputErrors, match=r"BND = \{ class = \"stocks\", beta = 1\.5 \}"):
        stress(load_folder(folder), ["hold"], scenarios=["2008"])


def test_a_household_that_holds_nothing_is_refused(household: Path, tmp_path: Path):
    folder = tmp_path / "empty"
    folder.mkdir()
    for path in household.iterdir():
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (folder / "lots.csv").write_text("account,instrument,quantity,basis,acquired\n", "utf-8")
    with pytest.raises(InputError, match="it holds neither lots nor cash"):
        stress(load_folder(folder), ["hold"], scenarios=["2020"])


def test_the_command_writes_a_page_a_scenario_and_an_overview(
    household: Path, crash: Path, tmp_path: Path
):
    done = run(
        "stress", household, "--scenario", "2020", "--shock", crash, "--policy", "hold",
        "--workers", "1", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == DONE, done.output
    assert "The pandemic of March 2020 (135 sessions)" in done.output
    assert (tmp_path / "out" / "2020" / "backtest.html").exists()
    page = (tmp_path / "out" / "crash" / "backtest.html").read_text("utf-8")
    assert "begun tomorrow" in page and "More than chance" not in page
    told = json.loads((tmp_path / "out" / "stress.json").read_text("utf-8"))
    assert [one["id"] for one in told["scenarios"]] == ["2020", "crash"]
    assert told["scenarios"][1]["policies"][0]["sessions_to_bottom"] == 1


def test_a_stress_test_that_was_stopped_goes_on(
    loaded: LoadedHousehold, stressed: Stressed, tmp_path: Path
):
    entrants = [Entrant(read_choice(name, loaded.mandate), name) for name in ("hold", "5/25")]
    kept = Checkpoints(tmp_path / ".resume" / "stress" / "crash", seconds=0.0)
    scenario = stressed.scenario

    def stop_of(name: str):
        def stop(done: int, _of: int) -> None:
            if name == "5/25" and done == 10:
                raise KeyboardInterrupt

        return stop

    with pytest.raises(KeyboardInterrupt):
        run_stress(loaded, scenario, entrants, None, stop_of, 1, kept)
    told: list[Standing] = []
    again = run_stress(loaded, scenario, entrants, None, None, 1, kept, told.append)
    assert told[0].sentence == "hold was finished before the stop."
    assert again.figures == stressed.figures
    forget(kept.folder)
    assert list(tmp_path.iterdir()) == []


def test_json_alone_stands_on_stdout(household: Path, crash: Path, tmp_path: Path):
    done = run(
        "stress", household, "--shock", crash, "--policy", "hold", "--json", "--workers", "1",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert json.loads(done.stdout)["kind"] == "trimtab.stress"


def test_a_mistake_in_the_shock_file_names_file_and_line(household: Path, tmp_path: Path):
    file = tmp_path / "bad.csv"
    file.write_text("session,stocks\n1,-5\n", "utf-8")
    done = run("stress", household, "--shock", file)
    assert done.exit_code == BAD_INPUT
    assert "bad.csv:2" in done.stderr and "write -0.205 for a fall of 20.5 %" in " ".join(
        done.stderr.split()
    )
