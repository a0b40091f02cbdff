"""`make mutants`: small faults put one by one into what must not be wrong, and whether the unit tests see each of them.

A process imports and collects everything once; each mutant is a fork of it in which the functions' code is exchanged, so that
every reference to them is, and which runs the module's tests until one fails.
"""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings

TESTS = Path("tests/unit/alerts")
_REDUCER = (
    "test_transition_grid",
    "test_handover",
    "test_alert_table",
    "test_alert_returns",
    "test_alert_identity",
    "test_alert_records",
    "test_offer_records",
    "test_notices",
    "test_merging",
    "test_alert_rules",
)
_CLAIM = (
    "test_delivery",
    "test_delivery_changes",
    "test_delivery_relevance",
    "test_delivery_store",
    "test_delivering",
    "test_reconciling",
)
_REDUCER_MODULES = ("transitions", "decisions", "change", "closure", "handover", "returns", "diffusion")
TARGETS: dict[str, tuple[str, ...]] = {
    **{f"rules.{name}": _REDUCER for name in _REDUCER_MODULES},
    "deliveries.delivery": _CLAIM,
    "webhooks.signatures": ("test_signatures", "../../attack/test_signatures"),
    "webhooks.addresses": ("test_addresses", "../../attack/test_addresses"),
}
"""Reducer, claim, verifier, address check: the module and the tests that are to see its faults."""
QUIETLY = (
    "-qq",
    "-s",
    "--disable-warnings",
    "-p",
    "no:cacheprovider",
    "-k",
    "not 720_orders",
    "--hypothesis-profile=mutants",
)
"""The longest test of the reducer is left out, and properties are tried on few examples, to save time.

A fault that only these see counts as a survivor: the figures may be too low, never too high.
"""
settings.register_profile(
    "mutants", max_examples=20, phases=[Phase.explicit, Phase.generate], deadline=None, derandomize=True, database=None
)
SECONDS = 60
"""A mutant that runs longer is seen: it never ends."""
WANTED = 90
"""Per cent of each module's mutants."""

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


class Site(NamedTuple):
    """A place in a module's tree, and what stands there in a mutant."""

    holder: Any
    place: str | int
    fault: Any
    line: int
    said: str

    def apply(self) -> None:
        """Puts the fault in."""
        if isinstance(self.place, int):
            self.holder[self.place] = self.fault
        else:
            setattr(self.holder, self.place, self.fault)


def sites(tree: ast.Module) -> Iterator[Site]:
    """Every fault that can be put in: in functions, and in the constants of the module."""
    for node in tree.body:
        if ast.unparse(node).startswith("__all__"):
            continue
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr | ast.AnnAssign | ast.ClassDef):
            yield from _within(node)
        elif isinstance(node, ast.ClassDef):
            for method in (each for each in node.body if isinstance(each, ast.FunctionDef)):
                yield from _within(method)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _within(node.value)


def _within(node: ast.AST) -> Iterator[Site]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        members = list(enumerate(value)) if isinstance(value, list) else [(name, value)]
        for place, child in members:
            if isinstance(child, ast.AST) and not _is_speech(child):
                holder = value if isinstance(value, list) else node
                for fault in _faults(child):
                    said = f"{_shown(child)}  →  {_shown(fault)}"
                    yield Site(holder, place, fault, getattr(child, "lineno", getattr(node, "lineno", 0)), said)
                yield from _within(child)


