"""A small household with a market of its own, as files, for the tests of backtests."""

from datetime import date
from pathlib import Path

import numpy as np

from tests.app.folders import MANDATE, write_household
from trimtab.testing.markets import sessions_from

FIRST = date(2019, 1, 2)
NAMES = ("VTI", "ITOT", "BND")
LOTS = """\
account,instrument,quantity,basis,acquired
joint,VTI,100,9000,2019-01-15
joint,BND,50,4100,2019-06-03
ira,VTI,20,,
joint,CASH,1500,,
"""


def market_household(folder: Path, sessions: int = 320, seed: int = 5) -> Path:
    """Write a household whose prices swing enough that bands are left."""
    days = sessions_from(FIRST, sessions)
    chance = np.random.default_rng(seed)
    stocks = 100 * np.exp(np.cumsum(chance.normal(0.0004, 0.016, sessions)))
    bonds = 80 * np.exp(np.cumsum(chance.normal(0.0001, 0.003, sessions)))
    rows = [
        f"{on},{stock:.4f},{stock / 2:.4f},{bond:.4f}"
        for on, stock, bond in zip(days, stocks, bonds, strict=True)
    ]
    prices = "\n".join([",".join(("date", *NAMES)), *rows]) + "\n"
    mandate = MANDATE.replace("[household]\n", f"[household]\nas_of = {days[-1]}\n", 1)
    return write_household(folder, mandate, LOTS, prices)
