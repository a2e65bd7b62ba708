"""The benchmark of the monitor measures what it says it does."""

import json

from benchmarks.monitor import TARGET_MILLISECONDS, main


def test_it_reports_the_median_of_its_updates_and_whether_the_target_is_met(capsys):
    code = main(["--households", "40", "--instruments", "6", "--updates", "20", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["households"], found["instruments"], found["updates"]) == (40, 6, 20)
    assert found["crossings"] > 0
    assert 0 < found["median_ms"] <= found["p99_ms"] <= found["worst_ms"]
    assert code == (0 if found["median_ms"] <= TARGET_MILLISECONDS else 1)
