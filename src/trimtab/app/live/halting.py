"""A halt that cancels at once: this process does where it may work the household, else the service.

The halt itself counts from the moment it is in the store; this sees to what stands at the brokers.

Errors: none: what could not be canceled is said, with what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.live.following import STEP_SECONDS, Following, open_tickets, tickets_open
from trimtab.app.live.service import Service, open_service, open_settings, opened_store
from trimtab.books.order_states import Ticket
from trimtab.model.errors import InputError, InputErrors, LeaseLost
from trimtab.model.orders import OrderState

__all__ = ["Canceled", "cancel_standing"]

STEPS_MAX = 20
"""So many steps, about a second each, what stands is followed after it was asked to be canceled."""
STANDING = (OrderState.WORKING, OrderState.PARTIAL, OrderState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Canceled:
    """What became of the orders that stood.

    `by` says who saw to it where it was not this process; `problem` why nobody could.
    """

    stood: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    by: str = ""
    problem: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing stands any more."""
        return not self.left and not self.problem


def cancel_standing(folder: Path, as_of: date | None = None) -> Canceled:
    """Have what stands at the brokers canceled, and wait a little for the proof.

    Where the household's files cannot be read, the store still knows whether anything stands.
    """
    try:
        with open_service(folder, as_of) as service:
            stood = _standing(service)
            if not stood:
                return Canceled()
            by = _see_to_it(service)
            return Canceled(stood, _standing(service), by)
    except (InputError, InputErrors, LeaseLost) as error:
        left = _standing_anywhere(folder)
        return Canceled(left, left, problem=str(error)) if left else Canceled()


def _see_to_it(service: Service) -> str:
    """Cancel under the household's lease, or wait for the process that has it; who that was."""
    holder = service.store.holder(service.household)
    try:
        with service.lease() as lease, service.brokers() as brokers:
            following = Following(service, lease, brokers, service.loaded)
            for _ in range(STEPS_MAX):
                following.step()
                if not _standing(service):
                    break
                service.clock.sleep(STEP_SECONDS)
            following.end()
        return ""
    except InputError:
        if holder is None or service.store.holder(service.household) is None:
            raise  # not the lease: something that a person has to mend
    for _ in range(STEPS_MAX):
        if not _standing(service):
            break
        service.clock.sleep(STEP_SECONDS)
    return holder.holder


def _standing_anywhere(folder: Path) -> tuple[str, ...]:
    """The orders that stand, of every household that the folder's store knows."""
    with opened_store(open_settings(folder)) as store:
        return tuple(
            ticket.order.id
            for household in store.households()
            for ticket in tickets_open(store, household)
            if _is_standing(ticket)
        )


def _is_standing(ticket: Ticket) -> bool:
    return bool(ticket.attempts) and ticket.state in STANDING


def _standing(service: Service) -> tuple[str, ...]:
    """The orders that stand at a broker, or may."""
    return tuple(one.order.id for one in open_tickets(service) if _is_standing(one))
