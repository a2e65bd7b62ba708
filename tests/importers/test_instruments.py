"""Instruments are known by symbol, CUSIP, ISIN or name; what cash is swept into is cash."""

import pytest

from tests.importers.one_format import form
from trimtab.importers._instruments import Instruments, kind_of_symbol

# symbol, name, cusip, isin, kind: what it is shown as, whether it is cash, its kind
NAMED = [
    ("VTI", "Vanguard Total", "", "", "ETF", "VTI", False, "etf"),
    ("BRK/B", "", "", "", "Equity", "BRK/B", False, "stock"),
    ("SPAXX**", "Fidelity Government", "", "", "", "SPAXX", True, None),
    ("VMFXX", "Federal", "", "", "", "VMFXX", True, None),
    ("", "Cash & Cash Investments", "", "", "", "CASH", True, None),
    ("QQQX1", "Some Money Market Fund", "", "", "", "QQQX1", True, None),
    ("XYZ", "A fund", "", "", "Money market", "XYZ", True, None),
    ("--", "Stable Value Plan", "", "", "", "Stable Value Plan", False, None),
    ("", "Apple", "037833100", "", "", "037833100", False, None),
    ("", "Apple", "", "US0378331005", "", "US0378331005", False, None),
    ("912796XY1", "US Treasury Bill 05/02/2024", "", "", "", "912796XY1", False, "bond"),
    ("AAPL 01/17/2025 150.00 C", "", "", "", "", "AAPL 01/17/2025 150.00 C", False, "option"),
    ("-AAPL250117C150", "", "", "", "", "-AAPL250117C150", False, "option"),
    ("VTSAX", "Vanguard", "", "", "Mutual Fund", "VTSAX", False, "mutual_fund"),
    ("BTC", "", "", "", "Crypto", "BTC", False, "crypto"),
]


@pytest.mark.parametrize(
    ("symbol", "name", "cusip", "isin", "kind", "shown", "is_cash", "found"), NAMED
)
def test_an_instrument_is_known_by_what_its_row_says(
    symbol, name, cusip, isin, kind, shown, is_cash, found
):
    one = Instruments(form()).named(symbol, name, cusip, isin, kind)
    assert one is not None
    assert (one.symbol, one.is_cash) == (shown, is_cash)
    assert (None if one.kind is None else one.kind.value) == found


def test_a_cusip_or_isin_in_the_column_of_symbols_is_kept_as_what_it_is():
    named = Instruments(form()).named
    cusip, isin = named("037833100", "", "", "", ""), named("US0378331005", "", "", "", "")
    assert cusip is not None and cusip.cusip == "037833100"
    assert isin is not None and isin.isin == "US0378331005"


def test_a_row_that_names_nothing_has_no_instrument():
    assert Instruments(form()).named("", " ", "--", "n/a", "ETF") is None


@pytest.mark.parametrize(
    ("symbol", "kind"), [("VTI", None), ("AAPL 250117C00150000", "option"), ("037833100", None)]
)
def test_the_form_of_a_symbol_may_tell_its_kind(symbol, kind):
    found = kind_of_symbol(symbol, "")
    assert (None if found is None else found.value) == kind
