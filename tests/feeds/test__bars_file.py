"""Bars from files: every layout and format says the same, and every broken row is named."""

import gzip
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from trimtab.feeds import _bars_file
from trimtab.feeds.files import Files
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.market import MarketHistory

SINCE, UNTIL = date(2020, 1, 1), date(2020, 12, 31)
GRIDS = ("close", "open", "vwap", "volume", "half_spread", "dividend", "split")


def same(one: MarketHistory, other: MarketHistory) -> None:
    assert (one.dates, one.instruments) == (other.dates, other.instruments)
    for name in GRIDS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


def refusal(folder: Path, text: str, names: str = "VTI") -> str:
    (folder / "prices.csv").write_text(text)
    with pytest.raises((InputError, InputErrors)) as caught:
        Files(str(folder / "prices.csv")).market(names.split(), SINCE, UNTIL)
    return str(caught.value).replace(f"{folder}/", "")


# What a table of Python lists says, a feed says after any file format.

PRICE = st.floats(0.01, 1e6).map(lambda number: round(number, 6))
MAYBE = st.one_of(st.none(), PRICE)
BAR = st.fixed_dictionaries(
    {
        "close": MAYBE,
        "open": MAYBE,
        "vwap": MAYBE,
        "volume": st.one_of(st.none(), st.integers(0, 10**12)),
        "half_spread": st.one_of(st.none(), st.floats(0, 0.5)),
        "dividend": st.one_of(st.none(), st.floats(0, 100)),
        "split": st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0, 0.1, 1.5])),
    }
)
BARS = st.dictionaries(
    st.tuples(st.integers(0, 40).map(lambda at: SINCE + timedelta(at)), st.sampled_from("ABC")),
    BAR,
    min_size=1,
    max_size=25,
).filter(lambda bars: any(bar["close"] is not None for bar in bars.values()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bars=BARS, chance=st.randoms(use_true_random=False), rows=st.sampled_from([1, 3, 10_000]))
def test_what_is_written_is_read_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bars, chance, rows
) -> None:
    monkeypatch.setattr(_bars_file, "ROWS_AT_ONCE", rows)
    keys = list(bars)
    chance.shuffle(keys)
    table = arrow.table(
        {
            "date": [day for day, _ in keys],
            "instrument": [name for _, name in keys],
            **{
                name: arrow.array([bars[key][name] for key in keys], arrow.float64())
                for name in GRIDS
            },
        }
    )
    parquet.write_table(table, tmp_path / "long.parquet")
    arrow_csv.write_csv(table, tmp_path / "long.csv")
    (tmp_path / "long.csv.gz").write_bytes(gzip.compress((tmp_path / "long.csv").read_bytes()))
    found = [
        Files(str(tmp_path / name)).market(["A", "B", "C"], SINCE, UNTIL)
        for name in ("long.csv", "long.csv.gz", "long.parquet")
    ]
    same(found[0], found[1])
    same(found[0], found[2])
    _holds(found[0], bars)


def _holds(history: MarketHistory, bars) -> None:
    """Whether a history says what the bars say, and nothing else."""
    says = {
        day
        for (day, _), bar in bars.items()
        if bar["close"] is not None or bar["dividend"] or (bar["split"] or 1) != 1
    }
    assert history.dates == tuple(sorted(says))
    for row, day in enumerate(history.dates):
        for at, name in enumerate(history.instruments):
            bar = bars.get((day, name), dict.fromkeys(GRIDS))
            split = bar["split"] or 1.0
            for grid in ("close", "open", "vwap", "volume", "half_spread"):
                expected = np.nan if bar[grid] is None else bar[grid]
                np.testing.assert_equal(getattr(history, grid)[row, at], expected)
            assert history.split[row, at] == split
            assert history.dividend[row, at] == (bar["dividend"] or 0.0) * split


@pytest.mark.parametrize("name", ["wide.csv", "wide.csv.gz", "wide.parquet"])
def test_wide_and_long_closes_say_the_same(tmp_path: Path, name: str) -> None:
    wide = "date,VTI,BND,OTHER\n2020-01-02,100,50.5,x\n2020-01-03,,51,\n"
    long = "ticker,session,price\nVTI,2020-01-02,100\nBND,2020-01-02,50.5\nBND,2020-01-03,51\n"
    (tmp_path / "long.csv").write_text(long)
    path = tmp_path / name
    if name.endswith(".parquet"):
        days = [date(2020, 1, 2), date(2020, 1, 3)]
        columns = {"date": days, "VTI": [100.0, None], "BND": [50.5, 51.0]}
        parquet.write_table(arrow.table(columns), path)
    else:
        path.write_bytes(gzip.compress(wide.encode()) if name.endswith(".gz") else wide.encode())
    found = [
        Files(str(one)).market(["BND", "VTI"], SINCE, UNTIL)
        for one in (path, tmp_path / "long.csv")
    ]
    same(*found)


