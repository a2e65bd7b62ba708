"""The choice of a policy as JSON; `docs/guides/choosing-a-policy.md` lists the keys.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.as_json import finding_json
from trimtab.app.choosing.answer import Change, PolicyShown
from trimtab.app.choosing.today import TodayLine
from trimtab.app.json_text import Json

__all__ = ["change_json", "policy_json"]


def policy_json(policy: PolicyShown) -> Json:
    """A policy: what it is called, stands for and does."""
    return {
        "name": policy.name,
        "kind": policy.kind,
        "does": policy.sentence,
        "settings": [
            {"name": one.name, "value": one.value, "is_given": one.is_given}
            for one in policy.settings
        ],
    }


def change_json(change: Change, is_written: bool) -> Json:
    """A change: both policies, what each would do today, and whether the mandate has it now."""
    return {
        "schema": 1,
        "before": policy_json(change.before),
        "policy": policy_json(change.after),
        "removed": list(change.removed),
        "today": {
            "as_of": change.today.as_of.isoformat(),
            "before": _line(change.today.before),
            "after": _line(change.today.after),
            "problem": change.today.problem or None,
        },
        "file": str(change.path),
        "is_written": is_written,
    }


def _line(line: TodayLine | None) -> Json:
    if line is None:
        return None
    return {
        "policy": line.policy,
        "verdict": line.verdict.value,
        "trades": line.trades,
        "turnover": line.turnover,
        "tax": line.tax,
        "cost": line.cost,
        "findings": [finding_json(one) for one in line.doubts],
    }
