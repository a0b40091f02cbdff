"""How much of the account a queue may take."""

from __future__ import annotations

from tests.infra.conftest import Stacks


def test_webhooks_to_strangers_never_take_every_functions_place(prod: Stacks) -> None:
    """Fifty at a time: partners that are slow together keep neither alerts nor pages from running."""
    mappings = prod.of_type("AWS::Lambda::EventSourceMapping").values()
    limits = [mapping["ScalingConfig"] for mapping in mappings if "ScalingConfig" in mapping]
    assert limits == [{"MaximumConcurrency": 50}]
