"""A cycle asked again comes to what it came to, and edited, to what the cycle makes of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, write_household
from trimtab.app import api
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.kept_cycles import (
    decided_again,
    kept_plan,
    plan_with_idle_cash,
    plan_with_money,
)
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError
from trimtab.model.plans import Decision, Verdict
from trimtab.model.snapshots import Side


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    return load_folder(
        write_household(tmp_path / "house", prices=LONG_PRICES), date.fromisoformat(AS_OF)
    )


def told(decision: Decision) -> object:
    """What a person is told; what it rests on is compared by its own tests."""
    return decision.sentence, decision.plan, decision.findings, decision.verdict


def test_a_kept_plan_is_the_one_that_is_decided_and_comes_to_it_again(
    loaded: LoadedHousehold,
) -> None:
    kept = kept_plan(loaded)
    assert told(kept.decision) == told(api.decide(loaded))
    assert told(kept.edited(Edits())) == told(kept.decision)


def test_other_money_is_decided_on_what_was_observed_as_if_all_were_read_anew(
    loaded: LoadedHousehold,
) -> None:
    kept = kept_plan(loaded)
    for money in ({"deposit": Decimal(5_000)}, {"withdraw": Decimal(3_000), "account": "joint"}):
        given = {"deposit": Decimal(0), "withdraw": Decimal(0), "account": None} | money
        flows = api.asked_flows(**given)  # type: ignore[arg-type]
        assert told(plan_with_money(kept, loaded, flows)) == told(api.decide(loaded, **given))  # type: ignore[arg-type]


def test_an_edited_plan_waits_for_people_and_says_what_was_taken_out(
    loaded: LoadedHousehold,
) -> None:
    kept = kept_plan(loaded)
    edited = kept.edited(Edits((TradeEdit("T1", Decimal(1)),)))
    assert edited.verdict is Verdict.APPROVAL, edited.sentence
    assert edited.edits
    assert next(one for one in edited.findings if one.code == "edited").subject.startswith("T1 ")


def test_a_cycle_that_asks_more_often_than_it_was_answered_is_refused(
    loaded: LoadedHousehold,
) -> None:
    with pytest.raises(InputError, match="more often"):
        decided_again(replace(kept_plan(loaded).cycle, proposals=()), Edits())


def test_idle_cash_is_put_to_work_and_no_money_appears(loaded: LoadedHousehold) -> None:
    kept = kept_plan(loaded)
    decision = plan_with_idle_cash(kept, loaded, Decimal(1_000))
    assert decision.plan is not None
    moved = sum(
        (one.amount if one.side is Side.SELL else -one.amount) - one.cost.total
        for one in decision.plan.trades
    )
    assert sum(decision.plan.cash_after.values()) == loaded.snapshot.cash_value() + moved
    assert decision.plan.amount(Side.BUY) > 0
