"""The sample that ships with skfolio: found without importing it, read in milliseconds."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from trimtab.feeds import skfolio_sample
from trimtab.feeds.skfolio_sample import SkfolioSample
from trimtab.model.errors import InputError

NAMES = "AAPL AMD BAC BBY CVX GE HD JNJ JPM KO LLY MRK MSFT PEP PFE PG RRC UNH WMT XOM"
STOCKS = NAMES.split()
FACTORS = ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"]
FRIDAY = date(2022, 10, 14)


def test_it_holds_twenty_stocks_and_five_factor_funds_up_to_the_day() -> None:
    prices = SkfolioSample().latest(STOCKS + FACTORS, FRIDAY)
    assert sorted(prices) == sorted(STOCKS + FACTORS)
    assert {price.on for price in prices.values()} == {FRIDAY}
    assert prices["XOM"].amount == Decimal("96.806")


def test_three_years_of_stocks_and_funds_share_their_sessions() -> None:
    history = SkfolioSample().history([*STOCKS, *FACTORS], FRIDAY, 756)
    assert (history.dates[0], history.dates[-1]) == (date(2019, 10, 16), FRIDAY)
    assert all(close > 0 for row in history.closes for close in row)


def test_funds_have_no_price_before_2014() -> None:
    history = SkfolioSample().history(["AAPL", "MTUM"], date(2014, 1, 2), 2)
    assert history.closes[0][1] != history.closes[0][1]
    assert history.closes[1][1] == 52.704


def test_its_market_history_pays_nothing_because_closes_are_adjusted() -> None:
    history = SkfolioSample().market(["AAPL", "MTUM"], date(1990, 1, 1), date(2022, 12, 31))
    assert (len(history.dates), history.dates[0]) == (8313, date(1990, 1, 2))
    assert history.source == "skfolio sample, closes adjusted for splits and dividends, in USD"
    assert not history.dividend.any()
    assert (history.split == 1).all()
    assert [str(one) for one in history.findings] == [
        "MTUM: has no price before 2014-01-02, the history opens on 1990-01-02: "
        "none can be bought until then",
    ]


def test_reading_it_imports_neither_skfolio_nor_pandas() -> None:
    code = (
        "import sys; from datetime import date; from trimtab.feeds.skfolio_sample import PLUGIN;"
        "assert PLUGIN().latest(['AAPL'], date(2022, 10, 14));"
        "print([name for name in ('skfolio', 'pandas', 'numpy') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("spec", [None, "moved"])
def test_without_its_files_it_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, spec: str | None
) -> None:
    skfolio_sample._table.cache_clear()
    if spec is None:
        monkeypatch.setattr(skfolio_sample, "find_spec", lambda _: None)
    else:
        monkeypatch.setattr(skfolio_sample, "DATASETS", ("moved.csv.gz",))
    with pytest.raises(InputError, match=r'pip install "trimtab\[demo\]"'):
        SkfolioSample().latest(["AAPL"], FRIDAY)
    skfolio_sample._table.cache_clear()
