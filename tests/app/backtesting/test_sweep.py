"""A sweep runs every setting on one stage, whoever does the work, and refuses what it cannot."""

import json
from pathlib import Path

import numpy as np
import pytest

import trimtab.app.backtesting.api as api
import trimtab.app.backtesting.sweep as sweep_module
from tests.app.backtesting.made_markets import market_household
from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.backtesting.kept_trials import KeptTrials
from trimtab.app.backtesting.sweep import Sweep, WalkForwardTerms, run_sweep
from trimtab.app.household import load_folder
from trimtab.model.errors import InputError, InputErrors

TERMS = WalkForwardTerms(train_years=0.4, test_years=0.2, purge=2, embargo=2)
ABORTED = 1  # by click; the entry point makes 130 of Ctrl-C
GRID = {"absolute": ("0.01", "0.05", "0.20")}


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return market_household(tmp_path_factory.mktemp("sweep") / "household")


@pytest.fixture(scope="module")
def swept(household: Path) -> Sweep:
    return api.sweep(household, "threshold", GRID, walk_forward=TERMS)


def test_every_setting_is_a_trial_over_the_same_days(swept: Sweep):
    assert [one.entrant.shown for one in swept.trials] == [
        "threshold:absolute=0.01", "threshold:absolute=0.05", "threshold:absolute=0.20",
    ]  # fmt: skip
    assert {len(one.returns) for one in swept.trials} == {len(swept.dates)} == {319}
    assert swept.walk is not None and len(swept.walk.log) == len(swept.windows) * 3


def test_narrow_bands_trade_more(swept: Sweep):
    narrow, middle, wide = (one.figures.trades for one in swept.trials)
    assert narrow > middle > wide == 0


def test_returns_are_those_of_wealth_after_liquidation_tax(swept: Sweep):
    for one in swept.trials:
        grown = one.figures.value_start * float(np.prod(1.0 + one.returns))
        assert grown == pytest.approx(one.figures.after_liquidation_end, rel=1e-9)


def test_the_policy_as_it_stands_runs_beside_the_grid(swept: Sweep, household: Path):
    assert swept.default.entrant.shown == "threshold"
    assert all(swept.default is not one for one in swept.trials)
    inside = api.sweep(household, "threshold:absolute=0.05", GRID, walk_forward=TERMS)
    assert inside.default is inside.trials[1]


