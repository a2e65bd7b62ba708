"""Which days a report is about."""

from datetime import date

import pytest

from trimtab.app.period_report.period import period_of
from trimtab.model.errors import InputError

TODAY = date(2022, 10, 11)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, None, "5 Oct 2022 to 11 Oct 2022"),
        (None, date(2022, 10, 7), "1 Oct 2022 to 7 Oct 2022"),
        (date(2022, 9, 1), None, "1 Sep 2022 to 11 Oct 2022"),
        (TODAY, TODAY, "11 Oct 2022"),
    ],
)
def test_a_week_ends_on_the_household_s_day_unless_somebody_says_otherwise(
    since: date | None, until: date | None, words: str
):
    assert period_of(TODAY, since, until).words == words


@pytest.mark.parametrize(
    ("since", "until", "subject"),
    [
        (date(2022, 10, 12), None, "--from"),
        (date(2022, 10, 8), date(2022, 10, 7), "--from"),
        (None, date(2022, 10, 12), "--until"),
    ],
)
def test_days_in_the_wrong_order_or_unknown_yet_are_refused(
    since: date | None, until: date | None, subject: str
):
    with pytest.raises(InputError) as refused:
        period_of(TODAY, since, until)
    assert refused.value.subject == subject


def test_a_period_holds_both_of_its_ends():
    period = period_of(TODAY)
    assert period.holds(date(2022, 10, 5)) and period.holds(TODAY)
    assert not period.holds(date(2022, 10, 4))
