"""A household that trades every day of a recorded month, as files: what real kills are tried on.

Prices walk from a seed, far enough each day that targets are missed on both sides; the mandate goes
back to target daily and asks nobody.  Three accounts, so that sales of one and purchases of another
are under way at once.

Errors: those of the file system.
"""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from trimtab.brokers.paper.sessions import nyse_sessions

__all__ = ["DAYS", "write_month"]

SEED = 20
SESSIONS_BEFORE = 70
"""Closes before the month: as many as an estimate of risk wants."""
DAILY_MOVE = 0.012
FIRST, LAST = date(2024, 3, 1), date(2024, 3, 28)
DAYS = tuple(session.day for session in nyse_sessions().between(FIRST, LAST))
"""The month's sessions."""
FUNDS = {"VTI": 240.0, "VXUS": 58.0, "BND": 72.0, "VNQ": 85.0, "GLD": 190.0}

MANDATE = """\
[household]
name = "A month of trading"

[[accounts]]
id = "joint"
wrapper = "taxable"
fractional = false

[[accounts]]
id = "ira"
wrapper = "traditional"

[[accounts]]
id = "roth"
wrapper = "roth"

[[targets]]
name = "stocks"
weight = 0.35
instruments = ["VTI"]

[[targets]]
name = "abroad"
weight = 0.2
instruments = ["VXUS"]

[[targets]]
name = "bonds"
weight = 0.25
instruments = ["BND"]

[[targets]]
name = "property"
weight = 0.1
instruments = ["VNQ"]

[[targets]]
name = "gold"
weight = 0.1
instruments = ["GLD"]

[tax]
short_rate = 0.32
long_rate = 0.15

[trading]
approval_above = "never"
minimum_trade = 100

[policy]
name = "calendar"
frequency = "daily"
"""

LOTS = """\
account,instrument,quantity,basis,acquired
joint,VTI,400,88000,2019-05-02
joint,BND,500,37000,2020-02-03
joint,VXUS,300,18000,2023-11-06
joint,CASH,9000,,
ira,VTI,300,,
ira,VXUS,900,,
ira,BND,800,,
ira,VNQ,300,,
ira,GLD,120,,
ira,CASH,12000,,
roth,VTI,100,,
roth,VXUS,300,,
roth,BND,300,,
roth,VNQ,150,,
roth,GLD,80,,
roth,CASH,6000,,
"""


def write_month(folder: Path, store: str) -> None:
    """Write the household's files; `store` is the URL or file of the service's memory."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mandate.toml").write_text(MANDATE, encoding="utf-8")
    (folder / "lots.csv").write_text(LOTS, encoding="utf-8")
    (folder / "prices.csv").write_text(_prices(), encoding="utf-8")
    (folder / "live.toml").write_text(_live(store), encoding="utf-8")


def _live(store: str) -> str:
    links = "".join(f'\n[accounts.{name}]\nbroker = "paper"\n' for name in ("joint", "ira", "roth"))
    # Both runs go by one name, from which the ids of their orders are made.
    return f'[store]\nurl = "{store}"\nhousehold = "month"\n{links}'


def _prices() -> str:
    chance, prices = Random(SEED), dict(FUNDS)
    before = FIRST - timedelta(days=2 * SESSIONS_BEFORE)
    rows = [f"date,{','.join(prices)}"]
    for session in nyse_sessions().between(before, LAST):
        for name in prices:
            prices[name] *= 1 + chance.gauss(0, DAILY_MOVE)
        rows.append(f"{session.day},{','.join(f'{price:.2f}' for price in prices.values())}")
    return "\n".join(rows) + "\n"
