"""A small household whose decision anyone can follow: two classes, one account, round numbers."""

from pathlib import Path

import numpy as np
import pytest

from tests.app.folders import write_household

MANDATE = """\
[household]
name = "Two classes"
as_of = 2022-10-11

[[accounts]]
id = "roth"
wrapper = "roth"
fractional = true

[[accounts]]
id = "joint"
wrapper = "taxable"
fractional = true

[[targets]]
name = "stocks"
weight = 0.6
instruments = ["VTI"]

[[targets]]
name = "bonds"
weight = 0.4
instruments = ["BND"]

[tax]
short_rate = 0.32
long_rate = 0.15
"""
LOTS = """\
account,instrument,quantity,basis,acquired
joint,VTI,{joint},{basis},2020-01-15
roth,VTI,{roth},,
roth,BND,{bonds},,
"""


def prices() -> str:
    """Two years of closes of two funds that move apart; the last are 100 and 50."""
    chance = np.random.default_rng(5)
    moves = chance.standard_normal((500, 2)) * [0.01, 0.004]
    level = np.exp(-np.cumsum(moves[::-1], axis=0)[::-1]) * [100.0, 50.0]
    level[-1] = 100.0, 50.0
    days = np.arange(np.datetime64("2021-05-30"), np.datetime64("2022-10-12"))[-500:]
    rows = zip(days, level, strict=True)
    return "date,VTI,BND\n" + "".join(f"{day},{a:.4f},{b:.4f}\n" for day, (a, b) in rows)


@pytest.fixture
def house(tmp_path: Path):
    """A function that writes the household with so many percent of its $100,000 in stocks."""

    def write(stocks: int) -> Path:
        roth, bonds = stocks * 10 - 100, (100 - stocks) * 20
        lots = LOTS.format(joint=100, basis=6_000, roth=roth, bonds=bonds)
        return write_household(tmp_path / f"house{stocks}", MANDATE, lots, prices())

    return write
