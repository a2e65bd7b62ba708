"""Making accounts and saying what they may, for the page of people and for the command line.

A new account has no password: its person sets one with a link that is good once.  At least one
administrator stays, and an administrator's account is of all households.

Errors: `InputError` for names and changes that cannot be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from trimtab.app.live.asking import person_here
from trimtab.app.web.security.sessions import hash_of, new_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InputError, nearest
from trimtab.model.web import AuditRecord, OneTime, OneTimeKind, Outcome, Person, Right
from trimtab.stores.sql.web_store import WebStore

__all__ = ["INVITE_HOURS", "Accounts", "known_name", "scope_of", "scope_words"]

INVITE_HOURS = 72
SHOWN_MAX = 80
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


def known_name(text: str) -> str:
    """A name as accounts are known by it: small letters, no spaces around."""
    return text.strip().lower()


def scope_of(text: str) -> frozenset[str] | None:
    """Households that a field names, with commas or spaces between; an empty one means all."""
    return frozenset(text.replace(",", " ").split()) or None


def scope_words(households: frozenset[str] | None) -> str:
    """Households as a record or a table names them."""
    return "all" if households is None else ", ".join(sorted(households))


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a store; `households` are those that there are, none where nobody knows."""

    store: WebStore
    settings: WebSettings
    households: tuple[str, ...] | None
    now: datetime

    def add(
        self,
        name: str,
        right: Right,
        among: frozenset[str] | None = None,
        shown: str = "",
        email: str = "",
    ) -> Person:
        """Make an account.

        Refuses: a name that is none or taken, an administrator of some households alone, households
        that there are not, and a first account that is not an administrator's.
        """
        known = known_name(name)
        if not _NAME.fullmatch(known):
            bound = "up to 64 small letters, digits, and . _ @ + -"
            raise InputError("name", f"{name!r} is none", bound, "choose another")
        if email and not _EMAIL.fullmatch(email):
            raise InputError("email", f"{email!r} is no address", "", "write name@example.org")
        self._check_scope(right, among)
        if right is not Right.ADMIN and not self._admins():
            fact = "it would be the first, and nobody could make others"
            raise InputError(f"account {known!r}", fact, "", "make an administrator first")
        person = Person(
            *(known, " ".join(shown.split())[:SHOWN_MAX] or name.strip(), right, among, self.now),
            email=email,
        )
        self.store.people.add(person)
        return person

    def invite(self, name: str, address: str) -> str:
        """A link with which a person sets a password, once; earlier ones are good for nothing.

        Refuses: a name that nobody has.
        """
        person, token = self._named(name), new_secret()
        ends = self.now + timedelta(hours=INVITE_HOURS)
        self.store.one_times.forget(person.name, OneTimeKind.INVITE)
        kept = OneTime(hash_of(token), OneTimeKind.INVITE, person.name, ends)
        self.store.one_times.add(kept, self.now)
        return f"{address.rstrip('/')}/invite?token={token}"

    def change(self, name: str, right: Right, among: frozenset[str] | None, is_off: bool) -> Person:
        """Say what a person may, from the next request on.

        Refuses: as `add`, and a change that leaves no administrator.
        """
        person = self._named(name)
        self._check_scope(right, among)
        if person in self._admins() and (is_off or right is not Right.ADMIN):
            self._keep_an_admin(person)
        self.store.people.set_scope(person.name, right, among, is_off)
        if is_off:
            self.store.sessions.end_all(person.name)
        return person

    def remove(self, name: str) -> Person:
        """Remove an account with all that it had; the audit keeps its name.

        Refuses: a name that nobody has, and the last administrator while there are others.
        """
        person = self._named(name)
        others = [one for one in self.store.people.all() if one.name != person.name]
        if others and person in self._admins():
            self._keep_an_admin(person)
        self.store.people.remove(person.name)
        return person

    def forget_factors(self, name: str) -> Person:
        """Take authenticator and passkeys from somebody who lost them; they set up others.

        Refuses: a name that nobody has.
        """
        person = self._named(name)
        self.store.people.set_totp(person.name, "")
        for key in self.store.passkeys.of(person.name):
            self.store.passkeys.remove(person.name, key.id)
        self.store.sessions.end_all(person.name)
        return person

    def note(self, what: str, subject: str, outcome: Outcome, details: dict[str, str]) -> None:
        """Write down what was done at the command line, by the user of this machine."""
        record = AuditRecord(
            *(self.now, person_here(), what, subject, outcome), details={**details, "by": "command"}
        )
        self.store.audit.add(record)

    def _named(self, name: str) -> Person:
        found = self.store.people.named(known_name(name))
        if found is None:
            known = [one.name for one in self.store.people.all()]
            raise InputError(f"account {name!r}", "there is none", "", nearest(name, known))
        return found

    def _admins(self) -> list[Person]:
        people = self.store.people.all()
        return [one for one in people if one.right is Right.ADMIN and not one.is_off]

    def _keep_an_admin(self, person: Person) -> None:
        if self._admins() == [person]:
            fact = "it is the last administrator"
            raise InputError(f"account {person.name!r}", fact, "", "make another one first")

    def _check_scope(self, right: Right, among: frozenset[str] | None) -> None:
        if right is Right.ADMIN and among is not None:
            fact = "an administrator of some households alone could reach the others"
            raise InputError("households", fact, "", "leave them out, or choose a lower right")
        for name in sorted(among or ()):
            if self.households is not None and name not in self.households:
                remedy = nearest(name, self.households)
                raise InputError(f"household {name!r}", "there is none", "", remedy)
