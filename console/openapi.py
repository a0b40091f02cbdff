"""`vigie openapi`: the OpenAPI document of each service's JSON API, from its own routes."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from console.generating import Files, register_generator
from shared.web.openapi import document

FOLDER = Path("docs/openapi")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register_generator(subparsers, "openapi", "les documents OpenAPI des interfaces JSON", openapi_files)


def openapi_files() -> Files:
    """One document for each service that has an `api.py`."""
    services = sorted(path.parent.name for path in Path("services").glob("*/api.py"))
    return {FOLDER / f"{service}.json": _document(service) for service in services}


def _document(service: str) -> str:
    api: Any = import_module(f"services.{service}.api")
    # Routes only keep what they are given until a request comes, so that nothing real is needed here.
    resolver = api.resolver(*[None for _ in signature(api.resolver).parameters])
    return json.dumps(document(resolver, api.TITLE, api.DESCRIPTION), ensure_ascii=False, indent=2) + "\n"
