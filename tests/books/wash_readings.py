"""Wash sales where the law is read in two ways, and across accounts and spouses."""

from tests.books.wash_sentence import Case
from trimtab.books.wash_sales import (
    HoldingReading,
    WashSaleReading,
)

READINGS_AND_SHELTERS = [
    Case(
        "shares bought before the sold lot replace it on the stricter reading",
        """kept | taxable | 10 | 2025-06-02 | 1000
           sold | taxable | 10 | 2025-06-05 | 1000 | 2025-06-12 | 900""",
        """kept | 10 | 1100.00 | 2025-05-26 | 0.00
           sold | 10 | 1000.00 | 2025-06-05 | 100.00""",
    ),
    Case(
        "and do not on the other reading",
        """kept | taxable | 10 | 2025-06-02 | 1000
           sold | taxable | 10 | 2025-06-05 | 1000 | 2025-06-12 | 900""",
        """kept | 10 | 1000.00 | 2025-06-02 | 0.00
           sold | 10 | 1000.00 | 2025-06-05 | 0.00""",
        WashSaleReading(lots_acquired_earlier=False),
    ),
    Case(
        "in a liquidation of all lots in one day the loss moves and comes back the same day",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 800
           b | taxable | 10 | 2025-06-05 | 900 | 2025-06-12 | 800""",
        """a | 10 | 1000.00 | 2025-06-02 | 200.00
           b | 10 | 1100.00 | 2025-05-26 | 0.00""",
    ),
    Case(
        "or stays where it is, on the reading that lots sold together do not replace each other",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 800
           b | taxable | 10 | 2025-06-05 | 900 | 2025-06-12 | 800""",
        """a | 10 | 1000.00 | 2025-06-02 | 0.00
           b | 10 | 900.00 | 2025-06-05 | 0.00""",
        WashSaleReading(lots_sold_same_day=False),
    ),
    Case(
        "a day trader's second round trip replaces the first on either reading",
        """a | taxable | 100 | 2025-06-02 | 1000 | 2025-06-02 | 900
           b | taxable | 100 | 2025-06-02 | 800 | 2025-06-02 | 900""",
        """a | 100 | 1000.00 | 2025-06-02 | 100.00
           b | 100 | 900.00 | 2025-06-02 | 0.00""",
        WashSaleReading(lots_sold_same_day=False),
    ),
    Case(
        "three lots sold together wash one into the next and no further",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 900
           b | taxable | 10 | 2025-06-03 | 1000 | 2025-06-12 | 900
           c | taxable | 10 | 2025-06-04 | 1000 | 2025-06-12 | 900""",
        """a | 10 | 1000.00 | 2025-06-02 | 100.00
           b | 10 | 1100.00 | 2025-05-24 | 200.00
           c | 10 | 1200.00 | 2025-05-16 | 0.00""",
    ),
    Case(
        "of two purchases of one day the one that is sold first replaces first",
        """old  | taxable | 5 | 2024-01-02 | 500 | 2025-06-12 | 400
           kept | taxable | 5 | 2025-06-20 | 400
           sold | taxable | 5 | 2025-06-20 | 400 | 2025-12-01 | 600""",
        """old | 5 | 500.00 | 2024-01-02 | 100.00
           kept | 5 | 400.00 | 2025-06-20 | 0.00
           sold | 5 | 500.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a replacement in an IRA takes the loss for good and gets no basis (Rev. Rul. 2008-5)",
        """old | taxable | 100 | 2006-01-03 | 1000 | 2007-12-20 | 600
           new | ira | 100 | 2007-12-21 | 600""",
        """old | 100 | 1000.00 | 2006-01-03 | 400.00†
           new | 100 | 600.00 | 2007-12-21 | 0.00""",
    ),
    Case(
        "a Roth purchase before the sale does the same",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | roth | 4 | 2025-05-20 | 380""",
        """old | 4 | 400.00 | 2024-01-02 | 40.00†
           old | 6 | 600.00 | 2024-01-02 | 0.00
           new | 4 | 380.00 | 2025-05-20 | 0.00""",
    ),
    Case(
        "an earlier purchase in the IRA comes before a later one in the taxable account",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           x   | taxable | 6 | 2025-06-20 | 600
           y   | ira | 6 | 2025-06-15 | 600""",
        """old | 6 | 600.00 | 2024-01-02 | 60.00†
           old | 4 | 400.00 | 2024-01-02 | 40.00
           x | 4 | 440.00 | 2024-01-10 | 0.00
           x | 2 | 200.00 | 2025-06-20 | 0.00
           y | 6 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "of one day's purchases the taxable one comes first, so that less is lost for good",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           a   | ira | 10 | 2025-06-15 | 600
           b   | taxable | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           a | 10 | 600.00 | 2025-06-15 | 0.00
           b | 10 | 700.00 | 2024-01-05 | 0.00""",
    ),
    Case(
        "a 401(k) is treated like an IRA by default",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | 401k | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00†
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "and replaces nothing on the reading that follows the ruling's letter",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | 401k | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
        WashSaleReading(workplace_counts=False),
    ),
    Case(
        "a loss inside an IRA is no deductible loss and is left alone",
        """old | ira | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | taxable | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "a spouse's purchase replaces, and carries the basis",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | spouse | 10 | 2025-06-15 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-01-05 | 0.00""",
    ),
    Case(
        "a spouse's IRA takes the loss for good",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | spouse_ira | 10 | 2025-06-15 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00†
           new | 10 | 850.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "a January purchase disallows a December loss",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2024-12-31 | 900
           new | taxable | 10 | 2025-01-30 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-02-01 | 0.00""",
    ),
    Case(
        "a fraction of a share from a reinvested dividend washes that fraction",
        """old | taxable | 3 | 2024-01-02 | 100 | 2025-06-12 | 90
           new | taxable | 0.125 | 2025-06-15 | 3.75""",
        """old | 0.125 | 4.17 | 2024-01-02 | 0.42
           old | 2.875 | 95.83 | 2024-01-02 | 0.00
           new | 0.125 | 4.17 | 2024-01-05 | 0.00""",
    ),
    Case(
        "the old stock's own first day is carried on the wording of Publication 550",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | taxable | 10 | 2025-07-01 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-01-02 | 0.00""",
        WashSaleReading(holding=HoldingReading.BEGIN_WITH_OLD),
    ),
]
