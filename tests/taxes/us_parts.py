"""The federal regime and profiles for its tests."""

from datetime import date

from trimtab.taxes.us_federal import UsFederal

US = UsFederal()


TODAY = date(2025, 9, 1)
