"""Open breaks as the last import left them, and the accounts that they stop."""

import json
from pathlib import Path

import pytest

from trimtab.app.importing.merge import break_json
from trimtab.app.importing.open_breaks import (
    BREAKS_FILE,
    blocked_accounts,
    break_findings,
    open_breaks,
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
