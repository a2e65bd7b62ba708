"""The section of `mandate.toml` on where current target weights come from."""

from decimal import Decimal

from trimtab.app.mandate_file.keys import Key, Kind, Section, fraction_key
from trimtab.model.mandate import PlugInChoice, TargetRules

__all__ = ["TARGET_SOURCE"]

DEFAULT = TargetRules(PlugInChoice("fixed"))

TARGET_SOURCE = Section(
    "target_source",
    "Targets that are re-estimated, instead of the stated weights for ever; its other keys are\n"
    "settings of the source, which `trimtab policies --targets` lists.",
    (
        Key(
            "name",
            Kind.WORD,
            "which source: glide_path, risk_parity, minimum_variance ...",
            example='"risk_parity"',
        ),
        Key(
            "review_sessions",
            Kind.WHOLE,
            "weekdays from one estimate to the next",
            DEFAULT.review_sessions,
            minimum=Decimal(1),
            maximum=Decimal(2600),
        ),
        fraction_key(
            "blend",
            "how much of an estimate is taken: 1 all of it, 0 the stated weights",
            DEFAULT.blend,
        ),
        Key(
            "minimum",
            Kind.AMOUNTS,
            "least weight by target",
            minimum=Decimal(0),
            maximum=Decimal(1),
            example="{ bonds = 0.2 }",
        ),
        Key(
            "maximum",
            Kind.AMOUNTS,
            "most weight by target",
            minimum=Decimal(0),
            maximum=Decimal(1),
            example="{ stocks = 0.8 }",
        ),
        fraction_key("distance_max", "farthest from the stated weight, either way"),
    ),
    open=True,
)
