"""The OpenAPI documents: each interface has one, whole, and nothing stays behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.openapi import FOLDER, openapi_files
from infra.packaging import services
from shared.topology import Serves
from tests.architecture.source import ROOT


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the command is run from."""
    monkeypatch.chdir(ROOT)


def test_every_interface_has_its_document() -> None:
    """That of a service, in its `site` where it has areas, by its name; that of an area by both names."""
    services = {Path("services") / path.parent.name for path in Path("services").glob("*/service.py")}
    apis = {path.parent for path in Path("services").rglob("api.py") if path.parent.name != "handlers"}
    assert {path.stem for path in openapi_files()} == {"-".join(path.parts[1:]).removesuffix("-site") for path in apis}
    assert len(apis & (services | {service / "site" for service in services})) > 1


def test_no_document_is_left_without_its_interface() -> None:
    """Where an interface was renamed or removed, its document went too."""
    assert {path.name for path in FOLDER.glob("*.json")} <= {path.name for path in openapi_files()}


def test_every_bearer_route_is_documented() -> None:
    """What the gateway lets programs call is described somewhere: each prefix behind a token is in a document."""
    paths = [path for text in openapi_files().values() for path in json.loads(text)["paths"]]
    for prefix in sorted(_prefixes()):
        assert any(path == prefix or path.startswith(f"{prefix}/") for path in paths), prefix


def _prefixes() -> set[str]:
    triggers = [function.trigger for service in services().values() for function in service.functions]
    return {prefix for each in triggers if isinstance(each, Serves) and each.bearer for prefix in each.prefixes}
