"""The library's front door: from a loaded household to a decision, with nothing executed.

This is the driver of `trimtab plan`: it answers the cycle's requests from a folder's own files and
leaves authorising to the person.

Errors: input errors name file, line, value, bound and remedy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.policy_choice import policy_from
from trimtab.cycle.flow import CycleSetup, Estimator, run_cycle
from trimtab.cycle.flows import flows_due
from trimtab.cycle.requests import Answer, Authorise, Observation, Observe, Propose
from trimtab.guards._base import Guard
from trimtab.guards._defaults import DEFAULT_ORDER
from trimtab.model.errors import InputError
from trimtab.model.mandate import CashFlow, Mandate, PlugInChoice
from trimtab.model.money import exact
from trimtab.model.plans import Decision
from trimtab.model.targets import CurrentTargets
from trimtab.plugins import configure
from trimtab.policies._base import Policy
from trimtab.targets._base import TargetSource
from trimtab.taxes._base import TaxRegime

__all__ = [
    "asked_flows",
    "cycle_setup",
    "decide",
    "flows_of",
    "guards_of",
    "listening_estimator",
    "policy_of",
    "policy_with_model",
    "rebalance",
    "regime_of",
    "target_source_of",
    "targets_of",
]


def policy_of(mandate: Mandate, name: str | None = None) -> Policy:
    """The mandate's policy, or another: `5/25`, `threshold:absolute=0.03`, `learned:band`.

    Refuses: a name that is not known, and settings that the policy does not have.
    """
    choice = mandate.policy
    if name is not None and name != choice.name:
        choice = read_choice(name, mandate) if ":" in name else PlugInChoice(name)
    return policy_from(choice)


def guards_of(mandate: Mandate) -> tuple[Guard, ...]:
    """The guards in their fixed order, with the mandate's settings where it has some."""
    given = {choice.name: choice.settings for choice in mandate.guards}
    names = dict.fromkeys((*DEFAULT_ORDER, *given))
    return tuple(cast(Guard, configure("guards", name, given.get(name, {}))) for name in names)


def regime_of(mandate: Mandate) -> TaxRegime:
    """The tax regime that the mandate names."""
    return cast(TaxRegime, configure("taxes", mandate.tax.regime, {}))


def policy_with_model(loaded: LoadedHousehold, name: str | None = None) -> Policy:
    """The policy as `policy_of` finds it; a learned one with its model from the household's folder,
    and with doubts where the world has left its training.

    Refuses: as `policy_of`.
    """
    policy = policy_of(loaded.mandate, name)
    if policy.name != "learned":
        return policy
    from trimtab.app.models.in_use import drift_of, with_model

    today = loaded.snapshot.as_of
    history, _ = history_of(loaded, today)
    ready = with_model(policy, loaded.folder)
    return drift_of(ready, loaded.folder, loaded.mandate, history, today)


def listening_estimator(
    loaded: LoadedHousehold, policy: Policy, folder: Path | None = None
) -> Estimator:
    """`estimates_of`, with what is heard of the market where the policy's model listens to it.

    `folder` is that of the household, from which the path of a cost model counts.
    """
    plain: Estimator = estimates_of if folder is None else partial(estimates_of, folder=folder)
    if policy.name != "learned":
        return plain
    from trimtab.app.models.hearing import with_ears

    return with_ears(plain, policy, loaded)


def target_source_of(mandate: Mandate) -> TargetSource | None:
    """The source of targets that the mandate names, none where its stated ones are all.

    Refuses: a source that is not known or lacks its package, and settings that it does not have.
    """
    if mandate.target_source is None:
        return None
    from trimtab.app.targeting import source_of

    return source_of(mandate.target_source)


def targets_of(loaded: LoadedHousehold) -> CurrentTargets | None:
    """The targets of today, none where the mandate's stated ones are all.

    Refuses: a source that is not known or lacks its package, and settings that it does not have.
    """
    if loaded.mandate.target_source is None:
        return None
    from trimtab.app.targeting import current_targets

    return current_targets(loaded)


