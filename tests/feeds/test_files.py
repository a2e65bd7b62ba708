"""Price files: two layouts, two formats, and every way in which a file can be wrong."""

import gzip
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as arrow
import pytest
from pyarrow import parquet

from trimtab.feeds._rates import exchange_rates
from trimtab.feeds.files import Files
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.snapshots import PriceGap

FRIDAY = date(2022, 10, 14)

WIDE = "date,VTI,BND\n2022-10-13,185.60,69.80\n2022-10-14,181.10,69.90\n"
LONG = """\
symbol,date,close,currency
VTI,2022-10-13,185.60,USD
BND,2022-10-13,69.80,USD
BND,2022-10-14,69.90,USD
VTI,2022-10-14,181.10,USD
VOD,2022-10-14,98.5,GBP
"""


def write(folder: Path, text: str | bytes, name: str = "prices.csv") -> Files:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Files(str(path))


def refusal(folder: Path, text: str | bytes) -> str:
    feed = write(folder, text)
    with pytest.raises((InputError, InputErrors)) as caught:
        feed.latest(["VTI"], FRIDAY)
    return str(caught.value).replace(f"{folder}/", "")


def test_wide_and_long_and_parquet_and_gzip_say_the_same(tmp_path: Path) -> None:
    columns = {
        "date": [date(2022, 10, 13), FRIDAY],
        "VTI": [185.60, 181.10],
        "BND": [69.80, 69.90],
    }
    parquet.write_table(arrow.table(columns), tmp_path / "prices.parquet")
    feeds = [
        write(tmp_path, WIDE, "wide.csv"),
        write(tmp_path, LONG, "long.csv"),
        write(tmp_path, gzip.compress(WIDE.encode()), "wide.csv.gz"),
        Files(str(tmp_path / "prices.parquet")),
    ]
    for feed in feeds:
        prices = feed.latest(["VTI", "BND"], FRIDAY)
        assert [float(prices[name].amount) for name in ("VTI", "BND")] == [181.10, 69.90]
        history = feed.history(["VTI", "BND"], FRIDAY, 9)
        assert history.closes == ((185.60, 69.80), (181.10, 69.90))


def test_prices_are_exact_as_written(tmp_path: Path) -> None:
    feed = write(tmp_path, "date,VTI\n2022-10-14,181.1000000001\n")
    assert feed.latest(["VTI"], FRIDAY)["VTI"].amount == Decimal("181.1000000001")


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    header, *rows = WIDE.splitlines(keepends=True)
    feed = write(tmp_path, header + "".join(reversed(rows)))
    assert feed.history(["VTI"], FRIDAY, 9).dates == (date(2022, 10, 13), FRIDAY)


def test_a_byte_order_mark_a_time_of_day_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeffDate,VTI\r\n2022-10-14 00:00:00,181.10\r\n"
    assert write(tmp_path, text).latest(["VTI"], FRIDAY)["VTI"].on == FRIDAY


def test_the_currency_is_the_rows_own_then_that_of_a_rate_then_the_feeds(tmp_path: Path) -> None:
    long, wide = write(tmp_path, LONG, "a.csv"), write(tmp_path, "date,SAP,EURUSD\n", "b.csv")
    assert long.latest(["VOD"], FRIDAY)["VOD"].currency == "GBP"
    assert wide.latest(["SAP"], FRIDAY) == {}
    euros = Files(write(tmp_path, "date,SAP,EURUSD\n2022-10-14,87.1,0.972\n").path, "EUR")
    prices = euros.latest(["SAP", "EURUSD"], FRIDAY)
    assert (prices["SAP"].currency, prices["EURUSD"].currency) == ("EUR", "USD")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    feed = write(tmp_path, WIDE)
    assert feed.latest(["VTI"], FRIDAY)["VTI"].amount == Decimal("181.10")
    write(tmp_path, WIDE.replace("181.10", "181.1999"))
    assert feed.latest(["VTI"], FRIDAY)["VTI"].amount == Decimal("181.1999")


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("0", "price of VTI on 2022-10-14: is 0; a price must be above zero"),
        ("-1.5", "price of VTI on 2022-10-14: is -1.5; a price must be above zero"),
        ("inf", "price of VTI on 2022-10-14: 'inf' is not a finite number"),
        ("12o.5", "price of VTI on 2022-10-14: '12o.5' is not a number"),
    ],
)
def test_a_wrong_price_is_refused_with_file_and_line(
    tmp_path: Path, price: str, message: str
) -> None:
    text = f"date,VTI\n2022-10-14,{price}\n2022-10-13,180\n"
    assert f"prices.csv:2: {message}" in refusal(tmp_path, text)
    with pytest.raises(InputError, match=r"prices\.csv:2: price of VTI"):
        write(tmp_path, text).history(["VTI"], FRIDAY, 5)


