"""A month of paper trading under real kills ends as the month without one."""

import json
import sys
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks._kills_evidence import Evidence, difference
from benchmarks._postgres import NoPostgresError, throw_away_server
from benchmarks.kills import main

WHOLE = Evidence(
    books=("lots",),
    orders=frozenset({("tt-1", "filled")}),
    executions=Counter([("tt-1", "5", "100")]),
    files=(("lots",),),
    entries=2,
    attempts=1,
    trading_days=1,
    violations=(),
)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("store", "days"), [("sqlite", 2), ("postgresql", 1)])
def test_a_service_that_is_killed_ends_with_the_books_of_one_that_was_not(store, days, capsys):
    """A kill on each of the month's first days; the benchmark makes fifty in all of it."""
    if store == "postgresql":
        try:
            with throw_away_server():
                pass
        except NoPostgresError as error:
            pytest.skip(str(error))
    assert main(["--kills", f"{days}", "--days", f"{days}", "--store", store, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["violations"] == []
    assert told["kills"] == days
    assert told["trading_days"] == days
    assert told["executions"] >= 5 * days


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (replace(WHOLE, books=("others",)), "books are not those"),
        (replace(WHOLE, executions=Counter(2 * [("tt-1", "5", "100")])), "executions are not"),
        (replace(WHOLE, orders=frozenset()), "orders are not"),
        (replace(WHOLE, files=(("",),)), "files are not"),
        (replace(WHOLE, violations=("a break",)), "after the kills: a break"),
    ],
)
def test_whatever_differs_is_a_violation(found, words):
    assert difference(WHOLE, WHOLE) == ()
    assert any(words in one for one in difference(WHOLE, found))
