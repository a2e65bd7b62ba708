"""JSON says what the decision says: amounts exact, weights as numbers, unknown as null."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.decisions import DECISION, HOLD, INFEASIBLE, REFUSED
from tests.app.folders import write_household
from trimtab.app.as_json import decision_json
from trimtab.app.household import load_folder
from trimtab.app.status import status_of
from trimtab.app.status_json import status_json
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Price


def test_a_decision_is_told_in_full():
    told = json.loads(json.dumps(decision_json(DECISION)))
    assert told["schema"] == 1
    assert told["verdict"] == "trade"
    sale = told["plan"]["trades"][0]
    assert (sale["id"], sale["quantity"], sale["amount"]) == ("T1", "40", "4040.00")
    assert sale["cost"]["total"] == "7.07"
    (lot,) = sale["lots"]
    assert (lot["gain"], lot["term"], lot["acquired"]) == ("440.00", "long", "2020-01-15")
    assert told["plan"]["weights_after"] == {"stocks": 0.6, "bonds": 0.39}
    assert told["plan"]["before"]["total"] == 210.0
    assert told["plan"]["tax"] == "57.09"
    assert told["plan"]["coverage"]["not_loaded"] == ["spouse's 401(k)"]
    assert told["findings"][0]["severity"] == "warning"


@pytest.mark.parametrize("decision", [HOLD, INFEASIBLE, REFUSED], ids=lambda d: d.verdict.value)
def test_every_verdict_has_the_same_keys(decision: Decision):
    told = json.loads(json.dumps(decision_json(decision)))
    assert set(told) == set(json.loads(json.dumps(decision_json(DECISION))))


def test_a_status_is_told_in_full(tmp_path: Path):
    loaded = load_folder(write_household(tmp_path), date(2022, 10, 11))
    told = json.loads(json.dumps(status_json(status_of(loaded))))
    assert told["value"] == "17645.0"
    stocks, bonds = told["targets"]
    assert stocks["actual"] == pytest.approx(120 * 101 / 17645)
    assert stocks["is_out"]
    assert bonds["drift"] == pytest.approx(50 * 80.5 / 17645 - 0.4)
    assert [account["lots"] for account in told["accounts"]] == [2, 1]
    first = told["positions"][0]
    assert (first["instrument"], first["quantity"], first["value"]) == ("VTI", "100", "10100")
    assert (first["price_on"], first["price_source"]) == ("2022-10-11", "closes of prices.csv")


def test_each_trade_tells_the_day_and_the_source_of_its_price():
    prices = {"VTI": Price("VTI", Decimal(101), "USD", date(2022, 10, 10), "my file")}
    plan = json.loads(json.dumps(decision_json(DECISION, prices)))["plan"]
    told = {trade["instrument"]: trade for trade in plan["trades"]}
    assert (told["VTI"]["price_on"], told["VTI"]["price_source"]) == ("2022-10-10", "my file")
    others = [trade for name, trade in told.items() if name != "VTI"]
    assert all(trade["price_on"] is None for trade in others)
