"""Wash sales by the statute and the regulations: window, order, orders, chains."""

from tests.books.wash_sentence import Case
from trimtab.books.wash_sales import (
    WashSaleReading,
)

# Lots:    lot | account | shares | bought | cost | sold | proceeds | order
# Answer:  lot | shares | basis | held from | disallowed († for good)
THE_RULE = [
    Case(
        "a gain is never a wash sale (1091(a) speaks of losses)",
        """old | taxable | 10 | 2024-01-02 | 700 | 2025-06-02 | 1000
           new | taxable | 10 | 2025-06-03 | 990""",
        """old | 10 | 700.00 | 2024-01-02 | 0.00
           new | 10 | 990.00 | 2025-06-03 | 0.00""",
    ),
    Case(
        "a sale at exactly its cost is no loss",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 1000
           new | taxable | 10 | 2025-06-03 | 990""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 990.00 | 2025-06-03 | 0.00""",
    ),
    Case(
        "the thirtieth day before the sale is inside the window",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new | taxable | 10 | 2025-05-03 | 950""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 1050.00 | 2023-12-03 | 0.00""",
    ),
    Case(
        "the thirty-first day after the sale is outside",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new | taxable | 10 | 2025-07-03 | 950""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 950.00 | 2025-07-03 | 0.00""",
    ),
    Case(
        "the window counts calendar days over the end of a leap February",
        """old | taxable | 10 | 2023-01-02 | 1000 | 2024-01-31 | 900
           in  | taxable | 4 | 2024-03-01 | 400
           out | taxable | 6 | 2024-03-02 | 600""",
        """old | 4 | 400.00 | 2023-01-02 | 40.00
           old | 6 | 600.00 | 2023-01-02 | 0.00
           in | 4 | 440.00 | 2023-02-01 | 0.00
           out | 6 | 600.00 | 2024-03-02 | 0.00""",
    ),
    Case(
        "replacements serve in order of acquisition until the loss is used up",
        """old | taxable | 100 | 2023-09-26 | 5000 | 2024-02-06 | 4000
           c   | taxable | 50 | 2024-02-13 | 1000
           b   | taxable | 50 | 2024-02-12 | 1000
           a   | taxable | 25 | 2024-01-20 | 1000""",
        """old | 25 | 1250.00 | 2023-09-26 | 250.00
           old | 50 | 2500.00 | 2023-09-26 | 500.00
           old | 25 | 1250.00 | 2023-09-26 | 250.00
           a | 25 | 1250.00 | 2023-09-09 | 0.00
           b | 50 | 1500.00 | 2023-10-02 | 0.00
           c | 25 | 750.00 | 2023-10-03 | 0.00
           c | 25 | 500.00 | 2024-02-13 | 0.00""",
    ),
    Case(
        "losses are taken in order of disposition, and the first takes the replacement",
        """late  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-05 | 600
           early | taxable | 10 | 2024-03-01 | 1000 | 2025-06-02 | 900
           new   | taxable | 10 | 2025-06-10 | 800""",
        """early | 10 | 1000.00 | 2024-03-01 | 100.00
           late | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 900.00 | 2024-03-09 | 0.00""",
    ),
    Case(
        "losses of one day are taken in order of acquisition",
        """second | taxable | 10 | 2024-03-01 | 1000 | 2025-06-02 | 600
           first  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new    | taxable | 10 | 2025-06-10 | 800""",
        """first | 10 | 1000.00 | 2024-01-02 | 100.00
           second | 10 | 1000.00 | 2024-03-01 | 0.00
           new | 10 | 900.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a share that replaced one loss does not replace another",
        """a   | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           b   | taxable | 10 | 2024-01-03 | 1000 | 2025-06-03 | 900
           new | taxable | 15 | 2025-06-10 | 1500""",
        """a | 10 | 1000.00 | 2024-01-02 | 100.00
           b | 5 | 500.00 | 2024-01-03 | 50.00
           b | 5 | 500.00 | 2024-01-03 | 0.00
           new | 10 | 1100.00 | 2024-01-10 | 0.00
           new | 5 | 550.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a lot that served as a replacement before is passed over",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           done | taxable | 10 | 2025-06-03 | 800 | | | used
           new  | taxable | 10 | 2025-06-04 | 800""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           done | 10 | 800.00 | 2025-06-03 | 0.00
           new | 10 | 900.00 | 2024-01-04 | 0.00""",
    ),
    Case(
        "shares of one purchase order do not replace each other (Rev. Rul. 56-602)",
        """sold | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800 | order 7
           kept | taxable | 100 | 2025-06-02 | 1000 | | | order 7""",
        """sold | 100 | 1000.00 | 2025-06-02 | 0.00
           kept | 100 | 1000.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "rows of one lot, sold and kept, do not replace each other",
        """lot | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800
           lot | taxable | 50 | 2025-06-02 | 500""",
        """lot | 100 | 1000.00 | 2025-06-02 | 0.00
           lot | 50 | 500.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "two orders of the same day do",
        """sold | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800 | order 7
           kept | taxable | 100 | 2025-06-02 | 1000 | | | order 8""",
        """sold | 100 | 1000.00 | 2025-06-02 | 200.00
           kept | 100 | 1200.00 | 2025-05-23 | 0.00""",
    ),
    Case(
        "a chain of losses carries basis and days from lot to lot",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 900
           b | taxable | 10 | 2025-01-20 | 950 | 2025-01-30 | 850
           c | taxable | 10 | 2025-02-10 | 800""",
        """a | 10 | 1000.00 | 2025-01-06 | 100.00
           b | 10 | 1050.00 | 2025-01-10 | 200.00
           c | 10 | 1000.00 | 2025-01-21 | 0.00""",
    ),
    Case(
        "a carried loss can turn the sale of a replacement into a loss that is washed again",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 700
           b | taxable | 10 | 2025-01-20 | 750 | 2025-01-30 | 850
           c | taxable | 10 | 2025-02-10 | 800""",
        """a | 10 | 1000.00 | 2025-01-06 | 300.00
           b | 10 | 1050.00 | 2025-01-10 | 200.00
           c | 10 | 1000.00 | 2025-01-21 | 0.00""",
    ),
    Case(
        "a chain through uneven lots splits them as often as it must",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 900
           b | taxable | 4 | 2025-01-20 | 400 | 2025-01-30 | 320
           c | taxable | 20 | 2025-02-03 | 2000""",
        """a | 4 | 400.00 | 2025-01-06 | 40.00
           a | 6 | 600.00 | 2025-01-06 | 60.00
           b | 4 | 440.00 | 2025-01-10 | 120.00
           c | 6 | 660.00 | 2025-01-24 | 0.00
           c | 4 | 520.00 | 2025-01-14 | 0.00
           c | 10 | 1000.00 | 2025-02-03 | 0.00""",
    ),
    Case(
        "a lot does not wash back into the lot that it replaced",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-20 | 900 | one
           b | taxable | 10 | 2025-01-10 | 1000 | 2025-01-25 | 900 | two
           k | taxable | 10 | 2025-01-06 | 1000 | | | one""",
        """a | 10 | 1000.00 | 2025-01-06 | 100.00
           b | 10 | 1100.00 | 2024-12-27 | 0.00
           k | 10 | 1000.00 | 2025-01-06 | 0.00""",
    ),
    Case(
        "shares bought and gone before the loss replace nothing (custom)",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           gone | 10 | 850.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "and they do where that custom is not followed",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           gone | 10 | 950.00 | 2023-12-23 | 0.00""",
        WashSaleReading(lots_sold_earlier=True),
    ),
    Case(
        "a loss carried into a sale of the past is washed in its turn",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870
           new  | taxable | 10 | 2025-07-05 | 880""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           gone | 10 | 950.00 | 2023-12-23 | 80.00
           new | 10 | 960.00 | 2024-01-17 | 0.00""",
        WashSaleReading(lots_sold_earlier=True),
    ),
]
