"""The page on orders names twenty-five faults, and tests that are there for each."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "concepts" / "orders.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)


def test_every_fault_has_its_row():
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 26))


@pytest.mark.parametrize(("number", "proof"), [(number, proof) for number, _, proof in ROWS])
def test_the_tests_that_a_row_names_are_there(number: str, proof: str):
    named = re.findall(r"`([^`]+)::([^`]+)`", proof)
    assert named, f"fault {number} names no test"
    for path, name in named:
        text = (ROOT / "tests" / path).read_text(encoding="utf-8")
        assert f"\ndef {name}(" in text, f"{path} has no {name}"