def test_processes_come_to_the_same_figures(swept: Sweep, household: Path):
    told: list[tuple[int, int]] = []
    again = api.sweep(
        household, "threshold", GRID, walk_forward=TERMS, workers=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    for one, other in zip(swept.trials, again.trials, strict=True):
        assert one.figures == other.figures and (one.returns == other.returns).all()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_that_was_stopped_runs_only_what_it_had_not_finished(
    household: Path, swept: Sweep, tmp_path: Path, workers: int
):
    stage = api.stage_for(load_folder(household))
    kept = KeptTrials.of(tmp_path / ".resume" / "sweep", stage)
    entrants = [one.entrant for one in swept.trials]

    def stop(done: int, _of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(stage, entrants, swept.default.entrant, TERMS, stop, 1, kept)
    assert [kept.find(one) is not None for one in entrants] == [True, True, False]
    told: list[tuple[int, int]] = []
    again = run_sweep(
        stage, entrants, swept.default.entrant, TERMS,
        lambda done, of: told.append((done, of)), workers, kept,
    )  # fmt: skip
    assert told == [(3, 4), (4, 4)]
    for one, other in zip(swept.trials, again.trials, strict=True):
        assert one.figures == other.figures and (one.returns == other.returns).all()
    kept.remove()
    assert list(tmp_path.iterdir()) == []


def test_trials_of_other_inputs_and_damaged_ones_are_not_taken(
    household: Path, swept: Sweep, tmp_path: Path
):
    trial = swept.trials[0]
    kept = KeptTrials.of(tmp_path, api.stage_for(load_folder(household)))
    kept.keep(trial)
    dearer = api.stage_for(load_folder(household), value=2_000_000)
    assert KeptTrials.of(tmp_path, dearer).find(trial.entrant) is None
    assert kept.find(swept.trials[1].entrant) is None
    found = kept.find(trial.entrant)
    assert found is not None and found.figures == trial.figures
    kept.file(trial.entrant).write_text('{"figures": 1', "utf-8")
    assert kept.find(trial.entrant) is None


def test_the_command_goes_on_and_leaves_nothing_behind(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    words = ("sweep", household, "--grid", "absolute=0.05,0.20", "--train", "0.4", "--test", "0.2",
             "--workers", "1", "--out", tmp_path / "out")  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(sweep_module, "judge_sweep", _ctrl_c)
        stopped = run(*words)
    assert stopped.exit_code == ABORTED
    assert "2 of 2 settings are finished and kept" in " ".join(stopped.stderr.split())
    done = run(*words)
    assert done.exit_code == DONE, done.output
    assert "2 of 2 settings were finished before the stop" in " ".join(done.stderr.split())
    assert not (tmp_path / "out" / ".resume").exists()


def _ctrl_c(*_given: object) -> None:
    raise KeyboardInterrupt


def test_purge_and_embargo_are_two_gaps_and_both_are_said(household: Path, tmp_path: Path):
    out = tmp_path / "out"
    done = run(
        "sweep", household, "--grid", "absolute=0.05,0.20", "--train", "0.4", "--test", "0.2",
        "--purge", "3", "--embargo", "1", "--workers", "1", "--out", out,
    )  # fmt: skip
    assert done.exit_code == DONE, done.output
    told = json.loads((out / "sweep.json").read_text("utf-8"))
    assert (told["walk_forward"]["purge"], told["walk_forward"]["embargo"]) == (3, 1)
    assert "4 sessions (3 of purge, 1 of embargo)" in (out / "sweep.html").read_text("utf-8")


def test_a_sweep_begins_with_the_first_session(swept: Sweep, household: Path):
    stage = api.stage_for(load_folder(household))
    market = stage.world.market
    sessions = market.sessions(stage.settings.start, stage.settings.end)
    assert swept.first == market.dates[sessions.start] < swept.dates[0]


def test_the_command_writes_page_json_and_tables(household: Path, tmp_path: Path):
    done = run(
        "sweep", household, "--grid", "absolute=0.05..0.20..0.15", "--train", "0.4",
        "--test", "0.2", "--workers", "1", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == DONE, done.output
    assert "Of 2 settings of threshold" in done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"sweep.html", "sweep.json", "sweep_trials.parquet", "sweep_log.parquet"} <= names


def test_a_setting_that_the_policy_does_not_have_is_refused_before_anything_runs(household: Path):
    with pytest.raises((InputError, InputErrors), match="absolut"):
        api.sweep(household, "threshold", {"absolut": (0.05,)})


def test_a_grid_that_is_no_axis_is_refused_with_an_example(household: Path):
    refused = run("sweep", household, "--grid", "absolute=5..1..1")
    assert refused.exit_code == BAD_INPUT
    assert "For example absolute=0.02,0.05" in " ".join(refused.stderr.split())


def test_one_setting_on_two_axes_is_refused_with_how_to_join_them(household: Path):
    axes = ("--grid", "absolute=0.02", "--grid", "absolute=0.05")
    refused = run("sweep", household, *axes)
    assert refused.exit_code == BAD_INPUT
    assert "absolute=0.02,0.05" in " ".join(refused.stderr.split())


def test_a_mistake_that_all_trials_share_is_told_once(household: Path):
    refused = run("sweep", household, "--grid", "absolut=0.02,0.05,0.1")
    assert refused.stderr.count("unknown key") == 1


def test_an_empty_grid_is_refused(household: Path):
    with pytest.raises((InputError, InputErrors), match="there is no setting to try"):
        api.sweep(household, "threshold", {"absolute": ()})
