"""What a chunk's picture consists of: what is seen, how it fills its frame, how one picture goes over into the next.

The fields of these values go into the keys of steps by their names: to rename one makes every chunk anew.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from portevoix.plan.photo_move import PhotoMove
from portevoix.sources.probe import Source


@dataclass(frozen=True)
class Aside:
    """Frames of a chunk, up to `end`, in which the camera follows nobody: `fit` says how they are framed instead.

    `blur`, or a pane for each of two `people`: `stack` (left person above) or `beside` each other.
    """

    first: int
    end: int
    fit: str
    people: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Reach:
    """Frames of a chunk, up to `end`, through which the middle of the window lies from `least` to `most`, each x and y
    in parts of the picture.
    """

    end: int
    least: tuple[float, float]
    most: tuple[float, float]


@dataclass(frozen=True)
class Camera:
    """Where the middle of the window lies, as ffmpeg's expressions of the chunk's frame number; how far it moves in
    each shot; and what is framed otherwise.
    """

    x: str
    y: str
    reaches: tuple[Reach, ...]
    asides: tuple[Aside, ...]


@dataclass(frozen=True)
class Framing:
    """How a picture fills a frame of `width` by `height` pixels. `camera`: where it moves (fit `follow`)."""

    width: int
    height: int
    fit: str
    focus: tuple[float, float]
    ground: str  # colour under a padded picture, #rrggbb
    camera: Camera | None = None


@dataclass(frozen=True)
class Transition:
    """How one picture goes over into another within `frame_count` frames.

    `ground`: the colour that a dip goes through.
    """

    how: str
    frame_count: int
    leftwards: bool
    ground: str


@dataclass(frozen=True)
class Encoding:
    """How one job's chunks are encoded; draft trades quality for speed."""

    fps: Fraction
    gop_frames: int
    draft: bool = False


@dataclass(frozen=True)
class SourceRange:
    """The stretch of a source that a chunk shows: `start_s` after the first picture of it, or of its `mezzanine`.

    `mezzanine`: key of the conformed copy, where one is needed. `crop`: x, y, width and height inside the black bars.
    """

    source: Source
    mezzanine: str | None
    start_s: Fraction
    tempo: Fraction
    crop: tuple[int, int, int, int] | None

    @property
    def identity(self) -> dict[str, Any]:
        """The part of it that enters a step's key."""
        return {
            "source": self.mezzanine or self.source.digest,
            "start_s": self.start_s,
            "tempo": self.tempo,
            "crop": self.crop,
            "matrix": self.source.assumed_matrix,
        }


@dataclass(frozen=True)
class PhotoRange:
    """The stretch of a photo's `move` that a chunk shows: from its frame `first` on.

    `photo`: key of the prepared photo, `size` its width and height in pixels.
    """

    photo: str
    size: tuple[int, int]
    move: PhotoMove
    first: int

    @property
    def identity(self) -> dict[str, Any]:
        """The part of it that enters a step's key."""
        return {"photo": self.photo, "move": self.move, "first": self.first}


@dataclass(frozen=True)
class GroundRange:
    """The stretch of a moving ground's way that a chunk shows: from its frame `first` on.

    `ground`: key of its picture, which is larger than the frame by `aside` pixels on both sides and `lower` above.
    `turn`: the frame after which all begins again.
    """

    ground: str
    aside: int
    lower: int
    turn: int
    first: int

    @property
    def identity(self) -> dict[str, Any]:
        """The part of it that enters a step's key."""
        return asdict(self)


@dataclass(frozen=True)
class View:
    """A picture in a frame; the brand's ground where there is no `footage`.

    `beside`: the view that shares the frame, on its `side`: right, left or below.
    """

    footage: SourceRange | PhotoRange | GroundRange | None
    framing: Framing
    beside: View | None = None
    side: str = ""

    @property
    def pictures(self) -> tuple[View, ...]:
        """The pictures that are seen: itself, and the one beside it."""
        return (self, self.beside) if self.beside else (self,)

    @property
    def identity(self) -> dict[str, Any]:
        """The part of it that enters a step's key."""
        # A ground that is not seen is left out: another institution's film then shares the composition.
        framing = self.framing if self._shows_ground else replace(self.framing, ground="")
        own = {"picture": self.footage and self.footage.identity, "framing": framing}
        return own if self.beside is None else {**own, "beside": self.beside.identity, "side": self.side}

    @property
    def _shows_ground(self) -> bool:
        framing, asides = self.framing, self.framing.camera.asides if self.framing.camera else ()
        bare = self.footage is None or framing.fit in ("pad", "over")
        return bare or self.beside is not None or any(aside.fit != "blur" for aside in asides)
