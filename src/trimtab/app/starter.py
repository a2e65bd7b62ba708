"""The files of a new household: what `trimtab init` writes.

A few answers become a commented `mandate.toml`, a `lots.csv` with a row of cash for each account,
and an empty `prices.csv` where prices come from files.  What is written is read back first, so that
it loads.

Errors: `InputErrors` where an answer cannot be used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.mandate_file.text import Toml, mandate_text
from trimtab.app.text_files import write_text
from trimtab.model.errors import InputError, nearest

__all__ = [
    "RISK_LEVELS",
    "TEMPLATES",
    "AccountAnswer",
    "Answers",
    "TargetAnswer",
    "risk_targets",
    "starter_files",
    "template_files",
    "write_folder",
]

OPENING = """\
Your mandate: what you own, what you want to hold, and what may not happen.

A line that opens with # is a comment: take the # away to set what it shows.
`trimtab check` reads this file and names every mistake in it."""

LOTS_COMMENT = """\
# One row for each lot: units that were bought together. Your broker shows them as tax lots.
#   quantity   units held        basis   what the whole lot cost; empty where unknown
#   acquired   the day, as 2021-03-04
# Cash is the instrument CASH, its quantity the amount. An example, to be replaced:
"""


PRICES_NAME = "prices.csv"
PRICES_COMMENT = """\
# Closing prices: one row a session, one column an instrument; an empty cell is no price that day.
# A plan estimates risk from them: give {least} sessions or more ({used} years are used), the last
# one a few days old at most. Or set [feed] kind = "yahoo" in mandate.toml.
"""


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """One account."""

    id: str
    wrapper: str
    owner: str = "self"
    name: str = ""


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """One class to hold."""

    name: str
    weight: Decimal
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """All that `init` asks; `income` of `None` leaves the tax out."""

    name: str
    accounts: tuple[AccountAnswer, ...]
    targets: tuple[TargetAnswer, ...]
    filing_status: str = "single"
    income: Decimal | None = None
    state_rate: Decimal = Decimal(0)
    feed: str = "files"


RISK_LEVELS: Mapping[int, tuple[str, Decimal]] = {
    1: ("careful", Decimal("0.2")),
    2: ("cautious", Decimal("0.4")),
    3: ("balanced", Decimal("0.6")),
    4: ("growth", Decimal("0.8")),
    5: ("bold", Decimal(1)),
}
"""Share of stocks at each level of risk."""

HOME_SHARE = Decimal("0.6")
"""US stocks as a share of all stocks: about their share of the world's market."""

US_STOCKS = ("VTI", "ITOT", "SCHB")
OTHER_STOCKS = ("VXUS", "IXUS")
BONDS = ("BND", "AGG")


def risk_targets(level: int) -> tuple[TargetAnswer, ...]:
    """Three funds at a level of risk; none of a weight of zero.

    Refuses: a level that does not exist.
    """
    if level not in RISK_LEVELS:
        raise InputError("risk level", f"there is no level {level}", "levels are 1 to 5")
    stocks = RISK_LEVELS[level][1]
    targets = (
        TargetAnswer("us stocks", stocks * HOME_SHARE, US_STOCKS),
        TargetAnswer("other stocks", stocks * (1 - HOME_SHARE), OTHER_STOCKS),
        TargetAnswer("bonds", 1 - stocks, BONDS),
    )
    return tuple(target for target in targets if target.weight > 0)


_ACCOUNTS = (
    AccountAnswer("taxable", "taxable", name="Taxable brokerage"),
    AccountAnswer("ira", "traditional", name="Traditional IRA"),
    AccountAnswer("roth", "roth", name="Roth IRA"),
)
TEMPLATES: Mapping[str, Answers | None] = {
    "three-fund": Answers(
        "My household", _ACCOUNTS, risk_targets(3), income=Decimal(100_000), state_rate=Decimal(0)
    ),
    "two-fund": Answers(
        "My household",
        _ACCOUNTS,
        (
            TargetAnswer("stocks", Decimal("0.7"), ("VT",)),
            TargetAnswer("bonds", Decimal("0.3"), BONDS),
        ),
        income=Decimal(100_000),
    ),
    "demo": None,
}
"""Ready answers by name; `demo` is the sample household with its lots."""

