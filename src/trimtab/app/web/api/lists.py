"""A list of the mandate as a resource: read its entries, put one, take one out.

Errors: `Problem` for an entry that there is not, or whose name is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trimtab.app.mandate_file.text import Toml
from trimtab.app.mandate_lists import entries_of, with_entry, without_entry
from trimtab.app.web.api.etags import changed
from trimtab.app.web.api_v1.problems import conflict, not_found
from trimtab.app.web.security.audit import Outcome, audit

if TYPE_CHECKING:
    from trimtab.app.web.security.gate import Seen

__all__ = ["MandateList"]


@dataclass(frozen=True, slots=True)
class MandateList:
    """One list: its section, the key that names its entries, and what one is called."""

    section: str
    key: str
    noun: str

    def entries(self, text: str) -> dict[str, Mapping[str, Any]]:
        """Entries by name; one without a name is known by its place."""
        found = entries_of(text, self.section)
        return {
            str(one.get(self.key) or f"unnamed-{number}"): one
            for number, one in enumerate(found, start=1)
        }

    def entry(self, text: str, name: str) -> Mapping[str, Any]:
        """The entry of a name.

        Refuses: a name that none has.
        """
        found = self.entries(text)
        if name not in found:
            raise not_found(f"{self.noun} {name!r}", "the list has those that there are")
        return found[name]

    def put(
        self, seen: Seen, if_match: str, name: str, values: Mapping[str, Toml | None], is_new: bool
    ) -> tuple[str, str]:
        """Write an entry; answers the mandate's new text and its digest.

        Refuses: a name that is taken where a new one is asked for.
        """
        written, word = "", "added"

        def change(text: str) -> str:
            nonlocal written, word
            names = list(self.entries(text))
            if name in names and is_new:
                raise conflict(f"{self.noun} {name!r}", "there is one of this name", "put it there")
            place = names.index(name) if name in names else None
            named = {self.key: name} if place is None else {}
            word = "added" if place is None else "changed"
            written = with_entry(text, self.section, self.key, {**named, **values}, place)
            return written

        digest = changed(seen, if_match, change)
        self._note(seen, word, name)
        return written, digest

    def remove(self, seen: Seen, if_match: str, name: str) -> str:
        """Take an entry out; answers the new version.

        Refuses: a name that none has.
        """

        def change(text: str) -> str:
            self.entry(text, name)
            return without_entry(text, self.section, list(self.entries(text)).index(name))

        digest = changed(seen, if_match, change)
        self._note(seen, "removed", name)
        return digest

    def _note(self, seen: Seen, what: str, name: str) -> None:
        done = f"mandate.{self.section}.{what}"
        who, about = seen.principal.name, seen.one.id
        audit(seen.world, who, done, name, Outcome.DONE, household=about, address=seen.address)
