"""The benchmark of lot-level problems: targets on the published ones, rules on random ones."""

import json

import numpy as np
import pytest

from benchmarks import problems
from benchmarks._lot_problems import household, load, parse, score
from benchmarks._problem_generator import generate
from trimtab.quant.solver import solve


def solved(problem, whole_shares):
    solution = solve(household(problem, whole_shares))
    sold, bought = problems.quantities(problem, solution)
    return solution, score(problem, sold, bought)


@pytest.mark.parametrize(("name", "target"), [("p20", -10_590.0), ("p100", -28_900.0)])
def test_published_problems_reach_their_targets(shared_dir, name, target):
    problem = load(shared_dir / "problems" / f"{name}.json")
    solution, free = solved(problem, whole_shares=False)
    assert free.objective <= target
    assert free.objective == pytest.approx(solution.objective, abs=0.01)
    assert not any(count for rule, count in free.violations.items() if rule != "fractional")
    _, whole = solved(problem, whole_shares=True)
    assert not any(whole.violations.values())
    assert whole.objective <= free.objective + 0.005 * abs(free.objective)


@pytest.mark.parametrize(("assets", "lots", "seed"), [(20, 150, 1), (20, 150, 2), (60, 700, 3)])
def test_random_problems_of_the_kind_keep_every_rule(assets, lots, seed):
    problem = parse(generate(assets, lots, seed, 20_000.0 * assets))
    solution, whole = solved(problem, whole_shares=True)
    assert not any(whole.violations.values())
    idle = score(problem, np.zeros(lots), np.zeros(assets))
    assert whole.objective < idle.objective
    assert solution.lower_bound <= whole.objective


def test_the_score_counts_what_a_bad_answer_breaks():
    problem = parse(generate(20, 150, 1, 400_000.0))
    everything = problem.quantity * 2
    violations = score(problem, everything, np.full(20, 0.5)).violations
    assert violations["oversold"] == 150
    assert violations["fractional"] == 20
    assert violations["below_minimum"] > 0
    assert violations["loss_sale_and_buy"] > 0


def test_the_command_writes_a_solution_and_prints_json(tmp_path, capsys):
    path, out = tmp_path / "p.json", tmp_path / "s.json"
    path.write_text(json.dumps(generate(20, 150, 4, 400_000.0)), encoding="utf-8")
    assert problems.main([str(path), "--out", str(out), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["cpu_ms"] > 0
    assert figures["gap"] >= 0
    assert set(json.loads(out.read_text(encoding="utf-8"))) == {"sold", "bought"}


def test_a_file_that_is_no_problem_is_refused(tmp_path, capsys):
    path = tmp_path / "p.json"
    path.write_text("{}", encoding="utf-8")
    assert problems.main([str(path)]) == 2
    assert "cannot be read" in capsys.readouterr().err
