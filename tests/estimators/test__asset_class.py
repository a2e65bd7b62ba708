"""What an instrument is taken for: kind, words, target, and the company it keeps."""

from decimal import Decimal

import pytest

from trimtab.estimators._asset_class import asset_classes, groups_of
from trimtab.estimators._long_run import AssetClass
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import Mandate, Target, WashSaleRules

PLAIN = Mandate(targets=())
K, A = InstrumentKind, AssetClass


def one(kind: K, name: str = "", *tags: str, mandate: Mandate = PLAIN) -> A:
    instrument = Instrument("X", name, kind, tags=frozenset(tags))
    return asset_classes({"X": instrument}, mandate)["X"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (K.STOCK, A.SINGLE_STOCK),
        (K.ETF, A.STOCKS),
        (K.MUTUAL_FUND, A.STOCKS),
        (K.BOND, A.BONDS),
        (K.CRYPTO, A.CRYPTO),
        (K.OPTION, A.OTHER),
        (K.OTHER, A.OTHER),
    ],
)
def test_without_words_the_kind_decides(kind: K, expected: A) -> None:
    assert one(kind) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Vanguard Total Stock Market ETF", A.STOCKS),
        ("ISHARES CORE S&P 500 ETF", A.STOCKS),
        ("Vanguard Total Bond Market ETF", A.BONDS),
        ("VANGUARD TOTAL INTL BD IDX FD ADM", A.BONDS),
        ("iShares 20+ Year Treasury Bond ETF", A.LONG_BONDS),
        ("Vanguard Long-Term Corporate Bond", A.LONG_BONDS),
        ("Vanguard Short-Term Bond ETF", A.SHORT_BONDS),
        ("iShares TIPS Bond ETF", A.INFLATION_BONDS),
        ("iShares National Muni Bond ETF", A.MUNICIPAL),
        ("SPDR Bloomberg High Yield Bond ETF", A.HIGH_YIELD),
        ("Vanguard High Dividend Yield ETF", A.STOCKS),
        ("PIMCO Income Fund", A.BONDS),
        ("T. Rowe Price Equity Income Fund", A.STOCKS),
        ("Vanguard Target Retirement 2045 Fund", A.BALANCED),
        ("Vanguard FTSE Developed Markets ETF", A.FOREIGN_STOCKS),
        ("Vanguard FTSE Emerging Markets ETF", A.EMERGING_STOCKS),
        ("Vanguard Small-Cap Index Fund", A.SMALL_STOCKS),
        ("Vanguard Real Estate ETF", A.REAL_ESTATE),
        ("SPDR Gold Shares", A.GOLD),
        ("VanEck Gold Miners ETF", A.STOCKS),
        ("Goldman Sachs ActiveBeta US Large Cap Equity", A.STOCKS),
        ("Invesco DB Commodity Index", A.COMMODITIES),
        ("iShares Bitcoin Trust ETF", A.CRYPTO),
        ("Vanguard Federal Money Market Fund", A.MONEY_MARKET),
        ("SPDR Bloomberg 1-3 Month T-Bill ETF", A.MONEY_MARKET),
    ],
)
def test_the_words_of_a_funds_name_decide(name: str, expected: A) -> None:
    assert one(K.ETF, name) is expected


@pytest.mark.parametrize(
    "name", ["International Business Machines", "Barrick Gold Corp", "Realty Income REIT Inc"]
)
def test_the_words_of_a_companys_name_do_not(name: str) -> None:
    assert one(K.STOCK, name) is A.SINGLE_STOCK


def test_a_plans_own_fund_may_have_its_name_for_an_id() -> None:
    fund = Instrument("Vanguard Total Bond Market Index Fund", kind=K.MUTUAL_FUND)
    assert asset_classes({fund.id: fund}, PLAIN) == {fund.id: A.BONDS}


def test_a_bill_is_as_calm_as_the_money_market_and_a_note_is_not() -> None:
    assert one(K.BOND, "US TREASURY BILL 0% 03/12/2027") is A.MONEY_MARKET
    assert one(K.BOND, "US TREASURY NOTE 4.25% 11/15/2034") is A.BONDS


def test_the_owners_tags_count_for_every_kind_but_make_no_fund_of_a_stock() -> None:
    assert one(K.STOCK, "Newmont", "gold") is A.GOLD
    assert one(K.STOCK, "Acme", "growth") is A.SINGLE_STOCK


def test_a_target_says_what_nothing_else_does_but_not_that_a_stock_is_a_fund() -> None:
    bonds = Mandate((Target("core bonds", Decimal("0.4"), ("X",)),))
    stocks = Mandate((Target("us stocks", Decimal("0.6"), ("X",)),))
    assert one(K.STOCK, mandate=bonds) is A.BONDS
    assert one(K.STOCK, mandate=stocks) is A.SINGLE_STOCK


def test_one_of_a_group_that_is_known_speaks_for_the_others() -> None:
    known = {
        "VTI": Instrument("VTI", "Total Stock Market", K.ETF),
        "ITOT": Instrument("ITOT"),
        "GOOG": Instrument("GOOG", identical_group="alphabet"),
        "GOOGL": Instrument("GOOGL", identical_group="alphabet"),
    }
    mandate = Mandate((), wash_sales=WashSaleRules(substitutes={"VTI": ("ITOT", "ELSE")}))
    groups = groups_of(known, mandate)
    assert groups["VTI"] == groups["ITOT"] != groups["GOOG"] == groups["GOOGL"]
    assert asset_classes(known, mandate) == {
        "VTI": A.STOCKS,
        "ITOT": A.STOCKS,
        "GOOG": A.SINGLE_STOCK,
        "GOOGL": A.SINGLE_STOCK,
    }
