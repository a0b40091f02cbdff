"""What is common to all that is sent: nothing unknown in it, and numbers as people type them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_NUMBER = 40
"""Characters of an official number as it may be typed, with its spaces."""

Number = Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER)]


class Given(BaseModel):
    """What is sent: an attribute that is not known is refused rather than lost."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")
