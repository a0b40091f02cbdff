"""The handlers as they are deployed, over fake resources: their own code sees another clock, other ids, another chance.

A handler's `build` takes everything from its argument but three things that its module imports: the clock, new ids and a
die. `rebound` gives a second copy of such a module whose functions see other names; nothing is changed in the first one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from types import CellType, FunctionType, ModuleType
from typing import Any

from tests.simulation.cloud import FakeAws
from tests.simulation.history import History

Entry = Callable[[dict[str, Any], Any], Any]


def rebound(module: ModuleType, names: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a module as they would be had it been written with these; only names that it has are replaced."""
    own = vars(module)
    copy = {**own, **{name: value for name, value in names.items() if name in own}}
    for name, function in own.items():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            copy[name] = FunctionType(function.__code__, copy, name, function.__defaults__, function.__closure__)
            copy[name].__kwdefaults__ = function.__kwdefaults__
    return copy


class Journal:
    """A logger that writes nothing: it counts the defects, by class and place."""

    def __init__(self, defects: defaultdict[str, int]) -> None:
        self._defects = defects

    def append_keys(self, **keys: str) -> None: ...
    def remove_keys(self, keys: list[str]) -> None: ...
    def warning(self, message: str, **details: Any) -> None: ...

    def error(self, message: str, **details: Any) -> None:
        self._defects[f"{details.get('error')} {details.get('at')}"] += 1


class Container:
    """What a process keeps between two invocations: the stand-in for `shared.runtime.invocation.Once`."""

    def __init__(self, build: Callable[[Any], Any], aws: FakeAws, history: History) -> None:
        self.aws = aws
        self.logger = Journal(history.defects)
        self._build = build
        self._built: Any = None
        self._counts = history.counts

    def get(self) -> Any:
        if self._built is None:
            self._built = self._build(self.aws)
        return self._built

    def count(self, name: str, value: int = 1) -> None:
        self._counts[name] += value

    def flush(self) -> None:
        """Counts are kept at once."""


def started(service: str, function: str, aws: FakeAws, names: Mapping[str, Any], history: History) -> Entry:
    """A new process of a function: the runtime's own code around the handler's own `build`."""
    module = import_module(f"services.{service}.handlers.{function}")
    container = Container(rebound(module, names)["build"], aws, history)
    handler: FunctionType = module.handler
    cells = dict(zip(handler.__code__.co_freevars, handler.__closure__ or (), strict=True))
    cells["once"] = CellType(container)
    closure = tuple(cells[name] for name in handler.__code__.co_freevars)
    return FunctionType(handler.__code__, handler.__globals__, handler.__name__, handler.__defaults__, closure)
