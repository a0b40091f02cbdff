"""Everything that is wrong with what was sent, told at once rather than one thing a try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import Invalid


class Findings:
    """Collects refusals, the first of each place: a form's field or a JSON pointer."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._fields: dict[str, str] = {}

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """What is Invalid inside is kept for later, at this place."""
        try:
            yield
        except Invalid as error:
            self.add(place, error.message)

    def add(self, place: str, message: str) -> None:
        """Notes a refusal, unless the place has one."""
        self._fields.setdefault(place, message)

    def conclude(self) -> None:
        """Raises Invalid with all that was found; does nothing when all is well."""
        if self._fields:
            raise Invalid(self._message, fields=self._fields)
