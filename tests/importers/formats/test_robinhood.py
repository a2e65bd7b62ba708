"""Robinhood: codes for actions, options under their share's symbol, lines inside a cell."""

import pytest

from tests.importers.formats.us_files import happened, ignored, read

HEADER = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
    '"Quantity","Price","Amount"\n'
)

ROWS = [
    # instrument, description, code, quantity, amount; what it is
    ("OAK", "OAK TIMBER\nCUSIP: 922908769", "Buy", "1.5", "($250.00)", "buy OAK 1.5 for -250.00"),
    ("OAK", "OAK 10/17/2025 Call $515.00", "STO", "1", "$299.95", "sell OAK 10/17/2025 Call $515"),
    ("OAK", "OAK 10/17/2025 Call $515.00", "BTC", "1", "($1,730.04)", "buy OAK 10/17/2025 Call"),
    (
        "OAK",
        "Option Expiration for OAK 11/21/2025 Call $550.00",
        "OEXP",
        "1S",
        "",
        "other OAK 11/21/2025 Call $550.00 1 for None",
    ),
    ("OAK", "Cash Div: R/D 2025-05-02", "CDIV", "", "$1.30", "dividend OAK None for 1.30"),
    ("OAK", "ADR Fee: R/D 2024-08-27", "AFEE", "", "($0.02)", "fee OAK None for -0.02"),
    ("", "Stock Lending", "SLIP", "", "$0.01", "interest - None for 0.01"),
    ("", "Interest Payment", "INT", "", "$0.01", "interest - None for 0.01"),
    ("ELM", "Stock split", "SPL", "20S", "", "split ELM 20 for None"),
    ("", "ACH Deposit", "ACH", "", "$500.00", "deposit - None for 500.00"),
    ("", "ACH Withdrawal", "ACH", "", "($300.00)", "withdrawal - None for -300.00"),
    ("ELM", "ACAT IN", "ACATI", "12", "", "transfer_in ELM 12 for None"),
]


@pytest.mark.parametrize("row", ROWS)
def test_its_codes_for_what_happened(row: tuple[str, ...]) -> None:
    instrument, text, code, quantity, amount, meaning = row
    day = "9/12/2025"
    cells = (day, day, day, instrument, text, code, quantity, "", amount)
    statement = read(HEADER + ",".join(f'"{cell}"' for cell in cells) + "\n")
    assert not statement.breaks
    assert happened(statement)[0].startswith(f"2025-09-12 {meaning}")


def test_the_disclaimer_has_more_cells_than_the_header() -> None:
    statement = read(
        HEADER
        + '"9/12/2025","9/12/2025","9/15/2025","OAK","OAK","Sell","2","$110.00","$220.00"\n'
        + '""\n'
        + '"","","","","","","","","","The data provided is for informational purposes only."\n'
    )
    assert ignored(statement) == ["header", "empty", "disclaimer"]
    assert happened(statement) == ["2025-09-12 sell OAK -2 for 220.00"]


def test_a_code_that_nobody_knows_is_a_break() -> None:
    statement = read(HEADER + '"9/12/2025","","","","Mystery","QQQQ","","","$2.00"\n')
    assert [one.reason for one in statement.breaks] == ["unknown_action"]
