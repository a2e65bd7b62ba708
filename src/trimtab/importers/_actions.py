"""What a transaction did, from the broker's words and signs.

Errors: `CellError` for words that no rule knows: what they moved would be a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from trimtab.importers._format import ActionRule, BySign, Signs, Way
from trimtab.importers._values import CellError
from trimtab.model.statements import Action

__all__ = ["Did", "action_of", "signed_amount", "signed_quantity"]

SHOWN_MAX = 60
_ARRIVE = frozenset({Action.BUY, Action.REINVESTMENT, Action.TRANSFER_IN})
_LEAVE = frozenset({Action.SELL, Action.TRANSFER_OUT})
_PAID = frozenset({Action.BUY, Action.REINVESTMENT, Action.WITHDRAWAL, Action.FEE, Action.TAX})
_PAIRS = {
    BySign.TRADE: (Action.BUY, Action.SELL),
    BySign.CASH: (Action.DEPOSIT, Action.WITHDRAWAL),
    BySign.TRANSFER: (Action.TRANSFER_IN, Action.TRANSFER_OUT),
}


@dataclass(frozen=True, slots=True)
class Did:
    """What a row did, and which way units and cash went where its rule says so."""

    action: Action
    units: Way | None = None
    cash: Way | None = None


def action_of(
    rules: Sequence[ActionRule],
    get: Callable[[str], str],
    quantity: Decimal | None,
    amount: Decimal | None,
) -> Did | str:
    """What the first rule that matches says, or the name of the rule that ignores the row.

    Refuses: words that no rule knows, with `CellError`.
    """
    for rule in rules:
        if not rule.match.search(get(rule.column)):
            continue
        if rule.do is BySign.IGNORE:
            return rule.rule
        do = rule.do
        action = _by_sign(do, quantity, amount) if isinstance(do, BySign) else do
        return Did(action, rule.units, rule.cash)
    words = get("action") or get("text")
    raise CellError(
        "unknown_action",
        f"nothing is known of {words[:SHOWN_MAX]!r}",
        "add a rule under [[sections.actions]] of the format: `trimtab formats edit`",
    )


def _by_sign(do: BySign, quantity: Decimal | None, amount: Decimal | None) -> Action:
    """One of two actions; units that arrive cost money, so a trade's amount counts reversed."""
    arrives, leaves = _PAIRS[do]
    if quantity and do is not BySign.CASH:
        return arrives if quantity > 0 else leaves
    if not amount:
        raise CellError("no_sign", "neither quantity nor amount says which way it went")
    is_positive = amount > 0
    return arrives if is_positive != (do is BySign.TRADE) else leaves


def signed_quantity(did: Did, quantity: Decimal | None) -> Decimal | None:
    """Units, positive where they arrive."""
    if quantity is None or did.units is not None:
        return _going(did.units, quantity)
    if did.action in _ARRIVE:
        return abs(quantity)
    return -abs(quantity) if did.action in _LEAVE else quantity


def signed_amount(did: Did, amount: Decimal | None, signs: Signs) -> Decimal | None:
    """What the account's cash changed by; a dividend taken back stays negative."""
    action = did.action
    if amount is None or did.cash is not None:
        return _going(did.cash, amount)
    if signs is Signs.REVERSED:
        amount = -amount
    if action is Action.SELL:
        return abs(amount)
    if action is Action.BUY or (signs is Signs.UNSIGNED and action in _PAID):
        return -abs(amount)
    return amount


def _going(way: Way | None, number: Decimal | None) -> Decimal | None:
    """A number as it moved."""
    if number is None or way is Way.NONE:
        return None
    return -abs(number) if way is Way.OUT else abs(number)
