"""`vigie openapi`: the OpenAPI documents of the JSON APIs, from their own routes."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from console.generating import Files, register_generator
from console.webhook_documents import kinds_of, with_webhooks
from shared.web.openapi import document

FOLDER = Path("docs/openapi")
WEBHOOKS = "events.py"
"""Beside an `api.py`: the events that its readers are sent, as `EVENTS`."""
SITE = "site"
"""The package of a service's own pages and interface, beside those of its areas."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register_generator(subparsers, "openapi", "les documents OpenAPI des interfaces JSON", openapi_files)


def openapi_files() -> Files:
    """One document for each `api.py`: of a service, `<service>.json`; of one of its areas, `<service>-<area>.json`."""
    found = sorted([*Path("services").glob("*/api.py"), *Path("services").glob("*/*/api.py")])
    # The handler of the same name only builds what the module describes.
    packages = [path.parent.parts for path in found if path.parent.name != "handlers"]
    return {FOLDER / f"{_name(package)}.json": _document(".".join(package)) for package in packages}


def _name(package: tuple[str, ...]) -> str:
    return "-".join(part for part in package[1:] if part != SITE)


def _document(package: str) -> str:
    api: Any = import_module(f"{package}.api")
    resolver = api.resolver(*[_Anything() for _ in signature(api.resolver).parameters])
    made = document(resolver, api.TITLE, api.DESCRIPTION)
    if Path(*package.split("."), WEBHOOKS).exists():
        made = with_webhooks(made, kinds_of(import_module(f"{package}.events").EVENTS))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


class _Anything:
    """Stands for each service: routes only keep what they are given, or a part of it, until a request comes."""

    def __getattr__(self, _name: str) -> _Anything:
        return self
