"""Reads the command line and runs the subcommand that it names."""

from __future__ import annotations

import sys

from console.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
