"""Why a decision, and what would turn it: checked against the policy itself."""

import json
from dataclasses import replace

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.schema import faults_of
from trimtab import plugins
from trimtab.app.explaining import explanation as explaining
from trimtab.app.explaining.asking import ask, question_of
from trimtab.app.explaining.explanation import explain
from trimtab.app.explaining.record import record_json, schema_text
from trimtab.app.explaining.what_if import price_turn
from trimtab.app.household import load_folder


def explained(folder, policy: str, draws: int = 0):
    return explain(question_of(load_folder(folder, None), policy), draws)


def test_the_weight_at_which_5_25_trades_is_the_edge_of_its_band(house):
    """Wanted 60/40: 5/25 trades beyond 65 % of stocks, so at 65 % the decision turns."""
    found = explained(house(62), "5/25")
    assert not found.asked.acts
    turn = found.turns.rise
    assert turn.is_found
    weight = found.turns.rise.beyond.situation.drift.targets[0].actual
    assert weight == pytest.approx(0.65, abs=0.002)
    texts = [one.text for one in found.why_not.sentences]
    assert any("65." in text and "it would trade" in text for text in texts)


def test_what_would_turn_a_trade_into_a_hold_is_found_as_well(house):
    found = explained(house(70), "5/25")
    assert found.asked.acts
    weight = found.turns.fall.beyond.situation.drift.targets[0].actual
    assert weight == pytest.approx(0.65, abs=0.003)


def test_a_turn_is_verified_on_either_side(house):
    question = question_of(load_folder(house(62)), "5/25")
    today = ask(question)
    _, rise = price_turn(question, today, "stocks")
    assert rise.before.acts == today.acts
    assert rise.beyond.acts != today.acts
    assert abs(rise.other - rise.same) < 0.005


def test_a_policy_that_weighs_cost_is_turned_by_cost(house):
    found = explained(house(66), "cost_aware")
    assert found.asked.acts
    assert found.turns.cost.is_found
    assert any("times as wide, it would hold" in one.text for one in found.why_not.sentences)


def test_a_policy_that_never_trades_says_so(house):
    found = explained(house(70), "hold")
    assert not found.asked.acts
    texts = [one.text for one in found.why_not.sentences]
    assert "No rise of stocks by up to 50.0 % against all else would make it trade." in texts
    assert found.headline == "It holds: nothing is traded."


@pytest.mark.parametrize("policy", [*plugins.names("policies"), "5/25", "quarterly"])
@pytest.mark.parametrize("stocks", [60, 70])
def test_every_policy_is_explained_and_nothing_is_withheld(house, policy, stocks):
    found = explained(house(stocks), policy)
    assert found.withheld == ()
    assert {one.topic for one in found.why.sentences} == {"drift", "cost", "tax", "trend", "market"}
    assert faults_of(json.loads(json.dumps(record_json(found))), json.loads(schema_text())) == []


def test_a_wrong_figure_of_the_plan_is_withheld(house, monkeypatch):
    ordinary = explaining.reasons

    def doctored(question, asked):
        return tuple(
            replace(
                one,
                text=one.text.replace("%", "% ", 1) if not one.figures else one.text,
                figures=tuple(replace(f, value=f.value * 1.1) for f in one.figures),
            )
            for one in ordinary(question, asked)
        )

    monkeypatch.setattr(explaining, "reasons", doctored)
    found = explained(house(70), "5/25")
    assert all(not one.figures for one in found.why.sentences)
    assert any("tracking_error.now" in one for one in found.withheld)


@pytest.mark.parametrize(
    ("decides", "beside"),
    [("no_trade_zone", "threshold"), ("5/25", "no_trade_zone"), ("hold", "no_trade_zone")],
)
def test_a_decision_stands_beside_the_mandate_s_rule_and_that_one_beside_plain_bands(
    house, decides, beside
):
    found = explained(house(66), decides)
    (rule,) = (one for one in found.alternatives if one.name == "rule")
    assert rule.policy == beside


def test_the_alternatives_are_hold_the_rule_this_and_all_the_way(house):
    found = explained(house(70), "no_trade_zone")
    by_name = {one.name: one for one in found.alternatives}
    assert list(by_name) == ["hold", "rule", "proposed", "full_rebalance"]
    assert by_name["hold"].trades == 0 and by_name["hold"].trading == 0.0
    assert by_name["hold"].drift > by_name["proposed"].drift > by_name["full_rebalance"].drift
    assert by_name["proposed"].trading < by_name["full_rebalance"].trading
    assert all(one.total is not None for one in found.alternatives)


def test_confidence_is_the_share_of_histories_that_decide_alike(house):
    sure = explained(house(70), "5/25", draws=6).confidence
    assert (sure.same, sure.draws) == (6, 6)
    assert sure.low == pytest.approx(0.61, abs=0.01) and sure.high == 1.0


def test_confidence_is_the_same_each_time(house):
    folder = house(62)
    first, second = (explained(folder, "cost_aware", draws=5).confidence for _ in range(2))
    assert first == second


def test_the_command_explains_the_decision(house):
    told = run("explain", house(70), "--policy", "5/25")
    assert told.exit_code == DONE
    words = " ".join(told.stdout.split())
    assert "70.0 % of the household against 60.0 %, +10.0 points." in words
    assert "What would have to change for the opposite" in words
    assert "all the way to target" in words


def test_the_command_still_explains_a_trade(house):
    told = run("explain", "T1", house(70), "--policy", "5/25")
    assert told.exit_code == DONE
    assert "T1: sell" in told.stdout


def test_a_trade_that_is_none_is_refused(house):
    told = run("explain", "T9", house(70), "--policy", "5/25")
    assert told.exit_code == BAD_INPUT
    assert "the plan has no such trade" in told.stderr


def test_the_record_says_who_decided(house):
    told = run("explain", house(70), "--policy", "threshold:absolute=0.03", "--json")
    body = json.loads(told.stdout)
    assert body["decided_by"]["policy"] == "threshold"
    assert body["decided_by"]["settings"]["absolute"] == "0.03"
    assert body["decided_by"]["model"] is None
    assert body["confidence"]["histories"] == 10
    assert faults_of(body, json.loads(schema_text())) == []
