"""Resolves the locked requirements: one file a dependency group, all from one resolution, with hashes and without addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("dev", "directory", "visits", "alerts", "matching")
"""`dev` holds every other group, so its versions bind the others."""
APART = "parity"
"""An environment of its own: MiniStack pins the AWS SDK that it runs with, and that one is taken instead of ours."""


def lock(group: str) -> None:
    """Writes `requirements/<group>.txt`."""
    command = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--group", group]
    command += ["--no-emit-index-url", "--no-annotate", "--no-header", "-o", f"requirements/{group}.txt"]
    if group == APART:
        command += ["--override", "/dev/stdin"]
    elif group != GROUPS[0]:
        command += ["-c", f"requirements/{GROUPS[0]}.txt"]
    subprocess.run(command, check=True, cwd=ROOT, input="boto3" if group == APART else "", text=True)


if __name__ == "__main__":
    for name in (*GROUPS, APART):
        lock(name)
