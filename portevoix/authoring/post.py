"""What a job says beside its film: post text, title, hashtags, and words for people who cannot see or hear it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from portevoix.authoring.document import Authored


def _hashtag(word: str) -> str:
    name = word.removeprefix("#")
    if not re.fullmatch(r"[\w\u00b7\u200c\u200d]+", name) or name.isdigit():
        raise ValueError(f"{word!r} is no hashtag; write letters, figures and _ without spaces, and not figures alone")
    return name


def _handle(word: str) -> str:
    if not re.fullmatch(r"@?[\w.\-]+", word):
        raise ValueError(f"{word!r} is no handle; write it as the platform does, such as @ministere")
    return word.removeprefix("@")


Hashtags = tuple[Annotated[str, AfterValidator(_hashtag)], ...]
Handles = tuple[Annotated[str, AfterValidator(_handle)], ...]


class PostTexts(Authored):
    """The texts of a post by language. `alt_text` says what is seen, for people who cannot see it."""

    text: dict[str, str] = {}
    title: dict[str, str] = {}
    hashtags: dict[str, Hashtags] = {}
    alt_text: dict[str, str] = {}

    def languages(self) -> set[str]:
        """The languages in which anything of it is said."""
        return {*self.text, *self.title, *self.hashtags, *self.alt_text}


class Post(PostTexts):
    """The post of a job. `at`: other texts at one placement, or at all of one platform. `handles`: whom it names, by
    platform. `transcript`: all that is said, where it is not the captions.
    """

    handles: dict[str, Handles] = {}
    transcript: dict[str, str] = {}
    at: dict[str, PostTexts] = {}

    def texts_at(self, placement: str | None, platform: str | None) -> PostTexts:
        """The texts for one placement: what is said for it, else for its platform, else everywhere."""
        found: Mapping[str, dict[str, object]] = {name: {} for name in PostTexts.model_fields}
        for texts in (self, self.at.get(platform or ""), self.at.get(placement or "")):
            for name in found if texts else ():
                found[name].update(getattr(texts, name))
        return PostTexts.model_validate(found)
