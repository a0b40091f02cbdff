"""`make run`: starts, says where to look, keeps what it holds, stops on Ctrl-C."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from infra.local.progress import step

ROOT = Path(__file__).parents[3]
LAST_WORD = "Ctrl-C arrête"


def start(state: Path) -> tuple[subprocess.Popen[str], str]:
    """The command as `make run` gives it, once it is ready, and what it said."""
    ports = ["--site-port", "0", "--aws-port", "0"]
    command = [sys.executable, "-m", "infra.local", "--state", str(state), *ports]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if LAST_WORD in line:
            return process, said
    raise AssertionError(said)


def stop(process: subprocess.Popen[str]) -> None:
    """Ctrl-C."""
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said


@pytest.mark.system
def test_second_start_holds_what_the_first_loaded(tmp_path: Path) -> None:
    """The demonstration people are there at once, pages answer, and nothing is left running behind."""
    stop(start(tmp_path)[0])
    process, said = start(tmp_path)
    addresses = json.loads((tmp_path / "endpoint.json").read_text())
    with urllib.request.urlopen(f"{addresses['site']}/_local/outbox") as page:  # noqa: S310 - loopback
        assert page.status == 200
    stop(process)
    assert "Nadia Belhomme" in said
    assert "/_local/clock" in said
    assert not (tmp_path / "endpoint.json").exists()


def test_short_step_is_announced_once() -> None:
    """A step that takes no time gets its line and nothing more."""
    out = io.StringIO()
    with step("Démarrage", out):
        pass
    assert out.getvalue() == "Démarrage …\n"
