"""What is sent is taken for what it is: nothing is made of another type."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BeforeValidator, TypeAdapter, ValidationError

from services.alerts.partners.given import Version
from services.alerts.site.orders import SimpleGiven
from shared.typed import Whole, clean_or_none


@pytest.mark.parametrize("kind", [Whole, Version])
def test_a_whole_number_is_sent_as_one(kind: type[int]) -> None:
    """`true` is no 1, and a text is no number."""
    adapter: TypeAdapter[int] = TypeAdapter(kind)
    assert adapter.validate_python(3) == 3
    for other in (True, "3", 3.5, None):
        with pytest.raises(ValidationError):
            adapter.validate_python(other)


def test_a_version_is_no_yes() -> None:
    """An order on the version `true` is refused, rather than one on version 1 obeyed."""
    with pytest.raises(ValidationError):
        SimpleGiven.model_validate({"expected_version": True})


@pytest.mark.parametrize("sent", [False, 0, [], {}])
def test_what_is_no_text_is_not_read_as_nothing_said(sent: object) -> None:
    """Only a text that has nothing left says nothing: the rest is for the type to refuse."""
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[str | None, BeforeValidator(clean_or_none)]).validate_python(sent)


def test_a_text_of_blanks_says_nothing() -> None:
    """Spaces and invisible characters are nothing."""
    assert clean_or_none(" \u200b\n ") is None
