"""Property tests are deterministic, and a busy machine is not a failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("vigie", deadline=None, derandomize=True)
settings.load_profile("vigie")
