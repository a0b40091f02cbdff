"""Functions run from their asset, alone, as the template describes them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.system import LocalSystem


def ask(system: LocalSystem, **event: Any) -> dict[str, Any]:
    outcome = system.invoke("ask", event)
    assert not outcome.error
    result: dict[str, Any] = outcome.result
    return result


def test_code_comes_from_the_asset_only(system: LocalSystem, assembly: Path) -> None:
    """The tree's own packages cannot be imported: `shared` is the asset's, and nothing of the local system is loaded."""
    told = ask(system)
    assert Path(told["shared"]).is_relative_to(assembly.resolve())
    assert told["modules"] == []
    root = str(Path(__file__).parents[3])
    assert [path for path in told["path"] if path in (root, "")] == []


def test_environment_is_the_templates(system: LocalSystem) -> None:
    """The function sees its own variables with the site's real address, an identity of its own, and nothing else."""
    environment = ask(system)["environment"]
    assert environment["TABLE"] == "things"
    assert environment["SITE"] == f"{system.url}/x"
    assert environment["AWS_ENDPOINT_URL"] == system.aws_endpoint
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "ask"
    assert "VIRTUAL_ENV" not in environment
    assert "HOME" not in environment


def test_process_is_kept_for_the_next_invocation(system: LocalSystem) -> None:
    """A warm process keeps its memory, as Lambda's does."""
    first, second = ask(system), ask(system)
    assert second["pid"] == first["pid"]
    assert second["calls"] == first["calls"] + 1


def test_time_inside_a_function_is_the_systems(system: LocalSystem) -> None:
    """The clock of a running process moves along with the system's."""
    ask(system)
    system.advance(timedelta(hours=3))
    assert abs(ask(system)["now"] - system.now().timestamp()) < 5


def test_context_tells_time_left_and_memory(system: LocalSystem) -> None:
    """The handler's context has what Lambda's has."""
    told = ask(system)
    assert 0 < told["remaining_ms"] <= 20_000
    assert told["memory_mb"] == 128


def test_handler_that_cannot_be_loaded_is_an_error(system: LocalSystem) -> None:
    """The invocation fails with the import's own error."""
    assert system.invoke("unloadable", {}).error == "ModuleNotFoundError: No module named 'nowhere'"


def test_what_a_function_prints_is_in_its_log(system: LocalSystem, state: Path) -> None:
    """One file a function."""
    ask(system, say="something to read")
    assert "something to read" in (state / "logs" / "ask.log").read_text()


def test_broken_schedule_is_retried_twice_then_set_aside(system: LocalSystem) -> None:
    """Scheduler invokes asynchronously: Lambda retries after one and two minutes, then uses the function's dead queue."""
    system.advance(timedelta(days=1, minutes=10))
    errors = [error for name, error in system.errors() if name == "broken"]
    assert errors == ["RuntimeError: this clock is broken"] * 3
    (dead,) = system.dead_letters()["broken-dead"]
    assert dead["attributes"]["ErrorMessage"] == errors[0]
