"""Schemathesis from one answer to the next request: what a route gives out is followed to the routes that take it."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.attack.fuzzing import Assault, Tally


def wander(assault: Assault, document: str, walks: int, steps: int) -> Tally:
    """So many walks of so many steps through one document, as the coordinator, each from the same beginning.

    The links are found in the document itself: an id in one answer, a place for it in another route. Without any, no walk.
    """
    tally = Tally()
    try:
        machine: Any = assault.schema(document).as_state_machine()
    except NoLinksFound:
        return tally
    token = {"Authorization": f"Bearer {assault.here.who('coordinator')}"}

    class Walk(machine):  # type: ignore[misc]
        def setup(self) -> None:
            assault.snapshot.restore()

        def before_call(self, case: Any) -> None:
            dropped = {"authorization", "vigie-territory"}
            case.headers = {name: value for name, value in case.headers.items() if name.lower() not in dropped}

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": token}

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            _note(tally, assault, response, case, token)

    quiet = list(HealthCheck)
    chosen = settings(max_examples=walks, stateful_step_count=steps, derandomize=True, database=None, deadline=None)
    Walk.run(settings=settings(chosen, suppress_health_check=quiet))
    assault.snapshot.restore()
    return tally


def _note(tally: Tally, assault: Assault, response: Any, case: Any, token: dict[str, str]) -> None:
    answer = assault.gate.last
    tally.cases += 1
    tally.statuses[answer.status] += 1
    if answer.crash:
        tally.crashes.append(f"{case.method} {case.formatted_path}: {answer.crash[-900:]}")
    try:
        case.validate_response(response, headers=token, excluded_checks=[negative_data_rejection])
    except FailureGroup as failures:
        tally.breaks.extend(f"{case.method} {case.formatted_path}: {each}"[:900] for each in failures.exceptions)
