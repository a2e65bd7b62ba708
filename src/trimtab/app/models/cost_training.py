"""Train a model of trading cost on a household's own fills, and propose it with its evidence.

The evidence comes from the later quarter of the fills, split by day, of which a first model has
seen nothing: how often its interval held what came, and whether its median was nearer to it than
spread and square-root law are.  What is registered is then trained on all fills.

Errors: `InputError`/`InputErrors` for fills that nothing can be learned from and for missing
packages; nothing is registered then.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

import trimtab
from trimtab.app.fills_file import Fill, read_fills
from trimtab.app.household import LoadedHousehold
from trimtab.app.models.card import CARD_NAME, card_page
from trimtab.app.models.crashes import told_as_failed
from trimtab.app.models.parts import array_bytes
from trimtab.app.models.registry import Person
from trimtab.app.models.training import proposed
from trimtab.app.models.watch import WATCH_NAME
from trimtab.estimators._base import HISTORY_SESSIONS, SESSIONS_MIN, Fills, Flags, Floats, Orders
from trimtab.estimators._cost_orders import FEATURES, expected_cost
from trimtab.estimators.quantile_cost import FILLS_MIN, QuantileCost, QuantileCostModel
from trimtab.model.errors import InputError
from trimtab.model.models import (
    CoverageEvidence,
    Evidence,
    ModelCard,
    ModelManifest,
    Provenance,
    TrainingRange,
    TrainingRecipe,
)
from trimtab.model.snapshots import PriceHistory
from trimtab.ports import ModelRegistry

__all__ = ["COST", "COST_SERIES", "CostWish", "cost_series", "train_cost_model"]

COST = "cost"
"""What a recipe is for: trading cost."""
COST_SERIES = "cost over what spread and size explain"
"""What is watched of fills."""
LATER_SHARE = 0.25
"""The part of the fills by which the evidence is taken."""
RULE = "spread and square-root law"
UNIT = "of what is traded, mean error"
WILSON = 1.959964
CONSTANT = 1e-9
LIMITS = (
    "It knows orders like those of its fills; for others the stated spread stands, as is told.",
    "Its interval keeps its word while costs come about as they did: train again as fills come in.",
)


@dataclass(frozen=True, slots=True)
class CostWish:
    """What a person asks for; `fills` is the file, from the household's folder where it lies there.

    Unit: `level` how often the interval should hold what comes.
    """

    fills: str
    name: str = "costs"
    level: float = QuantileCost().level


def train_cost_model(
    loaded: LoadedHousehold,
    registry: ModelRegistry,
    wish: CostWish,
    by: Person,
    beside: ModelManifest | None = None,
) -> ModelManifest:
    """Train, register, propose; with the evidence of the version that it would succeed `beside`.

    Refuses: too few fills, costs that are all alike, instruments that are not known, and a log of
    models that cannot be read.
    """
    registry.log()  # one that cannot be read is told before anything is learned
    rows, fills = _fills(loaded, wish)
    early = _early(fills, loaded.snapshot.as_of)
    settings = QuantileCost(level=wish.level)
    with told_as_failed("look at the fills, or keep the stated spread"):
        first = settings.fit(_some(fills, early), loaded.snapshot.as_of)
        later = _some(fills, ~early)
        model = settings.fit(fills, loaded.snapshot.as_of)
    card = ModelCard(
        purpose=f"what trading costs {loaded.household.name or 'a household'}",
        data=f"{len(rows):,} fills, {fills.on[0]} to {fills.on[-1]}",
        trained_until=fills.on[-1],
        ranges=tuple(
            TrainingRange(name, float(low), float(high))
            for name, low, high in zip(
                FEATURES, model.numbers.least, model.numbers.most, strict=True
            )
        ),
        seeds=(settings.seed,),
        evidence=(_evidence(first, later, settings.seed),),
        limits=LIMITS,
        recipe=TrainingRecipe(COST, asdict(wish)),
        coverage=_coverage(first, later),
    )
    if beside is not None:
        card = _with_other(card, beside, registry, settings, later)
    ratio = fills.cost / expected_cost(fills.orders)
    files = {
        **model.files(),
        WATCH_NAME: array_bytes({COST_SERIES: ratio}),
        CARD_NAME: card_page(wish.name, "quantile_cost", card).encode(),
    }
    made = Provenance(
        trimtab.__version__,
        _digest(repr(rows)),
        _digest(*(path.read_text("utf-8") for path in _code())),
        _digest(repr(settings)),
        asdict(wish),
    )
    return proposed(registry, wish.name, "quantile_cost", by, made, card, files)


def cost_series(loaded: LoadedHousehold, wish: CostWish, after: date) -> dict[str, Floats]:
    """The watched series of the fills after a day.

    Refuses: a file that cannot be read.
    """
    _, fills = _fills(loaded, wish)
    ratio = fills.cost / expected_cost(fills.orders)
    return {COST_SERIES: ratio[np.array([day > after for day in fills.on])]}


def _fills(loaded: LoadedHousehold, wish: CostWish) -> tuple[tuple[Fill, ...], Fills]:
    """The fills of the file, with what was known of their market at the time."""
    snapshot = loaded.snapshot
    path = loaded.folder / wish.fills
    rows = read_fills(path, snapshot.instruments, snapshot.as_of)
    if not rows:
        raise InputError("fills", "there are none", f"it needs {FILLS_MIN}", file=str(path))
    names = tuple(dict.fromkeys(row.instrument for row in rows))
    span = (snapshot.as_of - rows[0].on).days
    history = loaded.feed.history(names, snapshot.as_of, HISTORY_SESSIONS + span)
    costs = loaded.mandate.costs
    known = [snapshot.instruments[row.instrument].half_spread for row in rows]
    assumed = [float(costs.half_spread if one is None else one) for one in known]
    volume = float(costs.daily_volume)
    orders = Orders(
        np.array([row.half_spread or one for row, one in zip(rows, assumed, strict=True)]),
        _volatilities(rows, history, path),
        np.array([row.value / (row.daily_volume or volume) for row in rows]),
        np.array([row.day_fraction for row in rows]),
        np.array([row.is_buy for row in rows]),
    )
    cost = np.array([row.cost for row in rows])
    if len(rows) > 1 and float(np.ptp(cost)) < CONSTANT:
        raise InputError(
            "costs of the fills",
            f"all {len(rows)} are {cost[0] * 1e4:.2f} bps",
            "nothing can be learned from a figure that never changes",
            "is it an assumed cost? Write the prices at which orders were decided and filled",
            file=str(path),
        )
    return rows, Fills(tuple(row.on for row in rows), orders, cost)


def _volatilities(rows: tuple[Fill, ...], history: PriceHistory, path: Path) -> Floats:
    """The daily volatility of each fill's instrument, from closes before its day.

    Refuses: too few of them.
    """
    closes = np.asarray(history.closes, dtype=np.float64).reshape(len(history.dates), -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.diff(closes, axis=0) / closes[:-1]
    place = {name: k for k, name in enumerate(history.instruments)}
    days = np.array(history.dates[1:], dtype="datetime64[D]")
    found, known = np.empty(len(rows)), dict[tuple[str, date], float]()
    for at, row in enumerate(rows):
        key = row.instrument, row.on
        if key not in known:
            column = place.get(row.instrument)
            end = int(np.searchsorted(days, np.datetime64(row.on)))
            past = returns[:end, column] if column is not None else returns[:0, :0].ravel()
            past = past[np.isfinite(past)][-HISTORY_SESSIONS:]
            if len(past) < SESSIONS_MIN:
                raise InputError(
                    f"closes of {row.instrument}",
                    f"there are {len(past)} returns before its fill of {row.on}",
                    f"its volatility needs {SESSIONS_MIN}",
                    "add earlier prices, or remove the fill",
                    file=str(path),
                    line=row.line,
                )
            known[key] = float(past.std(ddof=1))
        found[at] = known[key]
    return found


def _early(fills: Fills, as_of: date) -> Flags:
    """Which fills the first model learns from: those before the day on which the later part begins.

    Refuses: too few.
    """
    first_later = fills.on[int(len(fills.on) * (1.0 - LATER_SHARE))]
    early = np.array([day < first_later for day in fills.on])
    if int(early.sum()) < FILLS_MIN:
        least = round(FILLS_MIN / (1.0 - LATER_SHARE))
        raise InputError(
            "a model of trading cost",
            f"there are {len(fills.on)} fills up to {as_of}, {int(early.sum())} of them before "
            f"{first_later}",
            f"it needs about {least}: {FILLS_MIN} to learn from, and a later quarter to be judged "
            "by",
            "collect more fills; until then plans count with the stated half_spread",
        )
    return early


def _some(fills: Fills, at: Flags) -> Fills:
    orders = fills.orders
    chosen = Orders(
        orders.half_spread[at], orders.volatility[at], orders.participation[at],
        orders.day_fraction[at], orders.is_buy[at],
    )  # fmt: skip
    days = tuple(day for day, kept in zip(fills.on, at.tolist(), strict=True) if kept)
    return replace(fills, on=days, orders=chosen, cost=fills.cost[at])


def _coverage(model: QuantileCostModel, later: Fills) -> CoverageEvidence:
    """How often the interval held what came, with Wilson's interval of that share."""
    made = model.forecast(later.orders)
    low, high = np.array([one.low for one in made]), np.array([one.high for one in made])
    n = len(later.cost)
    share = float(np.mean((later.cost >= low) & (later.cost <= high)))
    wide = WILSON**2 / n
    middle = (share + 0.5 * wide) / (1.0 + wide)
    half = np.sqrt(wide * share * (1.0 - share) + 0.25 * wide**2) / (1.0 + wide)
    ends = float(middle - half), float(middle + half)
    return CoverageEvidence(model.numbers.level, share, *ends, n, later.on[0], later.on[-1])


