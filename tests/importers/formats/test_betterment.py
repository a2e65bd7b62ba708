# ruff: noqa: E501  (rows are as wide as in the files)
"""Betterment's transactions."""

from tests.importers.reading import ignored, moved, read


def test_money_comes_into_a_goal_and_changes_of_value_are_no_transactions() -> None:
    statement = read("""
        Goal Name,Account Name,Transaction Description,Amount,Ending Balance,Date Created,Date Completed
        "Example, LLC 401(k)",Traditional 401(k),5/28/2021 Payroll Contribution,115.88,1000.00,2021-05-28 04:06:51 -0400,2021-06-03 10:29:50 -0400
        "Example, LLC 401(k)",Traditional 401(k),Advisory Fee,-1.10,998.90,2021-06-30 04:06:51 -0400,2021-07-01 10:29:50 -0400
        "Example, LLC 401(k)",Traditional 401(k),Market Change,3.50,1002.40,2021-07-02 04:06:51 -0400,2021-07-02 10:29:50 -0400
    """)

    assert statement.broker == "betterment"
    assert moved(statement) == [
        ("2021-06-03", "deposit", "", "", "115.88"),
        ("2021-07-01", "fee", "", "", "-1.10"),
    ]
    assert (4, "change of value") in ignored(statement)
