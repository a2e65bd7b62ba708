"""The timing of imports reads its whole file, and says so in JSON."""

import json

import pytest

from benchmarks import import_fuzz, import_time


def test_the_file_is_the_same_each_time_and_has_a_row_for_each_lot():
    text = import_time.lots_text(50)
    assert text == import_time.lots_text(50)
    assert text.count("\n") == 51


@pytest.mark.slow
def test_reading_and_commands_are_timed(capsys):
    assert import_time.main(["--rows", "300", "--repeats", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 300
    assert 0 < found["read_seconds"] < found["dry_run_seconds"]
    assert found["peak_dry_run_megabytes"] > 10


def test_a_short_fuzz_finds_nothing_and_counts_what_it_did(capsys):
    assert import_fuzz.main(["--seeds", "40", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["files"] == found["statements"] + found["refused"] == 40
    assert found["broken"] == []
