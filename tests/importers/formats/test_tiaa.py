# ruff: noqa: E501  (rows are as wide as in the files)
"""TIAA's investments: one table for several plans, each below a line with its name."""

from tests.importers.reading import broken, ignored, positions, read

FOOTNOTE = "*Reflects the change between the selected time period and the current value.,"


def test_each_plan_is_an_account_and_the_ticker_stands_behind_the_name() -> None:
    statement = read(f"""
        Data As of 03/04/2025,
        Your Investments,Total Value,Last Price,Quantity,Change since last close ($)*,Change since last close (%)*,Cost basis ‡,
        EXAMPLE COLLEGE 403(B) PLAN,
        Total balance: $1500.00,
        Example Index Institutional Plus (EXIDX),$1000.00,$50.0000,20.0000,$1.00,0.10%,$800.00,
        Stable Value Account,$500.00,$1.0000,500.0000,$0.00,0.00%,$500.00,
        EXAMPLE COLLEGE 457(B) PLAN,
        Total balance: $250.00,
        Example Index Institutional Plus (EXIDX),$250.00,$50.0000,5.0000,$0.25,0.10%,$210.00,
        All Investments,$1750.00, , ,$1.25,0.10%, ,
        {FOOTNOTE}
        ‡ Cost basis provided in your retirement account is for informational purposes only.,
    """)

    assert statement.broker == "tiaa"
    assert str(statement.as_of) == "2025-03-04"
    assert positions(statement) == [
        ("EXAMPLE COLLEGE 403(B) PLAN", "EXIDX", "20.0000", "1000.00", "800.00"),
        ("EXAMPLE COLLEGE 403(B) PLAN", "Stable Value Account", "500.0000", "500.00", "500.00"),
        ("EXAMPLE COLLEGE 457(B) PLAN", "EXIDX", "5.0000", "250.00", "210.00"),
    ]
    assert ignored(statement) == [
        (1, "day of the values"),
        (2, "header"),
        (3, "name of the plan"),
        (4, "total of the plan"),
        (7, "name of the plan"),
        (8, "total of the plan"),
        (10, "total"),
        (11, "footnote"),
        (12, "footnote"),
    ]


def test_a_single_account_has_no_name() -> None:
    statement = read("""
        Data As of 03/04/2025,
        Your Investments,Total Value,Last Price,Quantity,Change since last close ($)*,Change since last close (%)*,
        Example Index (EXIDX),$1000.00,$50.0000,20.0000,$1.00,0.10%,
        All Investments,$1000.00, , ,$1.00,0.10%,
    """)

    assert positions(statement) == [("", "EXIDX", "20.0000", "1000.00", "")]
    assert not statement.accounts


def test_a_row_that_names_no_investment_is_a_break() -> None:
    statement = read("""
        Your Investments,Total Value,Last Price,Quantity,Change since last close ($)*,Change since last close (%)*,
        ,$400.00,$20.00,20.0000,$0.00,0.00%,
        Example Index (EXIDX),NOT_A_VALUE,$50.0000,20.0000,$1.00,0.10%,
    """)

    assert broken(statement) == [(2, "no_instrument"), (3, "bad_number")]
