"""The direct-indexing section: 500 names over 15 years, harvested daily, with wash sales."""

from benchmarks._backtest_section import Figure, Section, Setting
from benchmarks._harvest_speed import measure_speed

__all__ = ["run"]


def run(setting: Setting) -> Section:
    """Time the kernel on a seeded market, and read the peak memory of its process."""
    speed = measure_speed()
    size = f"{speed.names} names x {speed.sessions:,} sessions"
    return Section(
        title="direct indexing, harvested daily, with lots, taxes and wash sales",
        measured=f"{size}, a seeded market on which every name is held all the time; "
        "the whole call, warm, and the peak memory of a process that does nothing else",
        figures=(
            Figure("one rule", speed.seconds, "s", 3, at_most=speed.target_seconds),
            Figure("each of a batch", speed.batch_seconds_each, "s", 3),
            Figure("compiled at first", speed.first_seconds, "s", 1),
            Figure("most lots", float(speed.lots_most), "lots", 0),
            Figure("memory", speed.peak_mebibytes, "MiB", 0, at_most=speed.target_mebibytes),
        ),
    )
