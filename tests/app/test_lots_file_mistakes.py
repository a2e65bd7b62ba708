"""Each mistake in a lots file is named with its line, and nothing is lost without a word."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.lots_rows import AS_OF, HEAD, KNOWN, read
from trimtab.app.lots_file import LotsFile, read_lots
from trimtab.model.errors import InputErrors

GOOD = "joint,VTI,1,1,2021-03-04\n"


# Text → the line that is wrong, and words that the message must hold.
MISTAKES = {
    "an empty file": ("", 1, ["it is empty", "account,instrument,quantity"]),
    "a missing column": (
        "account,instrument,quantity,acquired\n",
        1,
        ["column basis missing", "first line must name"],
    ),
    "a column with a typo": (
        "account,instrument,quantity,basis,aquired\n",
        1,
        ["there is no column 'aquired'", "Did you mean 'acquired'?"],
    ),
    "a column twice": (HEAD.strip() + ",basis\n", 1, ["column 'basis' stands twice"]),
    "semicolons": (HEAD.replace(",", ";"), 1, ["separated by semicolons", "CSV UTF-8"]),
    "tabs": (HEAD.replace(",", "\t"), 1, ["separated by tabs"]),
    "a file cut off in a row": (
        HEAD + GOOD + "joint,VTI,1",
        3,
        ["it has 3 of 5 columns", "ends in the middle of a row"],
    ),
    "a file cut off in quotes": (
        HEAD + GOOD + 'joint,VTI,"1,0',
        3,
        ["quotation mark opens here and never closes", "cut off"],
    ),
    "a file cut off in a day": (
        HEAD + "joint,VTI,1,1,2021-03",
        2,
        ["acquired", "'2021-03' is not a day"],
    ),
    "a short row": (HEAD + "joint,VTI\n" + GOOD, 2, ["2 of 5 columns", "Complete it"]),
    "a number with a comma that is not quoted": (
        HEAD + "joint,VTI,1,1,234,2021-03-04\n",
        2,
        ["it has 6 columns, the header 5", "in quotes"],
    ),
    "a quantity of zero": (
        HEAD + "joint,VTI,0,1,2021-03-04\n",
        2,
        ["quantity", "0 of VTI", "above 0", "Remove the row"],
    ),
    "a negative quantity": (
        HEAD + "joint,VTI,-3,1,2021-03-04\n",
        2,
        ["-3 of VTI", "above 0", "short position"],
    ),
    "an empty quantity": (HEAD + "joint,VTI,,1,2021-03-04\n", 2, ["quantity", "is not a number"]),
    "NaN": (HEAD + "joint,VTI,NaN,1,2021-03-04\n", 2, ["quantity: 'NaN'", "finite number"]),
    "infinity": (HEAD + "joint,VTI,1,inf,2021-03-04\n", 2, ["basis: 'inf'", "finite number"]),
    "a quantity that is a word": (HEAD + "joint,VTI,ten,1,2021-03-04\n", 2, ["'ten' is not"]),
    "a decimal comma": (
        HEAD + 'joint,VTI,1,"2.431,10",2021-03-04\n',
        2,
        ["'2.431,10' is not a number", "decimal point as a point"],
    ),
    "an amount in brackets": (
        HEAD + "joint,VTI,1,(12.00),2021-03-04\n",
        2,
        ["'(12.00)' is not a number", "-12.00"],
    ),
    "a negative basis": (
        HEAD + "joint,VTI,1,-5,2021-03-04\n",
        2,
        ["basis: -5", "at least 0", "leave it empty where unknown"],
    ),
    "an unknown account": (
        HEAD + "jiont,VTI,1,1,2021-03-04\n",
        2,
        ["no account 'jiont'", "Did you mean 'joint'?"],
    ),
    "no account": (HEAD + ",VTI,1,1,2021-03-04\n", 2, ["account: it is empty"]),
    "an unknown instrument": (
        HEAD + "joint,VTII,1,1,2021-03-04\n",
        2,
        ["does not know 'VTII'", "Did you mean 'VTI'?", "[instruments.VTII]"],
    ),
    "an unknown instrument with a dot": (
        HEAD + "joint,QQQ.X,1,1,2021-03-04\n",
        2,
        ['[instruments."QQQ.X"]'],
    ),
    "cash by the name of its currency": (HEAD + "joint,USD,100,,\n", 2, ["is written as CASH"]),
    "cash in small letters": (HEAD + "joint,cash,100,,\n", 2, ["no instrument 'cash'", "CASH:EUR"]),
    "no instrument": (HEAD + "joint,,1,1,2021-03-04\n", 2, ["instrument: it is empty"]),
    "what the account cannot hold": (
        HEAD + "plan,VTI,1,1,2021-03-04\n",
        2,
        ["account 'plan'", "cannot hold 'VTI'", "can_hold lists BND"],
    ),
    "a row twice": (
        HEAD + GOOD + GOOD,
        3,
        ["the same as line 2", "Remove one, or give each an id"],
    ),
    "a lot id twice": (
        HEAD.strip() + ",id\njoint,VTI,1,1,2021-03-04,A\njoint,VTI,2,1,2021-03-04,A\n",
        3,
        ["'A' is the id of line 2 too", "own id"],
    ),
    "a day in another order": (
        HEAD + "joint,VTI,1,1,03/04/2021\n",
        2,
        ["'03/04/2021' is not a day", "March or April"],
    ),
    "a day that no calendar has": (
        HEAD + "joint,VTI,1,1,2021-02-30\n",
        2,
        ["'2021-02-30' is not a day"],
    ),
    "a day to come": (
        HEAD + "joint,VTI,1,1,2022-10-12\n",
        2,
        ["2022-10-12 has not come yet", "the day is 2022-10-11", "--as-of"],
    ),
    "a day of the middle ages": (HEAD + "joint,VTI,1,1,1066-10-14\n", 2, ["is too early"]),
    "a flag that is neither": (
        HEAD.strip() + ",inherited\njoint,VTI,1,1,2021-03-04,maybe\n",
        2,
        ["inherited", "'maybe' is neither yes nor no"],
    ),
    "negative cash": (
        HEAD + "joint,CASH,-100,,\n",
        2,
        ["cash of joint: -100", "at least 0", "margin loan"],
    ),
    "cash twice": (
        HEAD + "joint,CASH,1,,\njoint,CASH,2,,\n",
        3,
        ["line 2 gives it already", "Add them up"],
    ),
    "cash in no currency": (HEAD + "joint,CASH:euro,1,,\n", 2, ["'CASH:euro' names no currency"]),
    "more unsettled than there is": (
        HEAD.strip() + ",unsettled\njoint,CASH,5,,,6\n",
        2,
        ["unsettled: 6", "between 0 and the cash of 5"],
    ),
    "unsettled shares": (
        HEAD.strip() + ",unsettled\njoint,VTI,5,1,2021-03-04,6\n",
        2,
        ["only a cash row can have it"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_line_and_remedy(name: str):
    text, line, words = MISTAKES[name]
    with pytest.raises(InputErrors) as caught:
        read(text)
    message = str(caught.value)
    for word in words:
        assert word in message
    assert {error.line for error in caught.value.errors} == {line}
    assert {error.file for error in caught.value.errors} == {"lots.csv"}
    assert all(error.remedy for error in caught.value.errors)


def test_all_mistakes_of_all_rows_are_reported_at_once():
    with pytest.raises(InputErrors) as caught:
        read(HEAD + "jiont,VTI,-1,x,2021-03-04\njoint,VTII,1,1,1\n")
    assert [error.line for error in caught.value.errors] == [2, 2, 2, 3, 3]


def test_a_file_of_nothing_but_mistakes_ends_after_a_hundred():
    rows = "".join(f"joint,VTI,-{n},1,2021-03-04\n" for n in range(1, 500))
    with pytest.raises(InputErrors) as caught:
        read(HEAD + rows)
    assert len(caught.value.errors) == 100


def test_another_encoding_is_refused_by_byte_and_line(tmp_path: Path):
    path = tmp_path / "lots.csv"
    path.write_bytes(f"{HEAD}jöint,VTI,1,1,2021-03-04\n".encode("latin-1"))
    with pytest.raises(InputErrors, match=r"lots\.csv:2: .*byte 0xf6 at offset 44 .*'ö'"):
        read_lots(path, KNOWN, AS_OF)


def test_a_file_with_zero_bytes_is_refused(tmp_path: Path):
    path = tmp_path / "lots.csv"
    path.write_bytes(HEAD.encode() + b"\0\0\0")
    with pytest.raises(InputErrors, match="NUL character at offset 43"):
        read_lots(path, KNOWN, AS_OF)


CELLS = st.sampled_from(
    [
        "joint",
        "VTI",
        "CASH",
        "CASH:",
        "1",
        "-1",
        "1e5",
        "nan",
        "2021-03-04",
        '"',
        '""',
        "",
        "#",
        "$",
    ]
)


@given(st.lists(st.lists(CELLS, max_size=7).map(",".join), max_size=5).map("\n".join))
def test_no_rows_are_ever_more_than_lots_or_mistakes(rows: str):
    refuses_or_reads(HEAD + rows)


@given(st.text(max_size=200))
def test_no_text_is_ever_more_than_lots_or_mistakes(text: str):
    refuses_or_reads(text)
    refuses_or_reads(HEAD + text)


@given(st.integers(0, 120))
def test_half_a_file_never_loads_as_fewer_shares_without_a_word(cut: int):
    """A copy that breaks off inside a row is noticed, wherever it breaks."""
    text = HEAD + "joint,VTI,1250,10000,2021-03-04\njoint,BND,310,9000,2021-03-04\n"
    half = text[:cut]
    if cut < len(text) - 1 and half and not half.endswith("\n"):
        whole_rows = {HEAD.strip(), *text.splitlines()}
        if half.splitlines()[-1] not in whole_rows:
            with pytest.raises(InputErrors):
                read(half)


def refuses_or_reads(text: str) -> None:
    found = LotsFile((), (), {})
    with suppress(InputErrors):
        found = read(text)
    assert all(lot.quantity > 0 for lot in found.lots)
    assert all(balance.amount >= 0 for balance in found.cash)
