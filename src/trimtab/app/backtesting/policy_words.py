"""Policies as a person writes them: `5/25`, `threshold:absolute=0.03,destination=edge`.

Errors: `InputError` for what is written otherwise; `configure` refuses what a policy does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from trimtab.app.policy_choice import policy_from
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.mandate import Mandate, PlugInChoice, Setting
from trimtab.policies._aliases import resolve

__all__ = [
    "FIELD_POLICIES",
    "grid_of",
    "in_words",
    "read_axis",
    "read_choice",
    "read_choices",
    "usual_axes",
    "usual_policies",
    "worded",
]

FIELD_POLICIES = ("hold", "annual", "quarterly", "5%", "5/25", "200/175", "no_trade_zone")
"""What the field compares: never, by the calendar, by bands, and by cost."""

USUAL_GRID = ("absolute=0.01..0.10..0.01",)
"""What `trimtab sweep` tries where no grid is stated: bands of 1 to 10 points."""
RANGE_PARTS = 3
GRID_MAX = 100_000
SETTING_EXAMPLE = "threshold:absolute=0.03,destination=edge"


def read_choice(words: str, mandate: Mandate) -> PlugInChoice:
    """The policy that is meant; the mandate's own settings hold where its name is given alone.

    Refuses: settings of no policy, and a setting without a name or a value.
    """
    name, _, rest = words.partition(":")
    name = name.strip()
    if not name:
        raise InputError(
            f"policy {words!r}", "has no name", remedy=f"for example {SETTING_EXAMPLE}"
        )
    if not rest and name == mandate.policy.name:
        return mandate.policy
    settings: dict[str, Setting] = {}
    for part in filter(None, (part.strip() for part in rest.split(","))):
        key, sign, value = part.partition("=")
        if name == "learned" and not sign and not settings:  # the model's name comes first
            settings["model"] = part
            continue
        if not sign or not key.strip() or not value.strip():
            raise InputError(
                f"policy {words!r}",
                f"{part!r} is no setting",
                "settings are written name=value, with commas between them",
                f"for example {SETTING_EXAMPLE}",
            )
        settings[key.strip()] = _value(value.strip())
    return PlugInChoice(name, settings)


def read_choices(words: Sequence[str], mandate: Mandate) -> tuple[PlugInChoice, ...]:
    """Several policies.

    Refuses: what cannot be read, and what no policy is or has, all of it at once.
    """
    choices: list[PlugInChoice] = []
    errors: list[InputError] = []
    for one in words:
        try:
            choice = read_choice(one, mandate)
            policy_from(choice)
            choices.append(choice)
        except InputErrors as several:
            errors += several.errors
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    return tuple(choices)


def usual_policies(mandate: Mandate) -> tuple[str, ...]:
    """What a mandate is compared with where nobody says: the field's policies, and its own."""
    own = resolve(mandate.policy)
    field = [resolve(read_choice(name, mandate)) for name in FIELD_POLICIES]
    return FIELD_POLICIES if own in field else (*FIELD_POLICIES, mandate.policy.name)


def worded(choice: PlugInChoice) -> str:
    """A choice as a person would write it."""
    if not choice.settings:
        return choice.name
    return f"{choice.name}:" + ",".join(f"{key}={value}" for key, value in choice.settings.items())


def in_words(choice: PlugInChoice) -> str:
    """What a choice comes to: the policy and the settings that it was given."""
    resolved = resolve(choice)
    given = ", ".join(f"{key} {value}" for key, value in resolved.settings.items())
    return f"{resolved.name}: {given}" if given else resolved.name


def grid_of(base: PlugInChoice, axes: dict[str, tuple[str, ...]]) -> tuple[PlugInChoice, ...]:
    """Every combination of settings, the last axis fastest.

    Refuses: more of them than anyone can look at.
    """
    count = 1
    for values in axes.values():
        count *= len(values)
    if count > GRID_MAX:
        raise InputError(
            "grid", f"has {count:,} combinations", f"the limit is {GRID_MAX:,}", "leave some out"
        )
    return tuple(
        PlugInChoice(
            base.name,
            {**base.settings, **{k: _value(v) for k, v in zip(axes, values, strict=True)}},
        )
        for values in product(*axes.values())
    )


def usual_axes(policy: str) -> tuple[str, ...]:
    """The grid where nobody states one: bands of the threshold policy.

    Refuses: any other policy, whose settings only its user knows.
    """
    if policy != "threshold":
        raise InputError(
            "grid",
            f"nothing says which settings of {policy} are tried",
            "only threshold has a usual grid",
            "name them, as --grid setting=value,value; `trimtab policies` lists the settings",
        )
    return USUAL_GRID


def read_axes(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The axes of a grid, each setting once.

    Refuses: a setting that is named twice.
    """
    axes: dict[str, tuple[str, ...]] = {}
    for text in texts:
        key, values = read_axis(text)
        if key in axes:
            raise InputError(
                f"grid {text!r}",
                f"{key} has an axis already",
                "a setting is one axis",
                f"put all values into one, as {key}={','.join((*axes[key], *values))}",
            )
        axes[key] = values
    return axes


def read_axis(text: str) -> tuple[str, tuple[str, ...]]:
    """One axis of a grid: `absolute=0.02,0.05` or `absolute=0.01..0.10..0.01`.

    Refuses: what is neither.
    """
    key, sign, values = text.partition("=")
    parts = [part.strip() for part in values.split("..")]
    listed = tuple(filter(None, (part.strip() for part in values.split(","))))
    if not sign or not key.strip() or not listed or len(parts) not in (1, RANGE_PARTS):
        raise _no_axis(text)
    return key.strip(), listed if len(parts) == 1 else _stepped(text, *parts)


def _stepped(text: str, first: str, last: str, step: str) -> tuple[str, ...]:
    try:
        low, high, by = Decimal(first), Decimal(last), Decimal(step)
    except InvalidOperation:
        raise _no_axis(text) from None
    if not all(one.is_finite() for one in (low, high, by)):
        raise _no_axis(text)
    if by <= 0 or high < low or (high - low) / by > GRID_MAX:
        raise _no_axis(text)
    count = int((high - low) / by) + 1
    return tuple(str(low + k * by) for k in range(count))


def _no_axis(text: str) -> InputError:
    return InputError(
        f"grid {text!r}",
        "is no axis",
        "write setting=value,value or setting=first..last..step",
        "for example absolute=0.02,0.05 or absolute=0.01..0.10..0.01",
    )


def _value(text: str) -> Setting:
    """A number, a truth value, or a word."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() and "." not in text else number
