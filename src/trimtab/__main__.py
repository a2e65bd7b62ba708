"""`python -m trimtab`: the same as the command `trimtab`."""

import sys

from trimtab.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
