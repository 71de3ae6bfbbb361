"""What a plan consists of: steps, the batches in which they are worked on, and the products that they become."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from portevoix.captions.rules import Finding
from portevoix.drawing.artist import Drawn
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.motion import Glide
from portevoix.order import Audience
from portevoix.render.encoding import Encoding
from portevoix.render.graph import Framing, Way
from portevoix.render.photo_move import Move, Window
from portevoix.sources.probe import SoundFile, Source
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Chunk, Timeline
from portevoix.timeline.parts import Part


@dataclass(frozen=True)
class Layered:
    """An image in a chunk's picture, from frame `first` up to, not including, `end` of the chunk, on its way or still."""

    drawn: Drawn
    first: int
    end: int
    glide: Glide | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What of it goes into a step's key."""
        return (self.drawn.key, self.first, self.end, *((self.glide,) if self.glide else ()))


@dataclass(frozen=True)
class ChunkStep:
    """One chunk of one format with one set of layers."""

    key: str
    layers: tuple[Layered, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class ReadRange:
    """The stretch of a source or the photo that a chunk shows. Neither: the brand's ground.

    `mezzanine`: key of the conformed copy, where one is needed. `photo`: key of the prepared photo, `photo_size` its
    pixels, of whose `move` this stretch begins with the frame `first`.
    """

    source: Source | None
    mezzanine: str | None
    start_s: Fraction  # from the first picture of the source, or of the mezzanine
    tempo: Fraction
    crop: tuple[int, int, int, int] | None
    photo: str | None = None
    photo_size: tuple[int, int] = (0, 0)
    move: Move | None = None
    first: int = 0

    @property
    def identity(self) -> dict[str, Any] | None:
        """What of it goes into a step's key; None for the ground."""
        if self.photo:
            return {"photo": self.photo, "move": self.move, "first": self.first}
        if self.source is None:
            return None
        return {
            "source": self.mezzanine or self.source.digest,
            "start_s": self.start_s,
            "tempo": self.tempo,
            "crop": self.crop,
            "matrix": self.source.assumed_matrix,
        }


NOTHING = ReadRange(None, None, Fraction(0), Fraction(1), None)


@dataclass(frozen=True)
class View:
    """A picture in a frame. `beside`: the one that shares it, on its `side`: right, left or below."""

    read: ReadRange
    framing: Framing
    beside: View | None = None
    side: str = ""

    @property
    def parts(self) -> tuple[View, ...]:
        """The pictures that are seen."""
        return (self, self.beside) if self.beside else (self,)

    @property
    def identity(self) -> dict[str, Any]:
        """What of it goes into a step's key."""
        # A ground that is not seen is no part of it: another institution's film then shares the composition.
        framing = self.framing if self._shows_ground else replace(self.framing, ground="")
        own = {"picture": self.read.identity, "framing": framing}
        return own if self.beside is None else {**own, "beside": self.beside.identity, "side": self.side}

    @property
    def _shows_ground(self) -> bool:
        framing, asides = self.framing, self.framing.camera.asides if self.framing.camera else ()
        bare = self.read.identity is None or framing.fit in ("pad", "over")
        return bare or self.beside is not None or any(aside.fit != "blur" for aside in asides)


@dataclass(frozen=True)
class Batch:
    """The steps of one chunk and format: they share a composition. `clean` None: each is encoded by itself.

    `into`: the picture that the first one goes over into, by its `way`.
    """

    chunk: Chunk
    canvas: Canvas
    view: View
    into: View | None
    way: Way | None
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
class SoundPart:
    """A scene's sound: from `start_s` after the source's first picture; silence without a source."""

    samples: int
    source: Source | None = None
    start_s: Fraction = Fraction(0)
    tempo: Fraction = Fraction(1)
    clean_hum: bool = False


@dataclass(frozen=True)
class LaidIn:
    """A sound file laid into the programme from sample `first` on, read from second `start_s` of it."""

    file: SoundFile
    first: int
    start_s: Fraction = Fraction(0)


@dataclass(frozen=True)
class SoundStep:
    """A programme's whole sound, for `languages`. `bed`: how far the music lies below the voices, in LU, and its
    ducking in dB.

    `lossless`: kept as it was before it was encoded too, for parts to be cut from.
    """

    key: str
    parts: tuple[SoundPart, ...]
    samples: int
    loudness: tuple[float, float] | None
    languages: tuple[str, ...]
    music: LaidIn | None = None
    bed: tuple[float, float] = (0.0, 0.0)
    voice_over: LaidIn | None = None
    lossless: bool = False
    rough: bool = False

    @property
    def made_from(self) -> set[str]:
        """The digests of all files that are heard."""
        laid = {one.file.digest for one in (self.music, self.voice_over) if one}
        return laid | {part.source.digest for part in self.parts if part.source}


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
    sound: str
    first_frame: int = 0


@dataclass(frozen=True)
class PhotoStill:
    """One of a set of stills: words over the `window` of a prepared photo, or (`photo` None) on a card of their own."""

    drawn: Drawn
    size: tuple[int, int]
    photo: str | None = None
    window: Window | None = None
    bug: Drawn | None = None


@dataclass(frozen=True)
class Product:
    """What one audience receives: one video, or one part of several. The still comes with the first."""

    audience: Audience
    video: VideoStep
    still: Drawn | None
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
