"""What programs read from standard output."""

import json

import pytest

from trimtab.app.json_text import AT_A_TIME, LONG_LIST, print_json

VALUES = [
    {"a": [1, 2, {"b": [], "c": {}}], "d": {"e": None, "f": "x\ny é"}, "g": [[1], []]},
    [],
    {},
    [1],
    "text",
    None,
    {"list": list(range(LONG_LIST))},
]


@pytest.mark.parametrize("value", VALUES, ids=map(str, range(len(VALUES))))
def test_short_values_are_indented_as_the_standard_library_does(value, capsys):
    print_json(value)
    assert capsys.readouterr().out == json.dumps(value, indent=2) + "\n"


def test_a_long_list_has_many_entries_on_a_line(capsys):
    value = {"rows": [{"line": line, "text": "a\nb"} for line in range(LONG_LIST + 1)], "more": 1}
    print_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert out.count("\n") == LONG_LIST // AT_A_TIME + 1 + 5
