"""Where the functions' processes come from: what an asset holds is loaded once, for every system that runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.local.children import Nursery
from infra.local.system import LocalSystem


def told(assembly: Path, state: Path, nursery: Nursery | None) -> dict[str, Any]:
    """What a function tells of itself in a system of its own."""
    with LocalSystem(assembly, state, nursery=nursery) as system:
        outcome = system.invoke("ask", {})
        assert not outcome.error
        return {**outcome.result, "endpoint": system.aws_endpoint}


def test_the_next_system_finds_its_code_loaded(assembly: Path, tmp_path: Path, nursery: Nursery) -> None:
    """In a process of its own all the same, with its own environment and its own memory."""
    first, second = (told(assembly, tmp_path / name, nursery) for name in ("first", "second"))
    assert first["loaded_by"] == second["loaded_by"]
    assert len({first["pid"], second["pid"], first["loaded_by"]}) == 3
    assert (first["calls"], second["calls"]) == (1, 1)
    for each in (first, second):
        assert each["environment"]["AWS_ENDPOINT_URL"] == each["endpoint"]


def test_a_system_of_its_own_leaves_nothing_behind(assembly: Path, tmp_path: Path) -> None:
    """Without a nursery that is given, each system loads anew."""
    first, second = (told(assembly, tmp_path / name, None) for name in ("first", "second"))
    assert first["loaded_by"] != second["loaded_by"]


def test_code_that_ends_its_process_harms_no_other_function(assembly: Path, tmp_path: Path, nursery: Nursery) -> None:
    """Each invocation says so; the functions of the same asset go on, in new processes too."""
    with LocalSystem(assembly, tmp_path, nursery=nursery) as system:
        for _ in range(2):
            assert system.invoke("fatal", {}).error == "Runtime.ExitError: init ended with EOFError"
            assert system.invoke("ask", {}).error == ""
        assert system.invoke("follow", {"Records": []}).error == ""
