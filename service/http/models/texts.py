"""What a job says beside its captions, in one language: titles, names, the texts of cards and of the post."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.http.models.jobs import LONGEST_PATH
from service.http.models.posts import LONGEST_TEXT
from service.http.models.problems import Answer

MOST_TEXTS = 2_000
DEEPEST = 6  # steps to a text: `post.at.instagram_story.text` has four

Step = Annotated[str, Field(max_length=LONGEST_PATH)] | Annotated[int, Field(ge=0, le=100_000)]
Steps = Annotated[tuple[Step, ...], Field(min_length=1, max_length=DEEPEST)]

_TEXT: dict[str, Any] = {"place": ["title"], "text": "La voix du terrain"}


class TextBody(BaseModel):
    """A text, by the keys that lead to it. Hashtags are words with spaces between; an empty text is taken out."""

    place: Steps
    text: str = Field(max_length=LONGEST_TEXT)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_TEXT]})


class TextsBody(BaseModel):
    """Texts of one language in their new words. What is not named stays."""

    texts: list[TextBody] = Field(min_length=1, max_length=MOST_TEXTS)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"texts": [_TEXT]}]})


class PlaceBody(BaseModel):
    """Which text is meant."""

    place: Steps

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"place": ["title"]}]})


class TextView(Answer):
    """A text as it stands; empty where it is not said in this language."""

    place: tuple[str | int, ...]
    text: str


class TextsView(Answer):
    """All texts of a language. `version`: their digest, for `If-Match`; no change of another language changes it."""

    version: str
    texts: list[TextView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "5c" * 32, "texts": [_TEXT]}]})


class TextFault(Answer):
    """What is wrong with a text, or with what it belongs to."""

    place: tuple[str | int, ...]
    message: str


class TextFaults(Answer):
    """What stands against texts that are not saved yet; nothing where they can be."""

    faults: list[TextFault]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"faults": [{"place": ["title"], "message": "the title is missing in fr"}]}]}
    )


class RoomView(Answer):
    """How many characters of a text its card holds, and in which format it is tightest; null for what stands on no
    card.
    """

    most: int | None = None
    format: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"most": 42, "format": "story"}]})
