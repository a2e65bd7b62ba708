"""What a dividend or a split must have to be one."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.errors import InputError

DAY = date(2026, 9, 28)


@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal(-1)])
def test_a_dividend_pays_something(amount: Decimal | None) -> None:
    with pytest.raises(InputError, match="dividend of VTI on 2026-09-28"):
        CorporateAction("VTI", DAY, ActionKind.DIVIDEND, amount)


@pytest.mark.parametrize("ratio", [None, Fraction(0), Fraction(1), Fraction(-4)])
def test_a_split_changes_something(ratio: Fraction | None) -> None:
    with pytest.raises(InputError, match="split of VTI on 2026-09-28"):
        CorporateAction("VTI", DAY, ActionKind.SPLIT, None, ratio)
