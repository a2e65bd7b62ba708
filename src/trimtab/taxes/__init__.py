"""Tax regimes, one file each: the curve the solver sees, the relief order, and the bill."""

from trimtab.books.dividend_periods import first_sale_that_keeps_it, is_qualified
from trimtab.taxes._base import TaxRegime

__all__ = ["TaxRegime", "first_sale_that_keeps_it", "is_qualified"]
