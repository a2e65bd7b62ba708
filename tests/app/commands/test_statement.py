"""`trimtab statement`: the mandate in words, what changed, as a page and as a PDF."""

from pathlib import Path

from tests.app.commands_run import BAD_INPUT, DONE, run


def test_the_statement_is_shown_where_no_file_is_named(folder: Path):
    result = run("statement", folder)
    assert result.exit_code == DONE, result.stderr
    assert "What is wanted, and how far it may drift" in result.stdout
    assert "[trading.approval_above]" in result.stdout
    lines = [line for line in result.stdout.splitlines() if str(folder) not in line]
    assert max(map(len, lines)) <= 80


def test_what_changed_stands_first_with_the_old_words_and_the_new(folder: Path, tmp_path: Path):
    old = tmp_path / "old.toml"
    text = (folder / "mandate.toml").read_text("utf-8")
    old.write_text(text + "\n[models]\nretrain_after_days = 90\n", "utf-8")
    result = run("statement", folder, "--against", old)
    assert result.exit_code == DONE, result.stderr
    first = " ".join(result.stdout.split("Purpose")[0].split())
    assert "1 changed" in first
    assert "Was: A learned model is due for training again 90 days" in first
    assert "Now: A learned model is due for training again when its card says so" in first


def test_the_statement_is_written_as_a_page(folder: Path, tmp_path: Path):
    page = tmp_path / "statement.html"
    result = run("statement", folder, "--html", page)
    assert result.exit_code == DONE and result.stdout == ""
    assert str(page) in result.stderr.replace("\n", "")
    assert "Policy statement" in page.read_text("utf-8")


def test_an_older_mandate_that_is_not_there_is_refused(folder: Path, tmp_path: Path):
    result = run("statement", folder, "--against", tmp_path / "none.toml")
    assert result.exit_code == BAD_INPUT
    assert "none.toml" in result.stderr
