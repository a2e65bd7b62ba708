"""Train again what is due, and propose it: for a schedule, with no person near.

A model is due when what it learned is old, by its card or by `[models] retrain_after_days`, or when
the monitors say that the world has left its training.  Its recipe stands on its card.  The new
version carries its own evidence and, beside it, that of the version that runs, both on the data of
today.  Which of them runs is a person's to say: nothing here promotes or retires.

Errors: none for a training that fails, whatever the reason; its outcome says so, and the models are
as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from trimtab.app.estimating import history_of
from trimtab.app.household import LoadedHousehold
from trimtab.app.models.cost_training import COST, CostWish, cost_series, train_cost_model
from trimtab.app.models.health import Condition, health_of
from trimtab.app.models.outcomes import Became, Outcome
from trimtab.app.models.registry import Person
from trimtab.app.models.training import ZONE, train_model
from trimtab.app.models.wish import TrainingWish
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.mandate import Setting
from trimtab.model.models import ModelManifest, ModelStatus, TrainingRecipe
from trimtab.model.snapshots import PriceHistory
from trimtab.ports import ModelRegistry
from trimtab.quant.monitoring.shift import Floats

__all__ = ["retrain", "watched_fills"]


def retrain(
    loaded: LoadedHousehold,
    registry: ModelRegistry,
    by: Person,
    only_due: bool,
    on_begin: Callable[[str], None],
) -> tuple[Outcome, ...]:
    """Train every model that runs, or those that are due; `on_begin` is told of each."""
    history: PriceHistory | None = None
    with suppress(InputError, InputErrors):  # else nothing is watched, and a training says why
        history, _ = history_of(loaded, loaded.snapshot.as_of)
    found = []
    for name in registry.names():
        try:
            running = registry.promoted(name)
        except InputError as error:
            found.append(Outcome(name, Became.FAILED, problem=str(error)))
            continue
        if running is not None:
            found.append(_one(loaded, registry, by, only_due, on_begin, running, history))
    return tuple(found)


def _one(
    loaded: LoadedHousehold,
    registry: ModelRegistry,
    by: Person,
    only_due: bool,
    on_begin: Callable[[str], None],
    running: ModelManifest,
    history: PriceHistory | None,
) -> Outcome:
    reasons = _reasons(loaded, registry, running, history)
    if only_due and not reasons:
        return Outcome(running.label, Became.GOOD)
    waiting = _waiting(loaded, registry, running) if only_due else None
    if waiting is not None:
        return Outcome(running.label, Became.WAITING, reasons, waiting)
    on_begin(running.label)
    try:
        successor = _trained(loaded, registry, by, running)
    except Exception as error:  # a schedule goes on with the next model, whatever failed in this
        problem = str(error).rstrip(".") or type(error).__name__
        return Outcome(running.label, Became.FAILED, reasons, None, problem)
    return Outcome(running.label, Became.PROPOSED, reasons, successor)


def _reasons(
    loaded: LoadedHousehold,
    registry: ModelRegistry,
    running: ModelManifest,
    history: PriceHistory | None,
) -> tuple[str, ...]:
    """Why a model is due; empty where it is not."""
    today = loaded.snapshot.as_of
    fills = watched_fills(loaded, running)
    health = health_of(registry, running, loaded.mandate, history, today, fills)
    if health.condition is Condition.GOOD:
        return ()
    return tuple(finding.message for finding in health.findings)


def _waiting(
    loaded: LoadedHousehold, registry: ModelRegistry, running: ModelManifest
) -> ModelManifest | None:
    """A successor that is proposed already and is not due itself: a person has yet to look."""
    newest = registry.versions(running.name)[-1]
    if newest <= running.version:
        return None
    try:
        successor = registry.manifest(running.name, newest)
    except InputError:  # one that cannot be trusted stands in nobody's way
        return None
    if registry.status(successor) is not ModelStatus.PROPOSED:
        return None
    after = loaded.mandate.models.retrain_after_days or successor.card.retrain_after_days
    return successor if successor.card.age_days(loaded.snapshot.as_of) <= after else None


def _trained(
    loaded: LoadedHousehold, registry: ModelRegistry, by: Person, running: ModelManifest
) -> ModelManifest:
    """The successor, trained by the recipe of the version that runs.

    Refuses: a recipe that this version of Trimtab does not know.
    """
    recipe = running.card.recipe or TrainingRecipe(ZONE, running.provenance.settings)
    if recipe.purpose == ZONE:
        wish = _zone_wish(running, recipe.settings)
        return train_model(loaded, registry, wish, by, _untold, beside=running)
    if recipe.purpose == COST:
        return train_cost_model(loaded, registry, _cost_wish(running, recipe.settings), by, running)
    raise _unknown(running, f"{recipe.purpose!r} is nothing that it can be trained for")


def watched_fills(loaded: LoadedHousehold, model: ModelManifest) -> dict[str, Floats] | None:
    """What is watched of a model of trading cost: the fills after its own; none of another."""
    recipe = model.card.recipe
    if recipe is None or recipe.purpose != COST:
        return None
    try:
        return cost_series(loaded, _cost_wish(model, recipe.settings), model.card.trained_until)
    except (InputError, InputErrors):  # a training says what is wrong with the file
        return {}


def _zone_wish(running: ModelManifest, settings: Mapping[str, Setting]) -> TrainingWish:
    try:
        return TrainingWish(**{**settings, "name": running.name})  # type: ignore[arg-type]
    except TypeError:
        raise _unknown(running, f"its recipe has settings {', '.join(settings)}") from None


def _cost_wish(running: ModelManifest, settings: Mapping[str, Setting]) -> CostWish:
    try:
        return CostWish(**{**settings, "name": running.name})  # type: ignore[arg-type]
    except TypeError:
        raise _unknown(running, f"its recipe has settings {', '.join(settings)}") from None


def _unknown(running: ModelManifest, fact: str) -> InputError:
    remedy = "train it again with `trimtab train`"
    return InputError(f"model {running.label}", fact, "it cannot be followed", remedy)


def _untold(_: object) -> None:
    """A schedule wants no steps."""
