"""The core does without the packages of the extras: nothing of them is loaded on its ways."""

import subprocess
import sys

import pytest

HEAVY = (
    *("torch", "stable_baselines3", "gymnasium", "lightgbm", "mapie", "sklearn", "statsmodels"),
    *("river", "pymoo", "skops", "skfolio", "cvxportfolio", "cvxpy", "pandas", "matplotlib"),
)
BLOCKED = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"no {{name}} here", name=name)

sys.meta_path.insert(0, Blocked())
"""


@pytest.mark.parametrize(
    "code",
    [
        "import trimtab; [getattr(trimtab, name) for name in trimtab.__all__]",
        "sys.argv = ['trimtab', '--help']; from trimtab.app.entry import main; main()",
        "sys.argv = ['trimtab', 'policies']; from trimtab.app.entry import main; main()",
        "from trimtab.plugins import load, names\n"
        "for name in names('policies'): load('policies', name)",
    ],
    ids=["the public names", "help", "the list of policies", "every policy"],
)
def test_the_core_works_where_no_extra_is_installed(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
