"""Recorded quotes: what was known at a moment, how old it is, and files that are not this."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from trimtab.feeds._recorded_quotes import RecordedQuotes
from trimtab.model.errors import InputError

D = Decimal
FILE = """\
time,instrument,bid,ask,bid_size,ask_size
2026-11-20T09:30:00,VTI,250.10,250.13,300,200
2026-11-20T09:31:00,VTI,250.20,250.22,100,100
2026-11-20T14:30:30Z,BND,72.50,72.51,,
2026-11-20T09:32:00,VTI,250.30,,100,100
2026-11-20T09:33:00,VTI,250.40,250.39,100,100
"""
OPEN = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.csv"
    path.write_text(FILE)
    return path


def test_the_last_quote_not_after_the_moment_counts(file: Path) -> None:
    feed = RecordedQuotes(str(file))
    assert feed.quotes(["VTI", "BND"], OPEN - timedelta(seconds=1)) == {}
    first = feed.quotes(["VTI", "BND"], OPEN)
    assert {name: (quote.bid, quote.ask) for name, quote in first.items()} == {
        "VTI": (D("250.10"), D("250.13"))
    }
    later = feed.quotes(["VTI", "BND", "NOPE"], OPEN + timedelta(seconds=90))
    assert (later["VTI"].bid, later["VTI"].at) == (D("250.20"), OPEN + timedelta(minutes=1))
    assert (later["BND"].bid_size, later["VTI"].bid_size) == (D(0), D(100))


def test_rows_without_a_side_or_with_crossed_sides_are_no_quotes(file: Path) -> None:
    assert RecordedQuotes(str(file)).quotes(["VTI"], OPEN + timedelta(hours=1))["VTI"].bid == D(
        "250.20"
    )
    assert len(RecordedQuotes(str(file)).times("VTI")) == 2


def test_a_quote_older_than_allowed_is_none(file: Path) -> None:
    feed = RecordedQuotes(str(file), age_seconds_max=60)
    assert "VTI" in feed.quotes(["VTI"], OPEN + timedelta(seconds=120))
    assert feed.quotes(["VTI"], OPEN + timedelta(seconds=121)) == {}


def test_a_bar_is_known_when_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text("ts_et,bid_close,ask_close\n2026-11-20T09:30:00,250.10,250.13\n")
    feed = RecordedQuotes(str(path), instrument="VTI", bar_seconds=60)
    assert feed.quotes(["VTI"], OPEN + timedelta(seconds=59)) == {}
    assert "VTI" in feed.quotes(["VTI"], OPEN + timedelta(seconds=60))
    with pytest.raises(InputError, match=r"known when its bar ends.*State bar_seconds"):
        RecordedQuotes(str(path), instrument="VTI")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the columns are none; time, bid and ask are needed"),
        ("time,bid\n", "the columns are time, bid; time, bid and ask are needed"),
        ("time,bid,ask\n", "nothing says whose they are"),
        ("time,symbol,bid,ask\n2026-11-20,VTI,x,2\n", "quotes.csv:2: a quote: bid is 'x', not a"),
        ("time,symbol,bid,ask\n2026-11-20,VTI,nan,2\n", "bid is 'nan', not a number"),
        ("time,symbol,bid,ask\nsoon,VTI,1,2\n", "quotes.csv:2: a quote: Invalid isoformat"),
    ],
)
def test_a_file_that_is_not_this_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        RecordedQuotes(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: quotes: the file cannot be read"):
        RecordedQuotes(str(tmp_path / "none.csv"))


def test_real_quotes_by_the_minute(shared_dir: Path) -> None:
    path = shared_dir / "data/intraday/spy_1min_trade_quote_lean.parquet"
    if not path.exists():
        pytest.skip("the recorded quotes are not there")
    feed = RecordedQuotes(str(path), bar_seconds=60)
    at = datetime(2013, 10, 7, 15, 0, tzinfo=UTC)
    quote = feed.quotes(["SPY"], at)["SPY"]
    assert quote.at == at
    assert D(0) < quote.ask - quote.bid <= D("0.02")
    assert D(150) < quote.middle < D(180)
