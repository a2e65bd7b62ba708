"""Random lot-level problems of the same kind as the published ones, of any size.

Pairs of substitutes share their factor loadings and a class residual; lots lie in one of the pair
four times out of five, with dates over four years; class weights have drifted by about a third;
a few assets were sold at a loss within the last weeks.

    python -m benchmarks._problem_generator --assets 500 --lots 5000 --seed 3 --out p500.json
"""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np

TODAY = dt.date(2026, 6, 30)
FACTORS_PER_ASSETS = ((20, 3), (100, 12), (500, 25))
OLDEST_DAYS = 1460
PRIMARY_SHARE = 0.8
CLASS_DRIFT = 0.3
CASH_SHARE = 0.03


def factor_count(assets: int) -> int:
    """Common factors for a number of assets."""
    return next((k for size, k in FACTORS_PER_ASSETS if assets <= size), FACTORS_PER_ASSETS[-1][1])


def generate(assets: int, lots: int, seed: int, value: float) -> dict[str, Any]:
    """A problem as it would be read from JSON."""
    rng = np.random.default_rng(seed)
    classes = assets // 2
    price = np.round(np.exp(rng.normal(4.2, 0.8, assets)).clip(12.0, 900.0), 2)
    target = np.round(rng.dirichlet(np.full(classes, 1.2)) * 0.99, 8)
    class_value = target * np.exp(rng.normal(0.0, CLASS_DRIFT, classes))
    class_value *= value * (1 - CASH_SHARE) / class_value.sum()
    positions = _lots(rng, price, class_value, lots)
    primary = np.repeat(np.arange(classes), 2)
    factors = factor_count(assets)
    loadings = rng.normal(0.0, 0.33, (classes, factors))
    loadings[:, 0] = rng.normal(1.0, 0.18, classes)
    closed = rng.choice(assets, max(1, assets // 13), replace=False)
    return {
        "name": f"generated-{assets}-{seed}",
        "seed": seed,
        "date": TODAY.isoformat(),
        "cash": round(value * CASH_SHARE, 2),
        "tax_rates": {
            "short_term": {"federal": 0.408, "state": 0.05},
            "long_term": {"federal": 0.238, "state": 0.05},
        },
        "settings": {"min_notional": 100.0, "wash_window_days": 30, "gamma": 15.0},
        "assets": [
            {
                "id": f"A{i:03}",
                "cls": f"C{i // 2:03}",
                "price": float(price[i]),
                "half_spread": float(rng.uniform(9e-5, 8.5e-4)),
            }
            for i in range(assets)
        ],
        "classes": [
            {
                "id": f"C{c:03}",
                "target": float(target[c]),
                "members": [f"A{2 * c:03}", f"A{2 * c + 1:03}"],
            }
            for c in range(classes)
        ],
        "lots": positions,
        "closed_lots": [_closed(rng, int(i), float(price[i])) for i in closed],
        "risk": {
            "F": loadings[primary].round(6).tolist(),
            "factor_vol": [0.16, *rng.uniform(0.03, 0.08, factors - 1).tolist()],
            "class_idio_vol": rng.uniform(0.1, 0.28, classes).tolist(),
            "asset_idio_vol": rng.uniform(0.01, 0.03, assets).tolist(),
        },
    }


def _lots(
    rng: np.random.Generator, price: np.ndarray, class_value: np.ndarray, lots: int
) -> list[dict[str, Any]]:
    """Lots whose values add up to the class values, at least one of every asset."""
    assets = len(price)
    share = np.empty(assets)
    share[::2] = np.clip(rng.normal(PRIMARY_SHARE, 0.08, assets // 2), 0.55, 0.95)
    share[1::2] = 1.0 - share[::2]
    asset_value = np.repeat(class_value, 2) * share
    more = rng.choice(assets, lots - assets, p=asset_value / asset_value.sum())
    asset = np.concatenate([np.arange(assets), more])
    weight = rng.gamma(2.0, 1.0, lots)
    weight /= np.bincount(asset, weight, assets)[asset]
    quantity = np.maximum(1.0, np.round(asset_value[asset] * weight / price[asset]))
    days = rng.integers(1, OLDEST_DAYS + 1, lots)
    growth = np.exp(rng.normal(0.02, 0.22 * np.sqrt(days / 365.0 + 0.1)))
    basis = quantity * price[asset] / growth
    return [
        {
            "lot_id": f"L{k:05}",
            "asset": f"A{asset[k]:03}",
            "qty": float(quantity[k]),
            "cost_basis": round(float(basis[k]), 2),
            "date": (TODAY - dt.timedelta(days=int(days[k]))).isoformat(),
        }
        for k in range(lots)
    ]


def _closed(rng: np.random.Generator, asset: int, price: float) -> dict[str, Any]:
    quantity = int(rng.integers(5, 40))
    sold = TODAY - dt.timedelta(days=int(rng.integers(1, 31)))
    return {
        "asset": f"A{asset:03}",
        "qty": float(quantity),
        "cost_basis": round(quantity * price * 1.12, 2),
        "date_acquired": (sold - dt.timedelta(days=430)).isoformat(),
        "date_sold": sold.isoformat(),
        "proceeds": round(quantity * price * float(rng.uniform(0.9, 1.05)), 2),
    }


def main() -> None:
    """Write one problem."""
    parser = argparse.ArgumentParser(description="Write a random lot-level problem.")
    parser.add_argument("--assets", type=int, default=100)
    parser.add_argument("--lots", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--value", type=float, default=None, help="dollars; 20,000 per asset")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    value = given.value or 20_000.0 * given.assets
    problem = generate(given.assets, given.lots, given.seed, value)
    given.out.write_text(json.dumps(problem), encoding="utf-8")


if __name__ == "__main__":
    main()
