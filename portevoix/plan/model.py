"""What a plan consists of: steps, the batches in which they are worked on, and the products that they become."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from portevoix.captions.rules import Finding
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.drawn import Drawn
from portevoix.drawing.motion import Glide
from portevoix.order import Audience
from portevoix.plan.composition import Encoding, Transition, View
from portevoix.plan.photo_move import Window
from portevoix.sources.probe import Source
from portevoix.sources.sound_file import SoundFile
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Chunk, Timeline
from portevoix.timeline.parts import Part

RATE_HZ = 48_000  # of every sound that is made


@dataclass(frozen=True)
class ChunkOverlay:
    """An image in a chunk's picture, from frame `first` up to, not including, `end` of the chunk, still or gliding."""

    drawn: Drawn
    first: int
    end: int
    glide: Glide | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """The part of it that enters a step's key."""
        return (self.drawn.key, self.first, self.end, *((self.glide.identity,) if self.glide else ()))


@dataclass(frozen=True)
class ChunkStep:
    """One chunk of one format with one set of overlays. `languages`: those that show it, a master apart."""

    key: str
    overlays: tuple[ChunkOverlay, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """The steps of one chunk and format: they share a composition. `clean` None: each is encoded by itself.

    `into`: the picture that the first one goes over into, by its `transition`.
    """

    chunk: Chunk
    canvas: Canvas
    view: View
    into: View | None
    transition: Transition | None
    encoding: Encoding
    clean: ChunkStep | None
    branches: tuple[ChunkStep, ...]

    @property
    def steps(self) -> tuple[ChunkStep, ...]:
        return (self.clean, *self.branches) if self.clean else self.branches


@dataclass(frozen=True)
class MezzanineStep:
    """A source brought into shape, only the range that is used."""

    key: str
    source: Source
    start_s: Fraction
    frame_count: int
    fps: Fraction
    tempo: Fraction


@dataclass(frozen=True)
class SoundStretch:
    """A scene's sound: from `start_s` after the source's first picture; silence without a source."""

    samples: int
    source: Source | None = None
    start_s: Fraction = Fraction(0)
    tempo: Fraction = Fraction(1)
    clean_hum: bool = False


@dataclass(frozen=True)
class PlacedSound:
    """A sound file that is heard from sample `first` of the programme on, read from its second `start_s` on."""

    file: SoundFile
    first: int
    start_s: Fraction = Fraction(0)


@dataclass(frozen=True)
class SoundStep:
    """A programme's whole sound, for `languages`. `bed`: how far the music lies below the voices, in LU, and its
    ducking in dB.

    `leads`: the music stays as it is, with the clips' own sound under it. `lossless`: kept as it was before it was
    encoded too, for parts to be cut from.
    """

    key: str
    stretches: tuple[SoundStretch, ...]
    samples: int
    loudness: tuple[float, float] | None
    languages: tuple[str, ...]
    music: PlacedSound | None = None
    bed: tuple[float, float] = (0.0, 0.0)
    voice_over: PlacedSound | None = None
    leads: bool = False
    lossless: bool = False
    rough: bool = False

    @property
    def made_from(self) -> set[str]:
        """The digests of all files that are heard."""
        placed = {one.file.digest for one in (self.music, self.voice_over) if one}
        return placed | {stretch.source.digest for stretch in self.stretches if stretch.source}


@dataclass(frozen=True)
class SoundCut:
    """A part's sound: `samples` of the programme's sound `whole` from sample `first` on, encoded by itself."""

    key: str
    whole: str
    first: int
    samples: int
    loudness: tuple[float, float] | None


@dataclass(frozen=True)
class VideoStep:
    """One finished file: chunks joined with the sound. A part begins with the programme's frame `first_frame`."""

    key: str
    format: str
    language: str | None  # None: captions beside, the same picture for several languages
    canvas: Canvas
    chunks: tuple[str, ...]
    frame_count: int
    fps: Fraction
    sound: str
    first_frame: int = 0


@dataclass(frozen=True)
class PhotoStill:
    """A still: words over the `window` of a prepared photo, or (`photo` None) on a card of their own.

    `over`: what lies over the words: the logo, whose the picture is, a draft's mark. `pane`: left, top, right and
    bottom of the photo, where words stand beside it.
    """

    drawn: Drawn
    size: tuple[int, int]
    photo: str | None = None
    window: Window | None = None
    over: tuple[Drawn, ...] = ()
    pane: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Product:
    """What one audience receives: one video, or one part of several. The still comes with the first."""

    audience: Audience
    video: VideoStep
    still: PhotoStill | None
    part: Part
    stills: tuple[PhotoStill, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All steps of a job. The order of the lists is the order of the work."""

    name: str
    timeline: Timeline
    mezzanines: tuple[MezzanineStep, ...]
    batches: tuple[Batch, ...]
    sounds: tuple[SoundStep, ...]
    videos: tuple[VideoStep, ...]
    products: tuple[Product, ...]
    cues: dict[str, PlacedCues]
    findings: dict[str, tuple[Finding, ...]]
    masters: tuple[VideoStep, ...] = ()  # among `videos`: pictures without words or logo
    sound_cuts: tuple[SoundCut, ...] = ()

    def sound_of(self, video: VideoStep) -> SoundStep:
        """The programme's sound that a video is joined with, or with a part of it."""
        whole = next((cut.whole for cut in self.sound_cuts if cut.key == video.sound), video.sound)
        return next(sound for sound in self.sounds if sound.key == whole)

    def summary(self) -> dict[str, Any]:
        """The plan as plain values: printable, diffable."""
        return {
            "schema_version": 1,
            "job": self.name,
            "fps": str(self.timeline.fps),
            "frames": self.timeline.frame_count,
            "scenes": [asdict(scene) for scene in self.timeline.scenes],
            "cards": [asdict(card) for card in self.timeline.cards],
            "cues": {code: [asdict(cue) for cue in placed.cues] for code, placed in self.cues.items()},
            "batches": [
                {
                    "format": b.canvas.format,
                    "first_frame": b.chunk.first_frame,
                    "frames": b.chunk.frame_count,
                    "clean": b.clean.key if b.clean else None,
                    "branches": {step.key: list(step.languages) for step in b.branches},
                }
                for b in self.batches
            ],
            "sounds": {sound.key: list(sound.languages) for sound in self.sounds},
            "videos": [
                {
                    "key": v.key,
                    "format": v.format,
                    "language": v.language,
                    "first_frame": v.first_frame,
                    "frames": v.frame_count,
                    "chunks": list(v.chunks),
                }
                for v in self.videos
            ],
        }
