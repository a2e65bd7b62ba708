"""Where the command starts: Ctrl-C has a quiet end from the first moment on."""

import subprocess
import sys

from trimtab.app.entry import STOPPED
from trimtab.app.exits import Exit

# A finder that presses Ctrl-C when the named module is about to be loaded.
STOP_AT = """
import sys

class PressesControlC:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, PressesControlC())
from trimtab.app.entry import main
sys.exit(main())
"""


def told_when_stopped_at(module: str) -> subprocess.CompletedProcess[str]:
    code = STOP_AT.format(module=module)
    words = [sys.executable, "-c", code, "plan", "nowhere"]
    return subprocess.run(words, capture_output=True, text=True)


def test_control_c_while_the_command_line_loads_shows_no_stack_trace():
    for module in ("trimtab.app.cli", "click", "trimtab.app.exits", "trimtab.app.household"):
        told = told_when_stopped_at(module)
        assert told.returncode == STOPPED, (module, told.stderr)
        assert told.stderr.strip() == "Stopped; nothing was left half-written.", module


def test_the_guard_itself_loads_almost_nothing():
    code = (
        "import sys; before = set(sys.modules); import trimtab.app.entry;"
        "new = {name for name in set(sys.modules) - before if name.startswith('trimtab')};"
        "print(sorted(new))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['trimtab', 'trimtab.app', 'trimtab.app.entry']"


def test_a_stop_has_the_same_code_from_the_first_moment_to_the_last():
    assert STOPPED == Exit.STOPPED
