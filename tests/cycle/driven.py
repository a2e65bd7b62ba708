"""A driver as small as can be: answers a cycle's requests from a stated world."""

from decimal import Decimal

from trimtab import plugins
from trimtab.cycle.flow import CycleSetup, run_cycle
from trimtab.cycle.requests import Authorise, Observation, Observe, Propose
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Decision
from trimtab.testing.situations import StatedCurve, estimates_of
from trimtab.testing.worlds import World


def decided(home: World, policy: str, *flows: CashFlow) -> tuple[Decision, int]:
    """The decision, and how often a proposal was asked for."""
    setup = CycleSetup(
        "cycle-1",
        home.snapshot.as_of,
        home.mandate,
        StatedCurve(),
        lambda observation, mandate: estimates_of(home),
        flows=flows,
    )
    chosen, asked = plugins.configure("policies", policy, {}), 0
    cycle = run_cycle(setup)
    request = next(cycle)
    try:
        while True:
            match request:
                case Observe():
                    request = cycle.send(Observation(home.snapshot, None))
                case Propose(situation):
                    asked += 1
                    request = cycle.send(chosen.propose(situation))
                case Authorise(decision):
                    request = cycle.send(decision)
    except StopIteration as done:
        return done.value, asked


def withdrawal(amount: str, account: str | None = None) -> CashFlow:
    """Money that is needed now."""
    return CashFlow(-Decimal(amount.replace(",", "")), account=account)
