"""The gate: which page somebody may see, asked by each page of itself.

A route names what it needs (`seen: Viewing`), and the gate answers who asks, of which household.
A household that somebody may not see is answered as one that is not there.  What changes something
needs the form's token; what needs a recent sign-in leads to the page that asks for one.

Errors: `SignInNeeded`, `StepUpNeeded`, `FactorNeeded`, and refusals as HTTP answers.
"""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from trimtab.app.web.preferences import Preferences, preferences_of
from trimtab.app.web.security.addresses import own_address
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.csrf import is_safe, sent_token
from trimtab.app.web.security.errands import (
    FactorNeeded,
    SignInNeeded,
    StepUpNeeded,
    answer_errands,
)
from trimtab.app.web.security.guarding import Guard
from trimtab.app.web.security.principal import BY_SESSION, Principal, Right
from trimtab.app.web.security.scopes import may
from trimtab.model.errors import must

if TYPE_CHECKING:
    from trimtab.app.web.households import ServedHousehold
    from trimtab.app.web.world import WebWorld

__all__ = [
    "Administering",
    "AdministeringAll",
    "Approving",
    "ApprovingAll",
    "Needs",
    "Running",
    "RunningAll",
    "Seen",
    "Trading",
    "TradingAll",
    "Viewing",
    "ViewingAll",
    "guarded",
    "has_factor",
    "lacks_factor",
    "needs",
    "own_address",
    "seen_of",
]

HANDLING_MONEY = frozenset({Right.TRADE, Right.APPROVE, Right.ADMIN})
NOT_THERE = "There is no such page."
NOT_YOURS = "You may not do this."
NOT_BY_TOKEN = "This is for people; a program's token does not reach it."
NO_PROOF = "The page was too old, or another site sent this. Load it again, then try once more."


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that passed the gate: who asks, how they want figures, of which household."""

    request: Request
    world: "WebWorld"
    principal: Principal
    preferences: Preferences
    household: "ServedHousehold | None" = None

    @property
    def one(self) -> "ServedHousehold":
        """The household of the address; for pages that have one."""
        must(self.household is not None, "the address names a household")
        return self.household  # type: ignore[return-value]

    @property
    def csrf(self) -> str:
        """The token that a form of this page carries."""
        return str(self.request.state.csrf)

    @property
    def address(self) -> str:
        """The network address that the request came from."""
        return str(self.request.state.origin.address)

    def may(self, right: Right) -> bool:
        """Whether who asks has a right here, for what a page offers."""
        return may(self.principal, right, self.household.id if self.household else None)


@dataclass(frozen=True)
class Needs:
    """What a route needs; called by the framework with each request."""

    right: Right
    step_up: bool = False
    by_hand: bool = False
    own_factors: bool = False
    """Changes how somebody proves who they are: who has a second factor has shown it."""

    async def __call__(self, request: Request) -> Seen:
        """Let somebody through.

        Refuses: as the module says.
        """
        principal: Principal | None = request.state.principal
        if principal is None:
            raise SignInNeeded
        is_sent = not is_safe(request.method) and principal.via == BY_SESSION
        token = await sent_token(request) if is_sent else ""
        return await run_in_threadpool(self._pass, request, principal, token, is_sent)

    def _pass(self, request: Request, principal: Principal, token: str, is_sent: bool) -> Seen:
        world: WebWorld = request.app.state.world
        if is_sent and not hmac.compare_digest(token.encode(), request.state.csrf.encode()):
            raise self._refused(world, request, principal, "", 403, NO_PROOF)
        name = request.path_params.get("household")
        household = None if name is None else world.households.find(str(name))
        if name is not None and (household is None or not may(principal, Right.VIEW, household.id)):
            raise self._refused(world, request, principal, "", 404, NOT_THERE)
        about = None if household is None else household.id
        if not may(principal, self.right, about):
            raise self._refused(world, request, principal, about or "", 403, NOT_YOURS)
        if lacks_factor(world, principal, self.right, own=self.own_factors):
            self._note(world, request, principal, about or "", "a second factor")
            raise FactorNeeded(has_factor(world, principal))
        if self.by_hand and principal.via != BY_SESSION:
            raise self._refused(world, request, principal, about or "", 403, NOT_BY_TOKEN)
        if self.step_up and not principal.is_fresh(world.clock()):
            self._note(world, request, principal, about or "", "a recent sign-in")
            raise StepUpNeeded(principal.is_local)
        seen = Seen(request, world, principal, preferences_of(request.cookies), household)
        request.state.seen = seen
        return seen

    def _refused(
        self,
        world: "WebWorld",
        request: Request,
        principal: Principal,
        household: str,
        status: int,
        words: str,
    ) -> HTTPException:
        """The refusal, written down."""
        self._note(world, request, principal, household, self.right.value, str(status))
        return HTTPException(status, words)

    def _note(
        self,
        world: "WebWorld",
        request: Request,
        principal: Principal,
        household: str,
        lacks: str,
        status: str = "403",
    ) -> None:
        audit(
            *(world, principal.name, "denied", f"{request.method} {request.url.path}"),
            *(Outcome.DENIED, {"needs": lacks, "status": status}),
            household=household,
            address=request.state.origin.address,
        )


def has_factor(world: "WebWorld", principal: Principal) -> bool:
    """Whether somebody has set up a second factor: an authenticator or a passkey."""
    person = world.store.people.named(principal.name)
    return person is not None and bool(person.totp or world.store.passkeys.of(person.name))


def lacks_factor(
    world: "WebWorld", principal: Principal, right: Right, *, own: bool = False
) -> bool:
    """Whether somebody must show a second factor before they use a right, or hand it on.

    `own` where they change their own factors: whoever has one shows it, whatever the settings say,
    or a password alone would be enough to set up another.
    """
    if principal.is_strong:
        return False
    is_money = right in HANDLING_MONEY and world.settings.wants_second_factor
    return is_money or (own and has_factor(world, principal))


def needs(
    right: Right, *, step_up: bool = False, by_hand: bool = False, own_factors: bool = False
) -> Any:
    """A dependency of a route: a right, a recent sign-in, a person rather than a program."""
    return Depends(Needs(right, step_up, by_hand, own_factors))


def seen_of(request: Request) -> Seen | None:
    """What the gate let through, none where the request did not come so far."""
    return getattr(request.state, "seen", None)


def guarded(app: FastAPI, world: "WebWorld") -> ASGIApp:
    """The application behind the guard, with answers to those who are to sign in first."""
    app.state.world = world
    answer_errands(app)
    return Guard(app, world)


Viewing = Annotated[Seen, needs(Right.VIEW)]
Running = Annotated[Seen, needs(Right.RUN)]
Trading = Annotated[Seen, needs(Right.TRADE)]
Approving = Annotated[Seen, needs(Right.APPROVE, step_up=True)]
Administering = Annotated[Seen, needs(Right.ADMIN, step_up=True, by_hand=True)]
# The same for addresses without a household: the page itself shows only what `may` allows.
ViewingAll = Viewing
RunningAll = Running
TradingAll = Trading
ApprovingAll = Approving
AdministeringAll = Administering
