"""Schemathesis against the JSON APIs without a socket: each case goes to the real function, over tables put back afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis import GenerationMode
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from shared.typed import clean
from tests.attack.alerted_town import AlertedTown
from tests.attack.cloud import MemoryAws
from tests.attack.front import Answer, Front
from tests.attack.town import ELSEWHERE, HERE, ROLES, STRANGER, subject

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "openapi"
KNOWN = [subject(HERE, role) for role in ROLES]
LEFT_OUT = {
    "drawn": {"Authorization": "-"},
    "ours": {"Authorization": "-", "Vigie-Territory": "-"},
    "theirs": {"Authorization": "-", "Vigie-Territory": "-"},
}
"""By the owner of the ids in the path, the headers that are not drawn: the caller is chosen, and so mostly is the territory."""
UNJUDGED = [positive_data_acceptance]
"""What no schema can say (a cursor that was given out, the key of a SIRET) is refused by the 422 that is described."""
WITHOUT_RIGHT = (None, STRANGER)
"""No token at all, and the token of an account that no territory knows."""


DRAWING = "drawing"
"""Hypothesis draws every case anew: its usual way makes three cases out of four from the one before."""
AVAILABLE_PROVIDERS[DRAWING] = f"{HypothesisProvider.__module__}.{HypothesisProvider.__name__}"


@dataclass
class Tally:
    """What became of a route's cases; each list holds what must be looked at."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    trespasses: list[str] = field(default_factory=list)

    @property
    def found(self) -> list[str]:
        """All that must be looked at."""
        return [*self.crashes, *self.breaks, *self.trespasses]

    def row(self, label: str) -> tuple[str, int, int, int, int]:
        """The route's line in the table."""
        return label, self.cases, len(self.crashes), len(self.breaks), len(self.trespasses)


Table = Callable[[str, Tally], None]
"""Keeps the line of a route for the table that a long run ends with."""


def described() -> dict[str, str]:
    """The document of each operation, by `METHOD /path`."""
    return {
        f"{method.upper()} {path}": file.stem
        for file in sorted(DOCUMENTS.glob("*.json"))
        for path, methods in json.loads(file.read_text(encoding="utf-8"))["paths"].items()
        for method in methods
    }


class Gate:
    """A WSGI application over the front: a bearer token names its subject, as if the authorizer had verified it."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.last = Answer(0, {}, b"")

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        headers.pop("accept-encoding", "")  # answers are read as they are
        bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if "CONTENT_TYPE" in environ:
            headers["content-type"] = environ["CONTENT_TYPE"]
        self.last = self._front.ask(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            who=bearer or None,
            headers=headers,
            query=dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)),
            body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        )
        start_response(f"{self.last.status} -", [(name, str(value)) for name, value in self.last.headers.items()])
        return [self.last.body]


class Snapshot:
    """The tables as they were, to put back, or to compare one territory's part of them: only what was touched since."""

    def __init__(self, aws: MemoryAws) -> None:
        self._aws = aws
        self._tables = {name: {key: dict(item) for key, item in t.items.items()} for name, t in aws.tables.items()}
        for table in aws.tables.values():
            table.touched.clear()

    def is_intact(self, territory_id: str = "") -> bool:
        """Whether nothing of this territory, or nothing at all, has changed."""
        return not any(
            table.items.get(key) != self._tables.get(name, {}).get(key)
            for name, table in self._aws.tables.items()
            for key in table.touched
            if not territory_id or _is_of(key[0], territory_id)
        )

    def restore(self) -> None:
        for name, table in self._aws.tables.items():
            for key in table.touched:
                table.items.pop(key, None)
                if key in self._tables.get(name, {}):
                    table.items[key] = dict(self._tables[name][key])
            table.touched.clear()


def _turned(values: Iterable[Any], turn: int) -> list[Any]:
    listed = list(values)
    start = turn % len(listed)
    return listed[start:] + listed[:start]


def _is_broken(case: Any) -> bool:
    """Whether the body or a parameter of the query breaks the document; one that nobody knows is no fault in HTTP."""
    unknown = set(case.query or {}) - {parameter.name for parameter in case.operation.query}
    in_query = case.meta.is_negative_at(ParameterLocation.QUERY) and not unknown
    return bool(case.meta.is_negative_at(ParameterLocation.BODY) or in_query)


def _fits_once_tidied(case: Any) -> bool:
    """Whether a body is too long only as it was sent: texts are measured after they are put on one line, in NFC."""
    document = case.operation.schema.raw_schema
    described = document["paths"][case.path][case.method.lower()].get("requestBody", {"content": {}})["content"]
    return any(
        Draft202012Validator({**kind["schema"], "components": document["components"]}).is_valid(_tidied(case.body))
        for kind in described.values()
    )


def _tidied(value: Any) -> Any:
    match value:
        case dict():
            return {key: _tidied(item) for key, item in value.items()}
        case list():
            return [_tidied(item) for item in value]
    return clean(value)


