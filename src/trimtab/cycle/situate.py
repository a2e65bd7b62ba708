"""Measure and estimate: a snapshot and a mandate become a situation with its problem in arrays.

This is the way from exact to numeric: money becomes `float64` here and in no other place on the way
to a policy.  The way back is `cycle.plan` alone.

Errors: a held instrument without a price, or a flow larger than its account could ever pay, are
`InputError`; what only narrows the choice (a lot of unknown basis) becomes a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import numpy as np

from trimtab.cycle.bounds import Shares, position_bounds
from trimtab.cycle.lots import lot_columns
from trimtab.cycle.wash import group_columns
from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate, Split, Target
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Snapshot
from trimtab.quant.drift import tracking_error
from trimtab.quant.problem import Floats, HouseholdProblem
from trimtab.quant.situation import ProblemIndex, Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["instruments_of", "measure", "situate", "target_weights"]


def instruments_of(snapshot: Snapshot, mandate: Mandate) -> tuple[str, ...]:
    """Every instrument that the cycle looks at: targets and substitutes first, then holdings."""
    named = [name for target in mandate.targets for name in target.instruments]
    named += [name for names in mandate.wash_sales.substitutes.values() for name in names]
    named += [lot.instrument for lot in snapshot.lots]
    return tuple(dict.fromkeys(named))


def _split_weights(target: Target, held: Mapping[str, float]) -> dict[str, float]:
    members, weight = target.instruments, float(target.weight)
    values = [held.get(member, 0.0) for member in members]
    if target.split is Split.EQUAL:
        return {member: weight / len(members) for member in members}
    if target.split is Split.HELD and sum(values) > 0.0:
        return {
            member: weight * value / sum(values)
            for member, value in zip(members, values, strict=True)
        }
    return {members[0]: weight}


def target_weights(
    snapshot: Snapshot,
    mandate: Mandate,
    instruments: tuple[str, ...],
    investable: float = 1.0,
) -> Floats:
    """The wanted weight of each instrument.

    Targets are of what may be invested: where a reserve of cash leaves less than they ask for in
    all, each gives way in proportion, or the household would look out of balance for ever.
    Shape: (n,).
    Unit: fractions of the household's value; `investable` is the part above its cash reserves.
    """
    held: dict[str, float] = {}
    for lot in snapshot.lots:
        held[lot.instrument] = held.get(lot.instrument, 0.0) + float(snapshot.lot_value(lot))
    weights = dict.fromkeys(instruments, 0.0)
    for target in mandate.targets:
        for name, weight in _split_weights(target, held).items():
            weights[name] += weight
    wanted = sum(weights.values())
    scale = min(1.0, max(investable, 0.0) / wanted) if wanted > 0.0 else 1.0
    return np.array([scale * weights[name] for name in instruments])


def measure(
    mandate: Mandate,
    instruments: tuple[str, ...],
    wanted: Floats,
    actual: Floats,
    covariance: Floats,
) -> Drift:
    """The household's drift, target by target and as a whole.

    Shape: `wanted` and `actual` (n,), `covariance` (n, n).
    Unit: fractions of the household's value.
    """
    weight_of = dict(zip(instruments, actual.tolist(), strict=True))
    stated = sum(float(target.weight) for target in mandate.targets)
    scale = float(wanted.sum()) / stated if stated > 0.0 else 1.0
    targets = tuple(
        TargetDrift(
            target.name,
            scale * float(target.weight),
            sum(weight_of[name] for name in mandate.members_of(target)),
            float(target.band.width(target.weight)),
        )
        for target in mandate.targets
    )
    in_targets = sum(target.actual for target in targets)
    return Drift(
        targets,
        float(tracking_error(actual - wanted, covariance)),
        untargeted=float(actual.sum()) - in_targets,
        cash=1.0 - float(actual.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cost columns over positions; see `HouseholdProblem` for their units."""

    half_spread: Floats
    impact: Floats
    location: Floats
    minimum: Floats
    fixed: Floats
    price: Floats
    step: Floats


def _position_columns(
    snapshot: Snapshot,
    mandate: Mandate,
    estimates: Estimates,
    regime: TaxRegime,
    positions: tuple[tuple[str, str], ...],
    value: float,
) -> _Columns:
    costs, trading = mandate.costs, mandate.trading
    minimum = max(float(trading.minimum_trade), float(trading.minimum_trade_fraction) * value)
    rows = []
    for account_id, name in positions:
        account, instrument = snapshot.household.account(account_id), snapshot.instruments[name]
        spread = estimates.half_spread.get(name, float(costs.half_spread))
        volume = estimates.daily_volume.get(name, float(costs.daily_volume))
        volatility = estimates.daily_volatility.get(name, 0.0)
        rows.append(
            (
                spread,
                float(costs.impact) * volatility / np.sqrt(volume),
                float(
                    regime.location_drag(mandate.tax, instrument, account.wrapper, snapshot.as_of)
                ),
                minimum,
                float(account.commission * snapshot.rate(account.currency)),
                float(snapshot.unit_value(name)),
                0.0 if account.fractional else float(instrument.quantity_step),
            )
        )
    columns = np.array(rows, dtype=np.float64).reshape(len(positions), 7).T
    return _Columns(*(np.ascontiguousarray(column) for column in columns))


