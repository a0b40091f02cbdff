"""Loads the demonstration territories, as an operator would: through the console, in a process of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.local.issuing import ADDRESS_BOOK
from infra.local.system import LocalSystem
from infra.stages import LOCAL

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "demonstration"
_LOADED = "demonstration"
_RECEIVER = "/_local/webhooks/"


class NotLoaded(Exception):
    """The console refused a file; the text is what it said."""


def load_demonstration(system: LocalSystem, folder: Path = FILES) -> None:
    """Applies every territory file and gives partners their secrets. Raises NotLoaded."""
    for file in _changed(system, folder, "*.yaml"):
        _apply(system, file)
    system.settle()
    hand_over_secrets(system)


def load_registers(system: LocalSystem, folder: Path = FILES) -> None:
    """Imports the enterprises that stand beside a territory's file, under its name. Raises NotLoaded."""
    for file in _changed(system, folder, "*.csv"):
        _run(system, file.name, "enterprises", "import", str(file), "--territory", file.stem)


def _changed(system: LocalSystem, folder: Path, pattern: str) -> Iterator[Path]:
    """The files of the folder, unless these very ones were all loaded before."""
    files = sorted(folder.glob(pattern))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if system.fact(_LOADED + pattern) != digest:
        yield from files
        system.keep_fact(_LOADED + pattern, digest)


def _apply(system: LocalSystem, file: Path) -> None:
    """One after the other: people may belong to several territories.

    The receivers' address in the file is the usual one, and this system may listen on another port.
    """
    text = file.read_text().replace(LOCAL.public_url.replace("localhost", "127.0.0.1"), system.loopback_url)
    given = system.folder.resolve() / file.name
    given.write_text(text)
    try:
        _run(system, file.name, "directory", "apply", str(given), "--yes")
    finally:
        given.unlink()


def _run(system: LocalSystem, name: str, *arguments: str) -> None:
    """One command of the console; raises NotLoaded with what it said of the file called `name`."""
    command = [sys.executable, "-m", "console", "--local", *arguments]
    environment = {**os.environ, **system.environment()}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotLoaded(f"{name}\n{done.stdout}{done.stderr}")


def hand_over_secrets(system: LocalSystem) -> None:
    """Tells each demonstration receiver its partner's first signing secret, as an operator would by hand."""
    vault = system.client("kms")
    for territory, partner in _local_partners(system):
        name = urlsplit(partner["address"]["S"]).path.removeprefix(_RECEIVER)
        if system.receiver.has_secrets(name):
            continue
        sealed = base64.b64decode(partner["sealed_secret"]["S"])
        context = {"territory": territory, "partner": partner["id"]["S"]}
        plain = vault.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"].decode()
        system.receiver.set_secrets(name, plain)


def _local_partners(system: LocalSystem) -> Iterator[tuple[str, dict[str, Any]]]:
    pages = system.client("dynamodb").get_paginator("scan").paginate(TableName=ADDRESS_BOOK)
    for item in (item for page in pages for item in page["Items"]):
        is_partner = item["sk"]["S"].startswith("PARTNER#") and "S" in item.get("sealed_secret", {})
        if is_partner and urlsplit(item["address"]["S"]).path.startswith(_RECEIVER):
            yield item["pk"]["S"].removeprefix("T#"), item
