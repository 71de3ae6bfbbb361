"""What a job is, once it is accepted: everything that it names, read and found sound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from portevoix.authoring.job import Bed, Job
from portevoix.authoring.language import Language
from portevoix.authoring.pictures import Clip
from portevoix.authoring.recipe import Recipe
from portevoix.captions.cue import CaptionFile
from portevoix.framing.path import CameraPath
from portevoix.sources.photo import Photo
from portevoix.sources.probe import Source
from portevoix.sources.sound_file import SoundFile


@dataclass(frozen=True)
class Audience:
    """One delivery's receiver: an account's placement, or (both None) just a format and a language."""

    language: str
    format: str
    burned: bool
    account: str | None = None
    placement: str | None = None
    prefix: str = ""
    zone: tuple[int, int, int, int] | None = None  # margins that the account asks for; None: those of the format
    shortest_s: float | None = None  # what its placement takes of a video
    longest_s: float | None = None
    kit: str = ""  # its brand kit; empty: the order's


@dataclass(frozen=True, kw_only=True)
class Order:
    """Everything that a job consists of, read and found sound."""

    name: str
    folder: Path
    job: Job
    recipe: Recipe
    kit: str  # of those audiences that have no other
    sources: list[Source]  # of `shots`
    photos: list[Photo]  # of the job's photographs, in their order
    scripts: dict[str, list[CaptionFile]]  # by language, one for each clip
    audiences: tuple[Audience, ...]
    languages: dict[str, Language]
    notes: tuple[str, ...]
    music: SoundFile | None = None
    voice_overs: dict[str, SoundFile] = field(default_factory=dict)
    paths: dict[int, CameraPath] = field(default_factory=dict)  # by clip: where its author says that the camera looks
    everybody: tuple[Audience, ...] = ()  # all that the job names, of whom `audiences` may be a selection
    bed: Bed | None = None  # how the music lies under the programme
    stings: dict[str, int] = field(default_factory=dict)  # the kit's, by their kind: which of `sources` they are

    @property
    def kits(self) -> tuple[str, ...]:
        """The brand kits of all audiences, the order's own first where it is used."""
        used = {audience.kit or self.kit: None for audience in self.audiences}
        return tuple(sorted(used, key=lambda kit: kit != self.kit))

    def in_kit(self, kit: str) -> Order:
        """The order for the audiences of one of its kits."""
        own = tuple(audience for audience in self.audiences if (audience.kit or self.kit) == kit)
        return replace(self, kit=kit, audiences=own)

    @property
    def shots(self) -> list[Clip]:
        """Every stretch of footage: the job's clips, what is seen beside or instead of them, the kit's stings."""
        own = list(self.job.shots().values())
        return [*own, *(Clip(file=source.path) for source in self.sources[len(own) :])]

    @property
    def kit_files(self) -> list[Source | SoundFile]:
        """The kit's own films and music that the programme shows and plays. They lie outside of the job's folder."""
        stings = [self.sources[number] for number in self.stings.values()]
        return [*stings, self.music] if self.music and not self.job.music else [*stings]

    def script_names(self, language: str) -> list[str]:
        """What the job calls a language's scripts: one for the programme, or one for each clip."""
        own = [clip.scripts.get(language) for clip in self.job.clips]
        named = [str(name or self.job.scripts.get(language, language)) for name in own]
        return named[: len(self.scripts.get(language, ()))]

    def script_file(self, language: str) -> str:
        """What the job calls a language's first script, for messages."""
        return next(iter(self.script_names(language)), language)

    @property
    def glossary(self) -> list[dict[str, str]]:
        """The job's names, by the profiles' own codes."""
        codes = {code: language.code for code, language in self.languages.items()}
        return [{codes.get(code, code): name for code, name in names.items()} for names in self.job.glossary]


@dataclass(frozen=True)
class Filmed:
    """A clip of a job (`number` from 1), its source, and the file of its camera path, as the job names it in
    `shown_as`.
    """

    number: int
    clip: Clip
    source: Source
    file: Path
    shown_as: Path
