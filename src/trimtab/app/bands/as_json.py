"""The bands of a household as JSON; what all JSON of Trimtab keeps to, `app.as_json` says.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.as_json import SCHEMA, Json, day_text
from trimtab.app.bands.question import Bands
from trimtab.app.bands.sentences import bands_sentences

__all__ = ["bands_json"]


def bands_json(bands: Bands) -> Json:
    """Everything that the screen and the page show, as fractions of one."""
    return {
        "schema": SCHEMA,
        "kind": "trimtab.bands",
        "household": bands.household,
        "as_of": day_text(bands.as_of),
        "review_days": bands.review_days,
        "risk_aversion": bands.risk_aversion,
        "result": list(bands_sentences(bands)),
        "is_outside": bands.place.is_outside,
        "edge_ratio": bands.place.ratio,
        "classes": [
            {
                "name": one.name,
                "weight": one.weight,
                "actual": one.actual,
                "destination": float(bands.destination[at]),
                "zone": {"lower": one.lower, "upper": one.upper, "centre": one.centre},
                "bands": {"5%": one.five, "5/25": one.five_25, "200/175": one.two},
                "own_band": one.own,
                "trading_cost": one.trading,
                "tax_per_dollar_sold": one.tax,
            }
            for at, one in enumerate(bands.classes)
        ],
        "rules": [
            {
                "name": rule.name,
                "cost_a_year": rule.total,
                "trading": rule.trading,
                "drift": rule.drift,
                "standard_error": rule.error,
                "turnover_a_year": rule.turnover,
                "trades_a_year": rule.trades,
            }
            for rule in bands.rules
        ],
        "region": {
            "centre": bands.region.centre.tolist(),
            "metric": bands.region.metric.tolist(),
            "cost": bands.region.cost.tolist(),
        },
        "source": bands.source,
    }
