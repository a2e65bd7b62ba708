"""Lot-level rebalancing problems in JSON: read, turn into a household, score, write.

The format: assets with price and half-spread, classes with a target and interchangeable members,
lots with quantity, basis and date, lots closed lately, a factor risk model and marginal tax rates.
The score here is this project's own reading of the rules, kept apart from the solver on purpose.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.quant.problem import HouseholdProblem, TaxCurve, WashRule

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SHARE_DUST = 1e-6  # shares below which nothing was traded
SOLD_OUT = 1e-3  # shares left of an asset that count as none
DOLLAR_DUST = 1e-4


@dataclass(frozen=True, slots=True)
class LotProblem:
    """One problem file as arrays."""

    name: str
    asset_ids: tuple[str, ...]
    lot_ids: tuple[str, ...]
    price: Floats
    half_spread: Floats
    lot_asset: npt.NDArray[np.int64]
    quantity: Floats
    gain_per_share: Floats
    long_term: Flags
    recent: Flags
    no_buy: Flags
    blocked: Flags
    target: Floats
    covariance: Floats
    cash: float
    value: float
    short_rate: float
    long_rate: float
    gamma: float
    minimum_trade: float


@dataclass(frozen=True, slots=True)
class Score:
    """Objective in dollars, its parts, and how often each rule is broken."""

    objective: float
    tax: float
    cost: float
    drift: float
    cash_after: float
    violations: dict[str, float]


def anniversary(day: dt.date) -> dt.date:
    """One year later; the day after 28 February for a lot of 29 February."""
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def parse(raw: dict[str, Any]) -> LotProblem:
    """Turn a problem as read from JSON into arrays."""
    today = dt.date.fromisoformat(raw["date"])
    window = raw["settings"]["wash_window_days"]
    index = {asset["id"]: i for i, asset in enumerate(raw["assets"])}
    price = np.array([asset["price"] for asset in raw["assets"]])
    lot_asset = np.array([index[lot["asset"]] for lot in raw["lots"]], dtype=np.int64)
    quantity = np.array([lot["qty"] for lot in raw["lots"]], dtype=np.float64)
    basis = np.array([lot["cost_basis"] for lot in raw["lots"]], dtype=np.float64)
    dates = [dt.date.fromisoformat(lot["date"]) for lot in raw["lots"]]
    gain = price[lot_asset] - basis / quantity
    recent = np.array([(today - day).days <= window for day in dates])
    recents = np.bincount(lot_asset, recent, len(price))
    no_buy = np.zeros(len(price), dtype=bool)
    for closed in raw["closed_lots"]:
        days = (today - dt.date.fromisoformat(closed["date_sold"])).days
        if closed["proceeds"] < closed["cost_basis"] and days <= window:
            no_buy[index[closed["asset"]]] = True
    target = np.zeros(len(price))
    for group in raw["classes"]:
        target[index[group["members"][0]]] = group["target"]
    rates = raw["tax_rates"]
    return LotProblem(
        name=raw["name"],
        asset_ids=tuple(index),
        lot_ids=tuple(lot["lot_id"] for lot in raw["lots"]),
        price=price,
        half_spread=np.array([asset["half_spread"] for asset in raw["assets"]]),
        lot_asset=lot_asset,
        quantity=quantity,
        gain_per_share=gain,
        long_term=np.array([today > anniversary(day) for day in dates]),
        recent=recent,
        no_buy=no_buy,
        blocked=(gain < 0) & (recents[lot_asset] - recent > 0),
        target=target,
        covariance=_covariance(raw),
        cash=raw["cash"],
        value=float(quantity @ price[lot_asset]) + raw["cash"],
        short_rate=sum(rates["short_term"].values()),
        long_rate=sum(rates["long_term"].values()),
        gamma=raw["settings"]["gamma"],
        minimum_trade=raw["settings"]["min_notional"],
    )


def _covariance(raw: dict[str, Any]) -> Floats:
    """Factors, one residual per class shared by its members, and one per asset."""
    risk = raw["risk"]
    class_index = {group["id"]: c for c, group in enumerate(raw["classes"])}
    classes = np.array([class_index[asset["cls"]] for asset in raw["assets"]])
    loadings = np.array(risk["F"]) * np.array(risk["factor_vol"])
    same = classes[:, None] == classes[None, :]
    class_part = same * np.array(risk["class_idio_vol"])[classes][:, None] ** 2
    return np.asarray(
        loadings @ loadings.T + class_part + np.diag(np.array(risk["asset_idio_vol"]) ** 2)
    )


def load(path: Path) -> LotProblem:
    """Read a problem file."""
    return parse(json.loads(path.read_text(encoding="utf-8")))


def household(problem: LotProblem, whole_shares: bool) -> HouseholdProblem:
    """The same problem in the solver's terms: one taxable account, constant marginal rates."""
    n, lots = len(problem.price), len(problem.quantity)
    zero, flags = np.zeros(n), np.ones(lots, dtype=bool)
    lot_price = problem.price[problem.lot_asset]
    return HouseholdProblem(
        value=problem.value,
        covariance=problem.covariance,
        target=problem.target,
        kappa=problem.gamma,
        position_account=np.zeros(n, dtype=np.int64),
        position_instrument=np.arange(n),
        buy_cost=problem.half_spread,
        sell_cost=problem.half_spread,
        impact=zero,
        lower=zero,
        upper=np.full(n, np.inf),
        location_cost=zero,
        minimum_trade=np.full(n, problem.minimum_trade),
        fixed_cost=zero,
        price=problem.price,
        quantity_step=np.full(n, 1.0 if whole_shares else 0.0),
        lot_position=problem.lot_asset,
        lot_value=problem.quantity * lot_price,
        lot_gain=problem.gain_per_share / lot_price,
        lot_long_term=problem.long_term,
        lot_taxable=flags,
        lot_sellable=flags,
        lot_recent=problem.recent,
        cash=np.array([problem.cash]),
        flow=np.zeros(1),
        reserve=np.zeros(1),
        group=np.arange(n),
        group_buy_blocked=problem.no_buy,
        group_recent_value=zero,
        tax=TaxCurve(problem.short_rate, problem.long_rate, netting=False),
        wash_rule=WashRule.FULL_BLOCK,
    )


