"""Every key of a TOML text is found on its line, however it is written."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from trimtab.app.mandate_file.text import toml_value
from trimtab.model.toml_lines import key_lines

TEXT = '''\
# a comment with [brackets] and "quotes"
top = 1
[a.b]            # line 3
"quoted key" = """
two
lines"""
c = [            # line 7
  1,
  { d = "x]", e = \'\'\'
  \'\'\' },
]
[[list]]
x = 1
[list.inner]
y = 2
[[list]]
dotted.key = 2022-10-11
z = "\\"#"  # line 18
'''


def test_keys_are_found_on_their_lines():
    lines = key_lines(TEXT)
    assert lines["top",] == 2
    assert lines["a", "b"] == 3
    assert lines["a", "b", "quoted key"] == 4
    assert lines["a", "b", "c"] == 7
    assert lines["a", "b", "c", 0] == 8
    assert lines["a", "b", "c", 1, "e"] == 9
    assert lines["list", 0, "x"] == 13
    assert lines["list", 0, "inner", "y"] == 15
    assert lines["list", 1] == 16
    assert lines["list", 1, "dotted", "key"] == 17
    assert lines["list", 1, "z"] == 18


VALUES = st.recursive(
    st.text(max_size=8) | st.integers(-9, 99) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab c.\"'#", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("xyz_-", min_size=1, max_size=4), VALUES, max_size=6))
def test_every_key_of_any_document_has_its_line(document: dict):
    text = "".join(f"\n{name} = {toml_value(value)}\n" for name, value in document.items())
    assert tomllib.loads(text) == document
    lines = key_lines(text)
    assert {name: lines[name,] for name in document} == {
        name: 2 * number for number, name in enumerate(document, start=1)
    }
