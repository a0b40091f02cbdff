"""The repository's Python files, read as syntax: what the shape tests measure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("shared", "services", "infra", "console", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def product_files() -> list[Path]:
    """Every module that is not a test."""
    return [path for package in PRODUCT for path in sorted((ROOT / package).rglob("*.py"))]


def test_files() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


test_files.__test__ = False  # type: ignore[attr-defined]


def handler_files() -> list[Path]:
    """The entrances of the functions: `services/*/handlers/<verb_noun>.py`."""
    return [path for path in sorted((ROOT / "services").glob("*/handlers/*.py")) if path.name != "__init__.py"]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> list[Function]:
    """Every function of a module, methods and inner ones too."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, Function)]


def length(function: Function) -> int:
    """Lines from `def` to the last one, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return lines
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def run_at_import(path: Path) -> Iterator[ast.AST]:
    """Every node that merely importing the module evaluates: not the bodies of functions, nor what `__main__` runs."""
    waiting: list[ast.AST] = list(tree(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif not isinstance(node, ast.Lambda) and not _only_as_a_program(node):
            yield node
            waiting += ast.iter_child_nodes(node)


def _only_as_a_program(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)


def where(path: Path, node: Function | ast.expr | ast.stmt) -> str:
    """`services/alerts/store.py:12`, for a failure's message."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"
