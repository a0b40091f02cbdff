"""The facts that services tell one another: one frozen class a fact, one module a publisher, or several (`visits_needs`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.errors import Unreadable
from shared.resources import Publishable

_VERSION_SUFFIX = re.compile(r"V\d+$")


class Metadata(BaseModel):
    """What is true of every fact: which, when, where, by whom, because of what."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    id: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
    territory_id: str
    actor: str
    """A member's id, `agency`, or the name of the machine that acted; never a name of a person."""
    correlation_id: str
    """The same along a whole chain: the visit that began it."""
    causation_id: str
    """The event or request that directly caused this one."""
    sequence: int
    """The version of the thing the fact is about: apply in this order, never by arrival."""


class Event(BaseModel, Publishable):
    """A fact, in the past tense: ids, codes and labels, never contact details.

    `class OfferRegistered(Event, version=1)` in the module `alerts` travels as source `vigie.alerts`, detail-type
    `OfferRegistered.v1`. A break is a new class (`OfferRegisteredV2`, version 2), published beside the old.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    source: ClassVar[str]
    detail_type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, version: int = 1, **_: Any) -> None:
        cls.source = "vigie." + cls.__module__.rpartition(".")[2].partition("_")[0]
        cls.detail_type = f"{_VERSION_SUFFIX.sub('', cls.__name__)}.v{version}"

    def __init_subclass__(cls, version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Recorded(Generic[E]):
    """A fact together with its metadata: what goes on the bus and comes off it."""

    metadata: Metadata
    event: E

    def detail(self) -> dict[str, Any]:
        """The wire form, ready for JSON."""
        return {
            "metadata": self.metadata.model_dump(mode="json"),
            "data": self.event.model_dump(mode="json"),
        }


def parse(envelope: Any, *expected: type[Event]) -> Recorded[Any]:
    """Reads an EventBridge envelope as one of the expected facts, ignoring fields that came later.

    Raises Unreadable for another detail-type or version, and for data that breaks the class's rules.
    """
    try:
        name, detail = envelope["detail-type"], envelope["detail"]
        event_class = next(known for known in expected if known.detail_type == name)
        return Recorded(
            Metadata.model_validate(detail["metadata"], extra="ignore"),
            event_class.model_validate(detail["data"], extra="ignore"),
        )
    except (KeyError, TypeError):
        raise Unreadable("Message sans enveloppe d’événement.", code="enveloppe") from None
    except StopIteration:
        raise Unreadable(f"Événement ou version inconnus : {name}.", code="version-inconnue") from None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:5])
        raise Unreadable(f"{name} illisible : {places}.", code="contenu-illisible") from None
