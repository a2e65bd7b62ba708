"""The audit's chain: an export is checked by itself, and by a few lines that know nothing of us."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from trimtab.books.audit_chain import (
    FINDINGS_MAX,
    SealedRecord,
    audit_text,
    check_export,
    sealed_after,
    sealed_json,
)
from trimtab.books.chain import EMPTY
from trimtab.model.errors import InputError
from trimtab.model.web import AuditRecord, Outcome

AT = datetime(2026, 3, 2, 15, 0, 0, 250_000, tzinfo=UTC)


def chain_of(count: int) -> list[SealedRecord]:
    head, told = EMPTY, []
    for number in range(1, count + 1):
        household = "smith" if number % 2 else "rivera"
        more = {"household": household, "details": {"why": "ünï", "as": "x"}, "number": number}
        record = AuditRecord(AT, f"p{number}", "approve", "q", Outcome.DONE, **more)
        after = sealed_after(record, head)
        told.append(SealedRecord(record, head.hash, after.hash))
        head = after
    return told


def export(records, count: int, last: str, is_part: bool = False) -> dict:
    chain = {"count": count, "hash": last, "is_part": is_part}
    return {"schema": 1, "words": [], "records": list(map(sealed_json, records)), "chain": chain}


def check(told: dict, noted: str = ""):
    return check_export(json.dumps(told), noted)


def codes(told: dict, noted: str = "") -> list[str]:
    return [one.code for one in check(told, noted).findings]


def test_an_export_is_checked_by_itself():
    told = chain_of(5)
    found = check(export(told, 5, told[-1].hash), noted=told[2].hash)
    assert found.is_whole
    assert (found.count, found.left_out, found.head.hash) == (5, 0, told[-1].hash)


def test_the_guides_few_lines_come_to_the_same_hashes():
    previous = "0" * 64
    for row in export(chain_of(3), 3, "")["records"]:
        number, _, sealed = row.pop("number"), row.pop("previous"), row.pop("hash")
        whole = {"entry": row, "previous": previous, "sequence": number}
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = sha256(text.encode()).hexdigest()
        assert previous == sealed


def test_a_moment_is_the_same_in_every_zone():
    record = chain_of(1)[0].record
    there = record.at.astimezone(timezone(timedelta(hours=-5)))
    assert audit_text(replace(record, at=there)) == audit_text(record)


def altered(told: dict) -> None:
    told["records"][1]["who"] = "eve"


def altered_with_its_hash(told: dict) -> None:
    row = told["records"][1]
    row["who"] = "eve"
    plain = {key: row[key] for key in row if key not in ("number", "previous", "hash")}
    whole = {"entry": plain, "previous": row["previous"], "sequence": row["number"]}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row["hash"] = sha256(text.encode()).hexdigest()


def removed(told: dict) -> None:
    del told["records"][2]


def cut(told: dict) -> None:
    del told["records"][-1]


def moved(told: dict) -> None:
    rows = told["records"]
    rows[1], rows[2] = rows[2], rows[1]


def twice(told: dict) -> None:
    told["records"].insert(2, told["records"][1])


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (altered, ["audit_altered"]),
        (altered_with_its_hash, ["audit_replaced"]),
        (removed, ["audit_removed"]),
        (cut, ["audit_cut"]),
        (moved, ["audit_removed", "audit_moved", "audit_removed"]),
        (twice, ["audit_moved"]),
    ],
)
def test_what_was_done_to_an_export_shows(act, found):
    told = chain_of(5)
    sent = export(told, 5, told[-1].hash)
    act(sent)
    assert codes(sent) == found


def test_a_part_says_how_much_is_not_in_it_and_hides_no_alteration():
    told = chain_of(6)
    part = export(told[1::2][:2], 6, told[-1].hash, is_part=True)  # numbers 2 and 4 of 6
    found = check(part)
    assert found.is_whole
    assert found.left_out == 4
    part["records"][1]["outcome"] = "denied"
    assert codes(part) == ["audit_altered"]


def test_only_a_hash_that_was_noted_shows_an_audit_that_was_written_anew():
    told = chain_of(3)
    sent = export(told, 3, told[-1].hash)
    assert codes(sent) == []
    assert codes(sent, noted="ab" * 32) == ["audit_rewritten"]


def test_where_everything_is_wrong_not_everything_is_told():
    told = chain_of(3 * FINDINGS_MAX)
    sent = export(told, len(told), told[-1].hash)
    for row in sent["records"]:
        row["who"] = "eve"
    found = check(sent).findings
    assert len(found) == FINDINGS_MAX + 1
    assert "more findings" in str(found[-1])


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", '{"records":[]}', '{"records":[],"chain":{"count":-1}}'),
        '{"records":[{}],"chain":{"count":1,"hash":"","is_part":false}}',
        '{"records":3,"chain":{"count":1,"hash":"","is_part":false}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_export_is_refused(text):
    with pytest.raises(InputError, match="no export of the audit"):
        check_export(text)


def test_a_row_that_says_more_than_a_record_is_refused():
    sent = export(chain_of(1), 1, "")
    sent["records"][0]["note"] = "trust me"
    with pytest.raises(InputError):
        check(sent)
