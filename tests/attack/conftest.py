"""The attacks' clock stands still and their network is cut; the long runs are asked for with `--soak`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.attack.fuzzing import Assault
from tests.attack.town import NOON


def unanswered(*_asked: Any, **_more: Any) -> Any:
    """A resolver that knows no name."""
    raise OSError("no network")


@pytest.fixture(scope="module")
def noon() -> Iterator[None]:
    """The instant that the town was made for; what would leave for a stranger's server finds no name."""
    with time_machine.travel(NOON, tick=False), pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", unanswered)
        yield


@pytest.fixture(scope="session")
def towns() -> Assault:
    """The two territories: all that they are made of is of that instant."""
    with time_machine.travel(NOON, tick=False):
        return Assault()


@pytest.fixture(scope="module")
def assault(noon: None, towns: Assault) -> Iterator[Assault]:
    """The two territories, put back after each case, and after each file."""
    yield towns
    towns.snapshot.restore()


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long runs were asked for."""
    return bool(request.config.getoption("--soak", default=False))
