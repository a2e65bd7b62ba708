"""A small household as files, for the tests of this folder: what is not under test stays right."""

from datetime import date, timedelta
from pathlib import Path

MANDATE = """\
[household]
name = "Test household"

[[accounts]]
id = "joint"
wrapper = "taxable"

[[accounts]]
id = "ira"
wrapper = "traditional"

[[targets]]
name = "stocks"
weight = 0.6
instruments = ["VTI", "ITOT"]

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
joint,VTI,100,9000,2020-01-15
joint,BND,50,4100,2021-06-01
ira,VTI,20,,
joint,CASH,1500,,
"""

PRICES = """\
date,VTI,ITOT,BND
2022-10-10,100,50,80
2022-10-11,101,50.5,80.5
"""

LONG_PRICES = "date,VTI,ITOT,BND\n" + "".join(
    f"{date(2022, 7, 1) + timedelta(day)},{90 + day % 7},{45 + day % 6},{79 + day % 3}\n"
    for day in range(103)
)
"""As many sessions as an estimate of risk needs; the last on the day of the tests."""

AS_OF = "2022-10-11"


def write_household(
    folder: Path, mandate: str = MANDATE, lots: str = LOTS, prices: str | None = PRICES
) -> Path:
    """Write the files of a household and give the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "mandate.toml").write_text(mandate, encoding="utf-8")
    (folder / "lots.csv").write_text(lots, encoding="utf-8")
    if prices is not None:
        (folder / "prices.csv").write_text(prices, encoding="utf-8")
    return folder
