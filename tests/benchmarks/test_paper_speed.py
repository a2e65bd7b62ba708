"""The benchmark of the paper broker measures what it says it does."""

import json

import pytest

from benchmarks.paper_speed import TARGET_SECONDS, main


@pytest.mark.slow
def test_it_reports_orders_and_a_month_and_says_whether_the_target_is_met(capsys):
    code = main(["--orders", "10", "--repeats", "1", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["orders"], found["month_orders"]) == (10, 420)
    assert found["month_ticks"] > 30_000
    slowest = max(found["http_seconds"], found["adapter_seconds"])
    assert code == (0 if slowest <= TARGET_SECONDS else 1)
    assert found["month_seconds"] < 60
