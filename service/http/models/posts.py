"""What a job says beside its film, in one language."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from portevoix.authoring.post import Hashtags, Post, PostTexts
from service.http.models.problems import Answer

LONGEST_TEXT = 64_000  # Facebook takes 63,206 characters
_EXAMPLE: dict[str, Any] = {
    "text": "Restez à l’abri.",
    "title": "Tempête",
    "hashtags": ["tempête"],
    "alt_text": "Avis écrit sur fond bleu",
    "transcript": "",
    "at": {"x": {"text": "Abri !", "title": "", "hashtags": [], "alt_text": ""}},
}

Said = Annotated[str, Field(max_length=LONGEST_TEXT)]


class PostWords(BaseModel):
    """The words of a post in one language; empty where nothing is said."""

    text: Said = ""
    title: Said = ""
    hashtags: Hashtags = ()
    alt_text: Said = ""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def of(cls, texts: PostTexts, language: str) -> PostWords:
        return cls(
            text=texts.text.get(language, ""),
            title=texts.title.get(language, ""),
            hashtags=texts.hashtags.get(language, ()),
            alt_text=texts.alt_text.get(language, ""),
        )


class PostBody(PostWords):
    """All that is said beside a film in one language. `at`: other words at one placement or platform."""

    transcript: Said = ""
    at: dict[str, PostWords] = Field(default={}, max_length=50)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})


class PostView(Answer):
    """The same, as it stands in the job's document."""

    text: str
    title: str
    hashtags: list[str]
    alt_text: str
    transcript: str
    at: dict[str, PostWords]

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    @classmethod
    def of_language(cls, post: Post, language: str) -> PostView:
        said = PostWords.of(post, language)
        there = {
            name: PostWords.of(texts, language) for name, texts in post.at.items() if language in texts.languages()
        }
        words = {**said.model_dump(exclude={"hashtags"}), "hashtags": list(said.hashtags)}
        return cls(**words, transcript=post.transcript.get(language, ""), at=there)
