"""Another policy changes its own section of the mandate and nothing else."""

import tomllib
from decimal import Decimal

import pytest

from trimtab.app.choosing.mandate_edit import with_policy
from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice

ZONE = PlugInChoice("no_trade_zone", {})
REST = '[household]\nname = "A"   # whose\n\n# what is wanted\n[[targets]]\nname="x"\nweight=1.0\n'

EDITS = [
    # (what it shows, the text before, the choice, the text after)
    (
        "a comment behind the name stays",
        '[policy]\nname = "5/25"  # mine\n',
        ZONE,
        '[policy]\nname = "no_trade_zone"  # mine\n',
    ),
    ("a section is added at the end", REST, ZONE, REST + '\n[policy]\nname = "no_trade_zone"\n'),
    (
        "settings of the policy before go",
        '[policy]\nname = "threshold"\n# how far\nabsolute = 0.03\n\n[cash]\nreserve = 5 # spare\n',
        ZONE,
        '[policy]\nname = "no_trade_zone"\n# how far\n\n[cash]\nreserve = 5 # spare\n',
    ),
    (
        "settings come with it",
        '[policy]\nname = "hold"\n',
        PlugInChoice("no_trade_zone", {"review_days": 63, "risk_aversion": Decimal("5.50")}),
        '[policy]\nname = "no_trade_zone"\nreview_days = 63\nrisk_aversion = 5.50\n',
    ),
    (
        "what is right already stays as it was written",
        '[policy]\nname = "threshold"\nabsolute = 0.050\n',
        PlugInChoice("threshold", {"absolute": Decimal("0.05"), "destination": "edge"}),
        '[policy]\nname = "threshold"\nabsolute = 0.050\ndestination = "edge"\n',
    ),
    (
        "a table in one line stays one",
        'policy = { name = "hold" }\n',
        ZONE,
        'policy = { name = "no_trade_zone" }\n',
    ),
    (
        "the line ends of another system stay",
        '[policy]\r\nname = "hold"\r\n',
        PlugInChoice("no_trade_zone", {"review_days": 63}),
        '[policy]\r\nname = "no_trade_zone"\r\nreview_days = 63\r\n',
    ),
]


@pytest.mark.parametrize(
    ("before", "choice", "after"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_only_the_policy_changes(before, choice, after):
    assert with_policy(before, choice) == after
    assert with_policy(after, choice) == after


def test_a_mandate_that_is_edited_reads_as_before_but_for_its_policy():
    edited = tomllib.loads(with_policy(REST, ZONE))
    assert edited.pop("policy") == {"name": "no_trade_zone"}
    assert edited == tomllib.loads(REST)


def test_a_section_that_is_no_table_is_left_to_the_person():
    with pytest.raises(InputError, match="section by hand"):
        with_policy('policy = "hold"\n', ZONE)
