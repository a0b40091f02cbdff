"""The events keep their word: shapes change by addition alone, and what the catalogue says is what the classes are."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from console.event_catalogue import every_event
from console.event_shapes import SCHEMAS, golden_path, load, refusals, samples, shape
from console.events import event_files
from console.generating import stale
from shared.events import Event, Recorded, parse

EVENTS = every_event()


class Told(Event, version=1):
    """A fact of these tests."""

    place: str
    count: int


GOLDEN = shape(Told)


def _golden(event: type[Event]) -> dict[str, Any]:
    golden = load(golden_path(event))
    assert golden is not None
    return golden


def _read(event: type[Event], detail: dict[str, Any]) -> Recorded[Any]:
    return parse({"detail-type": event.detail_type, "detail": detail}, event)


def test_there_are_events_to_hold_to_their_word() -> None:
    """An empty list would pass everything below."""
    assert len(EVENTS) > 5


def test_the_catalogue_and_the_golden_shapes_are_up_to_date() -> None:
    """`vigie events --write` was run after the last change."""
    assert stale(event_files()) == []


def test_every_golden_shape_still_has_its_class() -> None:
    """A published version is not forgotten while its shape is kept."""
    assert {path.name for path in SCHEMAS.glob("*.json")} == {golden_path(event).name for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.detail_type)
def test_what_was_published_can_still_be_read(event: type[Event]) -> None:
    """Every sample that was ever of this version is read by today's class."""
    golden = _golden(event)
    assert all(_read(event, sample) for sample in golden["examples"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.detail_type)
def test_what_is_published_has_the_golden_shape(event: type[Event]) -> None:
    """Whoever reads by the schema reads what today's class writes."""
    golden = _golden(event)
    Draft202012Validator.check_schema(golden)
    for sample in samples(shape(event)):
        Draft202012Validator(golden).validate(_read(event, sample).detail())


def test_an_optional_field_may_be_added() -> None:
    """The version stays: old samples are read, every old field is still there."""

    class Told(Event, version=1):
        place: str
        count: int
        colour: str | None = None

    assert refusals(Told, GOLDEN) == []


def test_old_samples_are_kept_beside_the_new() -> None:
    """What was once said stays a sample for ever."""

    class Told(Event, version=1):
        place: str
        count: int
        colour: str | None = None

    assert shape(Told, GOLDEN)["examples"][: len(GOLDEN["examples"])] == GOLDEN["examples"]


class _Removed(Event, version=1):
    place: str


class _Required(Event, version=1):
    place: str
    count: int
    colour: str


class _Retyped(Event, version=1):
    place: str
    count: str


class _Narrowed(Event, version=1):
    place: str
    count: int | None


@pytest.mark.parametrize("changed", [_Removed, _Required, _Retyped, _Narrowed])
def test_any_other_change_is_refused(changed: type[Event]) -> None:
    """A field removed, required, retyped or emptied asks for a new version."""
    assert refusals(changed, GOLDEN)
