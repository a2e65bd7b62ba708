"""The backtest benchmark: what it prints, what it says of peers, and what it does without data."""

import json
import os
import stat
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import _backtest_against, _backtest_daily, backtest
from benchmarks._backtest_data import load
from benchmarks._backtest_section import Figure, Setting
from benchmarks._backtest_values import replay
from trimtab.quant.simulate.conventions import Convention

CONVENTIONS = ["exact", "cash", "order", "sequential"]
FINALS = {
    "P1": [4903174.93, 4903810.02, 4903146.99, 4902795.53],
    "P2": [5042415.09, 5044453.72, 5042333.07, 5041846.96],
    "P3": [1666125.24, 1666114.64, 1666134.61, 1666064.65],
}
DAYS = np.arange("2000-01-03", "2000-07-03", dtype="datetime64[D]")


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    """A small set of problems, of the same form as the common ones."""
    chance = np.random.default_rng(3)
    for name, count in (("p1", 3), ("p3", 5)):
        closes = 100.0 * np.exp(np.cumsum(chance.normal(0, 0.03, (len(DAYS), count)), axis=0))
        columns = {f"A{at}": closes[:, at] for at in range(count)}
        pq.write_table(pa.table({**columns, "date": DAYS}), tmp_path / f"{name}.parquet")
    rules = {
        "p1": (3, {"calendar": "quarterly"}),
        "p2": (3, {"band": 0.05}),
        "p3": (5, {"calendar": "monthly"}),
        "p4": (3, {"thresholds": [0.01, 0.02], "every": [1, 2, 3]}),
    }
    for name, (count, rule) in rules.items():
        targets = {f"A{at}": 1.0 / count for at in range(count)}
        facts = {"init": 1e6, "cost": 0.001, "targets": targets, **rule}
        (tmp_path / f"{name}.json").write_text(json.dumps(facts))
    facts = {"gamma": 5.0, "cost": 0.001, "init": 1e6, "start": "2019-01-09"}
    (tmp_path / "p5.json").write_text(json.dumps(facts))
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *options: str) -> dict:
    assert backtest.main([*options, "--repeats", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_common_problems_end_on_the_cent(shared_dir, capsys):
    run = found(capsys, "--data", str(shared_dir / "backtest"), "--sections", "values")
    for name, finals in FINALS.items():
        said = [run["final_nav"][f"{name} {convention}"] for convention in CONVENTIONS]
        assert said == finals, name


def test_times_the_sweep_and_memory_have_bounds_and_say_whether_they_are_kept(problems, capsys):
    run = found(capsys, "--data", str(problems), "--sections", "values", "sweep")
    values, sweep = (run["sections"][name]["figures"] for name in ("values", "sweep"))
    bounds = {name: one["at_most"] for name, one in values.items() if "at_most" in one}
    assert bounds == {"P1 time": 1.0, "P2 time": 1.0, "P3 time": 5.0}
    for one in (*(values[name] for name in bounds), sweep["one core"]):
        assert one["reached"] == (0 < one["value"] <= one["at_most"])
    assert sweep["results equal"]["reached"]
    assert run["sections"]["memory"]["figures"]["peak"]["at_most"] == 1000


def test_absent_peers_are_said_to_be_absent(problems, monkeypatch):
    monkeypatch.setattr(_backtest_against, "find_spec", lambda name: None)
    section = _backtest_against.run(Setting(load(problems), 1, 1))
    assert section.figures == ()
    assert ["--peers" in sentence for sentence in section.absent] == [True, True]


def test_a_peer_is_compared_in_its_own_convention(problems, tmp_path, capsys):
    finals = {
        one.name: float(replay(one, Convention.ORDER).final[0]) for one in load(problems).problems
    }
    answer = {name: {"final": final, "seconds": 9.0} for name, final in finals.items()}
    answer["P2"]["final"] += 0.02
    text = json.dumps({"bt": {"version": "1", "problems": answer}, "vectorbt": None})
    program = tmp_path / "interpreter"
    program.write_text(f"#!/bin/sh\necho '{text}'\n")
    os.chmod(program, stat.S_IRWXU)
    run = found(capsys, "--data", str(problems), "--sections", "peers", "--peers", str(program))
    figures = run["sections"]["peers"]["figures"]
    assert figures["P1 bt 1 from our order"]["reached"]
    assert not figures["P2 bt 1 from our order"]["reached"]
    assert figures["P3 bt 1 over ours"]["reached"]
    assert [sentence[:8] for sentence in run["sections"]["peers"]["absent"]] == ["vectorbt"]


def test_the_household_solver_decides_as_clarabel_does_day_by_day(problems):
    pytest.importorskip("clarabel", reason="Clarabel is not installed")
    known = _backtest_daily.forecasts(load(problems))
    assert known.mean.shape == known.growth.shape == (1_000, 20)
    few = replace(
        known, growth=known.growth[:20], mean=known.mean[:20], covariance=known.covariance[:20]
    )
    own, _ = _backtest_daily.replay(few, _backtest_daily.by_household_solver)
    clarabel = partial(_backtest_daily.by_clarabel, pays_from_cash=True)
    theirs, _ = _backtest_daily.replay(few, clarabel)
    assert own == pytest.approx(theirs, rel=1e-7)
    assert own != 1e6


def test_the_daily_problem_is_said_to_be_absent_without_its_facts(problems):
    (problems / "p5.json").unlink()
    section = _backtest_daily.run(Setting(load(problems), 1, 1))
    assert (section.figures, "p5.json" in section.absent[0]) == ((), True)


def test_without_the_problems_one_sentence_says_where_they_were_looked_for(tmp_path, capsys):
    assert backtest.main(["--data", str(tmp_path / "nowhere"), "--json"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("backtest: the problems are not in ")
    assert "--data" in said and said.count("\n") == 1


def test_the_page_for_people_says_what_was_not_reached(problems, capsys):
    assert backtest.main(["--data", str(problems), "--sections", "values", "--repeats", "1"]) == 0
    page = capsys.readouterr().out
    assert "P2 sequential" in page and "≤ 5: reached" in page
    late = Figure("late", 2.0, "s", at_most=1.0)
    assert (late.reached, Figure("free", 2.0, "s").reached) == (False, None)


@pytest.mark.parametrize("options", [["--repeats", "0"], ["--peers", "no/such/python"]])
def test_options_that_make_no_sense_end_the_program(options):
    with pytest.raises(SystemExit, match="2"):
        backtest.main(options)
