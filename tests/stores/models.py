"""A model to register, as tests of the registry and of its commands want one."""

from dataclasses import replace
from datetime import UTC, date, datetime

from trimtab.model.models import Evidence, ModelCard, Provenance, TrainingRange
from trimtab.stores._signing import SigningKey

KEY = SigningKey(b"k" * 32)
OTHER_KEY = SigningKey(b"o" * 32)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
WEIGHTS = {"weights.npz": b"numbers of a network", "card.md": b"# A band\n"}
PROVENANCE = Provenance("0.1.0", "d" * 64, "c" * 64, "f" * 64, {"hidden": 16})
CARD = ModelCard(
    purpose="widths of a no-trade region",
    data="simulated months of two assets",
    trained_until=date(2026, 3, 31),
    ranges=(TrainingRange("volatility", 0.05, 0.40, "a year"),),
    seeds=(1, 2, 3),
    evidence=(Evidence("monthly DP", "no_trade_zone", -2e-6, -3e-6, -1e-6, seeds=(1, 2)),),
    limits=("two to thirty instruments",),
)
DOUBTFUL = replace(CARD, evidence=(Evidence("monthly DP", "no_trade_zone", 1e-6, -3e-6, 4e-6),))
