"""What people type: cleaned of what cannot be seen, capped, never empty."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from shared.typed import clean, clean_or_none, clean_prose

LINE_LENGTH = 120
TEXT_LENGTH = 1000
PROSE_LENGTH = 4000

Line = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=LINE_LENGTH)]
"""A name or a label."""
OptionalLine = Annotated[
    Annotated[str, StringConstraints(max_length=LINE_LENGTH)] | None, BeforeValidator(clean_or_none)
]
OptionalText = Annotated[
    Annotated[str, StringConstraints(max_length=TEXT_LENGTH)] | None, BeforeValidator(clean_or_none)
]
"""A few sentences."""
OptionalProse = Annotated[
    Annotated[str, StringConstraints(max_length=PROSE_LENGTH)] | None, BeforeValidator(clean_prose)
]
"""A page at most, its lines kept."""