DEMO_FOLDER = "demo_household"


def template_files(name: str) -> Mapping[str, str]:
    """The files of a template.

    Refuses: a template that does not exist.
    """
    if name not in TEMPLATES:
        remedy = nearest(name, TEMPLATES)
        raise InputError("template", f"there is no template {name!r}", "", remedy)
    answers = TEMPLATES[name]
    if answers is not None:
        return starter_files(answers)
    folder = files("trimtab.app") / DEMO_FOLDER
    return {
        item.name: item.read_text("utf-8")
        for item in folder.iterdir()
        if item.name.endswith((".toml", ".csv"))
    }


def starter_files(answers: Answers) -> Mapping[str, str]:
    """The files of a household from its answers, read back before they are given out.

    Refuses: answers that make no mandate, such as weights that do not sum to one.
    """
    mandate = mandate_text(_document(answers), OPENING)
    parse_mandate(mandate, Path(MANDATE_NAME))
    found = {MANDATE_NAME: mandate, LOTS_NAME: _lots_text(answers)}
    if answers.feed == "files":
        names = [name for target in answers.targets for name in target.instruments]
        found[PRICES_NAME] = _prices_comment() + ",".join(["date", *names]) + "\n"
    return found


def _prices_comment() -> str:
    """What a price file must hold, with the bounds that the estimates set."""
    from trimtab.estimators._base import HISTORY_SESSIONS, SESSIONS_A_YEAR, SESSIONS_MIN

    years = HISTORY_SESSIONS // SESSIONS_A_YEAR
    return PRICES_COMMENT.format(least=SESSIONS_MIN + 1, used=years)


def _document(answers: Answers) -> Mapping[str, list[Mapping[str, Toml]]]:
    tax: dict[str, Toml] = {"regime": "none"}
    if answers.income is not None:
        tax = {"regime": "us_federal", "filing_status": answers.filing_status}
        tax |= {"ordinary_income": answers.income, "state_rate": answers.state_rate}
    accounts: list[Mapping[str, Toml]] = []
    for account in answers.accounts:
        row: dict[str, Toml] = {"id": account.id, "owner": account.owner}
        row |= {"name": account.name} if account.name else {}
        accounts.append(row | {"wrapper": account.wrapper})
    return {
        "household": [{"name": answers.name, "base_currency": "USD"}],
        "accounts": accounts,
        "targets": [
            {
                "name": target.name,
                "weight": target.weight.normalize() + 0,
                "instruments": list(target.instruments),
            }
            for target in answers.targets
        ],
        "tax": [tax],
        "policy": [{"name": "no_trade_zone"}],
        "feed": [{"kind": answers.feed}],
        "instruments": [
            {"NAME": name, "kind": "etf"}
            for target in answers.targets
            for name in target.instruments
        ],
    }


def _lots_text(answers: Answers) -> str:
    first = answers.accounts[0].id
    instrument = answers.targets[0].instruments[0]
    rows = [f"# {first},{instrument},12.5,2431.00,2021-03-04"]
    rows += [f"{account.id},CASH,0,," for account in answers.accounts]
    head = "account,instrument,quantity,basis,acquired\n"
    return head + LOTS_COMMENT + "\n".join(rows) + "\n"


def write_folder(folder: Path, texts: Mapping[str, str], force: bool) -> list[Path]:
    """Write the files of a household; nothing is overwritten unless forced.

    Refuses: files that are there already, all named, before anything is written.
    """
    taken = [name for name in texts if (folder / name).exists()]
    if taken and not force:
        raise InputError(
            f"folder {str(folder)!r}",
            f"it holds {', '.join(taken)} already",
            "nothing was written",
            "name another folder, or overwrite them with --force",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        raise InputError(f"folder {str(folder)!r}", fact, "", "name another folder") from None
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]
