"""Parquet as other programs write it: types of dates, names and numbers, and what is no bar."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pytest
from pyarrow import parquet

from trimtab.feeds.files import Files
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.market import MarketHistory

SINCE, UNTIL = date(2020, 1, 1), date(2020, 12, 31)
DAYS = [date(2020, 1, 2), date(2020, 1, 3), date(2020, 1, 2)]


def market(folder: Path, columns: dict[str, Any], names: str = "VTI BND") -> MarketHistory:
    parquet.write_table(arrow.table(columns), folder / "p.parquet")
    return Files(str(folder / "p.parquet")).market(names.split(), SINCE, UNTIL)


def refusal(folder: Path, columns: dict[str, Any]) -> str:
    with pytest.raises((InputError, InputErrors)) as caught:
        market(folder, columns)
    return str(caught.value).replace(f"{folder}/", "")


AT_NIGHT = arrow.timestamp("ns")
NEW_YORK = arrow.timestamp("us", "America/New_York")


@pytest.mark.parametrize(
    "days",
    [
        arrow.array(DAYS),
        arrow.array(DAYS).cast(arrow.date64()),
        arrow.array(DAYS).cast(arrow.timestamp("us")),
        arrow.array([datetime(d.year, d.month, d.day, 16, tzinfo=UTC) for d in DAYS], AT_NIGHT),
        # 21:00 in New York is the next day in Greenwich: the exchange's own day counts.
        arrow.array([datetime(d.year, d.month, d.day + 1, 2, tzinfo=UTC) for d in DAYS], NEW_YORK),
        arrow.array([str(d) for d in DAYS]),
        arrow.array([f"{d}T00:00:00" for d in DAYS]).dictionary_encode(),
    ],
    ids=["date32", "date64", "pandas", "time of day", "time zone", "text", "coded text"],
)
def test_a_day_is_a_day_however_it_is_stored(tmp_path: Path, days: Any) -> None:
    columns = {"date": days, "symbol": ["VTI", "VTI", "BND"], "close": [100.0, 101.0, 50.0]}
    history = market(tmp_path, columns)
    assert history.dates == (date(2020, 1, 2), date(2020, 1, 3))
    np.testing.assert_array_equal(history.close, [[100, 50], [101, np.nan]])


@pytest.mark.parametrize(
    "names",
    [
        arrow.array(["VTI", "VTI", "BND"]),
        arrow.array(["VTI", "VTI", "BND"], arrow.large_string()),
        arrow.array([" VTI", "VTI", "BND "]).dictionary_encode(),
        arrow.array(["VTI", "VTI", "BND"]).cast(arrow.binary()),
    ],
    ids=["text", "large text", "coded", "bytes"],
)
def test_a_name_is_a_name_however_it_is_stored(tmp_path: Path, names: Any) -> None:
    history = market(tmp_path, {"date": DAYS, "ticker": names, "close": [100.0, 101.0, 50.0]})
    np.testing.assert_array_equal(history.close, [[100, 50], [101, np.nan]])


@pytest.mark.parametrize(
    "numbers",
    [
        arrow.array([100, None, 50], arrow.int64()),
        arrow.array([100, None, 50], arrow.float32()),
        arrow.array([Decimal("100.00"), None, Decimal("50.00")]),
        arrow.array(["100.0", "n/a", "50"]),
        arrow.array(["100.0", None, "50"], arrow.large_string()),
    ],
    ids=["whole", "single", "decimal", "text", "large text"],
)
def test_a_number_is_a_number_however_it_is_stored(tmp_path: Path, numbers: Any) -> None:
    columns = {
        "date": DAYS,
        "instrument": ["VTI", "VTI", "BND"],
        "close": [1.0, 2.0, 3.0],
        "open": numbers,
    }
    np.testing.assert_array_equal(market(tmp_path, columns).open, [[100, 50], [np.nan, np.nan]])


def test_currencies_and_rows_of_others_are_sorted_out(tmp_path: Path) -> None:
    columns = {
        "date": [*DAYS, DAYS[0], DAYS[0]],
        "instrument": ["VTI", "VTI", "BND", "EURUSD", None],
        "close": [100.0, 101.0, 50.0, 1.25, -9.0],
        "currency": ["USD", "USD", "EUR", None, None],
    }
    np.testing.assert_array_equal(market(tmp_path, columns).close, [[100, 62.5], [101, np.nan]])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"close": [100.0, -5.0, 50.0]}, "p.parquet:3: price of VTI on 2020-01-03: is -5; a price"),
        ({"close": ["1", "x", "2"]}, "p.parquet:3: price: 'x' is not a number. Write it like"),
        ({"date": [DAYS[0], None, DAYS[0]]}, "p.parquet:3: date: '' is no date. Write it as 2022"),
        ({"date": ["2020-01-02", "soon", ""]}, "p.parquet:3: date: 'soon' is no date. Write it as"),
        ({"date": [20200102, 99, 20200102]}, "p.parquet:3: date: 99 is no date. Write it as 2022"),
        ({"instrument": ["VTI", "BND", "VTI"], "date": [DAYS[0]] * 3},
         "p.parquet:4: date 2020-01-02: VTI has it twice, in lines 2 and 4. Keep the row that is"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_row(
    tmp_path: Path, columns: dict[str, Any], message: str
) -> None:
    good = {"date": DAYS, "instrument": ["VTI", "VTI", "BND"], "close": [100.0, 101.0, 50.0]}
    assert refusal(tmp_path, {**good, **columns}).startswith(message)


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="is no whole Parquet file"):
        Files(str(tmp_path / "p.parquet")).market(["VTI"], SINCE, UNTIL)
