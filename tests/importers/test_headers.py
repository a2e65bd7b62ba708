"""A header is told from the rows of its table, whatever its columns' order and company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.one_format import form
from trimtab.importers._bind import best_binding, header_of
from trimtab.importers._catalogue import built_in
from trimtab.importers._headers import Headers

TWO = """
broker = "mine"
name = "Positions and lots"
[[sections]]
kind = "positions"
required = ["symbol", "quantity"]
[sections.columns]
symbol = ["Symbol", "Ticker Symbol"]
quantity = ["Quantity"]
[[sections]]
kind = "lots"
required = ["symbol", "quantity", "acquired"]
[sections.columns]
symbol = ["Symbol"]
quantity = ["Quantity"]
acquired = ["/^date/"]
"""
ROWS = [
    (["Symbol", "Quantity"], "positions"),
    (["quantity", "TICKER_SYMBOL", "x"], "positions"),
    (["Symbol", "Quantity", "Date acquired"], "lots"),
    (["Symbol", "Price"], None),
    (["VTI", "10"], None),
    (["Quantity of the Symbol", "10"], None),
    ([], None),
]


@pytest.mark.parametrize(("cells", "kind"), ROWS)
def test_the_section_that_explains_most_of_a_header_is_found(cells, kind):
    found = Headers(form(TWO).sections).of(cells, ",".join(cells))
    assert (None if found is None else found.section.kind.value) == kind


names = sorted(
    {name for one in built_in() for s in one.sections for n in s.needed_names for name in n}
)


@given(
    st.sampled_from(built_in()),
    st.lists(st.one_of(st.sampled_from(names), st.sampled_from(["10", "", "VTI"])), max_size=9),
)
def test_the_quick_look_overlooks_no_header(one, cells):
    quick = Headers(one.sections).of(cells, ",".join(cells))
    assert quick == best_binding(one.sections, header_of(cells))
