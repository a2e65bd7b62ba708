"""The section of `mandate.toml` on when the household is looked after, and by whose calendar."""

from trimtab.app.mandate_file.keys import Key, Kind, Section, choice_key
from trimtab.brokers.paper.exchanges import EXCHANGES
from trimtab.model.schedule import CheckRhythm, ReportRhythm, Schedule, Weekday

__all__ = ["SCHEDULE"]

USUAL = Schedule()
DAYS = tuple(day.value for day in Weekday)

SCHEDULE = Section(
    "schedule",
    "When `trimtab serve` checks the household and reports, in sessions and hours of an exchange.",
    (
        Key(
            "exchange",
            Kind.CHOICE,
            "whose holidays, early closes and hours count",
            USUAL.exchange,
            choices=tuple(EXCHANGES),
        ),
        choice_key(
            "check",
            "sessions of the check and its cycle: daily, or the first of a week or a month",
            CheckRhythm,
            USUAL.check.value,
        ),
        Key(
            "check_days",
            Kind.WORDS,
            "weekdays instead; a day that is closed passes to the next session",
            choices=DAYS,
            example='["tuesday", "friday"]',
        ),
        Key(
            "check_at",
            Kind.TIME,
            "time of day at the exchange; otherwise `run_after_open` of live.toml",
            example='"10:30"',
        ),
        choice_key(
            "report",
            "after the last session of a week or a month, or never",
            ReportRhythm,
            USUAL.report.value,
        ),
        Key(
            "report_day",
            Kind.CHOICE,
            "the weekday of a weekly report; the next session where it is closed",
            choices=DAYS,
            example='"friday"',
        ),
        Key(
            "report_at",
            Kind.TIME,
            "time of day at the exchange; otherwise 25 minutes after the close",
            example='"18:00"',
        ),
    ),
)
