"""Schemathesis against the JSON APIs without a socket: each case goes to the real function, over tables put back afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.attack.alerted_town import AlertedTown
from tests.attack.cloud import MemoryAws
from tests.attack.front import Answer, Front
from tests.attack.town import ELSEWHERE, HERE, ROLES, STRANGER, subject

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "openapi"
KNOWN = [subject(HERE, role) for role in ROLES]
WITHOUT_RIGHT = (None, STRANGER)
"""No token at all, and the token of an account that no territory knows."""


@dataclass
class Tally:
    """What became of a route's cases; each list holds what must be looked at."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    trespasses: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.crashes or self.breaks or self.trespasses)


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
    """The tables as they were, to put back, or to compare one territory's part of them."""

    def __init__(self, aws: MemoryAws) -> None:
        self._aws = aws
        self._tables = self._items()

    def _items(self) -> dict[str, dict[tuple[str, str], Any]]:
        return {name: {key: dict(item) for key, item in t.items.items()} for name, t in self._aws.tables.items()}

    def is_intact(self, territory_id: str = "") -> bool:
        """Whether nothing of this territory, or nothing at all, has changed."""
        return _part(self._items(), territory_id) == _part(self._tables, territory_id)

    def restore(self) -> None:
        for name, table in self._aws.tables.items():
            table.items = {key: dict(item) for key, item in self._tables.get(name, {}).items()}


def _turned(values: Iterable[Any], turn: int) -> list[Any]:
    listed = list(values)
    start = turn % len(listed)
    return listed[start:] + listed[:start]


def _is_broken(case: Any) -> bool:
    """Whether the body or a parameter of the query breaks the document; one that nobody knows is no fault in HTTP."""
    unknown = set(case.query or {}) - {parameter.name for parameter in case.operation.query}
    in_query = case.meta.is_negative_at(ParameterLocation.QUERY) and not unknown
    return bool(case.meta.is_negative_at(ParameterLocation.BODY) or in_query)


def _part(tables: Mapping[str, Mapping[tuple[str, str], Any]], territory_id: str) -> dict[tuple[str, ...], Any]:
    return {
        (name, *key): item
        for name, items in tables.items()
        for key, item in items.items()
        if not territory_id or key[0] == f"T#{territory_id}" or key[0].startswith(f"T#{territory_id}#")
    }


@dataclass
class Assault:
    """Two territories, and the means to send any case to any route."""

    front: Front = field(default_factory=Front)

    def __post_init__(self) -> None:
        self.here, self.elsewhere = AlertedTown(self.front, HERE), AlertedTown(self.front, ELSEWHERE)
        self.gate, self.snapshot = Gate(self.front), Snapshot(self.front.aws)

    def operations(self, document: str = "*") -> dict[str, Any]:
        """Every operation of one document, or of all, by `METHOD /path`."""
        found: dict[str, Any] = {}
        for file in sorted(DOCUMENTS.glob(f"{document}.json")):
            schema = schemathesis.openapi.from_dict(json.loads(file.read_text(encoding="utf-8")))
            schema.app = self.gate
            described: Iterable[Any] = schema.get_all_operations()
            found |= {each.ok().label: each.ok() for each in described}
        return found

    def attack(self, operation: Any, cases: int, turn: int = 0) -> Tally:
        """Sends so many cases to one route, the same ones at each run.

        The first case is of the first kind, caller and owner of the ids; `turn` says which ones these are.
        """
        tally = Tally()
        drawn = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in _turned(GenerationMode, turn)))
        callers, owners = _turned([*KNOWN, *WITHOUT_RIGHT], turn), _turned(["drawn", "ours", "theirs"], turn)

        @settings(
            max_examples=cases,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(drawn, st.sampled_from(callers), st.sampled_from(owners))
        def once(case: Any, who: str | None, whose: str) -> None:
            self._send(case, who, whose, tally)

        once()
        return tally

    def _send(self, case: Any, who: str | None, whose: str, tally: Tally) -> None:
        ids = {"ours": self.here.ids, "theirs": self.elsewhere.ids}.get(whose, {})
        aimed = {name: ids.get(name, value) for name, value in (case.path_parameters or {}).items()}
        if ids and aimed:
            case.path_parameters = aimed
        dropped = {"authorization"} if whose == "drawn" else {"authorization", "vigie-territory"}
        case.headers = {name: value for name, value in case.headers.items() if name.lower() not in dropped}
        token = {"Authorization": f"Bearer {who}"} if who else {}
        said = f"{case.method} {case.formatted_path} as {who}"
        tally.cases += 1
        broken = _is_broken(case)
        response, answer = case.call(headers=token), self.gate.last
        trespassing = whose == "theirs" and bool(aimed)
        self._judge(tally, answer, said, who, trespassing=trespassing, reading=case.method == "GET")
        # A probe of the checks may write, as the case did.
        self.snapshot.restore()
        try:
            case.validate_response(response, headers=token, excluded_checks=[] if broken else [negative_data_rejection])
        except FailureGroup as failures:
            tally.breaks.extend(f"{said}: {type(each).__name__}: {each}"[:900] for each in failures.exceptions)
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
