"""The size and shape of the code: budgets that keep each piece readable in one look."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

from tests.architecture import source

FUNCTION_LINES = 25
FUNCTION_LINES_P90 = 15
FILE_LINES = 300
HANDLER_LINES = 30
FLOW = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match, ast.comprehension)

MOCKING = re.compile(r"\b(unittest(\.| import )mock|import mock|pytest_mock)\b")

READ_AT_IMPORT = (
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "uuid.uuid4",
    "os.environ",
    "os.getenv",
    "boto3.client",
    "boto3.resource",
    "boto3.session",
    "boto3.Session",
)
"""The outside, as `ast.unparse` writes it: a module that touches it at import cannot be imported in peace."""


def test_every_function_fits_in_one_look() -> None:
    """A function has at most 25 lines without its docstring."""
    long = [
        f"{source.where(path, function)} {function.name}: {source.length(function)}"
        for path in source.product_files()
        for function in source.functions(path)
        if source.length(function) > FUNCTION_LINES
    ]
    assert long == []


def test_most_functions_are_short() -> None:
    """Nine functions in ten have at most 15 lines."""
    lengths = [source.length(function) for path in source.product_files() for function in source.functions(path)]
    assert statistics.quantiles(lengths, n=10)[-1] <= FUNCTION_LINES_P90


def test_every_file_stays_small() -> None:
    """A file has at most 300 lines, tests included."""
    large = {
        str(path.relative_to(source.ROOT)): lines
        for path in source.product_files() + source.test_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }
    assert large == {}


def test_handlers_are_found() -> None:
    """The handler rules below have something to hold on to in each service."""
    services = {path.parent.name for path in (source.ROOT / "services").glob("*/service.py")}
    assert {path.parts[-3] for path in source.handler_files()} == services


def test_handlers_only_wire() -> None:
    """A handler file has at most 30 lines and no branch, loop or try."""
    long = [path.name for path in source.handler_files() if _line_count(path) > HANDLER_LINES]
    deciding = [
        f"{path.relative_to(source.ROOT)}: {type(node).__name__}"
        for path in source.handler_files()
        for node in ast.walk(source.tree(path))
        if isinstance(node, FLOW)
    ]
    assert (long, deciding) == ([], [])


def _line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_importing_touches_nothing_outside() -> None:
    """No module reads the clock or the environment, or makes a client, when it is merely imported."""
    reads = [
        f"{source.where(path, node)} {ast.unparse(node)}"
        for path in source.product_files()
        for node in source.run_at_import(path)
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(READ_AT_IMPORT)
    ]
    assert reads == []


def test_every_module_says_what_it_is_for() -> None:
    """A module with code begins with a docstring."""
    silent = [
        str(path.relative_to(source.ROOT))
        for path in source.product_files()
        if source.tree(path).body and not ast.get_docstring(source.tree(path))
    ]
    assert silent == []


def test_no_test_replaces_what_it_tests() -> None:
    """Tests use fakes that keep the same contract, never `unittest.mock`."""
    patching = [
        source.where(path, node)
        for path in source.test_files()
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and MOCKING.search(ast.unparse(node))
    ]
    assert patching == []


def test_every_test_states_its_rule() -> None:
    """Each test function has a docstring of one sentence."""
    silent = [
        f"{source.where(path, function)} {function.name}"
        for path in source.test_files()
        if path.name.startswith("test_")
        for function in source.functions(path)
        if function.name.startswith("test_") and not (ast.get_docstring(function) or "").strip().endswith(".")
    ]
    assert silent == []
