"""The local pages' templates and formats: French, in Paris time, with no script at all."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from infra.local.clock import Clock
from infra.local.outbox import segments

_PARIS = ZoneInfo("Europe/Paris")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_LINK = re.compile(r"https?://\S+")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-src 'self'; form-action *"


class Pages:
    """Renders the templates of `pages/`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        folder = FileSystemLoader(Path(__file__).with_name("pages"))
        self._templates = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
        self._templates.filters.update(
            instant=instant, duration=duration, segments=segments, linked=linked, pretty=pretty
        )

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """One HTML page."""
        text = self._templates.get_template(template).render(now=self._clock.now(), **values)
        return Response(text, status, {"Content-Security-Policy": _POLICY}, content_type="text/html; charset=utf-8")


def instant(value: datetime) -> str:
    """`dimanche 22 novembre 2026 à 9 h 05`, in Paris."""
    local = value.astimezone(_PARIS)
    day = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {day} {_MONTHS[local.month - 1]} {local.year} à {local.hour} h {local.minute:02}"


def duration(value: timedelta) -> str:
    """`2 j 3 h 5 min`."""
    minutes = int(value.total_seconds() // 60)
    parts = [(minutes // 1440, "j"), (minutes // 60 % 24, "h"), (minutes % 60, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "moins d’une minute"


def linked(text: str) -> Markup:
    """Plain text with its addresses clickable, line breaks kept by the style sheet."""
    link = Markup('<a href="{0}" target="_blank" rel="noreferrer">{0}</a>')
    return Markup("").join(link.format(w) if _LINK.fullmatch(w) else escape(w) for w in re.split(r"(\s+)", text))


def pretty(text: str) -> str:
    """JSON laid out to be read; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except json.JSONDecodeError:
        return text
