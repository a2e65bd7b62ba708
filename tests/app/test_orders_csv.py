"""The order list is a plain table, and no cell of it is a formula."""

import csv
import io
from dataclasses import replace

import pytest

from tests.app.decisions import DECISION, HOLD, PLAN, TRADES
from trimtab.app.orders_csv import COLUMNS, orders_csv, safe_cell


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_trade_is_a_row_with_numbers_as_numbers():
    first, second, third = rows(orders_csv(DECISION))
    assert first["trade"] == "T1"
    assert (first["side"], first["instrument"], first["quantity"]) == ("sell", "VTI", "40")
    assert first["lots"] == "40 of joint/VTI/2020-01-15"
    assert second["tax"] == "-8.91"
    assert third["amount"] == "4025.00"


def test_a_decision_to_hold_is_a_header_alone():
    assert orders_csv(HOLD) == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "|x", "%x"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text: str):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["VTI", "targets.us stocks", "a=b", "5/25", ""])
def test_plain_text_stays_as_it_is(text: str):
    assert safe_cell(text) == text


def test_a_name_from_a_file_cannot_run_in_a_spreadsheet():
    evil = '=HYPERLINK("http://x";"y")'
    trade = replace(TRADES[0], instrument=evil, account=evil, clause=evil, reason=evil)
    (row,) = rows(orders_csv(replace(DECISION, plan=replace(PLAN, trades=(trade,)))))
    for column in ("instrument", "account", "clause", "reason"):
        assert row[column] == f"'{evil}"
