"""The questionnaire that comes with Vigie, read from the file beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from services.visits.questionnaire.definition import SHIPPED, Questionnaire

FILE = Path(__file__).with_name("shipped.toml")


@cache
def shipped() -> Questionnaire:
    """Version 0, the same for every territory: its file is no part of what a territory may change."""
    import tomllib  # noqa: PLC0415 - a function that asks no question does without

    return Questionnaire.model_validate({"version": SHIPPED, **tomllib.loads(FILE.read_text(encoding="utf-8"))})
