"""Instants as an operator types them: `2h` ago, a day, or a day and an hour in Paris."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from shared.clock import PARIS
from shared.errors import Invalid

_AGO = re.compile(r"([1-9][0-9]{0,4})(min|h|j)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1)}
EXAMPLES = "2h, 30min, 3j, 2026-11-26 ou 2026-11-26T14:30"


def moment(text: str, now: datetime) -> datetime:
    """That instant, aware; raises Invalid. Without an offset, the hour is that of Paris."""
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"Moment incompris « {text} » : écrivez par exemple {EXAMPLES}.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)
