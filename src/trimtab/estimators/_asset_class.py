"""Which class of the long-run figures an instrument belongs to: by its kind, its words, its target.

Tags are the owner's own words and always count.  A name's words count for funds and bonds alone,
since a company may be called International Something; a plan's own fund may have its name for an
id.  The name of the target counts where nothing else is known.  Instruments of one group
(identical, or substitutes) share the class of the one that is known best.

Errors: none; what nothing is known of is a single stock, as its kind says.
"""

import re
from collections.abc import Mapping
from enum import IntEnum

from trimtab.estimators._long_run import AssetClass
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import Mandate

__all__ = ["asset_classes", "groups_of"]


class Evidence(IntEnum):
    """How well a class is known, the best last."""

    NOTHING = 0
    TARGET = 1
    KIND = 2
    WORDS = 3


# The first that matches decides, so the narrower class stands before the wider one.
_WORDS: tuple[tuple[AssetClass, str], ...] = (
    (
        AssetClass.MONEY_MARKET,
        r"money[ _-]?(market|mkt)|cash reserves?|\bt-?bills?\b|treasury bill",
    ),
    (AssetClass.CRYPTO, r"bitcoin|ethereum|\bether\b|crypto"),
    (AssetClass.GOLD, r"\bgold\b(?! ?man)(?!.*miner)|bullion|precious metal"),
    (AssetClass.REAL_ESTATE, r"\breits?\b|real[ _-]?estate|\bproperty\b"),
    (AssetClass.HIGH_YIELD, r"high[ _-]?yield (?!(dividend|equity|stock))|junk|high_yield"),
    (AssetClass.MUNICIPAL, r"municipal|\bmunis?\b|tax[ -]exempt"),
    (AssetClass.INFLATION_BONDS, r"\btips\b|inflation"),
    (
        AssetClass.BALANCED,
        r"balanced|target[ _-]?(date|retirement)|lifestrategy|life ?cycle|allocation|retirement 20",
    ),
    (
        AssetClass.LONG_BONDS,
        r"\b(long|extended)[ _-]?(term|duration|dated)?\b.*(bond|treasur|govt|gov't|government|"
        r"corporate)|\b20\+",
    ),
    (
        AssetClass.SHORT_BONDS,
        r"\b(ultra[ _-]?)?(short|limited)[ _-]?(term|duration|maturity)?\b.*(bond|treasur|govt|"
        r"government|corporate|income)|\b[01] ?- ?[1-5] ?(yr|year)",
    ),
    (
        AssetClass.BONDS,
        r"\bbonds?\b|\bbd\b|fixed[ _-]?income|treasur|\bnotes?\b|aggregate|\bdebt\b|"
        r"(?<!equity )(?<!dividend )(?<!growth and )(?<!growth & )\bincome fund",
    ),
    (AssetClass.COMMODITIES, r"commodit|\boil fund|natural gas fund"),
    (AssetClass.EMERGING_STOCKS, r"emerging|\bchina\b|\bindia\b|\bbrazil\b"),
    (AssetClass.SMALL_STOCKS, r"small[ _-]?(cap|compan)|russell 2000|micro[ _-]?cap"),
    (
        AssetClass.FOREIGN_STOCKS,
        r"internat|\bintl\b|foreign|\bex[ _-]?u\.?s\b|\beafe\b|europe|pacific|japan|developed",
    ),
    (
        AssetClass.STOCKS,
        r"stock|equit|\bindex\b|s ?& ?p|\b500\b|total market|growth|value|dividend|nasdaq|\bcap\b",
    ),
)
_PATTERNS = tuple((one, re.compile(words)) for one, words in _WORDS)
_FUND = re.compile(r"\b(etf|fund|index|ishares|vanguard|spdr)\b")

_STOCK_FUNDS = frozenset(
    {
        AssetClass.STOCKS,
        AssetClass.SMALL_STOCKS,
        AssetClass.FOREIGN_STOCKS,
        AssetClass.EMERGING_STOCKS,
    }
)
"""A target of stocks may hold single ones, so its name does not make a fund of its members."""

_BY_KIND: Mapping[InstrumentKind, AssetClass] = {
    InstrumentKind.STOCK: AssetClass.SINGLE_STOCK,
    InstrumentKind.ETF: AssetClass.STOCKS,
    InstrumentKind.MUTUAL_FUND: AssetClass.STOCKS,
    InstrumentKind.BOND: AssetClass.BONDS,
    InstrumentKind.OPTION: AssetClass.OTHER,
    InstrumentKind.CRYPTO: AssetClass.CRYPTO,
    InstrumentKind.OTHER: AssetClass.OTHER,
}
_FUND_KINDS = frozenset({InstrumentKind.ETF, InstrumentKind.MUTUAL_FUND})
_NAMED_KINDS = _FUND_KINDS | {InstrumentKind.BOND, InstrumentKind.OTHER}


def asset_classes(instruments: Mapping[str, Instrument], mandate: Mandate) -> dict[str, AssetClass]:
    """The class of each instrument, in their order; one class for each group."""
    judged = {name: _judged(one, mandate) for name, one in instruments.items()}
    best: dict[str, tuple[Evidence, AssetClass]] = {}
    groups = groups_of(instruments, mandate)
    for name, (evidence, found) in judged.items():
        known = best.get(groups[name])
        if known is None or evidence > known[0]:
            best[groups[name]] = evidence, found
    return {name: best[groups[name]][1] for name in instruments}


def groups_of(instruments: Mapping[str, Instrument], mandate: Mandate) -> dict[str, str]:
    """The group of each instrument: those that are identical or stand in for one another."""
    group = {name: name for name in instruments}

    def join(one: str, other: str) -> None:
        kept, gone = group[one], group[other]
        for name, now in group.items():
            if now == gone:
                group[name] = kept

    first: dict[str, str] = {}
    for name, instrument in instruments.items():
        join(first.setdefault(instrument.wash_group, name), name)
    for original, others in mandate.wash_sales.substitutes.items():
        for other in others:
            if original in group and other in group:
                join(original, other)
    return group


def _judged(instrument: Instrument, mandate: Mandate) -> tuple[Evidence, AssetClass]:
    """The class of one instrument by itself, and how well it is known."""
    kind = instrument.kind
    name = (instrument.name or (instrument.id if " " in instrument.id else "")).lower()
    counts = kind in _NAMED_KINDS or (kind is InstrumentKind.STOCK and _FUND.search(name))
    words = " ".join([*sorted(tag.lower() for tag in instrument.tags), name if counts else ""])
    found = _by_words(words)
    if found is not None and kind not in (InstrumentKind.OPTION, InstrumentKind.CRYPTO):
        if found in _STOCK_FUNDS and not counts:
            found = AssetClass.SINGLE_STOCK
        return Evidence.WORDS, found
    if kind is not InstrumentKind.STOCK:
        return Evidence.KIND, _BY_KIND[kind]
    if not name:
        target = mandate.target_of(instrument.id)
        by_target = None if target is None else _by_words(target.name.lower())
        if by_target is not None and by_target not in _STOCK_FUNDS:
            return Evidence.TARGET, by_target
    return Evidence.NOTHING, AssetClass.SINGLE_STOCK


def _by_words(words: str) -> AssetClass | None:
    """The class that words name."""
    return next((one for one, pattern in _PATTERNS if pattern.search(words)), None)
