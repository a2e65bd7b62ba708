"""`trimtab tax wash-sales` as a person and as a program meet it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trimtab.app.commands.tax import tax
from trimtab.model.errors import InputError, InputErrors

OLD = {
    "lot": "old",
    "account": "joint",
    "owner": "self",
    "account_type": "taxable",
    "symbol": "VTI",
    "group": "VTI",
    "qty": 10,
    "buy_date": "2024-01-02",
    "cost": 1000,
    "sell_date": "2025-06-12",
    "proceeds": 900,
}
NEW = OLD | {
    "lot": "new",
    "account": "roth",
    "account_type": "roth_ira",
    "buy_date": "2025-06-15",
    "cost": 850,
    "sell_date": None,
    "proceeds": None,
}


def ask(folder: Path, case: object, *options: str) -> str:
    """What the command prints for a case; errors that a person caused come out as themselves."""
    file = folder / "case.json"
    file.write_text(case if isinstance(case, str) else json.dumps(case))
    arguments = ["wash-sales", str(file), *options]
    result = CliRunner().invoke(tax, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def test_the_json_answer_has_the_keys_of_a_case_and_the_coverage(tmp_path: Path) -> None:
    answer = json.loads(ask(tmp_path, {"lots": [OLD, NEW]}, "--json"))
    assert (answer["disallowed_total"], answer["permanently_disallowed"]) == (100, 100)
    assert answer["segments"][0] == {
        "lot": "old",
        "qty": 10,
        "sell_date": "2025-06-12",
        "proceeds": 900,
        "adjusted_basis": 1000,
        "holding_start": "2024-01-02",
        "disallowed": 100,
        "code": "W",
        "permanent": True,
    }
    assert answer["coverage"]["accounts"] == ["joint", "roth"]
    assert any("lost for good" in note for note in answer["notes"])


def test_the_screen_names_sum_segments_coverage_and_notes(tmp_path: Path) -> None:
    screen = ask(tmp_path, {"lots": [OLD, NEW]}, "--not-loaded", "401(k)")
    assert "Disallowed: 100.00, of it 100.00 for good" in screen
    assert "100.00 †" in screen
    assert "not loaded: 401(k)" in " ".join(screen.split())


def test_what_is_not_loaded_may_stand_in_the_case_too(tmp_path: Path) -> None:
    case = {"lots": [OLD], "not_loaded": ["her 401(k)"], "as_of": "2025-06-20"}
    coverage = json.loads(ask(tmp_path, case, "--json"))["coverage"]
    assert coverage["not_loaded"] == ["her 401(k)"]
    assert coverage["window_to"] == "2025-06-20"


@pytest.mark.parametrize(
    ("option", "disallowed"),
    [("--sold-earlier", 100), ("--no-sold-earlier", 0)],
)
def test_a_disputed_reading_is_an_option(tmp_path: Path, option: str, disallowed: int) -> None:
    gone = NEW | {
        "buy_date": "2025-06-02",
        "sell_date": "2025-06-10",
        "proceeds": 870,
        "account_type": "taxable",
    }
    answer = json.loads(ask(tmp_path, {"lots": [OLD, gone]}, "--json", option))
    assert answer["disallowed_total"] == disallowed


def test_a_key_that_is_not_understood_is_named_in_a_note(tmp_path: Path) -> None:
    answer = json.loads(ask(tmp_path, {"lots": [OLD | {"used_already": True}]}, "--json"))
    assert any("used_already" in note for note in answer["notes"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"qty": None}, "lot 'old': qty is null"),
        ({"qty": -1}, "quantity is -1; it must be above zero"),
        ({"qty": "10"}, 'qty: "10" is not a number'),
        ({"qty": True}, "qty: true is not a number"),
        ({"cost": float("nan")}, "cost: NaN is not a finite number"),
        ({"proceeds": float("inf")}, "proceeds: Infinity is not a finite number"),
        ({"buy_date": "02/01/2024"}, 'buy_date: "02/01/2024" is not a date. Write it like'),
        ({"buy_date": 20240102}, "buy_date: 20240102 is not a date"),
        ({"sell_date": "2023-01-01"}, "sold on 2023-01-01, before it was bought on 2024-01-02"),
        ({"proceeds": None}, "a sale date but no proceeds"),
        ({"account_type": "taxible"}, "'taxible' is not known. Did you mean 'taxable'?"),
        ({"lot": ""}, 'lot: "" is not a name'),
        ({"already_used_as_replacement": "no"}, '"no" is neither true nor false'),
    ],
)
def test_a_bad_lot_is_refused_with_file_lot_key_and_remedy(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    with pytest.raises(InputErrors, match=r"case\.json") as refused:
        ask(tmp_path, {"lots": [OLD | change]})
    assert words in str(refused.value)


@pytest.mark.parametrize("key", sorted(OLD))
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    lot = {name: value for name, value in OLD.items() if name != key}
    with pytest.raises(InputErrors, match=f"key '{key}' is missing"):
        ask(tmp_path, {"lots": [lot]})


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ('{"lots": [', "not JSON"),
        ("[]", "there is no list `lots`"),
        ({"lots": {}}, "there is no list `lots`"),
        ({"lots": []}, "`lots` is empty"),
    ],
)
def test_a_file_that_is_no_case_is_refused(tmp_path: Path, case: object, words: str) -> None:
    with pytest.raises(InputError, match=r"case\.json") as refused:
        ask(tmp_path, case)
    assert words in str(refused.value)


def test_all_errors_of_a_case_come_in_one_go(tmp_path: Path) -> None:
    bad = OLD | {"qty": "ten", "cost": None, "buy_date": "soon"}
    with pytest.raises(InputErrors) as refused:
        ask(tmp_path, {"lots": [bad, 7]})
    assert len(refused.value.errors) == 4


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        CliRunner().invoke(tax, ["wash-sales", str(tmp_path / "none.json")], catch_exceptions=False)


def test_a_file_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text("[" * 100_000)
    with pytest.raises(InputError, match="nested too deeply"):
        CliRunner().invoke(tax, ["wash-sales", str(path)], catch_exceptions=False)
