"""`make run`: a word on the screen first, then the second that loading the libraries takes."""

from __future__ import annotations

import sys
from importlib import import_module

if __name__ == "__main__":
    sys.stdout.write("Vigie démarre …\n")
    sys.stdout.flush()
    sys.exit(import_module("infra.local.running").run(sys.argv[1:]))
