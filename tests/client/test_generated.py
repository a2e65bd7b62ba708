"""The committed client is what the API's description says."""

import pytest

from tools.make_client import files, main


def test_the_client_is_generated_anew_and_is_the_same(capsys: pytest.CaptureFixture[str]):
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_no_generated_module_is_longer_than_one_reading():
    assert all(text.count("\n") <= 300 for text in files().values())