def _is_of(pk: str, territory_id: str) -> bool:
    return pk == f"T#{territory_id}" or pk.startswith(f"T#{territory_id}#")


@dataclass
class Assault:
    """Two territories, and the means to send any case to any route."""

    front: Front = field(default_factory=Front)

    def __post_init__(self) -> None:
        self.here, self.elsewhere = AlertedTown(self.front, HERE), AlertedTown(self.front, ELSEWHERE)
        self.gate, self.snapshot = Gate(self.front), Snapshot(self.front.aws)

    @cached_property
    def operations(self) -> dict[str, Any]:
        """Every operation of the documents, by `METHOD /path`."""
        found: dict[str, Any] = {}
        for document in sorted(set(described().values())):
            operations: Iterable[Any] = self.schema(document).get_all_operations()
            found |= {each.ok().label: each.ok() for each in operations}
        return found

    def schema(self, document: str) -> Any:
        """One document, whose cases go to the gate."""
        schema = schemathesis.openapi.from_dict(
            json.loads((DOCUMENTS / f"{document}.json").read_text(encoding="utf-8"))
        )
        schema.app = self.gate
        return schema

    def attack(self, operation: Any, cases: int, turn: int = 0) -> Tally:
        """Sends so many cases to one route, the same ones at each run.

        The first case is of the first kind, caller and owner of the ids; `turn` says which ones these are.
        """
        tally, drawn = Tally(), self._drawn(operation, turn)
        callers = _turned([*KNOWN, *WITHOUT_RIGHT], turn)

        @settings(
            max_examples=cases,
            derandomize=True,
            database=None,
            deadline=None,
            backend=DRAWING,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(drawn, st.sampled_from(callers))
        def once(aimed: tuple[Any, str], who: str | None) -> None:
            self._send(*aimed, who, tally)

        once()
        return tally

    def _drawn(self, operation: Any, turn: int) -> st.SearchStrategy[tuple[Any, str]]:
        """Honest and hostile cases, with the owner of the ids in their path; what is known is not drawn in vain."""
        owners = {"drawn": {}, "ours": self.here.ids, "theirs": self.elsewhere.ids}
        reading = operation.method.upper() == "GET" and not operation.query
        kinds: list[st.SearchStrategy[tuple[Any, str]]] = []
        for whose in _turned(owners, turn):
            names = [each.name for each in operation.path_parameters if each.name in owners[whose]]
            given = {
                "path_parameters": {name: owners[whose][name] for name in names} or None,
                "headers": LEFT_OUT[whose],
            }
            modes = [GenerationMode.POSITIVE] if reading and whose != "drawn" else _turned(GenerationMode, turn)
            cases = (operation.as_strategy(generation_mode=mode, **given) for mode in modes)
            kinds.extend(st.tuples(each, st.just(whose)) for each in cases)
        return st.one_of(*kinds)

    def _send(self, case: Any, whose: str, who: str | None, tally: Tally) -> None:
        case.headers = {name: value for name, value in case.headers.items() if name not in LEFT_OUT[whose]}
        token = {"Authorization": f"Bearer {who}"} if who else {}
        said = f"{case.method} {case.formatted_path} as {who}"
        tally.cases += 1
        broken = _is_broken(case)
        response, answer = case.call(headers=token), self.gate.last
        trespassing = whose == "theirs" and bool(case.path_parameters)
        self._judge(tally, answer, said, who, trespassing=trespassing, reading=case.method == "GET")
        # A probe of the checks may write, as the case did.
        self.snapshot.restore()
        unjudged = UNJUDGED if broken else [*UNJUDGED, negative_data_rejection]
        try:
            case.validate_response(response, headers=token, excluded_checks=unjudged)
        except FailureGroup as failures:
            for each in failures.exceptions:
                refused = answer.status >= 400 or _fits_once_tidied(case)  # 413 is a refusal like any other
                if not (isinstance(each, AcceptedNegativeData) and refused):
                    tally.breaks.append(f"{said}: {type(each).__name__}: {each} {case.query} {case.body}"[:900])
        self.snapshot.restore()

    def _judge(
        self, tally: Tally, answer: Answer, said: str, who: str | None, *, trespassing: bool, reading: bool
    ) -> None:
        tally.statuses[answer.status] += 1
        accepted = answer.status < 400
        if answer.crash:
            tally.crashes.append(f"{said}: {answer.crash[-900:]}")
        if accepted and (who in WITHOUT_RIGHT or trespassing):
            tally.trespasses.append(f"{said}: {answer.status}")
        if not self.snapshot.is_intact(ELSEWHERE):
            tally.trespasses.append(f"{said}: wrote in the other territory")
        if reading and not self.snapshot.is_intact():
            tally.breaks.append(f"{said}: a GET wrote")
