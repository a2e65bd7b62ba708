"""What the cycle asks of the world, and what it is answered.

Each request is a frozen value; a driver answers it and the cycle goes on.  The live driver will
store the answers, a backtest will answer from history, and `app.api` answers from a loaded
household; the cycle cannot tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trimtab.model.edits import Edits
from trimtab.model.plans import Decision
from trimtab.model.proposals import Proposal
from trimtab.model.snapshots import PriceHistory, Snapshot
from trimtab.quant.situation import Situation

__all__ = ["Answer", "Authorise", "Observation", "Observe", "Propose", "Request"]


@dataclass(frozen=True, slots=True)
class Observe:
    """What is known at `as_of`: answered with an `Observation`."""

    as_of: date
    sessions: int


@dataclass(frozen=True, slots=True)
class Observation:
    """The snapshot, and the prices up to it that estimates rest on."""

    snapshot: Snapshot
    history: PriceHistory


@dataclass(frozen=True, slots=True)
class Propose:
    """What the policy wants in a situation: answered with a `Proposal`."""

    situation: Situation


@dataclass(frozen=True, slots=True)
class Authorise:
    """A decision that waits for leave to go on: answered with the decision as it stands then, or
    with a person's edits of its plan, after which the edited decision is asked about."""

    decision: Decision


Request = Observe | Propose | Authorise
Answer = Observation | Proposal | Decision | Edits
