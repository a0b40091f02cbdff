"""Compiled templates: the same pages, the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shared.errors import Conflict
from shared.web.compiling import compile_templates
from shared.web.rendering import COMPILED, SHARED_TEMPLATES, Frame, Pages

COMPILE = "import sys; from pathlib import Path; from shared.web.compiling import compile_templates as c; c(Path(sys.argv[1]))"


def _copied(root: Path) -> Path:
    folder = root / "services" / "alerts" / "templates"
    shutil.copytree(SHARED_TEMPLATES, folder)
    return folder


def test_a_compiled_page_is_the_page(tmp_path: Path) -> None:
    """From modules, without the text of the templates, the very same HTML comes out."""
    folder, error = _copied(tmp_path), Conflict("Déjà fait.")
    expected = Pages(folder).render("error.html", Frame(user="Camille"), error=error)
    compile_templates(tmp_path)
    for source in folder.rglob("*.html"):
        source.unlink()
    assert Pages(folder).render("error.html", Frame(user="Camille"), error=error) == expected


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """What is compiled does not depend on the process that compiles it."""
    built = []
    for seed in ("1", "2"):
        folder = _copied(tmp_path / seed)
        command = [sys.executable, "-c", COMPILE, str(tmp_path / seed)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        built.append({path.name: path.read_bytes() for path in (folder / COMPILED).glob("*.py")})
    assert built[0]
    assert built[0] == built[1]
