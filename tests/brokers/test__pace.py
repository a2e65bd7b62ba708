"""Turns under rates: alone, together, across processes, and after the broker said too much."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.brokers._pace import Pace, Rate
from trimtab.model.brokers import BrokerError, Trouble

ORDERS = Rate("orders", per_second=2.0, burst=3)


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.start = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def gone(self) -> float:
        return round(self.now - self.start, 6)


def test_a_burst_passes_at_once_and_then_the_rate_holds() -> None:
    time = Time()
    pace = Pace(None, time, time.sleep)
    waits = [round(pace.wait([ORDERS], patience=10), 6) for _ in range(6)]
    assert waits == [0, 0, 0, 0.5, 0.5, 0.5]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_no_window_ever_has_more_than_the_burst_and_the_rate(pauses: list[float]) -> None:
    time = Time()
    pace = Pace(None, time, time.sleep)
    turns = []
    for pause in pauses:
        time.sleep(pause)
        pace.wait([ORDERS], patience=100)
        turns.append(time.gone)
    for first, start in enumerate(turns):
        for last, end in enumerate(turns[first:], 1):
            assert last <= ORDERS.burst + (end - start) * ORDERS.per_second + 1e-3


def test_two_rates_hold_together() -> None:
    time = Time()
    pace = Pace(None, time, time.sleep)
    minute = Rate("minute", per_second=1 / 60, burst=2)
    for _ in range(3):
        pace.wait([Rate("second", 1.0), minute], patience=100)
    assert time.gone == 60


def test_who_is_not_patient_is_refused_and_takes_no_turn() -> None:
    time = Time()
    pace = Pace(None, time, time.sleep)
    slow = Rate("slow", per_second=0.1)
    pace.wait([slow], patience=0)
    for _ in range(5):
        with pytest.raises(BrokerError, match=r"pace of slow: the next turn is in 10\.0 s") as bad:
            pace.wait([slow], patience=5)
        assert bad.value.trouble is Trouble.THROTTLED
    assert pace.wait([slow], patience=10) == pytest.approx(10)


def test_after_a_hold_nobody_passes_until_it_is_over() -> None:
    time = Time()
    pace = Pace(None, time, time.sleep)
    pace.hold([ORDERS], 7)
    assert pace.wait([ORDERS], patience=10) == pytest.approx(7)


def test_a_file_from_another_clock_does_not_stop_anything(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    late = Time(now=4_000_000_000.0)
    Pace(path, late, late.sleep).hold([ORDERS], 60)
    time = Time()
    assert Pace(path, time, time.sleep).wait([ORDERS], patience=0) == 0


def test_a_file_that_is_no_pace_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    path.write_text("not a database, but long enough to be taken for one" * 40)
    with pytest.raises(BrokerError, match=r"pace\.db: it cannot be used .*only the pace is lost"):
        Pace(path, Time(), Time().sleep).wait([ORDERS], patience=1)


def test_processes_share_one_rate(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from trimtab.brokers._pace import Pace, Rate\n"
        "pace = Pace(Path(sys.argv[1]), time.time, time.sleep)\n"
        "for _ in range(4):\n"
        "    pace.wait([Rate('orders', 20.0, 1)], 10); print(time.time())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "pace.db")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    times = sorted(float(line) for one in running for line in one.communicate()[0].split())
    assert len(times) == 12
    assert times[-1] - times[0] >= 11 / 20.0 - 0.06  # eleven turns after the first


def test_who_is_killed_while_it_asks_leaves_a_file_that_can_be_used(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from trimtab.brokers._pace import Pace, Rate\n"
        "pace = Pace(Path(sys.argv[1]), time.time, time.sleep)\n"
        "print(flush=True)\n"
        "while True: pace.wait([Rate('orders', 1e6, 1000)], 10)\n"
    )
    path = tmp_path / "pace.db"
    for _ in range(3):
        command = [sys.executable, "-c", code, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            running.stdout.readline()
            running.kill()
    time = Time(now=4_000_000_000.0)
    pace = Pace(path, time, time.sleep)
    assert pace.wait([ORDERS], patience=0) == 0
    pace.close()