def _reserves(snapshot: Snapshot, mandate: Mandate, accounts: tuple[str, ...]) -> Floats:
    """Least cash per account: its own reserve, the household's in its largest taxable account."""
    reserve = {account: mandate.cash.account_reserve.get(account, ZERO) for account in accounts}
    taxable = [a.id for a in snapshot.household.accounts if a.wrapper.is_taxable]
    candidates = taxable or list(accounts)
    if candidates and mandate.cash.reserve > 0:
        keeper = max(candidates, key=snapshot.account_value)
        reserve[keeper] = max(reserve[keeper], mandate.cash.reserve)
    return np.array([float(reserve[account]) for account in accounts])


def _spendable(snapshot: Snapshot, account: str) -> Decimal:
    """Settled cash of an account in base currency."""
    return sum(
        (
            (balance.amount - balance.unsettled) * snapshot.rate(balance.currency)
            for balance in snapshot.cash
            if balance.account == account
        ),
        ZERO,
    )


def _lot_findings(snapshot: Snapshot) -> list[Finding]:
    return [
        Finding(
            "unknown_basis",
            Severity.WARNING,
            f"lot {lot.id}",
            f"basis or date of {lot.instrument} is unknown, so it is not sold",
            actual="unknown",
            bound="basis and acquisition date known",
            remedy="write them into the lots file",
        )
        for lot in snapshot.lots
        if not lot.is_known and snapshot.household.account(lot.account).wrapper.is_taxable
    ]


def situate(
    snapshot: Snapshot,
    mandate: Mandate,
    estimates: Estimates,
    regime: TaxRegime,
    flows: Mapping[str, Decimal],
    shares: Shares = MappingProxyType({}),
) -> Situation:
    """The situation that a policy decides upon; `shares` as in `position_bounds`.

    Unit: `flows` base currency per account, deposits positive.
    Refuses: an estimate that lacks an instrument, a missing price, a household without value.
    """
    instruments = estimates.instruments
    accounts = tuple(account.id for account in snapshot.household.accounts)
    value = float(snapshot.value + sum(flows.values(), ZERO))
    if value <= 0.0:
        raise InputError(
            f"household {snapshot.household.id!r}",
            f"its value after flows is {value:,.2f}",
            "nothing can be held with it",
            "add lots or cash, or withdraw less",
        )
    positions = tuple((account, name) for account in accounts for name in instruments)
    columns = _position_columns(snapshot, mandate, estimates, regime, positions, value)
    lots = lot_columns(snapshot, mandate, positions)
    bounds = position_bounds(snapshot, mandate, positions, value, shares)
    groups = group_columns(snapshot, mandate, instruments)
    covariance = np.ascontiguousarray(estimates.covariance, dtype=np.float64)
    reserve = _reserves(snapshot, mandate, accounts)
    wanted = target_weights(snapshot, mandate, instruments, 1.0 - float(reserve.sum()) / value)
    n = len(instruments)
    tax_budget, turnover = mandate.limits.tax_budget, mandate.limits.turnover_max
    problem = HouseholdProblem(
        value=value,
        covariance=covariance,
        target=wanted,
        kappa=float(mandate.costs.drift_aversion),
        position_account=np.repeat(np.arange(len(accounts)), n),
        position_instrument=np.tile(np.arange(n), len(accounts)),
        buy_cost=columns.half_spread,
        sell_cost=columns.half_spread,
        impact=columns.impact,
        lower=bounds.lower,
        upper=bounds.upper,
        location_cost=columns.location,
        minimum_trade=columns.minimum,
        fixed_cost=columns.fixed,
        price=columns.price,
        quantity_step=columns.step,
        lot_position=lots.position,
        lot_value=lots.value,
        lot_gain=lots.gain,
        lot_long_term=lots.long_term,
        lot_taxable=lots.taxable,
        lot_sellable=lots.sellable,
        lot_recent=lots.recent,
        cash=np.array([float(_spendable(snapshot, account)) for account in accounts]),
        flow=np.array([float(flows.get(account, ZERO)) for account in accounts]),
        reserve=reserve,
        group=groups.group,
        group_buy_blocked=groups.buy_blocked,
        group_recent_value=groups.recent_value,
        tax=regime.curve(mandate.tax, snapshot.as_of),
        turnover_max=np.inf if turnover is None else float(turnover),
        tax_max=np.inf if tax_budget is None else float(tax_budget),
    )
    problem.validate()
    held = np.bincount(problem.position_instrument, weights=problem.holdings(), minlength=n)
    return Situation(
        snapshot,
        mandate,
        measure(mandate, instruments, wanted, held / value, covariance),
        estimates,
        problem,
        ProblemIndex(instruments, accounts, positions, lots.ids, lots.harvestable, bounds.clauses),
        tuple(_lot_findings(snapshot)) + bounds.findings,
    )
