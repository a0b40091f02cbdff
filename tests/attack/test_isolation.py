"""One territory's ids asked for by another: an unknown thing, to the letter, on every route and in every worker."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any, cast, get_args, get_type_hints

import pytest

from shared.aws import Aws
from shared.errors import NotFound, Unreadable, VigieError
from shared.events import Event
from shared.topology import Drains, Function, On
from tests.attack.forms import forms_of
from tests.attack.front import Answer, Route, services
from tests.attack.fuzzing import KNOWN, Assault
from tests.attack.town import ELSEWHERE, HERE, ROLES, Town

BY_ITSELF = ("<token>", "<territory_id>", "<digest>")
"""Addresses that open by themselves: a signed link, a private calendar, a public file. They are attacked elsewhere."""
FEW = ("coordinator", "capteur")
"""Roles that may nearly all, and something; all seven are tried with `--soak`."""
SHARED = frozenset({"number"})
"""Names of places that hold the same in every territory: the version of a questionnaire."""
ZEROS = re.compile("[0-9a-f]")
UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REFUSED = frozenset({401, 403, 404, 409, 413, 422})


def named(path: str) -> set[str]:
    """The names that stand in a route."""
    return set(re.findall(r"<(\w+)>", path))


def aimed(assault: Assault) -> list[Route]:
    """The routes that name something of one territory."""
    routes = assault.front.routes()
    ours = set(assault.here.ids) - SHARED
    return [each for each in routes if named(each.path) & ours and not any(name in each.path for name in BY_ITSELF)]


def ask(assault: Assault, route: Route, who: str, path: str, fields: dict[str, Any]) -> Answer:
    """Asks an address as somebody, with a command in the form that its route reads."""
    if route.bearer:
        return assault.front.call(route.method, path, fields if route.method == "POST" else None, who=who)
    return (
        assault.front.ask("GET", path, who=who) if route.method == "GET" else assault.front.post(path, fields, who=who)
    )


def anonymous(answer: Answer, path: str) -> tuple[object, ...]:
    """What an answer says, without the address that was asked for nor the ids that forms carry, new each time."""
    said = answer.body + str(answer.headers.get("Location", "")).encode()
    for part in sorted({*path.split("/")} - {""}, key=len, reverse=True):
        said = said.replace(part.encode(), b"?")
    return answer.status, UUID.sub(b"?", said), answer.cookies


def test_the_other_territorys_ids_are_unknown_on_every_route(assault: Assault, soak: bool) -> None:
    """For each role the answer is the same to the byte as for an id that nobody has, and nothing is written.

    Programs are refused; a page may list nothing, or lead back with a refusal on the next one.
    """
    theirs = set(assault.elsewhere.ids.values())
    pages = [route for route in assault.front.routes() if not route.bearer and route.service != "directory"]
    forms = forms_of(assault.elsewhere, pages, ("coordinator", "capteur"))
    for route in aimed(assault):
        path = assault.elsewhere.address(route.path)
        nothing = "/".join(ZEROS.sub("0", part) if part in theirs else part for part in path.split("/"))
        shown = next((fields for action, fields in forms.items() if action.partition("?")[0] == path), {})
        fields: dict[str, Any] = {"idempotency_key": "a-key-long-enough", "expected_version": 1, **shown}
        for who in KNOWN if soak else map(assault.here.who, FEW):
            answer = ask(assault, route, who, path, fields)
            assert answer.status in REFUSED or not route.bearer, (str(route), who, answer.status, answer.crash)
            control = ask(assault, route, who, nothing, fields)
            assert anonymous(answer, path) == anonymous(control, nothing), (str(route), who)
            assert assault.snapshot.is_intact(), (str(route), who)


def test_the_same_ids_are_known_at_home(assault: Assault) -> None:
    """The test above would pass on ids that do not exist: at home each reading route shows something to somebody."""
    for route in (each for each in aimed(assault) if each.method == "GET"):
        asked = [ask(assault, route, assault.here.who(role), assault.here.address(route.path), {}) for role in ROLES]
        found = {answer.status for answer in asked}
        assert found & {200, 303, 409}, (str(route), found)


def crossed(message: type[Any], here: Town, theirs: Town) -> Any:
    """A message of this territory about a thing of the other."""
    ids = {**theirs.ids, "territory_id": here.territory_id}
    return message.model_validate({name: ids[name] for name in message.model_fields})


@pytest.mark.parametrize(
    ("service", "declared"),
    [(each.name, one) for each in services() for one in each.functions if isinstance(one.trigger, Drains)],
    ids=lambda value: value.name if isinstance(value, Function) else value,
)
def test_a_worker_finds_nothing_of_another_territory(assault: Assault, service: str, declared: Function) -> None:
    """A message that names one territory and a thing of another is refused or ignored: nothing is read out, sent or written."""
    module = import_module(f"services.{service}.handlers.{declared.name}")
    (message,), _ = get_args(get_type_hints(module.build)["return"])
    before = assault.front.aws.everything()
    work = module.build(cast(Aws, assault.front.aws))
    with suppress(NotFound, Unreadable):
        work(crossed(message, assault.here, assault.elsewhere))
    after = assault.front.aws.everything()
    assault.snapshot.restore()
    assert after == before


def test_a_consumer_writes_only_in_the_territory_of_its_event(assault: Assault) -> None:
    """The other territory's own events, come in this one's name, leave the other one as it was."""
    for service in services():
        for declared in (each for each in service.functions if isinstance(each.trigger, On)):
            module = import_module(f"services.{service.name}.handlers.{declared.name}")
            handle = module.build(cast(Aws, assault.front.aws))
            for event in cast(On, declared.trigger).events:
                for recorded in assault.elsewhere.published(cast(type[Event], event)):
                    renamed = replace(recorded, metadata=recorded.metadata.model_copy(update={"territory_id": HERE}))
                    with suppress(VigieError):
                        handle(renamed)
                    assert assault.snapshot.is_intact(ELSEWHERE), declared.name
                    assault.snapshot.restore()


def test_every_key_begins_with_what_the_roles_allow(assault: Assault) -> None:
    """Of each item and of each index: what the declaration of its table says, which the functions' roles are held to."""
    declared = {table.name: table.keys for service in services() for table in service.tables}
    for name, table in assault.front.aws.tables.items():
        for item in table.items.values():
            keys = [value for attribute, value in item.items() if attribute == "pk" or attribute.endswith("_pk")]
            assert all(key.startswith(declared[name]) for key in keys), (name, keys)
