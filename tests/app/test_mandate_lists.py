"""Lists of a mandate are edited entry by entry, and nothing else of the file changes."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from trimtab.app.demo import DEMO_FOLDER
from trimtab.app.mandate_lists import entries_of, with_entry, without_entry
from trimtab.model.errors import InputError

DEMO = (DEMO_FOLDER / "mandate.toml").read_text("utf-8")
ROOF = {"name": "roof repair", "amount": Decimal("-25000"), "account": "joint"}
PLAIN = """\
# mine
[[flows]]
name = "roof"      # leaks
amount = -20_000   # about
due = 2026-06-30

# The bands.
[bands]
absolute = 0.05
"""


def test_a_changed_value_leaves_every_comment_and_every_other_key():
    changed = with_entry(PLAIN, "flows", "name", {"name": "roof", "amount": Decimal(-9)}, 0)
    assert changed == PLAIN.replace("-20_000", "-9")


def test_a_value_of_none_takes_its_key_out():
    changed = with_entry(PLAIN, "flows", "name", {"amount": Decimal(-20000), "due": None}, 0)
    assert changed == PLAIN.replace("due = 2026-06-30\n", "")


def test_a_new_entry_stands_behind_the_last_of_its_list():
    added = with_entry(PLAIN, "flows", "name", {"name": "car", "amount": Decimal(5)}, None)
    assert added == PLAIN.replace(
        "2026-06-30\n", '2026-06-30\n\n[[flows]]\nname = "car"\namount = 5\n'
    )


def test_the_first_entry_of_a_list_stands_at_the_end():
    added = with_entry("[a]\nb = 1", "flows", "name", {"name": "x", "due": date(2026, 1, 2)}, None)
    assert added == '[a]\nb = 1\n\n[[flows]]\nname = "x"\ndue = 2026-01-02\n'


def test_an_entry_is_taken_out_and_the_comment_behind_it_stays():
    assert without_entry(PLAIN, "flows", 0) == "# mine\n\n# The bands.\n[bands]\nabsolute = 0.05\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(ending: str):
    text = PLAIN.replace("\n", ending)
    for written in (
        with_entry(text, "flows", "name", {"amount": Decimal(1)}, 0),
        with_entry(text, "flows", "name", {"name": "car", "amount": Decimal(5)}, None),
        without_entry(text, "flows", 0),
    ):
        assert written.count("\n") == written.count(ending)


def test_every_entry_of_the_demo_goes_and_comes_back():
    for section, key in (("flows", "name"), ("accounts", "id"), ("targets", "name")):
        for place, entry in enumerate(entries_of(DEMO, section)):
            gone = without_entry(DEMO, section, place)
            back = with_entry(gone, section, key, dict(entry), None)
            found = sorted(entries_of(back, section), key=str)
            assert found == sorted(entries_of(DEMO, section), key=str)
            assert [line for line in DEMO.splitlines() if line.startswith("#")] == [
                line for line in back.splitlines() if line.startswith("#")
            ]


@pytest.mark.parametrize(
    "text",
    ['flows = [{ name = "roof", amount = -1 }]\n', 'a = 1\nflows = [\n { name = "x" },\n]\n'],
)
def test_a_list_in_one_line_is_left_to_a_person(text: str):
    with pytest.raises(InputError, match="by hand"):
        without_entry(text, "flows", 0)
    with pytest.raises(InputError, match="by hand"):
        with_entry(text, "flows", "name", {"name": "car"}, None)


def test_names_that_toml_has_to_escape_come_back_as_they_were():
    name = 'a "roof"\\n # ü\t]'
    added = with_entry(PLAIN, "flows", "name", {"name": name, "amount": Decimal(1)}, None)
    assert tomllib.loads(added)["flows"][1]["name"] == name
