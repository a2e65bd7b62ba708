"""A heading that is misspelt is one mistake, not one more for everything that it leaves out."""

from pathlib import Path

import pytest

from tests.app.folders import MANDATE
from trimtab.app.config import parse_mandate
from trimtab.model.errors import InputErrors

PLACE = Path("mandate.toml")


@pytest.mark.parametrize(
    ("heading", "meant"),
    [("[tax]", "[taxx]"), ("[tax]", "[Tax]"), ("[[targets]]", "[[target]]")],
)
def test_a_misspelt_heading_is_the_only_mistake_that_is_told(heading, meant):
    with pytest.raises(InputErrors) as caught:
        parse_mandate(MANDATE.replace(heading, meant), PLACE)
    (error,) = caught.value.errors
    assert "no such section" in error.fact
    assert heading.strip("[]") in error.remedy
