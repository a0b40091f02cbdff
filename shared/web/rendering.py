"""Turns a template and plain data into a page: one Jinja environment a service, strict about what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from shared.web.flash import Flash
from shared.web.formats import FILTERS
from shared.web.navigation import Link, current_href
from shared.web.static import static_url
from shared.web.typography import spaced

SHARED_TEMPLATES = Path(__file__).parent / "templates"
COMPILED = "compiled"
"""The folder beside the templates where a package keeps them as Python modules."""


@dataclass(frozen=True)
class Frame:
    """What surrounds a page: who looks at it, where they are, what they can go to."""

    path: str = ""
    territory: str = ""
    user: str = ""
    role: str = ""
    navigation: tuple[Link, ...] = ()
    flash: Flash | None = None
    home: str = "/"
    sign_out: str = "/deconnexion"

    @property
    def signed_in(self) -> bool:
        """Whether somebody is named in the header."""
        return bool(self.user)

    @property
    def current(self) -> str:
        """The address of the menu entry that this page belongs to."""
        return current_href(self.path, self.navigation)


class Pages:
    """The pages of a service: its own templates first, then the shared ones."""

    def __init__(self, *template_folders: Path) -> None:
        self._environment = _environment((*template_folders, SHARED_TEMPLATES))

    def render(self, template: str, frame: Frame | None = None, **context: object) -> str:
        """The page as HTML, in French spacing; raises jinja2.UndefinedError when the template names what was not given."""
        return spaced(self._environment.get_template(template).render(frame=frame or Frame(), **context))


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    """One for the same folders in a process: a template that was read stays as it was read."""
    return environment(ChoiceLoader([_loader(folder) for folder in folders]))


def environment(loader: BaseLoader) -> Environment:
    """Jinja as every page has it: escaped, strict, with the French formats."""
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals["static_url"] = static_url
    return made


def _loader(folder: Path) -> BaseLoader:
    """The folder's templates: as modules in a package that compiled them, as text everywhere else."""
    compiled = folder / COMPILED
    return ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(folder)
