"""The code of the page on control prints what the page says, and its table names every file."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "concepts" / "control.md").read_text(encoding="utf-8")


def test_its_code_prints_what_the_page_says(capsys):
    code = re.search(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    printed = re.search(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert code is not None
    assert printed is not None
    exec(compile(code.group(1), "control.md", "exec"), {})
    assert capsys.readouterr().out == printed.group(1)


def test_the_files_of_its_table_are_there():
    named = re.findall(r"^\| [^|]+ \| `(\w+)` \|", TEXT, re.MULTILINE)
    assert len(named) == 11
    for name in named:
        assert (ROOT / "src" / "trimtab" / "quant" / "control" / f"{name}.py").is_file()
