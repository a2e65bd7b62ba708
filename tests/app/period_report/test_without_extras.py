"""A report and a policy statement need no extra, except for the PDF."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household

EXTRAS = (
    *("sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "httpx", "weasyprint", "argon2"),
    *("cryptography", "apscheduler", "apprise", "keyring", "websockets", "webauthn", "authlib"),
)
BLOCKED = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"no {{name}} here", name=name)

sys.meta_path.insert(0, Blocked())
from trimtab.app.cli import main
"""


@pytest.mark.parametrize("command", ["report", "statement"])
def test_the_page_needs_no_extra_and_the_pdf_says_what_it_needs(tmp_path: Path, command: str):
    dated = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
    folder = write_household(tmp_path / "house", dated, prices=LONG_PRICES)
    page = tmp_path / "made.html"
    pdf = tmp_path / "made.pdf"
    calls = [[command, str(folder), *to] for to in (("--html", str(page)), ("--pdf", str(pdf)))]
    both = f"sys.exit(str([int(main(one)) for one in {calls!r}]))"  # said last on the error stream
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + both], capture_output=True, text=True, check=False
    )
    assert done.stderr.endswith("[0, 2]\n"), done.stderr
    assert "trimtab[web]" in done.stderr.replace("\n", "")
    assert page.exists()