def _is_speech(node: ast.AST) -> bool:
    """Words for people, and what is raised with them: another wording is no fault."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def _faults(node: ast.AST) -> Iterator[Any]:
    if type(node) in _SWAPS:
        yield _SWAPS[type(node)]()
    yield from _other_values(node)
    yield from _other_steps(node)


def _other_values(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as text):
            yield ast.Constant(text + "x")
        case ast.Name(id=name) if name in _NAMES:
            yield ast.Name(_NAMES[name], ast.Load())
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Tuple(elts=[ast.Name(), ast.Name(), *_], ctx=ast.Load()):
            yield from _shifted(node)


def _other_steps(node: ast.AST) -> Iterator[Any]:
    match node:
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Call(keywords=[_, *_]):
            for kept in range(len(node.keywords)):
                yield ast.Call(node.func, node.args, [*node.keywords[:kept], *node.keywords[kept + 1 :]])
        case ast.If():
            yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)


def _shifted(node: ast.Tuple) -> Iterator[ast.Tuple]:
    """A row of a table with one entry replaced by its neighbour."""
    for at, (one, other) in enumerate(zip(node.elts, node.elts[1:], strict=False)):
        if ast.dump(one) != ast.dump(other):
            yield ast.Tuple([*node.elts[:at], other, *node.elts[at + 1 :]], ast.Load())


def _shown(node: ast.AST) -> str:
    known = isinstance(node, ast.stmt | ast.expr)
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())[:70] if known else type(node).__name__


def exchange(module: types.ModuleType, tree: ast.Module) -> None:
    """Gives the module's functions and constants what the tree says, in every module that knows them."""
    fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(ast.fix_missing_locations(tree), str(module.__file__), "exec"), fresh)  # noqa: S102 - what a mutant is
    for name, made in fresh.items():
        known = vars(module).get(name)
        if isinstance(known, type) and known.__module__ == module.__name__:
            methods = dict(_functions(vars(known)))
            for method, function in _functions(vars(made)):
                _become(methods[method], function)
        elif isinstance(known, types.FunctionType) and known.__module__ == module.__name__:
            _become(known, made)
        elif not name.startswith("__") and not isinstance(known, type | types.ModuleType) and known != made:
            _replace(known, made)


def _functions(members: Any) -> Iterator[tuple[str, types.FunctionType]]:
    for name, member in dict(members).items():
        bare = getattr(member, "fget", None) or getattr(member, "__func__", None) or member
        if isinstance(bare, types.FunctionType):
            yield name, bare


def _become(known: types.FunctionType, made: types.FunctionType) -> None:
    known.__code__, known.__defaults__, known.__kwdefaults__ = made.__code__, made.__defaults__, made.__kwdefaults__


def _replace(known: Any, made: Any) -> None:
    for other in [each for name, each in sys.modules.items() if name.startswith(("services.", "tests."))]:
        for name in [name for name, value in vars(other).items() if value is known]:
            setattr(other, name, made)


class Trial:
    """Stands in the place of pytest's run of the tests that it has collected: one run a fault, each in a fork."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self._tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        self._found = list(sites(self._tree))
        self.is_fork, self.total, self.seen = False, len(self._found), 0

    def pytest_runtestloop(self) -> bool | None:
        """In a fork nothing: pytest goes on; what cannot even be built ends it, and so is seen."""
        gc.freeze()  # the collector of a fork would copy every page
        for fault in (None, *self._found):
            child = os.fork()
            if child == 0:
                self._enter(fault)
                return None
            failed = os.waitpid(child, 0)[1] != 0
            self._note(fault, failed=failed)
        return True

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Ends a fork at its first failure: nobody reads why."""
        if self.is_fork and call.excinfo:
            os._exit(1)

    def _enter(self, fault: Site | None) -> None:
        self.is_fork = True
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.alarm(SECONDS)
        if fault:
            fault.apply()
            exchange(self._module, self._tree)

    def _note(self, fault: Site | None, *, failed: bool) -> None:
        if fault is None and failed:
            pytest.exit(f"the tests of {self._module.__name__} fail without any fault", 2)
        if fault and not failed:
            print(f"    {self._module.__name__}:{fault.line}: {fault.said}", flush=True)
        self.seen += failed


def try_out(name: str) -> Trial:
    """The faults of a module, counted; those that no test sees are told as they are found."""
    trial = Trial(import_module(f"services.alerts.{name}"))
    tests = [str(TESTS / f"{test}.py") for test in TARGETS[name]]
    code = pytest.main([*QUIETLY, *tests], plugins=[trial])
    if trial.is_fork or code != 0:
        os._exit(int(code))
    return trial


def main(names: list[str]) -> int:
    """Prints a line a survivor and a line a module; 1 when a module is below what is wanted."""
    worst = 100.0
    for name in names or list(TARGETS):
        tried = try_out(name)
        left, share = tried.total - tried.seen, 100 * tried.seen / tried.total
        worst = min(worst, share)
        print(f"{name:<14}{tried.total:>5} mutants{tried.seen:>5} killed{left:>4} survived{share:>7.1f} %", flush=True)
    return int(worst < WANTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
