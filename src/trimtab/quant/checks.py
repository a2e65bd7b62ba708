"""What a household problem must look like, checked array by array before any kernel sees it.

Errors: each fault is one `InputError` naming the array, the value and the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.quant.problem import HouseholdProblem

__all__ = ["problem_errors"]

SYMMETRY_TOLERANCE = 1e-8


def problem_errors(problem: HouseholdProblem) -> list[InputError]:
    """All that is wrong with a problem's shapes, ranges and finiteness."""
    errors = _shape_errors(problem)
    return errors or [*_value_errors(problem), *_index_errors(problem)]


@dataclass(frozen=True, slots=True)
class _Column:
    """What an array of the problem must look like."""

    name: str
    axis: str
    least: float | None = 0.0
    most: float | None = None
    infinite: bool = False
    index_of: str | None = field(default=None)


_COLUMNS = (
    _Column("target", "instruments", least=None),
    _Column("buy_cost", "positions", most=1.0),
    _Column("sell_cost", "positions", most=0.99),
    _Column("impact", "positions"),
    _Column("lower", "positions"),
    _Column("upper", "positions", infinite=True),
    _Column("location_cost", "positions", least=None),
    _Column("minimum_trade", "positions"),
    _Column("fixed_cost", "positions"),
    _Column("price", "positions"),
    _Column("quantity_step", "positions"),
    _Column("lot_value", "lots"),
    _Column("lot_gain", "lots", least=None, most=1.0),
    _Column("cash", "accounts", least=None),
    _Column("flow", "accounts", least=None),
    _Column("reserve", "accounts"),
    _Column("group_recent_value", "groups"),
    _Column("position_account", "positions", index_of="accounts"),
    _Column("position_instrument", "positions", index_of="instruments"),
    _Column("lot_position", "lots", index_of="positions"),
    _Column("group", "instruments", index_of="groups"),
    _Column("lot_long_term", "lots"),
    _Column("lot_taxable", "lots"),
    _Column("lot_sellable", "lots"),
    _Column("lot_recent", "lots"),
    _Column("group_buy_blocked", "groups"),
)


def _sizes(problem: HouseholdProblem) -> dict[str, int]:
    return {
        "instruments": len(problem.target),
        "positions": len(problem.position_account),
        "lots": len(problem.lot_position),
        "accounts": len(problem.cash),
        "groups": len(problem.group_buy_blocked),
    }


def _shape_errors(problem: HouseholdProblem) -> list[InputError]:
    sizes = _sizes(problem)
    errors = []
    n = sizes["instruments"]
    if problem.covariance.shape != (n, n):
        errors.append(
            InputError("covariance", f"has shape {problem.covariance.shape}", f"needs {(n, n)}")
        )
    for column in _COLUMNS:
        shape = np.shape(getattr(problem, column.name))
        if shape != (sizes[column.axis],):
            fact = f"has shape {shape}"
            errors.append(
                InputError(column.name, fact, f"needs one per {column.axis}: {sizes[column.axis]}")
            )
    return errors


def _value_errors(problem: HouseholdProblem) -> list[InputError]:
    errors = [*_scalar_errors(problem), *_covariance_errors(problem)]
    for column in _COLUMNS:
        values = np.asarray(getattr(problem, column.name), dtype=np.float64)
        bad = np.isnan(values) if column.infinite else ~np.isfinite(values)
        bound = "must be a number" if column.infinite else "must be finite"
        if column.least is not None and not bad.any():
            bad, bound = values < column.least, f"must be at least {column.least:g}"
        if column.most is not None and not bad.any():
            bad, bound = values > column.most, f"must be at most {column.most:g}"
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            errors.append(InputError(f"{column.name}[{at}]", f"is {values[at]:g}", bound))
    crossed = problem.lower > problem.upper
    if crossed.any():
        at = int(np.flatnonzero(crossed)[0])
        fact = f"lower bound {problem.lower[at]:g} is above upper bound {problem.upper[at]:g}"
        errors.append(InputError(f"position {at}", fact, remedy="widen one of them"))
    unpriced = (problem.quantity_step > 0) & (problem.price <= 0)
    if unpriced.any():
        at = int(np.flatnonzero(unpriced)[0])
        errors.append(InputError(f"price[{at}]", "is zero", "a quantity step needs a price"))
    return errors


def _covariance_errors(problem: HouseholdProblem) -> list[InputError]:
    Σ = problem.covariance
    if not np.isfinite(Σ).all():
        return [InputError("covariance", "has entries that are not finite")]
    if Σ.size and np.abs(Σ - Σ.T).max() > SYMMETRY_TOLERANCE * max(np.abs(Σ).max(), 1e-300):
        return [InputError("covariance", "is not symmetric")]
    if (np.diag(Σ) < 0).any():
        return [InputError("covariance", "has a negative variance")]
    return []


def _scalar_errors(problem: HouseholdProblem) -> list[InputError]:
    tax = problem.tax
    errors = []
    if not (np.isfinite(problem.value) and problem.value > 0):
        errors.append(InputError("value", f"is {problem.value:g}", "must be a positive number"))
    for name, least in (("kappa", 0.0), ("turnover_max", 0.0), ("tax_max", None)):
        given = getattr(problem, name)
        if np.isnan(given) or (least is not None and given < least):
            errors.append(InputError(name, f"is {given:g}", "must be a number not below zero"))
    rates = ("short_rate", "long_rate", "ordinary_rate", "carry_short_rate", "carry_long_rate")
    for name in rates:
        rate = getattr(tax, name)
        if not 0.0 <= rate < 1.0:
            errors.append(InputError(name, f"is {rate:g}", "must be at least 0 and below 1"))
    if tax.netting and tax.long_rate > tax.short_rate:
        fact = f"{tax.long_rate:g} is above the short-term rate {tax.short_rate:g}"
        errors.append(InputError("long_rate", fact, "netting assumes short rate ≥ long rate"))
    for name in ("net_short", "net_long"):
        if not np.isfinite(getattr(tax, name)):
            errors.append(InputError(name, f"is {getattr(tax, name):g}", "must be finite"))
    if not (np.isfinite(tax.ordinary_limit) and tax.ordinary_limit >= 0):
        fact = f"is {tax.ordinary_limit:g}"
        errors.append(InputError("ordinary_limit", fact, "must be at least zero"))
    return errors


def _index_errors(problem: HouseholdProblem) -> list[InputError]:
    sizes = _sizes(problem)
    errors = []
    for column in _COLUMNS:
        if column.index_of is None:
            continue
        values = np.asarray(getattr(problem, column.name))
        size = sizes[column.index_of]
        if values.size and (values.min() < 0 or values.max() >= size):
            fact = f"points at {int(values.max())} or {int(values.min())}"
            bound = f"there are {size} {column.index_of}"
            errors.append(InputError(column.name, fact, bound))
    pairs = problem.position_account * max(sizes["instruments"], 1) + problem.position_instrument
    if len(np.unique(pairs)) != len(pairs):
        errors.append(InputError("positions", "name an (account, instrument) pair twice"))
    return errors
