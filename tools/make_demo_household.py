"""Write the demo household's `lots.csv` and `trades.csv`: real closes, invented people.

    python -m tools.make_demo_household

Each purchase below is a day and about how many dollars were spent; whole shares are bought at that
day's close of the skfolio sample, so that every basis is a price that was there to be had.  The
result is data of the package; it is written here once and read from there.  A test holds the two
together.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

from trimtab.feeds.skfolio_sample import SkfolioSample
from trimtab.model.errors import must
from trimtab.model.money import ZERO, cents

FOLDER = Path(__file__).resolve().parents[1] / "src" / "trimtab" / "app" / "demo_household"

# account: instrument: (day, dollars spent) …
PURCHASES: dict[str, dict[str, tuple[tuple[str, int], ...]]] = {
    "joint": {
        "QUAL": (("2019-06-14", 18_000), ("2021-01-15", 20_000), ("2021-11-15", 26_000)),
        "SIZE": (("2020-04-15", 24_000), ("2020-10-15", 16_000)),
        "MTUM": (("2020-03-23", 10_000), ("2021-11-15", 28_000)),
        "VLUE": (("2018-06-15", 14_000), ("2020-10-15", 15_000)),
        "USMV": (("2019-06-14", 26_000), ("2021-08-16", 12_000)),
        "AAPL": (("2018-06-15", 6_000), ("2020-03-23", 6_000), ("2020-10-15", 7_000)),
        "MSFT": (("2019-06-14", 9_000), ("2021-11-22", 14_000)),
        "AMD": (("2020-10-15", 7_000), ("2021-11-15", 15_000), ("2022-03-15", 8_000)),
        "JNJ": (("2019-06-14", 10_000),),
        "UNH": (("2020-03-23", 8_000),),
        "LLY": (("2021-01-15", 6_000),),
        "PFE": (("2021-12-20", 9_000),),
        "MRK": (("2020-10-15", 8_000),),
        "PG": (("2018-06-15", 7_000),),
        "KO": (("2022-04-20", 12_000),),
        "PEP": (("2019-06-14", 7_000),),
        "WMT": (("2019-06-14", 5_000),),
        "XOM": (("2020-03-23", 6_000), ("2020-10-15", 7_000), ("2021-10-22", 9_000)),
        "CVX": (("2020-10-15", 10_000), ("2022-06-08", 5_000)),
        "RRC": (("2021-06-15", 4_000),),
        "JPM": (("2021-10-15", 13_000), ("2022-01-14", 5_000)),
        "BAC": (("2020-03-23", 5_000), ("2020-10-15", 9_000)),
        "HD": (("2021-12-06", 12_000),),
        "BBY": (("2020-03-23", 4_500),),
    },
    "ana_ira": {
        "QUAL": (("2018-06-15", 24_000),),
        "USMV": (("2018-06-15", 36_000), ("2021-01-15", 24_000)),
        "VLUE": (("2019-06-14", 28_000),),
        "MSFT": (("2018-06-15", 9_000),),
        "JNJ": (("2018-06-15", 14_000),),
        "UNH": (("2019-06-14", 12_000),),
        "PG": (("2019-06-14", 12_000),),
        "PEP": (("2020-03-23", 12_000),),
        "WMT": (("2018-06-15", 10_000),),
        "CVX": (("2020-03-23", 6_000),),
        "JPM": (("2020-03-23", 12_000),),
        "HD": (("2020-03-23", 8_000),),
    },
    "ben_roth": {
        "SIZE": (("2019-06-14", 26_000),),
        "QUAL": (("2020-10-15", 24_000),),
        "MTUM": (("2019-06-14", 14_000), ("2022-09-21", 8_000)),
        "AAPL": (("2019-06-14", 9_000),),
        "LLY": (("2019-06-14", 7_000),),
        "MRK": (("2019-06-14", 9_000),),
        "KO": (("2019-06-14", 12_000),),
        "XOM": (("2020-10-15", 5_000),),
        "BAC": (("2020-03-23", 7_000),),
    },
}
"""Regular purchases, in the dollars of the day."""

REINVESTED = (
    ("joint", "QUAL", "2022-03-29", "1.236"),
    ("joint", "QUAL", "2022-06-14", "1.507"),
    ("joint", "QUAL", "2022-09-29", "1.684"),
    ("joint", "USMV", "2022-09-29", "2.115"),
)
"""Dividends that bought shares by themselves; those of September count for wash sales."""

CASH = (("joint", "7350.20"), ("ana_ira", "4120.55"), ("ben_roth", "2210.40"))

SOLD = (("joint", "GE", 90, "2021-11-15", "2022-09-19"),)
"""What was sold at a loss lately: account, instrument, shares, bought on, sold on."""

LOT_COLUMNS = ("account", "instrument", "quantity", "basis", "acquired", "reinvested", "note")
TRADE_COLUMNS = ("date", "account", "instrument", "side", "quantity", "amount", "gain", "term")
NOTES = {
    ("joint", "XOM", "2021-10-22"): "long-term from 2022-10-23",
    ("ben_roth", "MTUM", "2022-09-21"): "Ben's own purchase, 20 days before the plan",
    ("joint", "QUAL", "2022-09-29"): "dividend reinvested",
    ("joint", "USMV", "2022-09-29"): "dividend reinvested",
    ("joint", "QUAL", "2022-03-29"): "dividend reinvested",
    ("joint", "QUAL", "2022-06-14"): "dividend reinvested",
}


def close(instrument: str, day: str) -> Decimal:
    """The sample's close of a day, which must be a session."""
    on = date.fromisoformat(day)
    price = SkfolioSample().latest([instrument], on)[instrument]
    must(price.on == on, f"{day} is a session of {instrument}")
    return price.amount


def lot_rows() -> Iterator[tuple[str, ...]]:
    """The rows of `lots.csv`."""
    for account, instruments in PURCHASES.items():
        for instrument, purchases in instruments.items():
            for day, dollars in purchases:
                price = close(instrument, day)
                quantity = Decimal(round(dollars / price))
                basis = str(cents(quantity * price))
                note = NOTES.get((account, instrument, day), "")
                yield account, instrument, str(quantity), basis, day, "", note
    for account, instrument, day, quantity_text in REINVESTED:
        basis = str(cents(Decimal(quantity_text) * close(instrument, day)))
        note = NOTES[account, instrument, day]
        yield account, instrument, quantity_text, basis, day, "yes", note
    for account, amount in CASH:
        yield account, "CASH", amount, "", "", "", ""


def trade_rows() -> Iterator[tuple[str, ...]]:
    """The rows of `trades.csv`."""
    for account, instrument, shares, bought, sold in SOLD:
        proceeds = cents(shares * close(instrument, sold))
        gain = proceeds - cents(shares * close(instrument, bought))
        must(gain < ZERO, f"{instrument} was sold at a loss")
        yield sold, account, instrument, "sell", str(shares), str(proceeds), str(gain), "short"


def table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Rows as CSV, account by account and instrument by instrument as they came."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def files() -> dict[str, str]:
    """The data files by name."""
    return {
        "lots.csv": table(LOT_COLUMNS, lot_rows()),
        "trades.csv": table(TRADE_COLUMNS, trade_rows()),
    }


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
