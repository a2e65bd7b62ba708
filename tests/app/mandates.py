"""Mandates for the tests of the reader: one with every key, and how one is changed."""

from pathlib import Path

from tests.app.folders import MANDATE

PLACE = Path("mandate.toml")


FULL = """\
[household]
name = "Ana and Ben"
base_currency = "USD"
not_loaded = ["Ben's 401(k)"]
as_of = 2022-10-11

[[accounts]]
id = "joint"
owner = "Ana+Ben"
wrapper = "taxable"
fractional = true
commission = 4.95

[[accounts]]
id = "plan"
wrapper = "workplace"
currency = "EUR"
can_hold = ["BND"]

[[targets]]
name = "stocks"
weight = "57.5 %"
instruments = ["VTI", "ITOT"]
band = { absolute = 0.03 }
split = "held"

[[targets]]
name = "bonds"
weight = 0.4
instruments = ["BND"]

[bands]
relative = 0.2

[cash]
weight = 0.025
reserve = 1_000
account_reserve = { joint = 250.5 }

[[liabilities]]
name = "mortgage"
amount = 240_000.50
due = 2041-06-30
rate = "3.25 %"

[[liabilities]]
name = "card"
amount = 900

[[flows]]
amount = -20000
due = 2022-11-01
account = "joint"
name = "roof"

[tax]
filing_status = "joint"
ordinary_income = 180000
qualified_dividends = 4000
realized_short = -1200.5
carry_long = 3000
relief = "hifo"

[wash_sales]
groups = [["VTI", "VTSAX"]]
substitutes = { VTI = ["SCHX"] }
holding = "begin_with_old"
earlier_lots = false
sold_earlier = true
sold_same_day = false
workplace = false

[trading]
approval_above = "never"

[risk]
without_history = "refuse"

[[restrictions]]
kind = "never_own"
tags = ["employer"]
reason = "my salary depends on it"

[limits]
turnover_max = 0.2
price_age_days_max = 3

[policy]
name = "threshold"
calm = 0.5
levels = [1, 2.5, "x"]

[guards.turnover]
limit = 0.1

[schedule]
exchange = "XLON"
check = "weekly"
check_days = ["tuesday", "friday"]
check_at = "10:30"
report = "weekly"
report_day = "friday"
report_at = 18:00:00

[feed]
kind = "files"
path = "closes.csv"

[instruments.ACME]
tags = ["employer"]
quantity_step = 0.001
dividend_yield = 0.013
"""


def edit(old: str, new: str) -> str:
    assert old in MANDATE, old
    return MANDATE.replace(old, new, 1)
