"""Packages: the same bytes every time, bytecode that Lambda takes as it is, nothing that a service cannot reach."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import StructureShape
from botocore.session import Session

from infra import packaging
from infra.trimming import clients, trim
from shared.topology import MAIL, Bucket, Every, Function, Queue, Secret, Service, Table

LEDGER = Table("ledger")
SERVICE = Service("sample", (Function("tick", Every("rate(1 minute)"), reads=(LEDGER,)),))


def _interpreter() -> str:
    try:
        return packaging.lambda_python()
    except packaging.CannotPackage as refusal:
        pytest.skip(str(refusal))


def _package(folder: Path) -> Path:
    (folder / "sub").mkdir(parents=True)
    (folder / "first.py").write_text("from sub import second\nVALUE = second.VALUE\n", encoding="utf-8")
    (folder / "sub" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "sub" / "second.py").write_text("VALUE = {'a', 'b', 'c'}\n", encoding="utf-8")
    return folder


def test_two_builds_in_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    """A zip depends on its content alone: not on the folder, the time or the order of files."""
    interpreter = _interpreter()
    archives = []
    for name in ("one", "two"):
        folder = _package(tmp_path / name / "sample")
        packaging.compile_bytecode(folder, interpreter)
        archives.append(packaging.zip_folder(folder, folder.with_suffix(".zip")).read_bytes())
    assert archives[0] == archives[1]


def test_no_module_is_compiled_at_import(tmp_path: Path) -> None:
    """With every file's time changed, as Lambda does, the package imports without compiling anything."""
    interpreter = _interpreter()
    folder = _package(tmp_path / "sample")
    packaging.compile_bytecode(folder, interpreter)
    for path in folder.rglob("*.py"):
        path.touch()
    packaging.import_uncompiled(folder, ["first"], interpreter)


def test_a_module_without_its_bytecode_is_denounced(tmp_path: Path) -> None:
    """The check of real packages names the file that each cold start would compile."""
    interpreter = _interpreter()
    folder = _package(tmp_path / "sample")
    packaging.compile_bytecode(folder, interpreter)
    next((folder / "sub" / "__pycache__").glob("second.*")).unlink()
    with pytest.raises(packaging.CannotPackage, match=r"sub/second\.py would be compiled"):
        packaging.import_uncompiled(folder, ["first"], interpreter)


def test_ordinary_bytecode_is_not_mistaken_for_ours(tmp_path: Path) -> None:
    """A time-stamped `.pyc`, which Lambda would throw away, does not pass the check."""
    source = tmp_path / "module.py"
    source.write_text("VALUE = 1\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(source)], check=True, env={})
    assert not packaging.is_unchecked(Path(importlib.util.cache_from_source(str(source))))
    assert not packaging.is_unchecked(tmp_path / "absent.pyc")


def test_a_machine_without_the_interpreter_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The refusal names the version, the remedy, and what works all the same."""
    if sys.version_info[:2] == (3, 13):
        pytest.skip("this machine has it")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(packaging.CannotPackage, match=r"Python 3\.13 .*apt-get install python3\.13.*make run"):
        packaging.lambda_python()


def test_only_the_sdk_of_declared_resources_is_shipped() -> None:
    """A service ships the descriptions of the AWS services that its declaration can lead to."""
    assert clients(SERVICE) == {"sqs", "dynamodb"}
    rich = Function(
        "rich",
        Every("rate(1 minute)"),
        puts=(Bucket("proofs"),),
        sends=(Queue("out"),),
        secrets=(Secret("key"),),
        channels=(MAIL,),
        decrypts=True,
    )
    assert clients(Service("rich", (rich,))) == {"sqs", "s3", "secretsmanager", "sesv2", "kms"}


def test_a_trimmed_sdk_finds_the_same_endpoints_and_operations(tmp_path: Path) -> None:
    """What is cut from botocore's data changes nothing that a client does: address, operations, signing, protocol."""
    whole = Path(botocore.__file__).parent / "data"
    names = sorted(set[str]().union(*map(clients, packaging.services().values())))
    for name in names:
        shutil.copytree(whole / name, tmp_path / name)
    for path in whole.glob("*.json"):
        shutil.copy(path, tmp_path)
    trim(tmp_path, names)
    assert {name: _facts(tmp_path, name) for name in names} == {name: _facts(whole, name) for name in names}


def _facts(data: Path, name: str) -> tuple[object, ...]:
    session = Session()
    session.register_component("data_loader", Loader([str(data)], include_default_search_paths=False))
    client = session.create_client(name, "eu-west-3", aws_access_key_id="a", aws_secret_access_key="b")
    model = client.meta.service_model
    operations = {name: _members(model.operation_model(name).input_shape) for name in model.operation_names}
    return client.meta.endpoint_url, model.signature_version, model.resolved_protocol, operations


def _members(shape: StructureShape | None) -> dict[str, str]:
    return {name: member.type_name for name, member in shape.members.items()} if shape else {}


def test_trimming_spares_the_copy_that_the_installer_keeps(tmp_path: Path) -> None:
    """Installed files may be links to a cache shared with every other environment: they are replaced, never rewritten."""
    data, cache = tmp_path / "data", tmp_path / "cache.json"
    (data / "sqs" / "2012-11-05").mkdir(parents=True)
    model = data / "sqs" / "2012-11-05" / "service-2.json"
    model.write_text('{"metadata": {"endpointPrefix": "sqs"}}', encoding="utf-8")
    cache.write_text('{"partitions": [{"services": {"sqs": {}, "s3": {}}}]}', encoding="utf-8")
    (data / "endpoints.json").hardlink_to(cache)
    trim(data, ["sqs"])
    assert "s3" in cache.read_text(encoding="utf-8")
    assert "s3" not in (data / "endpoints.json").read_text(encoding="utf-8")


def test_every_service_that_declares_itself_is_packaged_and_locked() -> None:
    """A new folder with a `service.py` is found, and has its locked requirements."""
    names = set(packaging.services())
    assert {"alerts", "directory", "visits"} <= names
    for name in names:
        assert (packaging.ROOT / "requirements" / f"{name}.txt").is_file()


def test_the_sources_of_a_package_hold_one_service_and_the_kernel(tmp_path: Path) -> None:
    """Another service's code, and this machine's bytecode, stay out."""
    packaging.copy_sources("visits", tmp_path)
    assert (tmp_path / "services" / "visits" / "handlers" / "pages.py").is_file()
    assert (tmp_path / "shared" / "runtime" / "messages.py").is_file()
    assert not (tmp_path / "services" / "alerts").exists()
    assert not list(tmp_path.rglob("*.pyc"))


def test_amazons_roots_are_shipped_alone(tmp_path: Path) -> None:
    """The bundle keeps the roots that sign AWS's endpoints, and is much smaller than the whole."""
    (tmp_path / "botocore").mkdir()
    whole = Path(botocore.__file__).parent / "cacert.pem"
    shutil.copy(whole, tmp_path / "botocore")
    packaging.write_amazon_roots(tmp_path)
    roots = (tmp_path / packaging.AMAZON_ROOTS).read_text(encoding="ascii")
    assert 5 <= roots.count("BEGIN CERTIFICATE") <= 7
    assert len(roots) < whole.stat().st_size / 10
