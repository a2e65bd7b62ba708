"""The page on orders shows the table that the code goes by, row for row, and its own numbers."""

import re
from pathlib import Path

from trimtab.books.order_states import TRANSITIONS
from trimtab.cycle.orders import OrderRules
from trimtab.drivers.live.desk import Pace
from trimtab.model.orders import AckVerdict

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "concepts" / "orders.md").read_text(encoding="utf-8")


def test_its_table_of_states_is_the_table_of_the_code():
    after = TEXT.split("| from | what is said | to |\n| --- | --- | --- |\n")[1]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", after.split("\n\n")[0], re.MULTILINE)
    told = [(before.value, said.value, to.value) for (before, said), to in TRANSITIONS.items()]
    assert rows == told


def test_every_answer_of_a_broker_has_its_row():
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", TEXT.split("| the answer |")[1], re.MULTILINE)
    assert len(rows) - 1 == len(AckVerdict)


def test_the_numbers_it_names_are_those_of_the_code():
    pace, rules = Pace(), OrderRules()
    assert (pace.absence, pace.absence_without_ids) == (5, 60), "five seconds, a minute"
    assert (pace.attempts_max, pace.poll) == (6, 15), "six sendings, a quarter of a minute"
    assert (float(rules.collar), float(rules.slice_above)) == (0.005, 0.01)
    assert float(rules.participation_max) == 0.1
