"""Runs that were stopped go on, come to the same, and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from tests.app.backtesting.pasts import LAST, START, load_past, prices, write_past
from tests.app.commands_run import DONE, run
from trimtab.app.backtesting import resuming
from trimtab.app.backtesting.entrants import Entrant, Shared
from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.backtesting.question import Question, Stage, set_stage
from trimtab.app.backtesting.resuming import Checkpoints
from trimtab.app.backtesting.running import run_entrants, standings_of
from trimtab.app.household import LoadedHousehold
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.mandate import Mandate

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("hold", "quarterly", "5/25")
LONG_AGO = date(2018, 10, 1)
STOPPED = 130


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedHousehold:
    return load_past(tmp_path_factory.mktemp("past"))


@pytest.fixture(scope="module")
def stage(loaded: LoadedHousehold) -> Stage:
    return set_stage(loaded, Question(BacktestSettings(START, LAST)))


@pytest.fixture
def eager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkpoints:
    """Checkpoints after every session."""
    monkeypatch.setattr(resuming, "WORK_TO_SAVING", 0)
    return Checkpoints(tmp_path / "out" / ".resume", seconds=0.0)


def entrants(*names: str) -> list[Entrant]:
    return [Entrant(read_choice(name, Mandate(targets=())), name) for name in names]


class StoppedError(Exception):
    """Whatever ends a run in its middle."""


def stop_after(sessions: int):
    def tell(done: int, _of: int) -> None:
        if done > sessions:
            raise StoppedError

    return tell


def same(one: BacktestRun, other: BacktestRun) -> bool:
    return (
        np.array_equal(one.daily.value, other.daily.value)
        and np.array_equal(one.daily.after_liquidation, other.daily.after_liquidation)
        and one.fills == other.fills
        and one.findings == other.findings
        and one.settings == other.settings
    )


def test_a_run_that_was_stopped_goes_on_and_comes_to_the_same(stage: Stage, eager: Checkpoints):
    (entrant,) = entrants("quarterly")
    with pytest.raises(StoppedError):
        Shared(stage).run(entrant, stop_after(60), eager)
    (standing,) = standings_of(stage, [entrant], eager)
    assert (standing.done, standing.of) == (60, 113)
    assert standing.sentence == f"quarterly goes on after {standing.last}, session 60 of 113."
    told: list[int] = []
    again = Shared(stage).run(entrant, lambda done, _of: told.append(done), eager)
    assert told == list(range(61, 114))
    assert same(again, Shared(stage).run(entrant))


def test_what_was_finished_is_not_run_again(stage: Stage, eager: Checkpoints):
    def tell_of(name: str):
        return stop_after(40 if name == "quarterly" else 1000)

    with pytest.raises(StoppedError):
        run_entrants(stage, entrants(*NAMES), tell_of, 1, eager)
    told = [standing.sentence for standing in standings_of(stage, entrants(*NAMES), eager)]
    assert told[0] == "hold was finished before the stop."
    assert told[1].startswith("quarterly goes on")
    assert len(told) == 2
    done: dict[str, int] = {}

    def count_of(name: str):
        return lambda _done, _of: done.update({name: done.get(name, 0) + 1})

    runs = run_entrants(stage, entrants(*NAMES), count_of, 1, eager)
    assert done == {"quarterly": 73, "5/25": 113}
    plain = run_entrants(stage, entrants(*NAMES), workers=1)
    assert all(map(same, runs, plain))


def test_other_inputs_start_anew_with_a_word(
    loaded: LoadedHousehold, stage: Stage, eager: Checkpoints
):
    Shared(stage).run(entrants("hold")[0], None, eager)
    other = set_stage(loaded, Question(BacktestSettings(date(2022, 6, 1), LAST)))
    (standing,) = standings_of(other, entrants("hold"), eager)
    assert standing.sentence.startswith("hold starts anew: its checkpoint was made with another ")
    assert not eager.folder.exists()


@pytest.mark.parametrize("text", ["", "{", "{}", '{"version": 1}', "[1, 2]", "\udcff"])
def test_a_checkpoint_that_was_damaged_starts_anew_with_a_word(
    stage: Stage, eager: Checkpoints, text: str
):
    eager.folder.mkdir(parents=True)
    eager.file("hold").write_bytes(text.encode(errors="surrogateescape"))
    (standing,) = standings_of(stage, entrants("hold"), eager)
    assert "starts anew" in standing.sentence
    assert not eager.file("hold").exists()


def test_a_quick_run_leaves_no_checkpoint(stage: Stage, tmp_path: Path):
    Shared(stage).run(entrants("hold")[0], None, Checkpoints(tmp_path / "none", seconds=600.0))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("to_save", "saves"), [(0.0, 57), (9.0, 3)])
def test_a_checkpoint_that_takes_long_to_write_is_written_seldom(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to_save: float, saves: int
):
    now, saved = 0.0, 0

    def save(_self: Checkpoints, _policy: str, _test: object) -> None:
        nonlocal now, saved
        now, saved = now + to_save, saved + 1

    def tell(_done: int, _of: int) -> None:
        nonlocal now
        now += 1.0  # a second a session, of which there are 113

    monkeypatch.setattr(resuming, "monotonic", lambda: now)
    monkeypatch.setattr(Checkpoints, "_save", save)
    Shared(stage).run(entrants("hold")[0], tell, Checkpoints(tmp_path, seconds=2.0))
    assert saved == saves


def test_a_name_that_no_file_could_have_has_a_checkpoint(eager: Checkpoints):
    files = {eager.file(name) for name in ("5/25", "5%", "../up", "a" * 400)}
    assert len(files) == 4
    assert all(file.parent == eager.folder and len(file.name) < 30 for file in files)


def test_only_what_is_done_with_is_removed(eager: Checkpoints):
    eager.folder.mkdir(parents=True)
    for name in NAMES:
        eager.file(name).write_text("x")
    eager.remove(["hold", "quarterly"])
    assert [path.name for path in eager.folder.iterdir()] == [eager.file("5/25").name]
    eager.remove(NAMES)
    assert not eager.folder.exists()


def environment() -> dict[str, str]:
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


OFTEN = """
import sys
from functools import partial
from trimtab.app.backtesting import resuming
resuming.Checkpoints = partial(resuming.Checkpoints, seconds=0.05)
from trimtab.app.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The command line, with a checkpoint twenty times a second."""


def compare(folder: Path, out: str) -> list[str]:
    names = [part for name in NAMES for part in ("--policy", name)]
    where = ["--from", str(LONG_AGO), "--out", str(folder / out), "--json", "--workers", "1"]
    return [sys.executable, "-c", OFTEN, "compare", str(folder), *names, *where]


def results(text: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(text)
    return told


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as POSIX does")
def test_a_stop_asked_for_while_a_run_is_summed_up_is_heard(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sum_up = Backtest.result

    def interrupted(test: Backtest) -> BacktestRun:
        os.kill(os.getpid(), signal.SIGINT)
        return sum_up(test)

    monkeypatch.setattr(Backtest, "result", interrupted)
    kept = Checkpoints(tmp_path, seconds=1_000.0)
    with pytest.raises(KeyboardInterrupt):
        Shared(stage).run(entrants("hold")[0], None, kept)
    assert kept.file("hold").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as POSIX does")
def test_ctrl_c_keeps_what_was_done_and_the_same_command_goes_on(tmp_path: Path):
    folder = write_past(tmp_path / "house", closes=prices(first=LONG_AGO))
    with subprocess.Popen(
        compare(folder, "out"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        while process.poll() is None and not any((folder / "out" / ".resume").glob("*.json")):
            sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == STOPPED, told
    assert "The same command goes on where this one stopped." in told
    assert "Traceback" not in told
    assert any((folder / "out" / ".resume").iterdir())
    again = run(*compare(folder, "out")[3:])
    taken_up = " ".join(again.stderr.split())  # the stop may come at the very end of a run
    assert "goes on after" in taken_up or "was finished before the stop" in taken_up
    assert not (folder / "out" / ".resume").exists()
    plain = run(*compare(folder, "other")[3:])
    assert again.exit_code == plain.exit_code == DONE
    assert results(again.stdout) == results(plain.stdout)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="processes are killed as POSIX does")
def test_a_process_that_is_killed_loses_nothing_that_was_kept(tmp_path: Path):
    folder = write_past(tmp_path / "house")
    code = f"""
        import os, signal
        from pathlib import Path
        from trimtab.app.backtesting.api import backtest
        from trimtab.app.backtesting.resuming import Checkpoints
        import trimtab.app.backtesting.api as api
        from trimtab.app.backtesting import resuming
        from datetime import date
        resuming.WORK_TO_SAVING = 0
        api.Checkpoints = lambda folder: Checkpoints(folder, seconds=0.0)
        def of(name):
            def tell(done, _of):
                if name == "quarterly" and done == 50:
                    os.kill(os.getpid(), signal.SIGKILL)
            return tell
        backtest({str(folder)!r}, {list(NAMES)!r}, start=date({START.year}, {START.month},
                 {START.day}), progress_of=of, checkpoints={str(tmp_path / "kept")!r})
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment(), check=False
    )
    assert killed.returncode == -signal.SIGKILL
    kept = Checkpoints(tmp_path / "kept")
    stage = set_stage(load_past(folder), Question(BacktestSettings(START, LAST)))
    told = [(one.policy, one.done) for one in standings_of(stage, entrants(*NAMES), kept)]
    assert told == [("hold", 113), ("quarterly", 49)]
    runs = run_entrants(stage, entrants(*NAMES), workers=1, checkpoints=kept)
    assert all(map(same, runs, run_entrants(stage, entrants(*NAMES), workers=1)))
