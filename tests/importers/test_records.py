"""A text becomes records, each with the line that it begins on; a torn one keeps to its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.importers._records import CELLS_MAX, QUOTED_LINES_MAX, records

TEXTS = [
    # text, its records as (line, cells), and the lines that are torn
    ("a,b\nc,d", [(1, ["a", "b"]), (2, ["c", "d"])], []),
    ("\n  \na,b\n\n", [(3, ["a", "b"])], []),
    ("a,,", [(1, ["a", "", ""])], []),
    ('"a,b",c', [(1, ["a,b", "c"])], []),
    ('"say ""hi""",c', [(1, ['say "hi"', "c"])], []),
    ('"a\nb",c\nd,e', [(1, ["a\nb", "c"]), (3, ["d", "e"])], []),
    ('"a\n\nb","c\nd"\ne', [(1, ["a\n\nb", "c\nd"]), (5, ["e"])], []),
    ('12" pipe,c', [(1, ['12" pipe', "c"])], []),
    ('"open,c\nd,e', [(1, ["open,c"]), (2, ["d", "e"])], [1]),
    ('x,"open\nd,e\nf,g', [(1, ["x", "open"]), (2, ["d", "e"]), (3, ["f", "g"])], [1]),
    ('"a"b,c', [(1, ["ab", "c"])], []),
    ('"a" ,"b"', [(1, ["a ", "b"])], []),
]


@pytest.mark.parametrize(("text", "expected", "torn"), TEXTS)
def test_a_text_becomes_records(text, expected, torn):
    found = list(records(text, ","))
    assert [(one.line, list(one.cells)) for one in found] == expected
    assert [one.line for one in found if one.is_torn] == torn


def test_a_quote_that_stays_open_for_long_belongs_to_its_line_alone():
    text = '"open\n' + "a,b\n" * (QUOTED_LINES_MAX + 5) + 'x",y'
    found = list(records(text, ","))
    assert found[0].is_torn
    assert len(found) == QUOTED_LINES_MAX + 7


def test_a_row_of_very_many_cells_is_cut_into_so_many():
    (found,) = records("1," * 50_000, ",")
    assert len(found.cells) == CELLS_MAX
    (quoted,) = records('"a",' + "1," * 50_000, ",")
    assert len(quoted.cells) == CELLS_MAX


def test_a_text_longer_than_a_block_has_the_lines_of_the_whole():
    rows = [f'{number},"two\nlines",{"x" * 200}' for number in range(6_000)]
    found = list(records("\n".join(rows), ","))
    assert [one.line for one in found] == list(range(1, 12_001, 2))
    assert not any(one.is_torn for one in found)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\x0b\x0c\x1c\x1d\x1e\x85"))


@given(st.lists(st.lists(cells, min_size=2, max_size=5), max_size=8), st.sampled_from(",;\t|"))
def test_what_the_standard_library_writes_is_read_back(rows, delimiter):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    found = [list(one.cells) for one in records(stream.getvalue(), delimiter)]
    blank = [row for row in rows if delimiter == "\t" and not "".join(row).strip()]
    assert found == [row for row in rows if row not in blank]


@given(st.text(alphabet='a,"\n ', max_size=60))
def test_records_begin_on_lines_that_rise_and_a_torn_one_has_its_line_alone(text):
    lines = text.split("\n")
    found = list(records(text, ","))
    starts = [one.line for one in found]
    assert starts == sorted(set(starts))
    ends = [*starts[1:], len(lines) + 1] if found else []
    for one, after in zip(found, ends, strict=True):
        if one.is_torn:
            assert not any(line.strip() for line in lines[one.line : after - 1])
