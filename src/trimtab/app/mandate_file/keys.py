"""What a key and a section of `mandate.toml` are: name, kind, bounds, default, meaning."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = ["Form", "Key", "Kind", "Section", "amount_key", "choice_key", "fraction_key"]


class Kind(StrEnum):
    """What a key may hold, in the words that a message uses."""

    TEXT = "a text in quotes"
    WORD = "a name in quotes"
    WORDS = "a list of names"
    CHOICE = "one of a few words"
    CURRENCY = "a currency code of three letters"
    FLAG = "true or false"
    WHOLE = "a whole number"
    NUMBER = "a number"
    AMOUNT = "an amount"
    AMOUNT_OR_NEVER = 'an amount, or "never"'
    FRACTION = 'a fraction like 0.6, or a text like "60 %"'
    DAY = "a day like 2026-03-31"
    TIME = 'a time of day like "10:30"'
    BAND = "a table like { absolute = 0.05, relative = 0.25 }"
    GROUPS = "a list of lists of names"
    AMOUNTS = "a table of amounts by name"
    LISTS = "a table of lists of names"


class Form(StrEnum):
    """How a section is written."""

    TABLE = "[{name}]"
    LIST = "[[{name}]]"
    NAMED = "[{name}.NAME]"


Default = str | int | bool | Decimal | None


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `default` of `None` means nothing is set unless the key is given."""

    name: str
    kind: Kind
    doc: str
    default: Default = None
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above: Decimal | None = None
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section; an `open` one passes keys it does not know to a plug-in as settings."""

    name: str
    doc: str
    keys: tuple[Key, ...]
    form: Form = Form.TABLE
    open: bool = False
    required: bool = False

    @property
    def heading(self) -> str:
        """How the section is opened in the file."""
        return self.form.value.format(name=self.name)

    def key(self, name: str) -> Key | None:
        """The key of this name, if the section has it."""
        return next((key for key in self.keys if key.name == name), None)


def fraction_key(name: str, doc: str, default: Default = None, example: str = "0.1") -> Key:
    """A key that holds a fraction of one."""
    bounds = Decimal(0), Decimal(1)
    return Key(
        name, Kind.FRACTION, doc, default, minimum=bounds[0], maximum=bounds[1], example=example
    )


def amount_key(name: str, doc: str, default: Default = None, example: str = "") -> Key:
    """A key that holds an amount of at least zero."""
    return Key(name, Kind.AMOUNT, doc, default, minimum=Decimal(0), example=example)


def choice_key(name: str, doc: str, values: type[StrEnum], default: str | None = None) -> Key:
    """A key that holds one of an enumeration's words."""
    return Key(name, Kind.CHOICE, doc, default, choices=tuple(value.value for value in values))
