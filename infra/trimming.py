"""Keeps, of botocore's data, what a service's functions read at a cold start: it is JSON, parsed anew each time.

Whole, every first client of a process reads the endpoints of all AWS services in all partitions, 150 M instructions, and
the documentation of each operation.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.topology import MAIL, SMS, Service

_NEVER_READ = ("examples-1", "paginators-1", "waiters-2")
"""What botocore reads for its documentation, and for pages and waits, which no function of ours asks it for."""


def clients(service: Service) -> set[str]:
    """The AWS clients that the service's declaration can lead to."""
    functions = service.functions
    wanted = {
        "sqs": True,
        "dynamodb": any(
            function.reads or function.writes or function.loads or function.fills for function in functions
        ),
        "events": any(function.publishes for function in functions),
        "s3": any(function.gets or function.puts or function.deletes for function in functions),
        "secretsmanager": any(function.secrets for function in functions),
        "kms": any(function.encrypts or function.decrypts for function in functions),
        "sesv2": any(MAIL in function.channels for function in functions),
        "pinpoint-sms-voice-v2": any(SMS in function.channels for function in functions),
    }
    return {client for client, needed in wanted.items() if needed}


def trim(data: Path, kept: Iterable[str]) -> None:
    """Cuts `botocore/data` down to these clients: their newest models, without documentation, and their endpoints."""
    names = set(kept)
    for folder in [path for path in data.iterdir() if path.is_dir()]:
        if folder.name not in names:
            shutil.rmtree(folder)
    prefixes = {_trim_client(data / name)["metadata"]["endpointPrefix"] for name in names}
    endpoints = _read(data / "endpoints.json")
    for partition in endpoints["partitions"]:
        partition["services"] = {name: said for name, said in partition["services"].items() if name in prefixes}
    _write(data / "endpoints.json", endpoints)


def _trim_client(folder: Path) -> Any:
    """Leaves the newest version, uncompressed (the zip compresses it again); returns its model."""
    *older, newest = sorted(path for path in folder.iterdir() if path.is_dir())
    for path in older:
        shutil.rmtree(path)
    for path in sorted(newest.iterdir()):
        content = _undocumented(_read(path))
        path.unlink()
        if not path.name.startswith(_NEVER_READ):
            _write(newest / path.name.removesuffix(".gz"), content)
    return _read(newest / "service-2.json")


def _undocumented(value: Any) -> Any:
    """The same without descriptions; a member that is called `documentation` is no text, so it stays."""
    match value:
        case dict():
            kept = {name: part for name, part in value.items() if name != "documentation" or not isinstance(part, str)}
            return {name: _undocumented(part) for name, part in kept.items()}
        case list():
            return [_undocumented(part) for part in value]
    return value


def _read(path: Path) -> Any:
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def _write(path: Path, content: Any) -> None:
    path.unlink(missing_ok=True)  # an installed file may be the installer's own copy under a second name
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
