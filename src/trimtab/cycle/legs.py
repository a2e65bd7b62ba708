"""Legs: one order each, exact, and the cash that they leave in every account.

A draft of quantities is settled here: rounding may leave an account a few dollars short or a
purchase too small to be worth an order, and both are mended in whole steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from trimtab.model.money import ZERO, cents, total
from trimtab.model.plans import TradeCost
from trimtab.model.snapshots import Side
from trimtab.quant.situation import Situation

__all__ = ["FRACTION_STEP", "Draft", "Leg", "cash_after", "settle", "step_of"]

FRACTION_STEP = Decimal("0.000001")
"""The smallest fraction of a unit in accounts that trade fractions."""

CASH_REPAIRS_MAX = 1_000
"""Repairs made to bring accounts' cash back over their floors."""

Position = tuple[str, str]


@dataclass
class Draft:
    """Quantities being settled: sold per lot, bought per position."""

    sold: dict[str, Decimal]
    bought: dict[Position, Decimal]


def step_of(situation: Situation, account: str, instrument: str) -> Decimal:
    """The smallest quantity that an account trades of an instrument."""
    if situation.snapshot.household.account(account).fractional:
        return FRACTION_STEP
    return situation.snapshot.instruments[instrument].quantity_step


def _cost(situation: Situation, account: str, instrument: str, amount: Decimal) -> TradeCost:
    """Expected cost of one order, in cents: what the solver priced, on the exact amount."""
    index, problem = situation.index, situation.problem
    k = index.positions.index((account, instrument))
    dollars = float(amount)
    commission = situation.snapshot.household.account(account).commission
    return TradeCost(
        spread=cents(Decimal(problem.buy_cost[k] * dollars)),
        impact=cents(Decimal(problem.impact[k] * dollars**1.5)),
        commission=commission,
    )


@dataclass(frozen=True)
class Leg:
    """One order before it has a name and a reason."""

    account: str
    instrument: str
    side: Side
    quantity: Decimal
    amount: Decimal
    cost: TradeCost
    lots: Mapping[str, Decimal]


def _legs(situation: Situation, draft: Draft) -> list[Leg]:
    snapshot = situation.snapshot
    by_position: dict[Position, dict[str, Decimal]] = defaultdict(dict)
    for lot in snapshot.lots:
        if lot.id in draft.sold:
            by_position[lot.account, lot.instrument][lot.id] = draft.sold[lot.id]
    sides = [
        (position, Side.SELL, total(lots.values()), lots) for position, lots in by_position.items()
    ]
    sides += [(position, Side.BUY, quantity, {}) for position, quantity in draft.bought.items()]
    legs = []
    for (account, name), side, quantity, lots in sides:
        amount = cents(quantity * snapshot.unit_value(name))
        cost = _cost(situation, account, name, amount)
        legs.append(Leg(account, name, side, quantity, amount, cost, lots))
    return legs


def cash_after(situation: Situation, legs: Sequence[Leg]) -> dict[str, Decimal]:
    """Cash of every account once flows and legs are done, costs paid.

    Unit: base currency.
    """
    snapshot, problem = situation.snapshot, situation.problem
    cash = {}
    for k, account in enumerate(situation.index.accounts):
        flow = cents(Decimal(float(problem.flow[k])))
        moved = total(
            (leg.amount if leg.side is Side.SELL else -leg.amount) - leg.cost.total
            for leg in legs
            if leg.account == account
        )
        cash[account] = snapshot.cash_value(account) + flow + moved
    return cash


def _floor(situation: Situation, account: str) -> Decimal:
    """Least cash of an account."""
    k = situation.index.accounts.index(account)
    return cents(Decimal(float(situation.problem.reserve[k])))


def settle(situation: Situation, draft: Draft, *, sells_more: bool = True) -> list[Leg]:
    """The legs of a draft, with no account short of cash and no purchase too small.

    Whole steps come off purchases first and are then added to sales, unless nothing more may be
    sold; an account that can give nothing more stays as it is, and a guard says so.
    """
    for _ in range(CASH_REPAIRS_MAX):
        _drop_small(situation, draft)
        legs = _legs(situation, draft)
        cash = cash_after(situation, legs)
        missing = {a: _floor(situation, a) - cash[a] for a in situation.index.accounts}
        short = [account for account in missing if missing[account] > 0]
        mended = [_repair_account(situation, draft, a, missing[a], sells_more) for a in short]
        if not any(mended):
            return legs
    return _legs(situation, draft)


def _repair_account(
    situation: Situation, draft: Draft, account: str, missing: Decimal, sells_more: bool
) -> bool:
    """One repair in one account; false where nothing is left to give."""
    snapshot = situation.snapshot
    bought = {name: q for (a, name), q in draft.bought.items() if a == account}
    if bought:
        name = max(bought, key=lambda name: bought[name] * snapshot.unit_value(name))
        step = step_of(situation, account, name)
        units = missing / snapshot.unit_value(name) / step
        less = min(bought[name], units.to_integral_value(rounding=ROUND_CEILING) * step)
        draft.bought[account, name] = bought[name] - less
        if draft.bought[account, name] <= 0:
            del draft.bought[account, name]
        return True
    for lot in snapshot.lots if sells_more else ():
        if lot.account != account or not ZERO < draft.sold.get(lot.id, ZERO) < lot.quantity:
            continue
        step = step_of(situation, account, lot.instrument)
        units = missing / snapshot.unit_value(lot.instrument) / step
        more = max(step, units.to_integral_value(rounding=ROUND_CEILING) * step)
        draft.sold[lot.id] = min(lot.quantity, draft.sold[lot.id] + more)
        return True
    return False


def _drop_small(situation: Situation, draft: Draft) -> None:
    """Drop purchases that rounding brought below the least trade; their cash simply stays."""
    minimum = situation.problem.minimum_trade
    for position, quantity in list(draft.bought.items()):
        least = float(minimum[situation.index.positions.index(position)])
        value = float(quantity * situation.snapshot.unit_value(position[1]))
        if value < least * (1 - 1e-9):
            del draft.bought[position]