def _evidence(model: QuantileCostModel, later: Fills, seed: int) -> Evidence:
    """The error of the median less that of the law; its interval is by days, which share news."""
    middle = np.array([one.middle for one in model.forecast(later.orders)])
    apart = np.abs(later.cost - middle) - np.abs(later.cost - expected_cost(later.orders))
    mean = float(apart.mean())
    _, day = np.unique(np.array(later.on, dtype="datetime64[D]"), return_inverse=True)
    of_days = np.bincount(day, apart - mean)
    error = WILSON * float(np.sqrt(of_days @ of_days)) / len(apart)
    years = (later.on[-1] - later.on[0]).days / 365.25
    world = f"fills of {later.on[0]} to {later.on[-1]}, not seen"
    return Evidence(
        world, RULE, mean, mean - error, mean + error, seeds=(seed,), trials=2, years=years,
        unit=UNIT,
    )  # fmt: skip


def _with_other(
    card: ModelCard,
    other: ModelManifest,
    registry: ModelRegistry,
    settings: QuantileCost,
    later: Fills,
) -> ModelCard:
    """The card with the evidence of another version on the fills that it has not seen either."""
    try:
        model = settings.read(registry.load(other.name, other.version).files)
        unseen = np.array([day > other.card.trained_until for day in later.on])
        if not unseen.any():
            raise InputError("fills", f"none is later than {other.card.trained_until}")
        found = (_evidence(model, _some(later, unseen), settings.seed),)
    except InputError as error:
        limit = f"{other.label} could not be held against it: {str(error).rstrip('.')}."
        return replace(card, beside=other.label, limits=(*card.limits, limit))
    return replace(card, beside=other.label, beside_evidence=found)


def _code() -> tuple[Path, ...]:
    """The files that make such a model what it is."""
    folder = Path(trimtab.__file__).parent / "estimators"
    return tuple(folder / f"{name}.py" for name in ("quantile_cost", "_cost_files", "_cost_orders"))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
