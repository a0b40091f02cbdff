"""The whole ROME, for the few tests that want it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.matching.reference.release import Release, read_release


@pytest.fixture(scope="session")
def official() -> Release:
    """The official release that VIGIE_ROME names; skips without it."""
    folder = os.environ.get("VIGIE_ROME")
    if not folder:
        pytest.skip("VIGIE_ROME does not name a folder with an official release")
    return read_release(Path(folder))
