"""The examples of `docs/webhooks.md`, as files to be run: what a reader copies is what is tested."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "webhooks.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def example(language: str, holding: str) -> str:
    """The one block of this language that holds these words."""
    blocks = [text for name, text in _BLOCK.findall(PAGE.read_text()) if name == language and holding in text]
    assert len(blocks) == 1, (language, holding, len(blocks))
    return str(blocks[0])


def needed(program: str) -> str:
    """Where the interpreter is; skips, saying which one, where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no `{program}` here: install it to run its example of docs/webhooks.md")
    return found


def run(command: list[str], folder: Path, **variables: str) -> str:
    """What the program prints; fails with what it complains about."""
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def documented_receiver(folder: Path, secrets: str) -> Iterator[int]:
    """The page's own receiver, running; its port."""
    (folder / "verification.py").write_text(example("python", "def verifier"))
    (folder / "receveur.py").write_text(example("python", "class Receveur"))
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = int(reserved.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "SECRETS": secrets}
    command = [sys.executable, "receveur.py"]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until, "the documented receiver does not start"
            time.sleep(0.02)
