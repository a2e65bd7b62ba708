"""Each mistake in a mandate is named with its line and what would mend it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.folders import MANDATE
from tests.app.mandate_mistakes import MISTAKES
from tests.app.mandates import FULL, PLACE, edit
from trimtab.app.config import parse_mandate, read_mandate
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.model.errors import InputError, InputErrors


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_line_and_remedy(name: str):
    text, line, words = MISTAKES[name]
    with pytest.raises(InputErrors) as caught:
        parse_mandate(text, PLACE)
    message = str(caught.value)
    for word in words:
        assert word in message
    fitting = [error for error in caught.value.errors if words[0] in str(error)]
    assert [error.line for error in fitting] == [line]
    assert all(error.file == "mandate.toml" for error in caught.value.errors)


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines():
    text = edit("weight = 0.6", "weight = 60").replace('wrapper = "taxable"', "fractional = 1")
    text += '[harvest]\nenabled = "yes"\n[limts]\nx = 1\n'
    with pytest.raises(InputErrors) as caught:
        parse_mandate(text, PLACE)
    lines = [error.line for error in caught.value.errors]
    assert lines == [6, 14, 26, 27]


def test_another_encoding_is_refused_by_byte_and_offset(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(edit("Test", "Müller").encode("latin-1"))
    with pytest.raises(InputErrors, match=r"mandate\.toml:2: .*byte 0xfc at offset 21 .*'ü'"):
        read_mandate(path)


def test_a_spreadsheet_s_utf_16_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(MANDATE.encode("utf-16"))
    with pytest.raises(InputErrors, match=r"encoded in UTF-16 .* Save it as UTF-8"):
        read_mandate(path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(InputErrors, match=r"there is no such file\. Make one with `trimtab init`"):
        read_mandate(tmp_path / "mandate.toml")


def test_every_key_says_what_it_means():
    for section in SECTIONS:
        assert section.doc
        assert all(key.doc for key in section.keys)
        names = [key.name for key in section.keys]
        assert len(names) == len(set(names))


WORDS = st.sampled_from(
    [
        *("[tax]", "[[accounts]]", "[targets]", "id", "weight", "VTI", "=", "true", "\n", "#"),
        *('"', "'''", "[", "]", "{", "}", ",", ".", "\\u00", "\x00", "é"),
        *("1e999999999", "nan", "-0", "2022-13-45"),
    ]
)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("[tax]\nyear = 2024\nyear = 2025\n", "this key stands twice in its section"),
        ("[tax]\nyear = 2024\n[tax]\n", "this section stands twice"),
    ],
)
def test_what_stands_twice_is_said_so(text: str, remedy: str):
    with pytest.raises(InputErrors) as refused:
        parse_mandate(text, PLACE)
    assert [error.line for error in refused.value.errors] == [3]
    assert remedy in refused.value.errors[0].remedy


@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=200))
def test_no_text_is_ever_more_than_a_mandate_or_mistakes(text: str):
    refuses_or_reads(text)


@given(st.integers(0, len(FULL)), st.integers(0, 12), st.lists(WORDS, max_size=4).map(" ".join))
def test_no_damage_to_a_mandate_is_ever_more_than_mistakes(at: int, cut: int, put: str):
    refuses_or_reads(FULL[:at] + put + FULL[at + cut :])


@given(
    st.sampled_from([f"{s.name}.{k.name}" for s in SECTIONS for k in s.keys]),
    st.sampled_from(["-1", "1e20", "nan", "true", '""', "[]", "{}", "[[1]]", "07:32:00", '["a"]']),
)
def test_no_value_of_any_key_is_ever_more_than_a_mistake(place: str, value: str):
    section = next(s for s in SECTIONS if s.name == place.split(".")[0])
    heading = section.heading.replace("NAME", "X")
    refuses_or_reads(f"{heading}\n{place.split('.')[1]} = {value}\n")


def refuses_or_reads(text: str) -> None:
    refused: tuple[InputError, ...] | None = None
    try:
        parse_mandate(text, PLACE)
    except InputErrors as several:
        refused = several.errors
    assert refused is None or {error.file for error in refused} == {"mandate.toml"}
