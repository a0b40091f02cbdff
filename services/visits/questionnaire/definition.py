"""What a questionnaire is: sections of questions, frozen once published; a question's id has one meaning for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Kind = Literal["text", "long_text", "integer", "percent", "yes_no", "choice", "choices"]
KINDS: Mapping[Kind, str] = {
    "text": "Texte court",
    "long_text": "Texte de quelques phrases",
    "integer": "Nombre entier",
    "percent": "Pourcentage",
    "yes_no": "Oui ou non",
    "choice": "Un choix parmi plusieurs",
    "choices": "Plusieurs choix possibles",
}
FREE_TEXT: frozenset[Kind] = frozenset({"text", "long_text"})
"""What is typed freely may name somebody: it is never told outside the service."""
WITH_OPTIONS: frozenset[Kind] = frozenset({"choice", "choices"})
NUMERIC: frozenset[Kind] = frozenset({"integer", "percent"})

ISSUE = "issue"
INDICATORS: Mapping[str, str] = {ISSUE: "Enjeux perçus"}
"""What a question may feed: the indicator « Enjeux perçus » counts the enterprises of each issue."""

SHIPPED = 0
"""The version that every territory has before it publishes its own."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""An id or a code: no hyphen, so that a field `q-<question>-<option>` is read in one way only."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    """A piece of a questionnaire, as it was published: never changed."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class Option(Part):
    """One of the answers proposed."""

    code: Code
    label: str


class Question(Part):
    """One question. `minimum` and `maximum` hold for whole numbers; a percentage is between 0 and 100 without them."""

    id: Name
    label: str
    help: str = ""
    kind: Kind
    options: tuple[Option, ...] = ()
    required: bool = False
    shared: bool = True
    """Whether the committee reads the answer; it stays in the structure otherwise."""
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    indicator_tag: str = ""

    def bounds(self) -> tuple[int, int]:
        """The lowest and highest number accepted."""
        least, most = (0, 100) if self.kind == "percent" else (0, MOST_NUMBER)
        return (
            least if self.minimum is None else self.minimum,
            most if self.maximum is None else self.maximum,
        )

    def fields_count(self) -> int:
        """How many form fields it may post."""
        return len(self.options) if self.kind == "choices" else 1

    def means_the_same(self, other: Question) -> bool:
        """Whether answers to both may be added up: wording may differ, what is measured may not."""
        return (self.kind, self.unit, self.indicator_tag) == (other.kind, other.unit, other.indicator_tag)


MOST_NUMBER = 1_000_000_000


class Section(Part):
    """Questions asked together, under a title."""

    id: Name
    title: str
    questions: tuple[Question, ...] = ()


class Questionnaire(Part):
    """A version: 0 is the one shipped, 1 and more are the territory's own. `retired` keeps what earlier ones asked."""

    version: int
    title: str
    sections: tuple[Section, ...]
    retired: tuple[Question, ...] = ()
    """As last asked: such an id may come back with the same meaning, and with no other."""

    @property
    def questions(self) -> Iterator[Question]:
        """All of them, in the order of the form."""
        return (question for section in self.sections for question in section.questions)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """The questions by id."""
        return {question.id: question for question in self.questions}
