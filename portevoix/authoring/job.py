"""The job: what a team submits. One YAML file beside its clips and scripts."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from portevoix.authoring.caption_style import CaptionWish, Shown, shown_alone
from portevoix.authoring.document import Authored
from portevoix.authoring.issue import Issued
from portevoix.authoring.post import Post
from portevoix.authoring.values import ByLanguage, Fit, FormatName, Rate, Seconds


class Focus(Authored):
    """The point of a picture that a crop keeps nearest to the middle: parts of its width and height, 0 to 1."""

    x: float = Field(0.5, ge=0, le=1)
    y: float = Field(0.5, ge=0, le=1)


def _file_alone(value: Any) -> Any:
    """`music: bed.mp3` is `music: {file: bed.mp3}`."""
    return {"file": value} if isinstance(value, str) else value


def _focus_of(given: Authored) -> dict[str, Any]:
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
        return Clip.model_validate({"file": self.file, "from": self.start_s, **_focus_of(self)})


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


class AuthoredPoint(Authored):
    """One thing to say in words: over its picture (a photo), or alone on the brand's ground. `chapter`: a card before
    it.
    """

    chapter: ByLanguage = {}
    title: ByLanguage = {}
    text: ByLanguage = {}
    picture: Path | None = None
    focus: Focus = Focus()

    @model_validator(mode="after")
    def _says_something(self) -> AuthoredPoint:
        if not (self.title or self.text or self.picture):
            raise ValueError("has neither `title`, `text` nor `picture`; give one of them")
        return self


class AuthoredClaim(Authored):
    """What somebody's clip claims, and what is true. `at` and `until` count from the clip's first frame, as captions
    do.
    """

    at_s: Seconds = Field(alias="at")
    until_s: Seconds = Field(alias="until")
    claim: ByLanguage
    answer: ByLanguage
    verdict: ByLanguage = {}
    reference: ByLanguage = {}

    @model_validator(mode="after")
    def _forward(self) -> AuthoredClaim:
        if self.until_s <= self.at_s:
            raise ValueError(f"`at` ({float(self.at_s):g} s) is not before `until` ({float(self.until_s):g} s)")
        return self


class Speaker(Authored):
    """A person on screen, as the lower third names them."""

    name: ByLanguage
    role: ByLanguage = {}


class Cover(Authored):
    """A picture to choose a film by: a few words over its best moment, or over second `at` of the programme."""

    title: ByLanguage
    at_s: Seconds | None = Field(None, alias="at")


class Bed(Authored):
    """Music under the programme, from second `at` of it until one of them ends. `from`: the second of the file.

    `below_lu`: how much quieter than the voices where nobody speaks; it goes down by `duck_db` where somebody does.
    `leads`: it does neither, and the clips' own sound lies under it; left out, the recipe says it.
    """

    file: Path
    start_s: Seconds = Field(Fraction(0), alias="from")
    at_s: Seconds = Field(Fraction(0), alias="at")
    below_lu: float = Field(8.0, ge=0, le=40)
    duck_db: float = Field(12.0, ge=0, le=24)
    leads: bool | None = None


class SpokenOver(Authored):
    """A translation spoken over the original from second `at` of the programme on."""

    file: Path
    at_s: Seconds = Field(Fraction(0), alias="at")


Place = tuple[str | int, ...]  # of a value in a document


class Job(Authored):
    """One product, for some accounts, for some formats and languages, or for both.

    Beside accounts, `formats` are more files, for nobody's account, in the accounts' languages or in `languages`.
    """

    recipe: str
    title: ByLanguage = {}
    kicker: ByLanguage = {}
    text: ByLanguage = {}
    issued: Issued | None = None
    clips: tuple[Clip, ...] = ()
    speakers: dict[str, Speaker] = {}
    scripts: ByLanguage = {}
    encoding: ByLanguage = {}  # of scripts that are not Unicode, where their letters do not show it
    headline: ByLanguage = {}
    quote: ByLanguage = {}
    quoted: str = ""  # which of `speakers` said the quotation
    points: tuple[AuthoredPoint, ...] = ()
    picture: Annotated[Photograph, BeforeValidator(_file_alone, json_schema_input_type=str | Photograph)] | None = None
    details: tuple[ByLanguage, ...] = ()  # of an announcement: when, where, with whom
    claims: tuple[AuthoredClaim, ...] = ()
    source: ByLanguage = {}  # whose pictures they are, where they are somebody else's
    music: Annotated[Bed, BeforeValidator(_file_alone, json_schema_input_type=str | Bed)] | None = None
    voice_over: dict[
        str, Annotated[SpokenOver, BeforeValidator(_file_alone, json_schema_input_type=str | SpokenOver)]
    ] = {}
    accounts: tuple[str, ...] = ()
    formats: tuple[FormatName, ...] = ()
    languages: tuple[str, ...] = ()
    captions: (
        Annotated[CaptionWish, BeforeValidator(shown_alone, json_schema_input_type=Shown | CaptionWish)] | None
    ) = None
    cue_times: Literal["clip", "programme"] = "clip"
    straight_quotes: Literal["own", "kept"] | None = None  # what becomes of " and '; left out, the language says it
    fit: dict[FormatName, Fit] = {}
    fps: Rate | None = None
    kit: str | None = None
    credit: str | ByLanguage = ""
    glossary: tuple[ByLanguage, ...] = ()  # names, each as every language writes it
    embargo: AwareDatetime | None = None
    # The best frame, the one at a second, or none. Left out: the best, where the recipe makes no still.
    poster: Literal["best", "none"] | Seconds | None = None
    cover: Cover | None = None  # apart from the poster, which has no words
    post: Post | None = None  # what is said beside the film
    masters: bool = False  # textless masters and cut lists for the editor who takes over

    @model_validator(mode="before")
    @classmethod
    def _one_audience(cls, data: Any) -> Any:
        if isinstance(data, dict):
            if data.get("accounts") and data.get("languages") and not data.get("formats"):
                raise ValueError(
                    "names `languages` beside `accounts`, which have their own; add `formats` for files without an "
                    "account, or remove it"
                )
            if not data.get("accounts") and not data.get("languages"):
                raise ValueError("names neither `accounts` nor `languages`; say whom it is for")
        return data

    def others(self) -> dict[Place, Seen]:
        """What is seen beside or instead of the clips, by its place in the document."""
        found: dict[Place, Seen] = {}
        for number, clip in enumerate(self.clips):
            if clip.beside:
                found[("clips", number, "beside")] = clip.beside
            found |= {("clips", number, "cutaways", n): cutaway for n, cutaway in enumerate(clip.cutaways)}
        return found

    def shots(self) -> dict[Place, Clip]:
        """All footage: the clips in their order, then what is seen beside or instead of them."""
        clips: dict[Place, Clip] = {("clips", number): clip for number, clip in enumerate(self.clips)}
        return clips | {place: seen.as_clip() for place, seen in self.others().items() if seen.file}

    def photographs(self) -> dict[Place, Photograph]:
        """All photos by the place of their file: the points', the job's own, then those beside or instead of clips."""
        found: dict[Place, Photograph] = {
            ("points", number, "picture"): Photograph(file=point.picture, **_focus_of(point))
            for number, point in enumerate(self.points)
            if point.picture
        }
        if self.picture:
            found[("picture",)] = self.picture
        for place, seen in self.others().items():
            if seen.picture:
                found[(*place, "picture")] = Photograph(file=seen.picture, **_focus_of(seen))
        return found

    def credit_in(self, language: str) -> str:
        """The credit line in `language`, empty where there is none."""
        return self.credit if isinstance(self.credit, str) else self.credit.get(language, "")
