"""What an import adds to a mandate, or the mandate that it begins.

A household that has none gets one that holds what is held, with every account that the files name:
how the law treats each is guessed from its name, and said to be.  A mandate that is there keeps
every line; accounts and instruments that it lacks are added at its end.

Errors: `InputErrors` where the result would be no mandate.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.importing.names import NamedAccount, shown_words
from trimtab.app.mandate_file.text import Toml, mandate_text, toml_value
from trimtab.app.starter import TargetAnswer, risk_targets
from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import StatedInstrument

__all__ = ["Held", "added_text", "guessed_wrapper", "instrument_table", "new_mandate"]

OPENING = """\
Your mandate, begun by `trimtab import` from your brokers' files.

It wants what you hold today: change [[targets]] to what you want. Look at the accounts first: how
the law treats each was guessed from its name. A line that opens with # is a comment: take the #
away to set what it shows. `trimtab check` reads this file and names every mistake in it."""

ADDED = "\n# Added by `trimtab import`; look at what was guessed.\n"

_WRAPPERS = (
    (re.compile(r"\bhsa\b|health savings", re.I), Wrapper.HSA),
    (re.compile(r"529|education|coverdell|\besa\b|college", re.I), Wrapper.EDUCATION),
    (re.compile(r"401 ?\(?k|403 ?\(?b|\b457|\btsp\b|workplace|\bplan\b|pension|retirement", re.I),
     Wrapper.WORKPLACE),
    (re.compile(r"roth", re.I), Wrapper.ROTH),
    (re.compile(r"\bira\b|rollover|\bsep\b|simple", re.I), Wrapper.TRADITIONAL),
)  # fmt: skip
_FUND_NAME = re.compile(r"\betf\b|ishares|spdr|exchange.traded", re.IGNORECASE)
_POOLED_NAME = re.compile(r"\bfunds?\b|\bfds?\b|\bindex\b|\badmiral\b|institutional", re.I)
_US_TAX: Mapping[str, Toml] = {
    "regime": "us_federal",
    "filing_status": "single",
    "ordinary_income": 100_000,
}
WEIGHT_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of an instrument: its value and whether in parts of a unit."""

    instrument: StatedInstrument
    value: Decimal
    is_fractional: bool
    currency: str


def guessed_wrapper(name: str) -> Wrapper:
    """How the law probably treats an account of this name."""
    return next((wrapper for words, wrapper in _WRAPPERS if words.search(name)), Wrapper.TAXABLE)


def _account_table(account: NamedAccount, currency: str, base: str) -> dict[str, Toml]:
    label = shown_words(account.stated.name or account.stated.id)
    words = f"{label} {account.stated.kind}"
    table: dict[str, Toml] = {"id": account.id, "owner": "self"}
    table["name"] = f"{label} ({account.broker})".strip() if label else account.broker
    table["wrapper"] = guessed_wrapper(words).value
    return table if currency in ("", base) else table | {"currency": currency}


def instrument_table(held: Held, base: str) -> dict[str, Toml]:
    """An instrument's block: what its symbol and name tell."""
    stated = held.instrument
    table: dict[str, Toml] = {"NAME": stated.symbol, "kind": _kind(stated).value}
    if stated.name and stated.name != stated.symbol:
        table["name"] = shown_words(stated.name)
    if held.currency and held.currency != base:
        table["currency"] = held.currency
    if held.is_fractional:
        table["quantity_step"] = Decimal("0.001")
    group = _groups().get(stated.symbol)
    return table if group is None else table | {"identical_group": group}


def _kind(stated: StatedInstrument) -> InstrumentKind:
    """The kind that the broker says, else what symbol and name look like."""
    symbol = stated.symbol
    if _FUND_NAME.search(stated.name):
        return InstrumentKind.ETF
    if stated.kind is not None:
        return stated.kind
    if re.fullmatch(r"[A-Z]{4}X", symbol):
        return InstrumentKind.MUTUAL_FUND
    if not re.fullmatch(r"[A-Z][A-Z.\-/ ]{0,6}", symbol):  # no ticker: a bond, a plan's own fund
        is_fund = bool(_POOLED_NAME.search(stated.name or symbol))
        return InstrumentKind.MUTUAL_FUND if is_fund else InstrumentKind.OTHER
    return InstrumentKind.ETF if _POOLED_NAME.search(stated.name) else InstrumentKind.STOCK


