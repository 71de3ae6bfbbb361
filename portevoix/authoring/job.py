"""The job: what a team submits. One YAML file beside its clips and scripts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from portevoix.authoring.caption_style import CaptionWish, Shown, shown_alone
from portevoix.authoring.document import Authored
from portevoix.authoring.issue import Issued
from portevoix.authoring.pictures import Clip, Focus, Photograph, Seen, focus_of
from portevoix.authoring.post import Post
from portevoix.authoring.values import ByLanguage, Fit, FormatName, Rate, Seconds


def _file_alone(value: Any) -> Any:
    """`music: bed.mp3` is `music: {file: bed.mp3}`."""
    return {"file": value} if isinstance(value, str) else value


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
    `leads`: it does neither, and the clips' own sound lies under it. `on_beat`: whether clips end on its beats. Left
    out, the recipe says both.
    """

    file: Path
    start_s: Seconds = Field(Fraction(0), alias="from")
    at_s: Seconds = Field(Fraction(0), alias="at")
    below_lu: float = Field(8.0, ge=0, le=40)
    duck_db: float = Field(12.0, ge=0, le=24)
    leads: bool | None = None
    on_beat: bool | None = None


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
            ("points", number, "picture"): Photograph(file=point.picture, **focus_of(point))
            for number, point in enumerate(self.points)
            if point.picture
        }
        if self.picture:
            found[("picture",)] = self.picture
        for place, seen in self.others().items():
            if seen.picture:
                found[(*place, "picture")] = Photograph(file=seen.picture, **focus_of(seen))
        return found

    def credit_in(self, language: str) -> str:
        """The credit line in `language`, empty where there is none."""
        return self.credit if isinstance(self.credit, str) else self.credit.get(language, "")
