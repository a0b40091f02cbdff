"""Reads YAML as plain values that remember where they stood, so that a refusal can name its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

LARGEST_FILE = 1024 * 1024
"""Characters; the largest territory is a hundredth of it."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """Something to put right in the file: where (from 1), and in French what and how."""

    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"ligne {self.line}, colonne {self.column}"
        return f"{where} – {self.path} : {self.message}" if self.path else f"{where} : {self.message}"


@dataclass
class Marked:
    """A document: its plain value, the mark of each path, and what is wrong with the YAML itself.

    Every scalar is a text as it was typed, or None: a postal code or a phone number never becomes a number.
    """

    value: Any = None
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at a path, or at the nearest of its parents that stands in the file."""
        nearest = path
        while nearest and nearest not in self.marks:
            nearest = nearest[:-1]
        line, column = self.marks.get(nearest, (1, 1))
        return Problem(line, column, spelled(path), message)


def spelled(path: Path) -> str:
    """A path as people write it: `members[2].email`, counting from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def read_marked(text: str) -> Marked:
    """The document in `text`; what is not sound YAML is in `problems`."""
    document = Marked()
    if len(text) > LARGEST_FILE:
        document.problems.append(
            Problem(1, 1, "", "Le fichier dépasse un million de caractères : découpez le territoire.")
        )
        return document
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        document.problems.append(_syntax(error))
        return document
    document.value = _Reading(document).value(root, ()) if root is not None else None
    return document


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(
        line, column, "", "Ce n’est pas du YAML : vérifiez l’indentation, les deux-points et les guillemets."
    )


class _Reading:
    """One walk over the nodes of a document."""

    def __init__(self, document: Marked) -> None:
        self._document = document
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._document.marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if not isinstance(node, yaml.ScalarNode) and id(node) in self._seen:
            # An alias of a collection: a few lines of them can unfold into gigabytes.
            return self._refuse(path, "Les alias YAML (*nom) ne sont pas admis : recopiez la valeur.")
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(part, (*path, place)) for place, part in enumerate(node.value)]
            case yaml.ScalarNode():
                return None if node.style is None and node.value in NULLS else node.value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            inside = (*path, name)
            if name in found:
                self._document.marks[inside] = (key.start_mark.line + 1, key.start_mark.column + 1)
                self._refuse(inside, "Cette clé est déjà donnée plus haut : gardez-en une.")
                continue
            self._document.marks[inside] = (key.start_mark.line + 1, key.start_mark.column + 1)
            found[name] = self.value(value, inside)
        return found

    def _refuse(self, path: Path, message: str) -> None:
        self._document.problems.append(self._document.problem(path, message))
