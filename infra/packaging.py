"""Builds one deployable zip a service: arm64, Python 3.13, bytecode that Lambda need not recompile, same bytes every time.

Lambda's file times never match those in ordinary `.pyc` files and `/var/task` is read-only, so a plain package is
recompiled at every cold start (three times the work). Unchecked-hash bytecode is used as it is.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.trimming import clients, trim
from shared.topology import Service
from shared.web.compiling import compile_templates

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "build" / "packages"
LAMBDA_PLATFORM = "aarch64-manylinux_2_28"
PYTHON = "3.13"
EPOCH = (1980, 1, 1, 0, 0, 0)
TASK_ROOT = "/var/task"
AMAZON_ROOTS = "amazon-roots.pem"
_AMAZON = re.compile(r'# Label: "(?:Amazon Root CA \d|Starfield (?:Services )?Root Certificate Authority[^"]*)"')
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.DOTALL)

PRUNED = (
    "bin",
    "boto3/examples",
    "pydantic/v1",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    "**/tests",
    "**/__pycache__",
    "**/*.pyi",
    "**/*.dist-info/RECORD",
    "**/*.dist-info/licenses",
    "**/*.dist-info/sboms",
)
"""What an installed wheel carries and no handler reads; `METADATA` stays, since libraries ask for their version."""


class CannotPackage(Exception):
    """The machine lacks something; the message says what and how to get it."""


def services() -> dict[str, Service]:
    """Every service that declares itself, by name: folders are discovered, never listed."""
    names = sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))
    return {name: importlib.import_module(f"services.{name}.service").SERVICE for name in names}


def build(service: Service, target: Path, platform: str = LAMBDA_PLATFORM) -> Path:
    """Fills `target` with the service's package, then zips it beside; returns the zip. Raises CannotPackage."""
    interpreter = lambda_python()
    shutil.rmtree(target, ignore_errors=True)
    install_dependencies(service, target, platform)
    prune(target, service)
    copy_sources(service.name, target)
    compile_templates(target)
    write_amazon_roots(target)
    compile_bytecode(target, interpreter)
    return zip_folder(target, target.with_suffix(".zip"))


def lambda_python() -> str:
    """An interpreter of Lambda's own minor version: bytecode of another is not read. Raises CannotPackage."""
    for candidate in _candidates():
        if _runs(candidate):
            return candidate
    raise CannotPackage(
        f"Python {PYTHON} is needed to build the bytecode of a deployable package and is not on this machine. "
        f"Install it (for example `apt-get install python{PYTHON}`, or pyenv) and run `make package` again. "
        "`make run` and `make test` do not need it."
    )


def _candidates() -> Iterator[str]:
    yield sys.executable
    yield f"python{PYTHON}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/{PYTHON}.*/bin/python{PYTHON}"), reverse=True))


def _runs(interpreter: str) -> bool:
    """Whether it is there, starts, and is of the right version (a pyenv shim may be there and refuse)."""
    ask = f"import sys; sys.exit('{PYTHON}' != '%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run([interpreter, "-c", ask], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def install_dependencies(service: Service, target: Path, platform: str) -> None:
    """Installs the service's locked wheels for the platform, hashes checked."""
    command = [_uv(), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--python-platform", platform, "--python-version", PYTHON, "--target", str(target)]
    subprocess.run([*command, "-r", str(ROOT / "requirements" / f"{service.name}.txt")], check=True)


def prune(target: Path, service: Service) -> None:
    """Removes what no handler reads, most of it botocore's descriptions of AWS services."""
    for pattern in PRUNED:
        for path in sorted(target.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    trim(target / "botocore" / "data", clients(service))


def copy_sources(name: str, target: Path) -> None:
    """Copies the service and the kernel, without bytecode of this machine."""
    skipped = shutil.ignore_patterns("__pycache__", "*.pyc", "__main__.py")
    (target / "services").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "services" / "__init__.py", target / "services")
    shutil.copytree(ROOT / "services" / name, target / "services" / name, ignore=skipped)
    shutil.copytree(ROOT / "shared", target / "shared", ignore=skipped)


def write_amazon_roots(target: Path) -> None:
    """Keeps the roots that sign AWS's endpoints: parsing all 126 at each client's first call costs 200 M instructions."""
    bundle = (target / "botocore" / "cacert.pem").read_text(encoding="utf-8")
    roots = [_CERTIFICATE.search(bundle, label.end()) for label in _AMAZON.finditer(bundle)]
    text = "".join(root.group() for root in roots if root)
    if not text:
        raise CannotPackage("botocore's bundle no longer labels Amazon's root certificates.")
    (target / AMAZON_ROOTS).write_text(text, encoding="ascii")


def compile_bytecode(target: Path, interpreter: str) -> None:
    """Unchecked-hash bytecode for every module, with Lambda's path in the tracebacks; then proves that none is missing."""
    command = [interpreter, "-m", "compileall", "-q", "-j2", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(target), "-p", TASK_ROOT, str(target)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "0", "PATH": ""})
    missing = [path for path in target.rglob("*.py") if not is_unchecked(_bytecode(path))]
    if missing:
        raise CannotPackage(f"No usable bytecode for {missing[0]} and {len(missing) - 1} others.")


def import_uncompiled(folder: Path, modules: Iterable[str], interpreter: str) -> None:
    """Imports the modules of a package for this processor with compiling forbidden; raises CannotPackage where one must be."""
    forbidding = (
        "import importlib, importlib.machinery, sys\n"
        "def refuse(_loader, _data, path, **_): sys.exit(f'{path} would be compiled at each cold start')\n"
        "importlib.machinery.SourceFileLoader.source_to_code = refuse\n"
        "for module in sys.argv[1:]: importlib.import_module(module)"
    )
    run = subprocess.run(
        [interpreter, "-S", "-P", "-c", forbidding, *modules],
        env={"PYTHONPATH": str(folder), "AWS_DEFAULT_REGION": "eu-west-3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise CannotPackage(run.stderr.strip())


def is_unchecked(bytecode: Path) -> bool:
    """Whether a `.pyc` is used as it stands: flags 0b01 in its header (PEP 552)."""
    return bytecode.is_file() and bytecode.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def zip_folder(folder: Path, archive: Path) -> Path:
    """A zip of the folder that depends on its content alone."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            out.writestr(entry, path.read_bytes())
    return archive


def _bytecode(source: Path) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.cpython-{PYTHON.replace('.', '')}.pyc"


def _uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.exists() else "uv"


def _sizes(archives: list[Path]) -> Iterator[str]:
    for archive in archives:
        files = [path for path in archive.with_suffix("").rglob("*") if path.is_file()]
        unzipped = sum(path.stat().st_size for path in files)
        yield f"{archive.stem:<12}{archive.stat().st_size / 1e6:>8.1f} MB{unzipped / 1e6:>10.1f} MB{len(files):>8} files"


def main() -> int:
    """`make package`: builds every service, prints the sizes."""
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("services", nargs="*", help="only these")
    chosen = parser.parse_args().services
    try:
        built = [
            build(service, PACKAGES / name) for name, service in services().items() if not chosen or name in chosen
        ]
    except CannotPackage as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"{'service':<12}{'zipped':>11}{'unzipped':>13}")
    print("\n".join(_sizes(built)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
