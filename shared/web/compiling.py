"""Turns templates into Python modules while a package is built: parsing them costs a cold start 320 M instructions."""

from __future__ import annotations

from pathlib import Path

from jinja2 import FileSystemLoader

from shared.web.rendering import COMPILED, environment


def compile_templates(root: Path) -> None:
    """Writes `compiled/` into each folder of page templates of a source tree; raises TemplateSyntaxError on a broken one."""
    for folder in sorted([*root.glob("services/*/templates"), *root.glob("shared/web/templates")]):
        pages = environment(FileSystemLoader(folder))
        pages.compile_templates(folder / COMPILED, zip=None, extensions=["html", "txt"], ignore_errors=False)
