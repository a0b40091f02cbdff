"""What an environment may be called by those who receive its messages."""

from __future__ import annotations

from typing import Any

import pytest

from infra.stages import STAGES, Stage


@pytest.mark.parametrize("sender", ["", "VIGIE EMPLOI", "12345", "VIGIETERRITO", "VIGÉE", "VIGIE!", "VIGIE\n"])
def test_a_text_has_a_sender_that_french_carriers_take(sender: str) -> None:
    """One to eleven letters and digits, not digits only, neither space nor punctuation (af2m's charter)."""
    given: dict[str, Any] = vars(STAGES["prod"]) | {"sms_sender": sender}
    with pytest.raises(ValueError, match="11 letters"):
        Stage(**given)
