"""The fields of an edit: what the plan has already changes nothing, what is no quantity is said."""

from decimal import Decimal

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.household import load_folder
from trimtab.app.kept_cycles import kept_plan
from trimtab.app.web.investor.edit_form import edits_of_form, field_of, shown_text
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.plans import Decision


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> Decision:
    dated = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
    folder = write_household(tmp_path_factory.mktemp("form") / "home", dated, prices=LONG_PRICES)
    return kept_plan(load_folder(folder)).decision


def fields(decision: Decision) -> list[tuple[str, object]]:
    assert decision.plan is not None
    found: list[tuple[str, object]] = [("csrf", "x"), ("note", "keep:T1")]
    for trade in decision.plan.trades:
        found.append((field_of(trade.id), f"{trade.quantity:,.2f}"))
        found += [(field_of(trade.id, sale.lot), f" {sale.quantity} ") for sale in trade.lots]
    return found


def test_a_form_as_it_was_shown_changes_nothing(decision: Decision) -> None:
    assert edits_of_form(fields(decision), decision) == Edits()


def test_a_field_that_was_changed_is_an_edit(decision: Decision) -> None:
    changed = [(name, "1" if name == "keep:T1" else value) for name, value in fields(decision)]
    edits = edits_of_form(changed, decision)
    assert edits == Edits((TradeEdit("T1", Decimal(1)),))
    assert shown_text(edits) == "T1:=1"


def test_every_field_that_holds_no_quantity_is_said_at_once(decision: Decision) -> None:
    wrong = [("keep:T1", "abc"), ("keep:T2", ""), ("keep:T1:x:y", "9" * 50)]
    with pytest.raises(InputErrors) as caught:
        edits_of_form(wrong, decision)
    assert [error.subject for error in caught.value.errors] == ["T1", "T2", "T1 lot x:y"]


def test_a_form_with_fields_without_end_is_refused(decision: Decision) -> None:
    with pytest.raises(InputError, match="more than"):
        edits_of_form(((f"x{at}", "") for at in range(6_000)), decision)


@pytest.mark.parametrize("text", ["10,5", "1,00", "1.000,5", ",5", "1,2,3"])
def test_a_quantity_that_can_be_read_in_two_ways_is_refused(decision: Decision, text: str) -> None:
    assert decision.plan is not None
    with pytest.raises(InputErrors, match=r"two ways|not a number"):
        edits_of_form([(field_of(decision.plan.trades[0].id), text)], decision)
