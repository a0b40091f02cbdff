"""Which records of a stream wake the function that follows it, in the pattern language of Lambda's filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.topology import Image

_WRITTEN: dict[str, Any] = {"eventName": ["INSERT", "MODIFY"]}
"""A deletion (an outbox item once published, an item past its time) has nothing to relay."""


def stream_patterns(images: Sequence[Image]) -> list[dict[str, Any]]:
    """One filter an image, of which a record has to pass one; everything that is written where there are none."""
    return [{**_WRITTEN, "dynamodb": {"NewImage": _attributes(image)}} for image in images] or [_WRITTEN]


def _attributes(image: Image) -> dict[str, Any]:
    states = {"state": {"S": list(image.states)}} if image.states else {}
    return {"kind": {"S": [image.kind]}, **states}
