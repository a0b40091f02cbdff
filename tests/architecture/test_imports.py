"""The import contracts of `.importlinter`: they hold, they can fail, and the modules they speak of exist."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PACKAGES = ("shared", "services", "infra", "console")
TRESPASSES = {
    "layers": ("shared/trespass.py", "import services.visits.service"),
    "services-are-independent": ("services/visits/meeting.py", "import services.alerts.service"),
    "aws-at-the-edge": ("services/visits/calling.py", "import shared.aws"),
    "boto3-in-one-place": ("services/visits/reaching.py", "import boto3"),
    "handlers-are-entrances": ("services/visits/entering.py", "import services.visits.handlers.entrance"),
    "no-infrastructure-inside": ("services/visits/building.py", "import aws_cdk"),
    "infra-reads-declarations": ("infra/trespass.py", "import services.visits.meeting"),
    "alert-rules-are-pure": ("services/alerts/rules/trespass.py", "import services.alerts.store"),
}
"""For each contract, an import that breaks it, in a file that does not exist otherwise."""


def contracts(config: Path = ROOT / ".importlinter") -> dict[str, configparser.SectionProxy]:
    """The contracts by their id."""
    parser = configparser.ConfigParser()
    parser.read(config, encoding="utf-8")
    return {section.split(":")[-1]: parser[section] for section in parser.sections() if ":" in section}


def broken(folder: Path) -> set[str]:
    """The names of the contracts that do not hold in a copy of the repository."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    lines = done.stdout.splitlines()
    assert any(line.startswith("Contracts: ") for line in lines), done.stdout + done.stderr
    return {line.partition(" BROKEN")[0] for line in lines if " BROKEN" in line}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Python files of the repository, in a place where they may be spoiled."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    shutil.copyfile(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    """No module imports what its place in the architecture forbids."""
    assert broken(copy) == set()


def test_each_contract_can_fail(copy: Path) -> None:
    """Every contract turns red on the import it is there to refuse: none of them passes for want of modules."""
    (copy / "services/visits/handlers/entrance.py").write_text("")
    for file, line in TRESPASSES.values():
        (copy / file).write_text(f"{line}\n")
    assert TRESPASSES.keys() == contracts().keys()
    assert broken(copy) == {contract["name"] for contract in contracts().values()}


def test_every_module_named_in_a_contract_exists() -> None:
    """A wildcard that matches nothing would allow or forbid nothing, silently."""
    named = {
        module
        for contract in contracts().values()
        for key in ("layers", "modules", "source_modules", "protected_modules", "allowed_importers")
        for module in contract.get(key, "").split()
    }
    missing = {module for module in named if not any(_matching(module))}
    assert missing == set()


def _matching(module: str) -> list[Path]:
    path = module.replace(".", "/")
    return [found for found in ROOT.glob(path) if found.is_dir()] + list(ROOT.glob(f"{path}.py"))
