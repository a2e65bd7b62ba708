"""Tax regimes, one file each: the curve the solver sees, the relief order, and the bill."""

from trimtab.taxes._base import TaxRegime
from trimtab.taxes._us_dividends import first_sale_that_keeps_it, is_qualified

__all__ = ["TaxRegime", "first_sale_that_keeps_it", "is_qualified"]
