"""The placement: where an account publishes, and that place's rules, each with its source and date. A file each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from portevoix.authoring.document import Authored
from portevoix.authoring.folder import load_files
from portevoix.authoring.values import FormatName

OLDEST = timedelta(days=365)  # platforms change their rules about once a year
Confidence = Literal["official", "secondary", "unverified"]
Counting = Literal["characters", "emoji_bytes", "weighted", "utf16", "bytes"]


class Margins(Authored):
    """What the platform's own buttons may cover, in pixels of a 1080x1920 story."""

    top: int
    bottom: int
    left: int
    right: int


# What the buttons of an unpaid story cover on Instagram and Facebook: free of words in every story.
STORY_ZONE = Margins(top=269, bottom=384, left=65, right=65)


class RuleSource(Authored):
    """Where some rules were read, and when.

    `rules` names them, such as `video.max_bytes` or `safe_zone`; without it, they are all that no other source names.
    `confidence`: read on the platform's own page, as others quote it, or neither. `advice`: the platform asks for it
    and refuses nothing.
    """

    title: str
    address: str = ""
    read_on: date
    confidence: Confidence
    rules: tuple[str, ...] = ()
    advice: bool = False
    note: str = ""


def _ratio(text: str) -> str:
    width, _, height = text.partition("/")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise ValueError(f"{text!r} is no shape; write width/height in whole numbers, such as 9/16")
    return text


Ratio = Annotated[str, AfterValidator(_ratio)]


class PictureRules(Authored):
    """How large a picture may be, and of which shape: pixels, width/height."""

    min_width: int | None = None
    max_width: int | None = None
    min_height: int | None = None
    max_height: int | None = None
    aspect: Ratio | None = None
    min_aspect: Ratio | None = None
    max_aspect: Ratio | None = None


class VideoRules(PictureRules):
    """What the platform takes. A rule left out is one that it does not publish.

    Seconds, bytes, pictures a second, 1,000 bits a second, pixels, Hz. `chroma` is of the pixels: 4:2:0.
    """

    min_duration_s: float | None = None
    max_duration_s: float | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    min_fps: float | None = None
    max_fps: float | None = None
    constant_fps: bool = False
    min_kbps: float | None = None
    max_kbps: float | None = None
    max_gop_s: float | None = None
    closed_gop: bool = False
    edit_lists: bool = True
    moov_first: bool = False
    progressive: bool = False
    containers: tuple[str, ...] = ()
    codecs: tuple[str, ...] = ()
    chroma: str | None = None
    audio_codecs: tuple[str, ...] = ()
    audio_channels: tuple[int, ...] = ()
    audio_rates_hz: tuple[int, ...] = ()
    max_audio_rate_hz: int | None = None
    min_audio_kbps: float | None = None
    max_audio_kbps: float | None = None


class StillRules(PictureRules):
    """What the platform takes as a picture. Pixels of the whole picture: `max_pixels`."""

    formats: tuple[Literal["jpeg", "png"], ...]
    max_bytes: int
    max_pixels: int | None = None


class DocumentRules(Authored):
    """What the platform takes as a document whose pages are swiped through."""

    formats: tuple[Literal["pdf"], ...]
    max_bytes: int
    max_pages: int


class Placement(Authored):
    """One place of one platform. The first of `formats` is the one made where nobody says another.

    `video`, `still`, `document`: what it takes; none of it where the rules are left out. `cover`: the picture that
    stands for a video. `sidecars`: names of caption files, whose endings are the formats that it takes;
    `sidecar_names_bind`: it refuses a file of another name. `takes_post_text`: False where nothing is written beside.
    """

    name: str
    platform: str
    read_on: date
    sources: tuple[RuleSource, ...] = ()
    formats: tuple[FormatName, ...] = Field(min_length=1)
    captions: Literal["burned", "beside"]
    sidecars: tuple[str, ...] = ()
    sidecar_names_bind: bool = False
    max_sidecar_bytes: int | None = None
    video: VideoRules | None = None
    still: StillRules | None = None
    document: DocumentRules | None = None
    cover: StillRules | None = None
    max_items: int | None = None
    safe_zone: Margins | None = None
    safe_zone_strict: Margins | None = None
    takes_post_text: bool = True
    max_post_characters: int | None = None
    post_counted_in: Counting = "characters"
    max_hashtags: int | None = None
    max_title_characters: int | None = None
    max_alt_text_characters: int | None = None

    @model_validator(mode="after")
    def _takes_something(self) -> Placement:
        if not (self.video or self.still or self.document):
            raise ValueError("it takes nothing; write the rules of its `video`, `still` or `document`")
        unknown = [name for source in self.sources for name in source.rules if name not in self.rules()]
        if unknown:
            raise ValueError(f"a source names {unknown[0]!r}, which is no rule of this placement")
        return self

    @property
    def max_picture_bytes(self) -> int | None:
        """How large a still or a cover may be; None where neither has a limit that is known."""
        picture = self.still or self.cover
        return picture.max_bytes if picture else None

    def rules(self) -> dict[str, Any]:
        """Every rule that is set, by its name, such as `video.max_bytes`."""
        found: dict[str, Any] = {}
        for name in sorted(self.model_fields_set - {"name", "platform", "read_on", "sources", "formats", "captions"}):
            value = getattr(self, name)
            if isinstance(value, VideoRules | StillRules | DocumentRules):
                found |= {f"{name}.{key}": getattr(value, key) for key in sorted(value.model_fields_set)}
            elif value is not None:
                found[name] = value
        return found

    def source_of(self, rule: str) -> RuleSource:
        """Where a rule was read. Of one whose file names no source, only the day is known."""
        named = (source for source in self.sources if rule in source.rules)
        general = (source for source in self.sources if not source.rules)
        unknown = RuleSource(title="not named", read_on=self.read_on, confidence="unverified")
        return next(named, next(general, unknown))

    def old_sources(self, today: date) -> list[RuleSource]:
        """The sources of its rules that were read too long ago, the oldest first."""
        used = {source.title: source for source in map(self.source_of, self.rules())}
        return sorted((s for s in used.values() if today - s.read_on > OLDEST), key=lambda source: source.read_on)


def load_placements(*folders: Path) -> dict[str, Placement]:
    """All placements of some folders by name; a later folder's replaces one of the same name. Raises InvalidInput."""
    return {name: filed.value for name, filed in load_files(Placement, folders, "name").items()}
