"""The benchmark of faults counts what its seeds came to, whatever the number of processes."""

import json

from benchmarks import faults
from benchmarks.faults import gathered, main


def test_a_few_seeds_have_faults_and_no_violation(capsys):
    assert main(["--seeds", "6", "--processes", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == 6
    assert told["violations"] == {}
    assert told["faults"]["crash before a call"] > 0
    assert told["executions"] > 0


def test_processes_share_the_work_and_change_nothing(monkeypatch):
    monkeypatch.setattr(faults, "SEEDS_AT_ONCE", 4)
    assert gathered(range(10), 1) == gathered(range(10), 2)
