"""When the service decides and when it reports, by whose calendar.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, listed, share
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Weekday

__all__ = ["checks", "reports"]

OFTEN = {
    CheckRhythm.DAILY: "once a day",
    CheckRhythm.WEEKLY: "on the first session of each week",
    CheckRhythm.MONTHLY: "on the first session of each month",
}


def checks(facts: Facts) -> Iterator[Clause]:
    """When trades are decided upon."""
    schedule, live = facts.mandate.schedule, facts.live
    often = OFTEN[schedule.check]
    if schedule.check_days:
        often = f"on each {listed(map(_name, schedule.check_days))}"
    hour = "after the open"
    if schedule.check_at is not None:
        hour = f"at {schedule.check_at:%H:%M} of the exchange's day"
    elif live is not None:
        hour = f"{live.service.run_after_open} minutes after the open"
    yield Clause(
        "schedule.check",
        f"Where the service is at work, it decides {often}, {hour}. Holidays and hours are those "
        f"of the exchange {schedule.exchange}.",
    )
    if live is not None and live.accounts:
        yield Clause(
            "live.alerts.drift_critical",
            "It looks at prices while the market is open, and decides at once when a target has "
            f"drifted by more than {share(live.alerts.drift_critical)} of everything.",
        )


def reports(facts: Facts) -> Iterator[Clause]:
    """When the service reports."""
    schedule = facts.mandate.schedule
    when = "after the close" if schedule.report_at is None else f"at {schedule.report_at:%H:%M}"
    if schedule.report is ReportRhythm.NEVER:
        text = "The service sends no report of its own."
    elif schedule.report is ReportRhythm.MONTHLY:
        text = f"The service reports on the last session of each month, {when}."
    elif schedule.report_day is not None:
        text = f"The service reports on each {_name(schedule.report_day)}, {when}."
    else:
        text = f"The service reports on the last session of each week, {when}."
    yield Clause("schedule.report", text)


def _name(day: Weekday) -> str:
    return day.value.capitalize()
