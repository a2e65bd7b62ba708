"""Fidelity's history: its layouts, and its words for what happened."""

import pytest

from tests.importers.formats.us_files import happened, ignored, read

DISCLAIMER = """
"The data and information in this spreadsheet is provided to you solely for your use, and more."
"informational purposes only, and is not intended to provide advice, nor should it be construed"

"Brokerage services are provided by somebody LLC, 1 Some Street. Custody by another"
"Financial Services LLC. Both are companies and members of many things."

Date downloaded 10/10/2026 10:07 am
"""

HISTORIES = {
    "one account, after blank lines": (
        "\n\n\nBrokerage\n\n"
        "Run Date,Action,Symbol,Security Description,Security Type,Quantity,Price ($),"
        "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n"
        " 12/03/2021, YOU BOUGHT OAK DIVIDEND ETF (OAK) (Cash), OAK, OAK DIVIDEND ETF,Cash,"
        "4,12.50,1.00,0.50,,-51.50,12/07/2021\n",
        "",
    ),
    "several accounts, name and number in one cell": (
        ",,,,,,,,,,,,,,,,\nBrokerage,,,,,,,,,,,,,,,,\n\n"
        "Run Date,Account,Action,Symbol,Security Description,Security Type,Exchange Quantity,"
        "Exchange Currency,Quantity,Currency,Price,Exchange Rate,Commission,Fees,"
        "Accrued Interest,Amount,Settlement Date\n"
        '12/03/2021,"Index" X83000000, YOU BOUGHT OAK DIVIDEND ETF (OAK) (Cash), OAK,'
        " OAK DIVIDEND ETF,Cash,0,,4,USD,12.50,0,1.00,0.50,,-51.50,12/07/2021\n",
        "X83000000",
    ),
    "with numbers of accounts and a balance": (
        "\ufeff\n\nRun Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),"
        "Quantity,Commission ($),Fees ($),Accrued Interest ($),Amount ($),Cash Balance ($),"
        "Settlement Date\n"
        '12/03/2021,"Index","X83000000","YOU BOUGHT OAK DIVIDEND ETF (OAK) (Cash)",OAK,'
        '"OAK DIVIDEND ETF",Cash,12.50,4,1.00,0.50,,"-51.50",10.00,12/07/2021\n',
        "X83000000",
    ),
}


@pytest.mark.parametrize(("text", "account"), HISTORIES.values(), ids=HISTORIES)
def test_layouts_of_the_history(text: str, account: str) -> None:
    statement = read(text.removeprefix("\ufeff") + DISCLAIMER)
    (bought,) = statement.transactions
    assert happened(statement) == ["2021-12-03 buy OAK 4 for -51.50"]
    assert (bought.account, str(bought.fee), str(bought.settles)) == (account, "1.50", "2021-12-07")
    assert ignored(statement)[-3:] == ["header", "disclaimer", "download stamp"]
    assert not statement.breaks


ACTIONS = [
    # the broker's words, symbol, quantity, amount; what it is
    ("YOU SOLD OAK INTEREST TRUST (OAK) (Margin)", "OAK", "-3", "9", "sell OAK -3 for 9"),
    ("YOU SOLD OPENING TRANSACTION PUT", " -OAK260710P44.5", "-1", "8", "sell -OAK260710P44.5 -1"),
    ("REINVESTMENT OAK FUND", "OAK", "0.2", "-6", "reinvestment OAK 0.2 for -6"),
    ("DIVIDEND RECEIVED OAK (OAK) (Cash)", "OAK", "", "6", "dividend OAK None for 6"),
    ("LONG-TERM CAP GAIN OAK FUND", "OAK", "", "6", "dividend OAK None for 6"),
    ("MUNI EXEMPT INT A TOWN 05.00000% 12/01/2041", "96255NBE8", "", "1", "interest 96255NBE8"),
    ("INTEREST EARNED as of Dec-30-2025", "", "0.000", "0.04", "interest - 0.000 for 0.04"),
    ("FOREIGN TAX PAID OAK (OAK)", "OAK", "", "-2", "tax OAK None for -2"),
    ("NON-RESIDENT TAX OAK (OAK)", "OAK", "", "-2", "tax OAK None for -2"),
    ("REDEMPTION FROM CORE ACCOUNT A BANK", "QPCTQ", "-5", "5", "sweep QPCTQ (cash) -5 for 5"),
    ("PURCHASE INTO CORE ACCOUNT SPAXX", "SPAXX", "5", "-5", "sweep SPAXX (cash) 5 for -5"),
    ("REDEMPTION PAYOUT A TREASURY BILL", "912797SB4", "-100", "100", "sell 912797SB4 -100"),
    ("MERGER MER FROM 54211N101#REOR", "OAK", "10", "3", "symbol_change OAK 10 for 3"),
    ("DISTRIBUTION OAK TIMBER CO COM (OAK)", "OAK", "90", "", "split OAK 90 for None"),
    ("EXPIRED CALL (OAK) OAK APR 14 22 $3", "-OAK220414C3", "2", "", "buy -OAK220414C3 2 for"),
    ("ASSIGNED as of 04/14/2022 CALL (OAK)", "-OAK220414C3", "2", "", "other -OAK220414C3 2 for"),
    ("TRANSFERRED FROM VS X11-111111-1", "", "", "10", "transfer_in - None for 10"),
    ("TRANSFERRED TO VS X11-111111-1", "", "", "-10", "transfer_out - None for -10"),
    ("TRANSFER OF ASSETS ACAT DELIVER OAK", "OAK", "-7", "-9", "transfer_out OAK -7 for -9"),
    ("JOURNALED JNL VS A/C TYPES (Cash)", "", "0", "43", "transfer_in - 0 for 43"),
    ("DIRECT DEPOSIT AN EMPLOYER", "", "", "0.00", "deposit - None for 0.00"),
    ("DIRECT DEBIT A CARD", "", "", "-1", "withdrawal - None for -1"),
    ("Check Paid # 0007 (Cash)", "", "", "-1", "withdrawal - None for -1"),
    ("Electronic Funds Transfer Received (Cash)", "", "", "1", "deposit - None for 1"),
    ("PARTIC CONTR CURRENT VS XXX", "", "", "1", "deposit - None for 1"),
]


@pytest.mark.parametrize(("action", "symbol", "quantity", "amount", "meaning"), ACTIONS)
def test_its_words_for_what_happened(
    action: str, symbol: str, quantity: str, amount: str, meaning: str
) -> None:
    statement = read(
        "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date\n"
        f"12-03-2025,{action},{symbol},No Description,Cash,{quantity},,{amount},\n"
    )
    assert len(happened(statement)) == 1
    assert happened(statement)[0].startswith(f"2025-12-03 {meaning}")