def score(problem: LotProblem, sold: Floats, bought: Floats) -> Score:
    """Score shares sold per lot and shares bought per asset.

    Unit: shares in, dollars out.
    """
    n, asset, price = len(problem.price), problem.lot_asset, problem.price
    sold_shares = np.bincount(asset, sold, n)
    held_shares = np.bincount(asset, problem.quantity, n)
    buys, sales = bought * price, sold_shares * price
    gain = sold * problem.gain_per_share
    rate = np.where(problem.long_term, problem.long_rate, problem.short_rate)
    tax, cost = float(gain @ rate), float(problem.half_spread @ (buys + sales))
    d = (held_shares * price + buys - sales) / problem.value - problem.target
    drift = 0.5 * problem.gamma * problem.value * float(d @ problem.covariance @ d)
    cash = problem.cash + float(sales.sum() - buys.sum()) - cost
    active = sold > SHARE_DUST
    loss_sold = np.bincount(asset, active & (gain < -1e-9), n) > 0
    left = held_shares - sold_shares > SOLD_OUT
    small = [(x > DOLLAR_DUST) & (x < problem.minimum_trade - 0.01) for x in (buys, sales)]
    fractions = [np.abs(x - np.round(x)) > SHARE_DUST for x in (bought, sold)]
    violations = {
        "oversold": int((sold > problem.quantity + SHARE_DUST).sum() + (sold < 0).sum()),
        "negative_cash": round(min(0.0, cash), 2),
        "buy_in_window": int(((bought > SHARE_DUST) & problem.no_buy).sum()),
        "blocked_sale": int((active & problem.blocked & left[asset]).sum()),
        "loss_sale_and_buy": int((loss_sold & (bought > SHARE_DUST)).sum()),
        "below_minimum": int(small[0].sum() + small[1].sum()),
        "fractional": int(fractions[0].sum() + fractions[1].sum()),
    }
    return Score(tax + cost + drift, tax, cost, drift, cash, violations)