def test_nan_and_empty_cells_are_days_without_a_price(tmp_path: Path) -> None:
    for gap in ("", "nan", "NaN", "null", "N/A"):
        feed = write(tmp_path, f"date,VTI\n2022-10-13,180\n2022-10-14,{gap}\n")
        assert feed.latest(["VTI"], FRIDAY)["VTI"].on == date(2022, 10, 13)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "prices.csv: price file: is empty. It opens with a header."),
        ("day,VTI\n", ""),
        ("when,VTI\n", "prices.csv:1: header: has no date column: when, VTI; one must be called"),
        (
            WIDE + "2022-10-13,1,2\n",
            "prices.csv:4: date 2022-10-13: the file has it twice, in lines 2 and 4. "
            "Keep the row that is right.",
        ),
        (
            LONG + "VTI,2022-10-13,185.60,USD\n",
            "prices.csv:7: date 2022-10-13: VTI has it twice, in lines 2 and 7.",
        ),
        (LONG + "VTI,2022-10-12,1,EUR\n", "currency of VTI: changes between EUR and USD"),
        (WIDE + "2022-10-12,1", "prices.csv:4: row: has 2 of 3 columns. Is the file cut off"),
        (
            WIDE + "14.10.2022,1,2\n",
            "prices.csv:4: date: '14.10.2022' is no date. Write it as 2022-10-14.",
        ),
        ("date,VTI,VTI\n", "prices.csv:1: column VTI: stands in the header twice."),
        (WIDE.encode("utf-16"), "price file: is not UTF-8: byte 0xff at position 0; it looks"),
        (WIDE.encode("utf-16-le"), "price file: holds zero bytes. Save it as CSV UTF-8."),
        (
            "date,VTI\n2022-10-14,£5\n".encode("latin-1"),
            "prices.csv:2: price file: is not UTF-8: byte 0xa3 at position 20",
        ),
    ],
)
def test_a_broken_file_is_refused_by_name_line_and_remedy(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    if not message:
        assert write(tmp_path, text).latest(["VTI"], FRIDAY) == {}
    else:
        assert message in refusal(tmp_path, text)


def test_all_broken_rows_are_named_in_one_pass(tmp_path: Path) -> None:
    message = refusal(tmp_path, WIDE + "2022-10-12,1\nsoon,1,2\n")
    assert [line.split(" ")[0] for line in message.splitlines()] == [
        "prices.csv:4:",
        "prices.csv:5:",
    ]


def test_a_missing_file_and_half_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
        Files(str(tmp_path / "none.csv")).latest(["VTI"], FRIDAY)
    half = write(tmp_path, gzip.compress(WIDE.encode())[:-9], "half.csv.gz")
    with pytest.raises(InputError, match="is no whole gzip file"):
        half.latest(["VTI"], FRIDAY)
    cut = write(tmp_path, b"PAR1 and then nothing", "half.parquet")
    with pytest.raises(InputError, match="is no whole Parquet file"):
        cut.latest(["VTI"], FRIDAY)


def test_parquet_without_pyarrow_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r'pip install "trimtab\[parquet\]"'):
        write(tmp_path, b"", "prices.parquet").latest(["VTI"], FRIDAY)


RATES = "date,EURUSD,USDJPY\n2022-10-14,0.9722,148.72\n"


def test_a_rate_is_a_price_as_quoted_or_inverted(tmp_path: Path) -> None:
    rates = exchange_rates(write(tmp_path, RATES), ["EUR", "JPY", "USD"], "USD", FRIDAY)
    assert rates == {"EUR": Decimal("0.9722"), "JPY": Decimal("0.006724045186")}


def test_a_currency_without_a_rate_is_refused_by_name(tmp_path: Path) -> None:
    feed = write(tmp_path, RATES)
    with pytest.raises(InputError) as caught:
        exchange_rates(feed, ["CHF"], "USD", FRIDAY)
    assert str(caught.value) == (
        "currency CHF: the feed has no rate to USD on or before 2022-10-14. "
        "Add a price CHFUSD: USD for one CHF."
    )
    assert exchange_rates(feed, ["USD"], "USD", FRIDAY) == {}


def test_a_price_older_than_the_last_row_says_which_row_has_none(tmp_path: Path) -> None:
    feed = write(
        tmp_path, "# a comment\ndate,VTI,BND\n2022-10-13,185.60,69.80\n2022-10-14,NaN,69.90\n"
    )
    prices = feed.latest(["VTI", "BND"], FRIDAY)
    assert prices["VTI"].amount == Decimal("185.60")
    assert prices["VTI"].gap == PriceGap(FRIDAY, "NaN", feed.path, 4)
    assert prices["BND"].gap is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WIDE.replace(",", ";"), "separated by semicolons"),
        (WIDE.replace(",", "\t"), "separated by tabs"),
        (WIDE.encode("utf-16"), "it looks like UTF-16"),
        (WIDE.replace("181.10", '"181,10"'), "'181,10' is not a number. Write the decimal point"),
    ],
)
def test_what_a_spreadsheet_of_another_country_writes_is_named(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    assert words in refusal(tmp_path, text)
