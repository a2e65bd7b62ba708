"""What an assistant may ask: households, standing, proposal, explanation, lots and tax, history.

Every tool only reads; a household that its caller may not see is not there.  What the tools answer
are the shapes of the API.

Errors: `Problem` and those of a household's files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from trimtab.app import api
from trimtab.app.live.asking import OVERRIDE
from trimtab.app.web.api.answers import (
    decision_answer,
    decision_line,
    household_answer,
    household_line,
    snapshot_answer,
)
from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.shapes_decision import Decision, DecisionLine, TaxBill, Trade
from trimtab.app.web.api.shapes_household import (
    Household,
    HouseholdLine,
    LossHeld,
    LotHeld,
    NearLongTerm,
    WashWindow,
)
from trimtab.app.web.api.values import Answer, Body, NameGiven, PositiveGiven
from trimtab.app.web.api_v1.problems import not_found
from trimtab.app.web.security.principal import Principal, Right
from trimtab.app.web.security.scopes import may
from trimtab.model.money import ZERO

if TYPE_CHECKING:
    from trimtab.app.web.households import ServedHousehold
    from trimtab.app.web.world import WebWorld

__all__ = ["TOOLS", "Caller", "Tool", "household_of"]

HISTORY_MAX = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, of which dashboard; `address` is where from, empty on a pipe."""

    world: WebWorld
    principal: Principal
    address: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it takes, what it answers, and how."""

    name: str
    about: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    call: Callable[[Caller, BaseModel], BaseModel]


class Nothing(Body):
    """No arguments."""


class OfHousehold(Body):
    """Of one household."""

    household: NameGiven = Field(description="Its id, as `households` has it.")


class ProposalOf(OfHousehold):
    """A proposal, with money that comes or is needed."""

    deposit: PositiveGiven | None = Field(None, description="Base currency, as a text.")
    withdraw: PositiveGiven | None = Field(None, description="Base currency, as a text.")
    account: NameGiven | None = Field(None, description="Into or out of which account.")


class ExplanationOf(OfHousehold):
    """Why a decision is as it is, or everything about one trade of it."""

    trade: NameGiven | None = Field(None, description="A trade's id, as `proposal` has it.")


class HistoryOf(OfHousehold):
    """The latest decisions."""

    limit: int = Field(20, ge=1, le=HISTORY_MAX)


class HouseholdList(Answer):
    """The households that you may see."""

    households: list[HouseholdLine]


class Explained(Answer):
    """Sentences whose every number was computed twice; `trade` where one was asked about."""

    headline: str
    why: list[str]
    why_not: list[str]
    withheld: list[str] = Field(description="What a second computation did not confirm.")
    trade: Trade | None


class LotsAndTax(Answer):
    """Lots, losses that could be taken, wash-sale windows, and the year's bill on gains."""

    base_currency: str
    lots: list[LotHeld]
    losses: list[LossHeld]
    near_long_term: list[NearLongTerm]
    wash_windows: list[WashWindow]
    bill: TaxBill | None = Field(description="Of the year so far; null without a plan.")


class History(Answer):
    """Decisions that people were asked about, the latest first."""

    decisions: list[DecisionLine]


def household_of(caller: Caller, name: str) -> ServedHousehold:
    """A household that the caller may see.

    Refuses: a foreign one and an unknown one, with the same words.
    """
    found = caller.world.households.find(name)
    if found is None or not may(caller.principal, Right.VIEW, name):
        raise not_found(f"household {name!r}", "`households` has those that there are")
    return found


def _households(caller: Caller, _: Nothing) -> HouseholdList:
    visible = caller.world.households.visible(caller.principal)
    return HouseholdList(households=[household_line(one) for one in visible])


def _status(caller: Caller, asked: OfHousehold) -> Household:
    return household_answer(household_of(caller, asked.household))


def _proposal(caller: Caller, asked: ProposalOf) -> Decision:
    view = household_of(caller, asked.household).view()
    decision = view.decision
    if asked.deposit or asked.withdraw:
        money = {"deposit": asked.deposit or ZERO, "withdraw": asked.withdraw or ZERO}
        decision = api.decide(
            view.loaded,
            deposit=money["deposit"],
            withdraw=money["withdraw"],
            account=asked.account,
        )
    return decision_answer(decision, view.loaded.snapshot.prices)


def _explain(caller: Caller, asked: ExplanationOf) -> Explained:
    from trimtab.app.explaining.asking import question_of
    from trimtab.app.explaining.explanation import explain

    view = household_of(caller, asked.household).view()
    trade = None
    if asked.trade is not None:
        plan = decision_answer(view.decision, view.loaded.snapshot.prices).plan
        trades = {} if plan is None else {one.id: one for one in plan.trades}
        if asked.trade not in trades:
            raise not_found(f"trade {asked.trade!r}", "`proposal` has those that there are")
        trade = trades[asked.trade]
    found = explain(question_of(view.loaded), 0)
    return Explained(
        headline=found.headline,
        why=[one.text for one in found.why.sentences],
        why_not=[one.text for one in found.why_not.sentences],
        withheld=list(found.withheld),
        trade=trade,
    )


def _lots_and_tax(caller: Caller, asked: OfHousehold) -> LotsAndTax:
    served = household_of(caller, asked.household)
    view = served.view()
    standing = household_answer(served)
    plan = decision_answer(view.decision, view.loaded.snapshot.prices).plan
    return LotsAndTax(
        base_currency=standing.base_currency,
        lots=snapshot_answer(view.loaded.snapshot, "current").lots,
        losses=standing.losses,
        near_long_term=standing.near_long_term,
        wash_windows=standing.wash_windows,
        bill=None if plan is None else plan.bill_before,
    )


def _history(caller: Caller, asked: HistoryOf) -> History:
    with live_service(household_of(caller, asked.household)) as service:
        kept = () if service is None else service.store.requests(service.household)
    found = [one for one in reversed(kept) if not one.id.startswith(OVERRIDE)]
    return History(decisions=[decision_line(one) for one in found[: asked.limit]])


_EVERY = (
    ("households", "The households that you may see.", Nothing, HouseholdList, _households),
    (
        "status",
        "Where a household stands: value, net worth, drift against bands, cash, findings.",
        OfHousehold,
        Household,
        _status,
    ),
    (
        "proposal",
        "What a plan made now comes to, with trades, lots, tax, cost, clause and reason; also with "
        "money that comes or is needed. Nothing is traded.",
        ProposalOf,
        Decision,
        _proposal,
    ),
    (
        "explain",
        "Why the decision is as it is and why others were left; with a trade's id all about it.",
        ExplanationOf,
        Explained,
        _explain,
    ),
    (
        "lots_and_tax",
        "Lots with basis, gain and term; losses that could be taken; wash-sale windows; the bill.",
        OfHousehold,
        LotsAndTax,
        _lots_and_tax,
    ),
    ("history", "Decisions that people were asked about.", HistoryOf, History, _history),
)
TOOLS: Mapping[str, Tool] = {
    name: Tool(name, about, takes, gives, call)  # type: ignore[arg-type]  # each takes its own
    for name, about, takes, gives, call in _EVERY
}
"""Every tool by its name; none of them changes anything."""