def test_only_the_days_that_are_asked_for_are_turned_into_numbers(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("date,VTI\n2019-01-02,-5\n2020-01-02,100\n2021-01-04,not a price\n")
    history = Files(str(path)).market(["VTI"], SINCE, UNTIL)
    assert history.dates == (date(2020, 1, 2),)


def test_rows_of_other_instruments_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("date,instrument,close\n2020-01-02,X,soon\nnever,X,1\n2020-01-02,VTI,100\n")
    assert Files(str(path)).market(["VTI"], SINCE, UNTIL).close.tolist() == [[100.0]]


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(
        "# from my broker\ndate,instrument,close,volume,split\n"
        '2020-01-02 16:00:00,VTI,"1,234.5",n/a,\n2020-01-03, VTI ,10,"1,000",3:2\n'
    )
    history = Files(str(path)).market(["VTI"], SINCE, UNTIL)
    assert history.close.tolist() == [[1234.5], [10.0]]
    np.testing.assert_array_equal(history.volume, [[np.nan], [1000]])
    assert history.split.tolist() == [[1.0], [1.5]]


HEAD = "date,instrument,close,open,volume,half_spread,dividend,split\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2020-01-02,VTI,0,,,,,", "price of VTI on 2020-01-02: is 0; a price must be above zero. "
         "Correct it, or leave the cell empty where there was no trade."),
        ("2020-01-02,VTI,-1.5,,,,,", "price of VTI on 2020-01-02: is -1.5; a price must be above"),
        ("2020-01-02,VTI,inf,,,,,", "price of VTI on 2020-01-02: is inf; it must be finite. Corr"),
        ("2020-01-02,VTI,1O0,,,,,", "price of VTI on 2020-01-02: '1O0' is not a number. Write it"),
        ("2020-01-02,VTI,9,0,,,,", "opening price of VTI on 2020-01-02: is 0; a price must be ab"),
        ("2020-01-02,VTI,9,,-7,,,", "volume of VTI on 2020-01-02: is -7; it cannot be negative."),
        ("2020-01-02,VTI,9,,,1.5,,", "half-spread of VTI on 2020-01-02: is 1.5; it is a fraction "
         "of the price, from 0 up to 1. Correct it."),
        ("2020-01-02,VTI,9,,,,-1,", "dividend of VTI on 2020-01-02: is -1; it cannot be negative."),
        ("2020-01-02,VTI,9,,,,,-2", "split of VTI on 2020-01-02: is -2; it cannot be negative."),
        ("2020-01-02,VTI,9,,,,,2:0", "split of VTI on 2020-01-02: '2:0' is no ratio. Write it lik"),
        ("2.1.2020,VTI,9,,,,,", "date: '2.1.2020' is no date. Write it as 2022-10-14."),
        ("2020-01-02,VTI,9", "row: has 3 of 8 columns. Is the file cut off, or a number written"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_line_day_and_instrument(
    tmp_path: Path, row: str, message: str
) -> None:
    text = f"{HEAD}2020-01-03,VTI,100,,,,,\n{row}\n"
    assert refusal(tmp_path, text).startswith(f"prices.csv:3: {message}")


def test_a_day_that_an_instrument_has_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    row = "2020-01-02,VTI,100,,,,,\n"
    assert refusal(tmp_path, f"{HEAD}{row}2020-01-03,VTI,9,,,,,\n{row}") == (
        "prices.csv:4: date 2020-01-02: VTI has it twice, in lines 2 and 4. "
        "Keep the row that is right."
    )


def test_a_currency_that_changes_is_refused(tmp_path: Path) -> None:
    text = "date,instrument,close,currency\n2020-01-02,VTI,1,USD\n2020-01-03,VTI,1,EUR\n"
    assert refusal(tmp_path, text) == (
        "prices.csv:3: currency of VTI: changes between EUR and USD; one series has one currency."
    )


def test_all_that_is_wrong_is_named_in_one_pass_up_to_twenty(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-{day:02d},VTI,x{day},,,,,\n" for day in range(1, 31))
    lines = refusal(tmp_path, HEAD + rows).splitlines()
    assert len(lines) == 20
    assert lines[7].startswith("prices.csv:9: price of VTI on 2020-01-08: 'x8' is not a number")


def test_a_file_of_a_header_alone_has_no_price(tmp_path: Path) -> None:
    assert "there is no row of it at all" in refusal(tmp_path, HEAD)
    assert "there is no row of it at all" in refusal(tmp_path, "date,VTI\n")
    assert refusal(tmp_path, "") == "prices.csv: price file: is empty. It opens with a header."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
            Files(str(tmp_path / name)).market(["VTI"], SINCE, UNTIL)