def _cycle_id(loaded: LoadedHousehold, policy: str | None, flows: tuple[CashFlow, ...]) -> str:
    """An id that the same question on the same data always gets."""
    told = repr((loaded.snapshot, loaded.mandate, policy, flows))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def asked_flows(deposit: Decimal, withdraw: Decimal, account: str | None) -> tuple[CashFlow, ...]:
    """The money that is asked about, beside what the mandate says is due.

    Unit: base currency, both positive.
    Refuses: amounts below zero.
    """
    for name, amount in (("deposit", deposit), ("withdraw", withdraw)):
        if amount < 0:
            raise InputError(name, f"is {amount}", "must not be negative", "drop the sign")
    flows = [CashFlow(deposit, account=account)] if deposit else []
    flows += [CashFlow(-withdraw, account=account)] if withdraw else []
    return tuple(flows)


def flows_of(
    loaded: LoadedHousehold, deposit: Decimal, withdraw: Decimal, account: str | None
) -> tuple[CashFlow, ...]:
    """All the money that a plan counts with: what the mandate says is due, and what is asked."""
    due = flows_due(loaded.mandate, loaded.snapshot.as_of)
    return (*due, *asked_flows(deposit, withdraw, account))


def cycle_setup(
    loaded: LoadedHousehold, chosen: Policy, policy: str | None, flows: tuple[CashFlow, ...]
) -> CycleSetup:
    """What a cycle on a loaded household runs with; `policy` is how the chosen one was named.

    Refuses: as `policy_of` and `targets_of`.
    """
    mandate = loaded.mandate
    return CycleSetup(
        cycle_id=_cycle_id(loaded, policy, flows),
        as_of=loaded.snapshot.as_of,
        mandate=mandate,
        regime=regime_of(mandate),
        estimator=listening_estimator(loaded, chosen, loaded.folder),
        guards=guards_of(mandate),
        flows=flows,
        targets=targets_of(loaded),
    )


def decide(
    loaded: LoadedHousehold,
    *,
    policy: str | None = None,
    deposit: Decimal = Decimal(0),
    withdraw: Decimal = Decimal(0),
    account: str | None = None,
    authorise: Callable[[Decision], Decision] | None = None,
) -> Decision:
    """Run one cycle on a loaded household and return its decision; nothing is traded.

    Unit: `deposit` and `withdraw` base currency, both positive.
    Refuses: an unknown policy or account, and a withdrawal that cannot be paid.
    """
    chosen = policy_with_model(loaded, policy)
    setup = cycle_setup(loaded, chosen, policy, asked_flows(deposit, withdraw, account))
    notes = loaded.notes
    cycle = run_cycle(setup)
    request = next(cycle)
    while True:
        answer: Answer
        match request:
            case Observe(as_of=as_of, sessions=sessions):
                history, oddities = history_of(loaded, as_of, sessions)
                notes += oddities
                answer = Observation(loaded.snapshot, history)
            case Propose(situation=situation):
                answer = chosen.propose(situation)
            case Authorise(decision=decision):
                answer = decision if authorise is None else authorise(decision)
        try:
            request = cycle.send(answer)
        except StopIteration as stop:
            decision = cast(Decision, stop.value)
            return replace(decision, findings=(*decision.findings, *notes))


def rebalance(
    folder: str | Path,
    *,
    as_of: date | None = None,
    policy: str | None = None,
    deposit: Decimal | int | str = 0,
    withdraw: Decimal | int | str = 0,
) -> Decision:
    """The decision for the household in a folder: what to trade, why, and what waiting costs.

    Unit: base currency.
    Refuses: amounts that are no finite number or below zero; files that cannot be used, each with
    file, line, value, bound and remedy.
    """
    coming, needed = exact(str(deposit), "deposit"), exact(str(withdraw), "withdraw")
    return decide(load_folder(folder, as_of), policy=policy, deposit=coming, withdraw=needed)
