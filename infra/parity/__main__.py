"""`make parity`: the journeys of the acceptance suite on MiniStack, an AWS emulator that nobody here wrote."""

from __future__ import annotations

import subprocess
import sys

from infra.parity.environment import ROOT, prepare

PLUGIN = "tests.system.ministack"


def main(arguments: list[str]) -> int:
    """Prepares the second environment, runs the journeys, returns pytest's exit code; arguments go to pytest."""
    prepare()
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, *(arguments or ["tests/system"])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
