"""Which environment a command acts on, and the names of its resources."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from shared.aws import Aws
from shared.errors import Invalid, Unavailable
from shared.topology import Table, environment_name, physical_name

LOCAL = "local"
STAGES = ("dev", "staging", "prod")
REGION = "eu-west-3"
ENDPOINT_FILE = Path(".vigie/state/endpoint.json")
"""Written by the local system while it runs: `{"aws_endpoint": …, "site": …}`."""
PATIENT = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 5})
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
LOCAL_PROCESS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def choose(stage: str) -> None:
    """Sets this process up for the stage; an empty name is a command that needs none, or that will ask."""
    if stage == LOCAL:
        _choose_local()
    elif stage and stage not in STAGES:
        raise Invalid(f"Environnement inconnu « {stage} » : choisissez {', '.join(STAGES)}, ou --local.")
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)


def _choose_local() -> None:
    """The system that the environment already points to on this machine, else the one that says where it runs."""
    if urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in LOOPBACK:
        return
    try:
        endpoint = json.loads(ENDPOINT_FILE.read_text())["aws_endpoint"]
    except FileNotFoundError:
        raise Unavailable("Le système local n’est pas démarré : lancez « make run » dans un autre terminal.") from None
    os.environ.update(LOCAL_PROCESS, AWS_ENDPOINT_URL=endpoint)


def required(stage: str) -> str:
    """The chosen stage; raises Invalid when the command line names none."""
    if not stage:
        raise Invalid("Dites quel environnement : « vigie --local … » ou « vigie --stage prod … ».")
    return stage


def resources(stage: str, tables: Iterable[Table] = (), *, data_key: bool = False) -> Aws:
    """The resources of a stage, named as its functions know them."""
    names = {
        environment_name("TABLE", table.name): physical_name(prefix(stage), table.service, table.name)
        for table in tables
    }
    if data_key:
        names["VIGIE_DATA_KEY"] = f"alias/{prefix(stage)}"
    return Aws(names)


def prefix(stage: str) -> str:
    """What the physical names of a stage begin with."""
    return f"vigie-{stage}"


def client(service: Any) -> Any:
    """A plain AWS client, for what only operators do."""
    return boto3.session.Session().client(service, config=PATIENT)


def confirmed(question: str, *, already: bool) -> bool:
    """Whether to go on: `--yes`, or the answer typed at a terminal; nobody to ask means no."""
    if already:
        return True
    if not sys.stdin.isatty():
        raise Invalid("Confirmation impossible sans terminal : ajoutez --yes.")
    return input(f"{question} [o/N] ").strip().lower() in {"o", "oui", "y", "yes"}
