"""What is said of locked packages: holes that are known, and how many were looked up at all."""

from tools.audit_packages import told

KNOWN = {"id": "PYSEC-2024-1", "fix_versions": ["2.0"]}


def test_a_known_hole_is_named_with_what_mends_it():
    found = [{"name": "one", "version": "1.0", "vulns": [KNOWN]}]
    assert told(found) == (["one 1.0: PYSEC-2024-1, mended in ['2.0']"], 1)


def test_a_package_that_nothing_answered_for_is_not_counted_as_looked_up():
    found = [
        {"name": "one", "skip_reason": "not reached"},
        {"name": "two", "version": "1.0", "vulns": []},
    ]
    assert told(found) == ([], 1)
    assert told(found[:1]) == ([], 0)
