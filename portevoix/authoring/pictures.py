"""What is seen: photos, clips, and what stands beside or instead of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from portevoix.authoring.document import Authored
from portevoix.authoring.values import ByLanguage, Fit, FormatName, Seconds


class Focus(Authored):
    """The point of a picture that a crop keeps nearest to the middle: parts of its width and height, 0 to 1."""

    x: float = Field(0.5, ge=0, le=1)
    y: float = Field(0.5, ge=0, le=1)


def focus_of(given: Authored) -> dict[str, Any]:
    """The focus, where an author gave one: else people are looked for."""
    return given.model_dump(include={"focus"}, exclude_unset=True)


class Photograph(Authored):
    """A photo, and the point of it that every format keeps."""

    file: Path
    focus: Focus = Focus()


class Seen(Authored):
    """Another picture: a clip, `file`, from its second `from` on, or a photo, `picture`."""

    file: Path | None = None
    picture: Path | None = None
    start_s: Seconds = Field(Fraction(0), alias="from")
    focus: Focus = Focus()

    @model_validator(mode="after")
    def _one_picture(self) -> Seen:
        if (self.file is None) == (self.picture is None):
            raise ValueError("needs a `file` (a clip) or a `picture` (a photo), one of the two")
        return self

    def as_clip(self) -> Clip:
        """It as a stretch of footage."""
        assert self.file is not None
        return Clip.model_validate({"file": self.file, "from": self.start_s, **focus_of(self)})


class Beside(Seen):
    """Seen beside a clip for the clip's whole length: each has half of the frame. `heard`: its sound, not the
    clip's.
    """

    heard: bool = False

    @model_validator(mode="after")
    def _photos_are_silent(self) -> Beside:
        if self.heard and self.picture:
            raise ValueError("a photo cannot be `heard`; leave `heard` out")
        return self


class Cutaway(Seen):
    """Seen instead of a clip, which is heard on. `at` and `until` count from the clip's first frame, as captions do."""

    at_s: Seconds = Field(alias="at")
    until_s: Seconds = Field(alias="until")

    @model_validator(mode="after")
    def _forward(self) -> Cutaway:
        if self.until_s <= self.at_s:
            raise ValueError(f"`at` ({float(self.at_s):g} s) is not before `until` ({float(self.until_s):g} s)")
        return self


class Clip(Authored):
    """A stretch of one source. `from` and `to` are seconds from the source's first frame; the whole clip without.

    `fit` is for every format, or names some of them: `{square: blur, story: blur}`. `follow` keeps the person in the
    frame; `path` names a file that says where the camera looks then, and a `focus` holds it still. `clean: hum` takes
    the mains' tone out, `mute` all sound. `title` names what it shows, where the recipe has titles. `beside` splits the
    frame, `cutaways` are seen instead. `track` and `sound_track` name the picture and the sound that are meant, from 1,
    where the film has several. `damaged: accept` uses a film although pictures of it are damaged.
    """

    file: Path
    start_s: Seconds = Field(Fraction(0), alias="from")
    end_s: Seconds | None = Field(None, alias="to")
    speaker: str | None = None
    scripts: ByLanguage = {}
    fit: Fit | dict[FormatName, Fit] = {}
    focus: Focus = Focus()
    path: Path | None = None
    clean: Literal["hum"] | None = None
    mute: bool = False
    track: int | None = Field(None, ge=1)
    sound_track: int | None = Field(None, ge=1)
    damaged: Literal["accept"] | None = None
    title: ByLanguage = {}
    beside: Beside | None = None
    cutaways: tuple[Cutaway, ...] = ()

    @model_validator(mode="after")
    def _apart(self) -> Clip:
        ordered = sorted(self.cutaways, key=lambda cutaway: cutaway.at_s)
        for one, other in pairwise(ordered):
            if other.at_s < one.until_s:
                raise ValueError(f"two `cutaways` are seen at {float(other.at_s):g} s; move one of them")
        if self.beside and self.cutaways:
            raise ValueError("has `beside` and `cutaways`; use one of the two")
        return self

    @model_validator(mode="after")
    def _forward(self) -> Clip:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError(
                f"`from` ({float(self.start_s):g} s) is not before `to` ({float(self.end_s):g} s); swap or correct them"
            )
        return self
