"""Resolves the locked requirements: one file a dependency group, all from one resolution, with hashes and without addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("dev", "directory", "visits", "alerts")
"""`dev` holds every other group, so its versions bind the others."""


def lock(group: str) -> None:
    """Writes `requirements/<group>.txt`."""
    command = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--group", group]
    command += ["--no-emit-index-url", "--no-annotate", "--no-header", "-o", f"requirements/{group}.txt"]
    if group != GROUPS[0]:
        command += ["-c", f"requirements/{GROUPS[0]}.txt"]
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    for name in GROUPS:
        lock(name)
