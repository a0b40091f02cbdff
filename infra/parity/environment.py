"""The second virtual environment: MiniStack with the functions' own libraries, and the AWS SDK that it pins."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".cache" / "parity"
PYTHON = HOME / "bin" / "python"
_LOCK = ROOT / "requirements" / "parity.txt"


def prepare() -> None:
    """Makes the environment, only when its lock or this Python changed; raises CalledProcessError."""
    ready = HOME / f".ready-{_fingerprint()}"
    if ready.exists():
        return
    uv = str(Path(sys.executable).with_name("uv"))
    venv = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(HOME)]
    sync = [uv, "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", str(_LOCK)]
    for command in (venv, sync):
        subprocess.run(command, check=True)
    ready.touch()


def _fingerprint() -> str:
    return hashlib.sha256(_LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
