"""What several facts of visits are made of: parts that are no fact by themselves."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A piece of a fact: codes and the labels of that day, never a person."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class JobsTold(Part):
    """Posts of one métier that may disappear."""

    rome_code: str
    rome_label: str
    quantity: int = Field(ge=1, le=999)
    horizon_on: date
    cause: str
    """`temporary` or `definitive`."""
    cause_label: str


class OpeningTold(Part):
    """Posts of one métier to be filled."""

    rome_code: str
    rome_label: str
    quantity: int = Field(ge=1, le=999)
    contract: str
    contract_label: str
    wanted_on: date


class QuestionTold(Part):
    """A question as a version of the questionnaire asks it."""

    question_id: str
    label: str
    kind: str
    shared: bool
    indicator_tag: str = ""


class VisitTold(BaseModel):
    """Which visit, by whom, to which enterprise."""

    visit_id: str
    structure_id: str
    enterprise_id: str


class MotiveTold(BaseModel):
    """Why, as one of a few motives that can be counted: what was typed beside it is not told."""

    motive: str
    motive_label: str


class AnswerTold(Part):
    """An answer that the committee reads, in the words of the day: the number, or what was chosen."""

    question_id: str
    label: str
    codes: tuple[str, ...] = ()
    """What was chosen; `yes` or `no` for a question of that kind."""
    value_labels: tuple[str, ...] = ()
    number: int | None = None
    unit: str | None = None


class IssueTold(Part):
    """An issue that the capteur perceived."""

    code: str
    label: str
