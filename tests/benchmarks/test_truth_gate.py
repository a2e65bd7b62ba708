"""The truth gate as a command, and with a policy of one's own."""

import json

import numpy as np

from benchmarks.truth_gate import drawn, gate, main
from trimtab.quant.control.average_cost import Bands


def test_the_command_states_each_policy_on_each_problem(capsys):
    assert main(["--problems", "1", "--seed", "3", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["problem"] for row in rows} == {"B:3", "E:3"}
    zone = [row["ratio"] for row in rows if row["policy"] == "no_trade_zone"]
    assert all(0.999 < ratio < 1.01 for ratio in zone)
    assert all(row["ratio"] > 1.1 for row in rows if row["policy"] == "every review")


def test_a_policy_of_ones_own_is_priced_beside_the_others():
    rows = gate([drawn("B", 5)], {"tight": lambda problem: Bands(problem.target, 0.005)})
    assert [row.policy for row in rows] == ["tight"]
    assert rows[0].ratio > 1.5


def test_the_same_seed_draws_the_same_problem():
    first, second, other = drawn("E", 4), drawn("E", 4), drawn("E", 5)
    np.testing.assert_array_equal(first.problem.covariance, second.problem.covariance)
    assert not np.array_equal(first.problem.target, other.problem.target)
