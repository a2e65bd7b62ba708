"""The regions of net gains on which the netting rules make the tax bill linear.

Written from the rules and apart from the solver's own, so that one can be held against the other.
"""

from dataclasses import dataclass

from trimtab.model.taxes import TaxCurve

__all__ = ["Region", "regions_at", "regions_of"]


@dataclass(frozen=True, slots=True)
class Region:
    """Where the bill is linear: bill = rates · (S, L) + constant wherever rows · (S, L) ≤ limits.

    Unit: dollars of net short- and long-term gains, year-to-date figures included.
    """

    rate_short: float
    rate_long: float
    constant: float
    rows: tuple[tuple[float, float, float], ...]

    def bill(self, short: float, long: float) -> float:
        return self.rate_short * short + self.rate_long * long + self.constant

    def holds(self, short: float, long: float, near: float) -> bool:
        return all(a * short + b * long <= limit + near for a, b, limit in self.rows)


def regions_of(tax: TaxCurve) -> tuple[Region, ...]:
    """The pieces on which the bill is linear; together they cover all net gains."""
    s, g, o, limit = tax.short_rate, tax.long_rate, tax.ordinary_rate, tax.ordinary_limit
    cs, cg = tax.carry_short_rate, tax.carry_long_rate
    if not tax.netting:
        return (Region(s, g, 0.0, ()),)
    gain, loss, deep = (-1.0, -1.0, 0.0), (1.0, 1.0, 0.0), (1.0, 1.0, -limit)
    shallow = (-1.0, -1.0, limit)
    no_short, some_short = (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)
    no_long, some_long = (0.0, 1.0, 0.0), (0.0, -1.0, 0.0)
    offset = -o * limit
    return (
        Region(s, g, 0.0, (some_short, some_long)),
        Region(g, g, 0.0, (no_short, gain)),
        Region(s, s, 0.0, (no_long, gain)),
        Region(o, o, 0.0, (loss, shallow)),
        Region(cs, cs, offset + cs * limit, (deep, some_long)),
        Region(cg, cg, offset + cg * limit, (deep, no_long, (-1.0, 0.0, limit))),
        Region(cs, cg, offset + cs * limit, (no_long, (1.0, 0.0, -limit))),
    )


def regions_at(tax: TaxCurve, short: float, long: float, near: float) -> list[Region]:
    """The regions that hold net gains, or miss them by `near` dollars at most."""
    return [region for region in regions_of(tax) if region.holds(short, long, near)]
