"""The section `[schedule]`, checked, as the model has it."""

from datetime import time

from trimtab.app.mandate_file.checks import Table
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Schedule, Weekday

__all__ = ["schedule_of"]


def schedule_of(table: Table) -> Schedule:
    """The schedule that a checked section says."""
    day = table.text("report_day")
    return Schedule(
        exchange=table.text("exchange"),
        check=CheckRhythm(table.text("check")),
        check_days=tuple(Weekday(word) for word in table.words("check_days")),
        check_at=_time(table.text("check_at")),
        report=ReportRhythm(table.text("report")),
        report_day=Weekday(day) if day else None,
        report_at=_time(table.text("report_at")),
    )


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
