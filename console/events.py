"""`vigie events`: the catalogue of events and their golden shapes, from their classes."""

from __future__ import annotations

import argparse
import json

from console.asyncapi import asyncapi_file
from console.event_catalogue import CATALOGUE, catalogue, every_event, every_service
from console.event_shapes import golden_path, load, refusals, shape
from console.generating import Files, register_generator
from shared.errors import Conflict
from shared.events import Event


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register_generator(subparsers, "events", "le catalogue des événements et leurs formes convenues", event_files)


def event_files() -> Files:
    """The catalogue, every golden shape and the webhooks' own document; raises Conflict when a class broke its own."""
    events = every_event()
    broken = [text for event in events for text in _refusals(event)]
    if broken:
        advice = "Gardez la classe telle qu’elle était et publiez à côté une nouvelle version (…V2, version=2)."
        raise Conflict("\n".join([*broken, advice]))
    shapes = {golden_path(event): _text(event) for event in events}
    return {CATALOGUE: catalogue(events, every_service()), **shapes, **asyncapi_file()}


def _refusals(event: type[Event]) -> list[str]:
    golden = load(golden_path(event))
    return refusals(event, golden) if golden else []


def _text(event: type[Event]) -> str:
    return json.dumps(shape(event, load(golden_path(event))), ensure_ascii=False, indent=2) + "\n"
