"""Keys that no chapter has words for yet: said by name and meaning, so that nothing is left out.

`WORDED` names the sections that the chapters speak of; a section that is added to the mandate's
format and not to a chapter appears here by itself.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trimtab.app.mandate_file.keys import Form, Section
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, setting

__all__ = ["WORDED", "other_clauses"]

WORDED = frozenset(
    {
        *("household", "accounts", "targets", "target_source", "bands", "cash", "flows"),
        *("liabilities", "tax", "schedule"),
        *("wash_sales", "harvest", "trading", "costs", "risk", "estimates", "restrictions"),
        *("limits", "policy", "models", "guards", "feed", "instruments"),
    }
)


def other_clauses(facts: Facts) -> Iterator[Clause]:
    """What the mandate's text sets in sections that no chapter speaks of."""
    written = facts.written()
    for section in SECTIONS:
        if section.name not in WORDED and section.name in written:
            yield from _section(section, written[section.name])


def _section(section: Section, told: Any) -> Iterator[Clause]:
    match section.form:
        case Form.LIST:
            for number, table in enumerate(told, 1):
                name = str(table.get("name") or table.get("id") or number)
                yield from _table(section, table, f"{section.name}.{name}", name)
        case Form.NAMED:
            for name, table in told.items():
                yield from _table(section, table, f"{section.name}.{name}", name)
        case Form.TABLE:
            yield from _table(section, told, section.name, section.name)


def _table(section: Section, table: Mapping[str, Any], clause: str, name: str) -> Iterator[Clause]:
    for key, value in table.items():
        known = section.key(key)
        meaning = f" ({known.doc})" if known is not None and known.doc else ""
        words = key.replace("_", " ")
        yield Clause(f"{clause}.{key}", f"{name}, {words}: {setting(value)}{meaning}.")
