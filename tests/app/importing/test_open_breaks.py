"""Open breaks as the last import left them, and the accounts that they stop."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from trimtab.app.importing.merge import break_json
from trimtab.app.importing.open_breaks import (
    BREAKS_FILE,
    SINCE,
    blocked_accounts,
    break_findings,
    first_found,
    open_breaks,
    open_since,
)
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError


def one(name: str, account: str, *, blocks: bool = True, accounts: str = "") -> Break:
    facts = {"accounts": accounts} if accounts else {}
    return Break(
        name, BreakKind.QUANTITY, account, "VTI", f"{name} disagrees", "say", blocks, facts
    )


def test_breaks_are_read_as_they_were_written(tmp_path: Path) -> None:
    breaks = (one("b1", "joint"), one("b2", "", accounts="joint, ira"))
    path = tmp_path / BREAKS_FILE
    path.parent.mkdir()
    path.write_text(json.dumps([break_json(each) for each in breaks]), "utf-8")
    assert open_breaks(tmp_path) == breaks


def test_a_household_without_imports_has_none(tmp_path: Path) -> None:
    assert open_breaks(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{", "3", '{"a": 1}', "[3]", '[{"kind": "quantity"}]'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / BREAKS_FILE
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        open_breaks(tmp_path)
    assert refused.value.file == str(path)


@pytest.mark.parametrize(
    ("breaks", "blocked"),
    [
        ((), {}),
        ((one("b1", "joint", blocks=False),), {}),
        ((one("b1", "joint"),), {"joint": "b1 disagrees"}),
        ((one("b1", "joint"), one("b2", "joint")), {"joint": "b1 disagrees, and 1 more"}),
        (
            (one("b1", "", accounts="joint, ira"),),
            {"joint": "b1 disagrees", "ira": "b1 disagrees"},
        ),
        ((one("b1", "sold_long_ago"),), {}),
    ],
)
def test_an_account_is_blocked_by_breaks_that_touch_it(
    breaks: tuple[Break, ...], blocked: dict[str, str]
) -> None:
    assert blocked_accounts(breaks, ("joint", "ira")) == blocked


def test_each_blocked_account_is_a_finding_with_how_many_breaks_of_which_kind() -> None:
    breaks = (one("b1", "joint"), one("b2", "joint"), one("b3", "ira", blocks=False))
    (found,) = break_findings(breaks, ["joint"])
    assert (found.subject, found.actual) == ("account joint", "2 open")
    assert "2 quantity" in found.message


def test_a_break_is_open_since_it_was_found_first(tmp_path: Path) -> None:
    first, later = date(2026, 3, 2), date(2026, 3, 9)
    one = Break("b1", BreakKind.QUANTITY, "joint", "VTI", "10 and 11", "say which")
    same = replace(one, id="b2", message="10 and 12")  # a later list, the same holding
    other = replace(one, id="b3", instrument="BND")
    nameless = replace(one, id="b4", kind=BreakKind.ROW, instrument="")
    path = tmp_path / BREAKS_FILE
    path.parent.mkdir()

    def write(days: dict[str, date], *breaks: Break) -> None:
        rows = [break_json(each) | {SINCE: days[each.id].isoformat()} for each in breaks]
        path.write_text(json.dumps(rows), "utf-8")

    days = first_found(tmp_path, [one, nameless], first)
    assert days == {"b1": first, "b4": first}
    write(days, one, nameless)
    assert open_breaks(tmp_path) == (one, nameless)
    assert open_since(tmp_path) == days
    found = first_found(tmp_path, [one, same, other, replace(nameless, id="b5")], later)
    assert found == {"b1": first, "b2": first, "b3": later, "b5": later}
    path.write_text(json.dumps([break_json(one)]), "utf-8")  # as an older Trimtab wrote it
    assert open_since(tmp_path) == {}
    path.write_text("{", "utf-8")
    assert open_since(tmp_path) == {}
