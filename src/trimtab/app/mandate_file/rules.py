"""Rules between the parts of a mandate: sums, names that must exist, targets that can be held.

Each broken rule becomes an `InputError` at the line that breaks it, with what would mend it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from trimtab.app.mandate_file.checks import Checked, Table
from trimtab.app.mandate_file.estimating import LEARNED, LEARNED_COST
from trimtab.app.text_files import Collector
from trimtab.model.accounts import Household
from trimtab.model.errors import nearest
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate, RestrictionKind
from trimtab.model.money import total
from trimtab.model.toml_lines import Path

__all__ = ["CASH", "WEIGHT_TOLERANCE", "Rules"]

CASH = "CASH"
WEIGHT_TOLERANCE = Decimal("0.000001")


class Rules:
    """Checks a built mandate as a whole."""

    def __init__(
        self,
        checked: Checked,
        household: Household,
        instruments: Mapping[str, Instrument],
        mandate: Mandate,
        lines: Mapping[Path, int],
        errors: Collector,
    ) -> None:
        self.checked, self.household, self.instruments = checked, household, instruments
        self.mandate, self.lines, self.errors = mandate, lines, errors
        self.accounts = frozenset(account.id for account in household.accounts)

    def check(self) -> None:
        """Check every rule."""
        self.unique("accounts", "id")
        self.unique("targets", "name")
        self.unique("restrictions", "name")
        self.unique("flows", "name")
        self.unique("liabilities", "name")
        self.weights()
        self.one_home_per_instrument()
        self.target_instruments()
        self.known_accounts()
        self.known_instruments()
        self.groups()
        self.tax()
        self.estimates()
        self.target_source()
        self.restrictions()

    def refuse(self, table: Table, key: str, fact: str, bound: str = "", remedy: str = "") -> None:
        """Note a broken rule at a key's line, or at its table's."""
        line = self.lines.get((*table.path, key), self.lines.get(table.path))
        subject = f"{table.label}.{key}" if key else table.label
        self.errors.refuse(line, subject, fact, bound, remedy)

    def unique(self, section: str, key: str) -> None:
        """No two entries of a section share a name."""
        seen: dict[str, Table] = {}
        for table in self.checked.all(section):
            name = table.text(key) if key in table.values else ""
            if not name:
                continue
            if name in seen:
                first = self.lines.get((*seen[name].path, key))
                self.refuse(
                    table, key, f"{name!r} is taken", f"line {first} has it", "choose another name"
                )
            else:
                seen[name] = table

    def weights(self) -> None:
        """Weights of targets and cash sum to one."""
        tables, cash = self.checked.all("targets"), self.checked.one("cash")
        if not tables or not cash.whole or not all("weight" in table.values for table in tables):
            return
        if "weight" in cash.given and "weight" not in cash.values:
            return
        weights = [table.decimal("weight") for table in tables]
        whole = total(weights) + cash.decimal("weight")
        if abs(whole - 1) <= WEIGHT_TOLERANCE:
            return
        last, missing = tables[-1], 1 - whole
        mended = last.decimal("weight") + missing
        remedy = f"set {last.label}.weight to {_plain(mended)}, or change another"
        if mended < 0:
            remedy = f"take {_plain(-missing)} off the others"
        elif missing > 0 and "weight" not in cash.given:
            remedy += f"; for uninvested money set [cash] weight = {_plain(missing)}"
        terms = " + ".join(_plain(weight) for weight in weights)
        if cash.decimal("weight"):
            terms += f" + {_plain(cash.decimal('weight'))} cash"
        fact = f"{terms} = {_plain(whole)}"
        line = self.lines.get((*last.path, "weight"))
        self.errors.refuse(line, "weights of the targets", fact, "they must sum to 1", remedy)

    def one_home_per_instrument(self) -> None:
        """No instrument belongs to two targets."""
        homes: dict[str, str] = {}
        for table in self.checked.all("targets"):
            for name in table.words("instruments"):
                if name in homes and homes[name] != table.label:
                    fact = f"{name!r} belongs to {homes[name]} already"
                    remedy = "leave it in one target"
                    self.refuse(table, "instruments", fact, "an instrument has one target", remedy)
                homes.setdefault(name, table.label)

    def target_instruments(self) -> None:
        """Each target has an instrument that is allowed and that some account can hold."""
        for table in self.checked.all("targets"):
            names = table.words("instruments")
            cash = [name for name in names if name == CASH or name.startswith(f"{CASH}:")]
            if cash:
                remedy = "set [cash] weight or [cash] reserve instead"
                self.refuse(table, "instruments", f"{cash[0]!r} is money", "", remedy)
            elif names and self.accounts and not any(self.can_be_held(name) for name in names):
                self.refuse(
                    table,
                    "instruments",
                    f"no account can hold any of {', '.join(names)}",
                    "a target needs an eligible instrument",
                    "name another instrument, or loosen [[restrictions]] or can_hold",
                )

    def can_be_held(self, name: str) -> bool:
        """Whether some account may hold an instrument."""
        instrument = self.instruments.get(name)
        tags = instrument.tags if instrument else frozenset()
        return any(
            not self.is_barred(name, tags, account.id) for account in self.household.accounts
        )

    def is_barred(self, name: str, tags: frozenset[str], account: str) -> bool:
        """Whether an account may not own an instrument, or cannot hold it."""
        return any(
            (rule.kind is RestrictionKind.NEVER_OWN or rule.clause.endswith(".can_hold"))
            and (not rule.accounts or account in rule.accounts)
            and (name in rule.instruments or bool(tags & set(rule.tags)))
            for rule in self.mandate.restrictions
        )

    def known_accounts(self) -> None:
        """Every account that is named exists."""
        for table in self.checked.all("flows"):
            self.known(table, "account", [table.text("account")], self.accounts)
        for table in self.checked.all("restrictions"):
            self.known(table, "accounts", table.words("accounts"), self.accounts)
        cash = self.checked.one("cash")
        self.known(cash, "account_reserve", cash.mapping("account_reserve"), self.accounts)

    def known_instruments(self) -> None:
        """Every instrument that is named outside targets exists."""
        for table in self.checked.all("restrictions"):
            self.known(table, "instruments", table.words("instruments"), self.instruments)
            tags = {tag for instrument in self.instruments.values() for tag in instrument.tags}
            self.known(table, "tags", table.words("tags"), tags, "no instrument has the tag")
        wash = self.checked.one("wash_sales")
        self.known(wash, "substitutes", wash.mapping("substitutes"), self.instruments)

    def known(
        self,
        table: Table,
        key: str,
        names: Iterable[str],
        known: Iterable[str],
        what: str = "",
    ) -> None:
        """Refuse names that are not known."""
        what = what or f"there is no {'account' if 'account' in key else 'instrument'}"
        for name in names:
            if name and name not in set(known):
                remedy = nearest(name, known)
                if "instrument" in what and remedy.startswith("known are"):
                    remedy = f"add it to a target, or declare it as [instruments.{name}]"
                self.refuse(table, key, f"{what} {name!r}", "", remedy)

    def groups(self) -> None:
        """One source says what is identical to what."""
        grouped = {n for group in self.mandate.wash_sales.groups for n in group}
        for table in self.checked.all("instruments"):
            if table.name in grouped and table.text("identical_group"):
                self.refuse(
                    table,
                    "identical_group",
                    f"[wash_sales] groups lists {table.name!r} as well",
                    "one place says what is identical",
                    "remove it from one of the two",
                )
        for original, substitutes in self.mandate.wash_sales.substitutes.items():
            for other in substitutes:
                mine, its = self.instruments.get(original), self.instruments.get(other)
                if mine and its and mine.wash_group == its.wash_group:
                    self.refuse(
                        self.checked.one("wash_sales"),
                        "substitutes",
                        f"{other!r} is substantially identical to {original!r}",
                        "a substitute must differ from what it replaces",
                        "take one of them out of the group, or name another substitute",
                    )

    def tax(self) -> None:
        """The federal rules need an income or both rates."""
        table = self.checked.one("tax")
        if table.text("regime") != "us_federal" or table.given & {"ordinary_income"}:
            return
        if "tax" in self.checked.misspelt:
            return
        if {"short_rate", "long_rate"} <= table.given:
            return
        self.refuse(
            table,
            "",
            "neither ordinary_income nor both of short_rate and long_rate are given",
            "tax cannot be computed without",
            'add ordinary_income, or both rates, or regime = "none"',
        )

    def estimates(self) -> None:
        """Settings stand under an estimator that is chosen."""
        table = self.checked.one("estimates")
        keys = ("covariance", "mean", "state", "drift", "trend", "cost")
        chosen = [table.text(key) for key in keys if table.text(key)]
        chosen += [LEARNED_COST for name in chosen if name.startswith(LEARNED)]
        for name, settings in table.settings.items():
            if not isinstance(settings, Mapping):
                self.refuse(table, name, "there is no such key", "", nearest(name, keys))
            elif name not in chosen:
                fact = "it has settings, but is not chosen"
                self.refuse(table, name, fact, "", nearest(name, chosen))

    def target_source(self) -> None:
        """A source is named, and every target's stated weight lies within its own bounds."""
        table = self.checked.one("target_source")
        if table.given and not table.text("name"):
            self.refuse(table, "name", "it is missing", "", 'add name = "risk_parity"')
        stated = {target.name: target.weight for target in self.mandate.targets}
        least, most = table.decimals("minimum"), table.decimals("maximum")
        for key, limits in (("minimum", least), ("maximum", most)):
            self.known(table, key, limits, stated, "there is no target")
        for name, weight in stated.items():
            low, high = least.get(name, Decimal(0)), most.get(name, Decimal(1))
            if not low <= weight <= high:
                key = "minimum" if weight < low else "maximum"
                fact = (
                    f"{name} is stated at {_plain(weight)}, outside {_plain(low)} to {_plain(high)}"
                )
                bound = "the stated weights stand where nothing can be estimated"
                self.refuse(table, key, fact, bound, "change the bound, or the stated weight")

    def restrictions(self) -> None:
        """A restriction says what it is about, and a range has an order."""
        for table in self.checked.all("restrictions"):
            if not table.whole:
                continue
            if not table.words("instruments") and not table.words("tags"):
                remedy = "add instruments = [...] or tags = [...]"
                self.refuse(table, "", "it names neither instruments nor tags", "", remedy)
            low, high = table.optional_decimal("minimum"), table.optional_decimal("maximum")
            is_range = table.text("kind") == RestrictionKind.HOLD_RANGE
            if is_range and low is None and high is None:
                remedy = "add minimum, maximum or both"
                self.refuse(table, "", "a hold_range without minimum and maximum", "", remedy)
            if not is_range and not (low is None and high is None):
                remedy = 'remove them, or set kind = "hold_range"'
                self.refuse(table, "", "minimum and maximum are for hold_range", "", remedy)
            if low is not None and high is not None and low > high:
                fact = f"minimum {_plain(low)} is above maximum {_plain(high)}"
                self.refuse(table, "minimum", fact, "", "swap them")


def _plain(number: Decimal) -> str:
    """A number without an exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
