"""What a transaction did is told by the broker's words, and by signs where words do not say."""

from decimal import Decimal

import pytest

from trimtab.importers._actions import Did, action_of, signed_amount, signed_quantity
from trimtab.importers._catalogue import common_rules
from trimtab.importers._format import Signs, Way
from trimtab.importers._values import CellError
from trimtab.model.statements import Action

# The broker's words, quantity, amount, what the shared rules say.
WORDS = [
    ("Buy", 1, -1, "buy"),
    ("YOU BOUGHT VANGUARD", 1, -1, "buy"),
    ("Sell to close", -1, 1, "sell"),
    ("Reinvest Shares", 1, -1, "reinvestment"),
    ("Dividend Received", None, 1, "dividend"),
    ("Long-term capital gain distribution", None, 1, "dividend"),
    ("Return of capital", None, 1, "return_of_capital"),
    ("Credit interest", None, 1, "interest"),
    ("Foreign tax withheld", None, -1, "tax"),
    ("Advisory fee", None, -1, "fee"),
    ("Stock split", 1, None, "split"),
    ("Merger", 1, None, "symbol_change"),
    ("Sweep in", None, 1, "sweep"),
    ("Transferred in", 1, None, "transfer_in"),
    ("ACAT out", -1, None, "transfer_out"),
    ("Journal", 1, None, "transfer_in"),
    ("Journal", -1, None, "transfer_out"),
    ("Currency conversion", None, 1, "conversion"),
    ("Withdrawal", None, -1, "withdrawal"),
    ("Contribution", None, 1, "deposit"),
    ("Wire", None, 1, "deposit"),
    ("Wire", None, -1, "withdrawal"),
]


def number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(("words", "quantity", "amount", "expected"), WORDS)
def test_the_shared_rules_know_the_words_of_brokers(words, quantity, amount, expected):
    cells = {"action": words, "text": ""}
    did = action_of(common_rules().actions, cells.__getitem__, number(quantity), number(amount))
    assert isinstance(did, Did)
    assert did.action.value == expected


def test_what_no_sign_tells_apart_is_refused():
    with pytest.raises(CellError) as error:
        action_of(common_rules().actions, {"action": "Wire"}.__getitem__, None, None)
    assert error.value.reason == "no_sign"


def test_the_long_words_of_an_unknown_action_are_cut():
    cells = {"action": "", "text": "?" * 500}
    with pytest.raises(CellError) as error:
        action_of(common_rules().actions, cells.__getitem__, None, None)
    assert len(error.value.fact) < 100


SIGNS = [
    # action, amount as written, how the broker signs: what cash changed by
    ("buy", "100", Signs.SIGNED, "-100"),
    ("buy", "-100", Signs.SIGNED, "-100"),
    ("sell", "100", Signs.REVERSED, "100"),
    ("dividend", "5", Signs.SIGNED, "5"),
    ("dividend", "-5", Signs.SIGNED, "-5"),
    ("dividend", "-5", Signs.REVERSED, "5"),
    ("fee", "5", Signs.UNSIGNED, "-5"),
    ("withdrawal", "5", Signs.UNSIGNED, "-5"),
    ("deposit", "5", Signs.UNSIGNED, "5"),
]


@pytest.mark.parametrize(("action", "written", "signs", "amount"), SIGNS)
def test_an_amount_is_what_cash_changed_by(action, written, signs, amount):
    assert str(signed_amount(Did(Action(action)), Decimal(written), signs)) == amount


@pytest.mark.parametrize(
    ("action", "written", "quantity"),
    [("buy", "-3", "3"), ("sell", "3", "-3"), ("transfer_out", "3", "-3"), ("split", "-3", "-3")],
)
def test_units_are_positive_where_they_arrive(action, written, quantity):
    assert str(signed_quantity(Did(Action(action)), Decimal(written))) == quantity


def test_a_rule_says_which_way_units_and_cash_went_before_any_sign():
    out = Did(Action.SPLIT, units=Way.OUT, cash=Way.NONE)
    assert str(signed_quantity(out, Decimal(3))) == "-3"
    assert signed_amount(out, Decimal(3), Signs.SIGNED) is None
    assert signed_quantity(Did(Action.BUY), None) is None
