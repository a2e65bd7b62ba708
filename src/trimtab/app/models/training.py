"""Train a model for one household, and propose it with its evidence.

What is learned is a no-trade zone of the household's own classes, costs and risk, by gradient
through a simulated household (`trimtab.learning`), by reinforcement (`ppo_training`), or by a
network that hears the market (`listening_training`, which has evidence of its own).  The evidence
holds it against the very zone that the rule would use, in returns that neither training
nor the choice among seeds has seen, and after the limits that any learned zone is held to.

Errors: `InputError` for a household of which nothing can be learned, for missing packages, and for
a training that failed; nothing is registered then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import trimtab
from trimtab.app.estimating import history_of
from trimtab.app.explaining.asking import ask, question_of
from trimtab.app.household import LoadedHousehold
from trimtab.app.models.card import CARD_NAME, card_page
from trimtab.app.models.crashes import recorded, told_as_failed
from trimtab.app.models.in_use import WEIGHTS_NAME
from trimtab.app.models.listening_training import (
    LISTENING_CODE,
    LISTENING_LIMITS,
    train_listener,
)
from trimtab.app.models.ppo_training import (
    PPO_CODE,
    PPO_LIMITS,
    PPO_PACKAGES,
    Method,
    best_ppo_band,
)
from trimtab.app.models.registry import Person
from trimtab.app.models.watch import WATCH_NAME, series_bytes, series_of
from trimtab.app.models.wish import TrainingWish
from trimtab.app.models.zone_proof import gains_seen, zone_evidence
from trimtab.estimators._base import SESSIONS_MIN
from trimtab.estimators._heard import heard_returns
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding
from trimtab.model.models import (
    Evidence,
    ModelCard,
    ModelManifest,
    ModelStatus,
    Provenance,
    StatusChange,
    TrainingRange,
    TrainingRecipe,
)
from trimtab.model.snapshots import PriceHistory
from trimtab.policies._zone import Zone
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone
from trimtab.ports import ModelRegistry
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.files import Stored, from_bytes, to_bytes

if TYPE_CHECKING:
    from trimtab.learning.config import Progress

__all__ = ["ZONE", "proposed", "train_model"]

ZONE = "zone"
"""What a recipe is for: a no-trade zone."""

EXTRA = 'pip install "trimtab[ai]"'
RANGE_MARGIN = 0.1
"""How far a feature may be from its value in training: a tenth, of logarithms or as it is."""
CODE = ("learning", "quant/learned", "quant/control", "policies")
"""Folders of the package whose files make a model what it is."""
LIMITS = (
    "One household: other targets, costs or risk are outside its training, and the rule decides.",
    "It learned from simulated returns without trends, jumps or changes of volatility.",
    "Tax counts as in the rule's zone: half of what a sale costs, each way; as gains come and go, "
    "it widens and narrows with that zone.",
)
LIMITS_OF = {
    Method.GRADIENT: LIMITS,
    Method.PPO: (*LIMITS, *PPO_LIMITS),
    Method.LISTENING: LISTENING_LIMITS,
}
CODE_OF: dict[Method, tuple[str, ...]] = {
    Method.GRADIENT: (),
    Method.PPO: PPO_CODE,
    Method.LISTENING: LISTENING_CODE,
}
Judge = Callable[[Stored, tuple[int, ...]], tuple[Evidence, ...]]
"""The evidence of a model that was chosen from these seeds."""


def train_model(
    loaded: LoadedHousehold,
    registry: ModelRegistry,
    wish: TrainingWish,
    by: Person,
    on_progress: Callable[[Progress], None],
    beside: ModelManifest | None = None,
) -> ModelManifest:
    """Train, register, propose; with the evidence of the version that it would succeed `beside`.

    Refuses: a household without a zone, too little history, missing packages, a failed training, a
    log of models that cannot be read.
    """
    for package in PPO_PACKAGES if wish.method is Method.PPO else ("torch",):
        if find_spec(package) is None:
            raise InputError("training", f"the package {package} is not installed", "", EXTRA)
    registry.log()  # one that cannot be read is told before anything is learned
    situation = ask(question_of(loaded, NoTradeZone.name)).situation
    _refuse_assumed(situation.estimates)
    rule = NoTradeZone()
    zone = household_zone(situation, rule.review_days, rule.risk_aversion)
    if isinstance(zone, Finding):
        why = zone.message.partition(": ")[2] or zone.message
        remedy = "mend it, or keep a rule such as 5/25"
        raise InputError(zone.subject, f"nothing can be learned: {why}", zone.bound, remedy)
    history, _ = history_of(loaded, loaded.snapshot.as_of)
    instruments = situation.index.instruments
    with told_as_failed("try another number of --seeds"):
        model, judge = _learned(zone, wish, history, loaded, instruments, on_progress)
        evidence = judge(model, wish.seed_numbers)
    card = ModelCard(
        purpose=f"the no-trade zone of {loaded.household.name or 'a household'}: "
        f"{', '.join(zone.classes.names)}",
        data=f"{history.source}, {len(history.dates):,} days",
        trained_until=loaded.snapshot.as_of,
        ranges=tuple(
            TrainingRange(feature, float(low), float(high))
            for feature, (low, high) in zip(model.features, model.ranges, strict=True)
        ),
        seeds=wish.seed_numbers,
        evidence=evidence,
        limits=LIMITS_OF[wish.method],
        instruments=instruments,
        recipe=TrainingRecipe(ZONE, asdict(wish)),
    )
    if beside is not None:
        card = _with_other(card, beside, registry, judge)
    files = {
        WEIGHTS_NAME: to_bytes(model),
        WATCH_NAME: series_bytes(series_of(history, loaded.mandate)),
        CARD_NAME: card_page(wish.name, model.kind, card).encode(),
    }
    made = Provenance(
        trimtab.__version__,
        _digest(repr((history, zone.classes.problem)).encode()),
        _code_digest((*CODE, *CODE_OF[wish.method])),
        _digest(repr(wish).encode()),
        asdict(wish),
    )
    return proposed(registry, wish.name, model.kind, by, made, card, files)


def _refuse_assumed(estimates: Estimates) -> None:
    """Nothing is learned from risk that nobody measured."""
    if not estimates.assumed:
        return
    raise InputError(
        "training",
        f"nothing can be learned: the risk of {', '.join(estimates.assumed)} is assumed, for want "
        "of prices",
        f"a model learns from measured risk, that is from prices of {SESSIONS_MIN + 1} sessions",
        "give longer prices, or keep a rule such as 5/25",
    )


def proposed(
    registry: ModelRegistry,
    name: str,
    kind: str,
    by: Person,
    made: Provenance,
    card: ModelCard,
    files: dict[str, bytes],
) -> ModelManifest:
    """Register a version and note that it is proposed."""
    manifest = registry.add(name, kind, by.at, made, card, files)
    status, version = ModelStatus.PROPOSED, manifest.version
    act = StatusChange(by.at, name, version, status, by.name, "trained", manifest.digest)
    recorded(registry, manifest, act)
    return manifest


def _learned(
    zone: Zone,
    wish: TrainingWish,
    history: PriceHistory,
    loaded: LoadedHousehold,
    instruments: tuple[str, ...],
    on_progress: Callable[[Progress], None],
) -> tuple[Stored, Judge]:
    """The model of the best seed in validation, and what judges it."""
    if wish.method is Method.LISTENING:
        heard = len(heard_returns(history, loaded.mandate))
        name, seeds = wish.name, wish.seed_numbers
        trial = train_listener(zone, name, seeds, wish.seconds, heard, on_progress)
        return trial.model, trial.evidence
    return _of_one_zone(zone, wish, on_progress), partial(zone_evidence, zone, history, instruments)


def _of_one_zone(zone: Zone, wish: TrainingWish, on_progress: Callable[[Progress], None]) -> Stored:
    """A model for the household alone; its ranges are around the household of today."""
    problem = zone.classes.problem
    model: Stored
    if wish.method is Method.PPO:
        model = best_ppo_band(zone, wish.name, wish.seed_numbers, wish.seconds, on_progress)
    else:
        model = _by_gradient(zone, wish, on_progress)
    state = HouseholdState.untaxed(problem.instruments)
    known = np.vstack(
        [model.inputs(one.classes.problem, state, one.region) for one in gains_seen(zone).values()]
    )
    low, high = known.min(axis=0) - RANGE_MARGIN, known.max(axis=0) + RANGE_MARGIN
    return replace(model, ranges=np.column_stack([low, high]))


def _by_gradient(zone: Zone, wish: TrainingWish, on_progress: Callable[[Progress], None]) -> Stored:
    from trimtab.learning.config import TrainingConfig
    from trimtab.learning.train import train
    from trimtab.learning.world import World

    config = TrainingConfig(
        wish.name,
        (World(zone.classes.problem),),
        seeds=wish.seed_numbers,
        seconds_max=wish.seconds,
        start=zone.region,
    )
    return train(config, on_progress).model


def _with_other(
    card: ModelCard,
    other: ModelManifest,
    registry: ModelRegistry,
    judge: Judge,
) -> ModelCard:
    """The card with the evidence of another version on the same data, or why it has none."""
    try:
        stored = registry.load(other.name, other.version)
        # chosen long ago: one candidate and the rule
        found = judge(from_bytes(stored.files[WEIGHTS_NAME]), TrainingWish(seeds=1).seed_numbers)
    except (InputError, InputErrors, KeyError, ValueError) as error:
        limit = f"{other.label} could not be held against it: {str(error).rstrip('.')}."
        return replace(card, beside=other.label, limits=(*card.limits, limit))
    return replace(card, beside=other.label, beside_evidence=found)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _code_digest(folders: tuple[str, ...]) -> str:
    """One hash over the names and contents of the files that make a model what it is."""
    root = Path(trimtab.__file__).parent
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            whole.update(path.relative_to(root).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