@cache
def _equivalents() -> Mapping[str, object]:
    text = files("trimtab.app.importing").joinpath("equivalents.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _groups() -> Mapping[str, str]:
    """The group of each symbol that has others, named by its first."""
    same = _equivalents()["same"]
    groups: dict[str, str] = {}
    if isinstance(same, list):
        for symbols in same:
            groups |= dict.fromkeys(symbols, symbols[0])
    return groups


def _substitutes(held: Sequence[str], among: Sequence[str] | None = None) -> dict[str, Toml]:
    """What may stand in for what is held without being the same; `among` what has a price."""
    similar = _equivalents()["similar"]
    if not isinstance(similar, dict):
        return {}
    found: dict[str, Toml] = {}
    for name in held:
        others = [n for n in similar.get(name, ()) if among is None or n in among]
        if others:
            found[name] = others
    return found


def new_mandate(
    name: str,
    accounts: Sequence[tuple[NamedAccount, str]],
    held: Sequence[Held],
    cash: Decimal,
    base: str,
    targets: Sequence[TargetAnswer] = (),
) -> str:
    """A mandate for what files brought; `accounts` come with their currency.

    Without `targets` it wants what is held.
    Refuses: what would be no mandate, with `InputErrors`.
    """
    wanted = targets or _as_held(held, cash)
    policy = "no_trade_zone"
    if not wanted:  # nothing that has a price: a first target, and nothing is traded for it
        names = tuple(one.instrument.symbol for one in held)
        policy = "hold"
        wanted = [TargetAnswer("all", Decimal(1), names)] if names else risk_targets(3)
    whole = sum((target.weight for target in wanted), Decimal(0))
    tables = {one.instrument.symbol: instrument_table(one, base) for one in held}
    symbols = [one.instrument.symbol for one in held]
    substitutes = _substitutes(symbols, symbols)
    for other in (n for target in wanted for n in target.instruments):
        tables.setdefault(other, {"NAME": other, "kind": "etf"})
    untouched = [n for n, table in tables.items() if table["kind"] == InstrumentKind.OPTION.value]
    document: dict[str, list[Mapping[str, Toml]]] = {
        "household": [{"name": name, "base_currency": base}],
        "accounts": [_account_table(one, currency, base) for one, currency in accounts],
        "targets": [
            {
                "name": target.name,
                "weight": target.weight.normalize() + 0,
                "instruments": list(target.instruments),
            }
            for target in wanted
        ],
        "cash": [{"weight": (1 - whole).normalize() + 0}],
        "tax": [_US_TAX if base == "USD" else {"regime": "none"}],
        "risk": [{"without_history": "assume"}],  # files bring one price of each, and no history
        "policy": [{"name": policy}],
        "feed": [{"kind": "files"}],
        "instruments": list(tables.values()),
    }
    if substitutes:
        document["wash_sales"] = [{"substitutes": substitutes}]
    if untouched:
        document["restrictions"] = [
            {"name": f"options stay: {kind}", "kind": kind, "instruments": untouched}
            for kind in ("do_not_buy", "do_not_sell")
        ]
    text = mandate_text(document, OPENING) + _proposals(symbols)
    parse_mandate(text, Path(MANDATE_NAME))
    return text


def _proposals(held: Sequence[str]) -> str:
    """Substitutes that need prices first, as a comment at the end."""
    similar = {n: other for n, other in _substitutes(held).items() if other}
    if not similar:
        return ""
    lines = [
        "",
        "# What could stand in for what you hold, once prices.csv has its prices; write it",
    ]
    lines.append("# under [wash_sales] as substitutes = { … }:")
    lines += [f"#   {toml_value(name)} = {toml_value(other)}" for name, other in similar.items()]
    return "\n".join(lines) + "\n"


def _as_held(held: Sequence[Held], cash: Decimal) -> list[TargetAnswer]:
    """One target an instrument, at today's weight; what rounding leaves is cash's."""
    whole = sum((one.value for one in held), Decimal(0)) + cash
    if whole <= 0:
        return []
    found = []
    for one in held:
        weight = (one.value / whole).quantize(WEIGHT_STEP, rounding="ROUND_DOWN")
        if weight > 0:
            symbol = one.instrument.symbol
            found.append(TargetAnswer(symbol, weight, (symbol,)))
    return found


def added_text(
    text: str,
    accounts: Sequence[tuple[NamedAccount, str]],
    held: Sequence[Held],
    base: str,
) -> str:
    """The mandate with blocks added for accounts and instruments that it lacks.

    Refuses: what would be no mandate, with `InputErrors`.
    """
    known = parse_mandate(text, Path(MANDATE_NAME))
    blocks = [
        "[[accounts]]\n" + _lines(_account_table(one, currency, base)) for one, currency in accounts
    ]
    for one in held:
        if one.instrument.symbol not in known.instruments:
            table = instrument_table(one, base)
            name = toml_value(str(table.pop("NAME")))
            blocks.append(f"[instruments.{name}]\n" + _lines(table))
    if not blocks:
        return text
    whole = text.rstrip("\n") + "\n" + ADDED + "\n".join(blocks)
    parse_mandate(whole, Path(MANDATE_NAME))
    return whole


def _lines(table: Mapping[str, Toml]) -> str:
    return "".join(f"{name} = {toml_value(value)}\n" for name, value in table.items())
