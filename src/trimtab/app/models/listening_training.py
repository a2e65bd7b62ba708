"""A network that hears the market, for one household: `train --method listening`.

Two networks are trained with every seed, one that hears and one that does not, alike in all else;
of each the seed that does best in validation is kept.  The evidence holds the hearing one against
the deaf one and against the rule, in worlds that neither has seen: the household's own classes in
other storms, and other households.  It is a short form of `benchmarks.meta_learning`: fewer worlds,
and the best of the seeds instead of every one.

Errors: `InputError` for a household whose trading costs nothing but tax, and for a model of another
kind that is to be judged; as training raises them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from trimtab.model.errors import InputError
from trimtab.model.models import Evidence
from trimtab.policies._zone import Zone
from trimtab.policies._zone_problem import COST_MIN, with_tax
from trimtab.policies._zone_region import zone_region
from trimtab.policies.no_trade_zone import NoTradeZone
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.features import STATIC_FEATURES
from trimtab.quant.learned.files import Stored
from trimtab.quant.learned.models import RegionNetwork

if TYPE_CHECKING:
    from trimtab.learning.config import Progress
    from trimtab.learning.network_training import Ruled
    from trimtab.learning.world import World

__all__ = ["LISTENING_CODE", "LISTENING_LIMITS", "ListeningTrial", "train_listener"]

LISTENING_CODE = ("quant/worlds",)
"""Folders whose files make such a model what it is, besides those of all models."""
LISTENING_LIMITS = (
    "It learned from simulated markets of a calm and a stormy mood, in which storms make trading "
    "two to five times as dear and the household weighs a trade at its usual cost.",
    "It learned without taxes: while selling what a zone would sell is taxed, the rule decides.",
    "Its evidence is a short form: few worlds, one seed of several; "
    "`python -m benchmarks.meta_learning` is the long one.",
)
DEAF = "the same network without signals"
UNSEEN = 12
"""Worlds of each kind in which the evidence is taken."""
ROWS, PERIODS = 64, 120
"""Households and reviews of each."""
RANGE_MARGIN = 0.1
"""How far a figure of the household may be from those of training: a tenth, of logarithms or as it
is."""
EVIDENCE_SEED = 20_261_123
"""Of the returns: no training draws from it."""
SHARE_OF_RULE = "of what the rule costs"


@dataclass(frozen=True, slots=True)
class ListeningTrial:
    """What a training comes to: the network that hears, its deaf twin, and what judges both."""

    model: RegionNetwork
    deaf: RegionNetwork
    problem: TrackingProblem
    past_sessions: int

    def evidence(self, model: Stored, seeds: tuple[int, ...]) -> tuple[Evidence, ...]:
        """A network against its deaf twin and the rule, in worlds that neither has seen.

        Refuses: a model that is no network with these signals.
        """
        from trimtab.learning.listening import unseen_worlds

        if not isinstance(model, RegionNetwork) or model.signals != self.model.signals:
            raise InputError(model.name, f"is a {model.kind} that does not hear the market")
        kinds = unseen_worlds(self.problem, self.past_sessions, UNSEEN)
        names = ("its own classes in storms not seen", "other households not seen")
        found = []
        for name, worlds in zip(names, kinds, strict=True):
            costs = np.array(
                [self._costs(model, _ruled(one), place) for place, one in enumerate(worlds)]
            )
            years = UNSEEN * ROWS * PERIODS * self.problem.review_years
            for rival, apart in ((DEAF, costs[:, 0] - costs[:, 1]), (RULE, costs[:, 0] - 1.0)):
                found.append(_difference(name, rival, apart, seeds, years))
        return tuple(found)

    def _costs(self, model: RegionNetwork, ruled: Ruled, place: int) -> tuple[float, float]:
        """What both networks cost in a world, as a part of what the rule costs there."""
        import torch

        from trimtab.learning.measuring import costs_of
        from trimtab.learning.parameters import frozen_policy, rule_policy
        from trimtab.learning.scenarios import draw_scenario

        world, rule = ruled
        returns = draw_scenario(world, (EVIDENCE_SEED, place), rows=ROWS, periods=PERIODS)
        policies = (
            frozen_policy(model, world, rule),
            frozen_policy(self.deaf, world, rule),
            rule_policy(world, rule),
        )
        with torch.no_grad():
            hears, deaf, ruler = (
                float(costs_of(world, returns, one, 0).total.mean()) for one in policies
            )
        return hears / ruler, deaf / ruler


RULE = NoTradeZone.name


def train_listener(
    zone: Zone,
    name: str,
    seeds: tuple[int, ...],
    seconds: float,
    past_sessions: int,
    on_progress: Callable[[Progress], None],
) -> ListeningTrial:
    """The network of the seed that does best in validation, and its deaf twin's best.

    Unit: `seconds` of computing a seed, half for each network; `past_sessions` of closes that the
    household's market is heard from.
    Refuses: a household whose trading costs nothing but tax.
    """
    import torch

    from trimtab.learning.listening import household_listening
    from trimtab.learning.network_training import train_network

    torch.set_num_threads(1)  # more are slower where cores are busy, and change the last digits
    free = with_tax(zone.classes, np.zeros(zone.classes.targets)).problem
    if free.cost.max() < COST_MIN:
        raise InputError("household", "trading costs nothing but tax", "", "no storm changes that")
    config = household_listening(name, free, past_sessions, seconds=0.5 * seconds)
    learnt, proof = (tuple(map(_ruled, worlds)) for worlds in (config.worlds, config.validation))
    # What is compiled the first time is no part of a seed's time.
    few = replace(config, rows=4, periods=2, steps_max=1)
    train_network(few, learnt[:1], proof[:1], 0, lambda _: None)
    found: dict[bool, list[tuple[float, RegionNetwork]]] = {True: [], False: []}
    for seed in seeds:
        for hears in (True, False):
            asked, tell = replace(config, is_conditioned=hears), _halves(on_progress, hears)
            network, about = train_network(asked, learnt, proof, seed, tell)
            found[hears].append((about.validation_cost, network))
    hearing, deaf = (min(found[hears], key=lambda pair: pair[0])[1] for hears in (True, False))
    return ListeningTrial(_with_margin(hearing), deaf, free, past_sessions)


def _with_margin(model: RegionNetwork) -> RegionNetwork:
    """A network that may also be asked of figures of a household a little beyond those seen; not of
    gains, and not of what is heard."""
    ranges = model.ranges.copy()
    ranges[: len(STATIC_FEATURES)] += [-RANGE_MARGIN, RANGE_MARGIN]
    return replace(model, ranges=ranges)


def _halves(on_progress: Callable[[Progress], None], hears: bool) -> Callable[[Progress], None]:
    """The steps of two networks a seed as those of one."""

    def tell(now: Progress) -> None:
        done = now.step if hears else now.steps_max + now.step
        on_progress(replace(now, step=done, steps_max=2 * now.steps_max))

    return tell


def _ruled(world: World) -> Ruled:
    """A world and the rule in it, as the household's own rule is found."""
    return world, zone_region(world.problem, is_taxed=False)


def _difference(
    world: str, rival: str, apart: Floats, seeds: tuple[int, ...], years: float
) -> Evidence:
    """The mean over worlds, with Student's interval."""
    mean, worlds = float(apart.mean()), len(apart)
    half = float(stdtrit(worlds - 1, 0.975) * apart.std(ddof=1) / np.sqrt(worlds))
    return Evidence(
        world, rival, mean, mean - half, mean + half, seeds=seeds, trials=len(seeds) + 1,
        years=years, unit=SHARE_OF_RULE,
    )  # fmt: skip
