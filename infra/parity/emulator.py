"""MiniStack as a process of its own environment, on a free port of the loopback, in the time of a clock file."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import urllib3
from botocore.config import Config

from infra.local.arns import ACCOUNT, REGION
from infra.parity.environment import PYTHON

KEY = ACCOUNT
"""The access key of everybody who is no function: MiniStack takes an account number for the account's root."""
_START_S = 60
_STOP_S = 10
_OK = 200
_LOOK_AGAIN_S = 0.05
_INSIDE = Path(__file__).with_name("inside")
"""What its processes run besides MiniStack: see differences.toml."""


class NotStarted(Exception):
    """MiniStack did not answer; the text is the end of its log."""


class Emulator:
    """One MiniStack, empty at its start; what it holds goes with it."""

    def __init__(self, folder: Path, functions_endpoint: str) -> None:
        self.log = folder / "ministack.log"
        self._clock = folder / "clock"
        self.move_clock(0.0)
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._http = urllib3.PoolManager(maxsize=16)
        self._clients: dict[str, Any] = {}
        with self.log.open("wb") as log:
            self._process = _start(self._environment(folder, functions_endpoint), log)
        self._await()

    def _environment(self, folder: Path, functions_endpoint: str) -> dict[str, str]:
        temporary = folder / "tmp"
        temporary.mkdir()
        return {
            "PATH": os.environ.get("PATH", ""),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(_INSIDE),
            "PYTHONHASHSEED": "0",
            "VIGIE_PARITY_CLOCK": str(self._clock),
            "GATEWAY_PORT": str(self._port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_ENDPOINT_URL": functions_endpoint,
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true",
            "SFTP_ENABLED": "0",
        }

    def move_clock(self, offset_s: float) -> None:
        """From now on MiniStack and every function are so far ahead of the machine's time."""
        with self._clock.open("r+b" if self._clock.exists() else "wb") as clock:
            clock.write(struct.pack("d", offset_s))

    def client(self, service: str) -> Any:
        """The boto3 client that speaks to MiniStack itself."""
        if service not in self._clients:
            self._clients[service] = client(service, self.url)
        return self._clients[service]

    def ask(self, method: str, path: str, headers: Any, body: bytes = b"") -> urllib3.BaseHTTPResponse:
        """One HTTP request to MiniStack as it is; redirections are left to the caller."""
        return self._http.request(method, self.url + path, headers=headers, body=body, redirect=False, retries=False)

    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """What every queue holds, by its name, without receiving anything."""
        held = json.loads(self.ask("GET", "/_ministack/sqs/messages", {}).data)["messages"]
        queues = held.get(ACCOUNT, {}).get(REGION, {})
        return {url.rpartition("/")[2]: messages for url, messages in queues.items()}

    def items(self, table: str, **restrictions: Any) -> Iterator[dict[str, Any]]:
        """Every item of a table, in DynamoDB's JSON; `restrictions` are parameters of Scan."""
        for page in self.client("dynamodb").get_paginator("scan").paginate(TableName=table, **restrictions):
            yield from page["Items"]

    def close(self) -> None:
        """Ends MiniStack and whatever function it left running."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_S)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _await(self) -> None:
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise NotStarted(self.log.read_text(errors="replace")[-4000:])
            time.sleep(_LOOK_AGAIN_S)

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/_ministack/health", {}).status == _OK
        except urllib3.exceptions.HTTPError:
            return False


def client(service: Any, endpoint: str) -> Any:
    """A boto3 client of an endpoint before MiniStack, or of MiniStack itself."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        config=Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 1}),
    )


def _start(environment: dict[str, str], log: BinaryIO) -> subprocess.Popen[bytes]:
    """In a session of its own: its end takes every function along, and a Ctrl-C is ours to handle."""
    command = [str(PYTHON), str(_INSIDE / "launch.py")]
    return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
