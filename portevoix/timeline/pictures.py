"""What a scene shows, as values: a clip, a photo, the kit's sting, or the brand's ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Discriminator


class Picture:
    """What all pictures have.

    `of_house`: the house itself is seen; no logo, title or headline stands over that.
    """

    kind: str
    of_house: ClassVar[bool] = False

    @property
    def beside(self) -> AnyPicture | None:
        """The picture that shares the frame."""
        return None

    @property
    def heard(self) -> int | None:
        """The number of the shot that is heard; None for silence."""
        return None

    @property
    def heard_from(self) -> int:
        """The frame of the shot that is heard first."""
        return 0

    def later(self, frames: int) -> Self:
        """The same picture so many frames later."""
        return self


@dataclass(frozen=True)
class ClipPicture(Picture):
    """Clip `number` from its frame `offset` on. `voice`: the clip that is heard where it is another."""

    number: int
    offset: int = 0
    beside: AnyPicture | None = None
    voice: AnyPicture | None = None
    kind: Literal["clip"] = "clip"

    @property
    def heard(self) -> int | None:
        return self.voice.heard if self.voice else self.number

    @property
    def heard_from(self) -> int:
        return self.voice.heard_from if self.voice else self.offset

    def later(self, frames: int) -> Self:
        beside, voice = (one and one.later(frames) for one in (self.beside, self.voice))
        return replace(self, offset=self.offset + frames, beside=beside, voice=voice)


@dataclass(frozen=True)
class PhotoPicture(Picture):
    """Photo `number`, moving for `total` frames, from the frame `offset` of its move on.

    `beside`: what has the other half of the frame, where its words find room there; `inset`: it leaves the words as
    much of the frame as they need; `aside`: where it does not fill a wide frame, it stands where lines end, and leaves
    the words the rest. `way`: how it moves; there and back in a loop, or not at all. `voice`: what is heard to it.
    """

    number: int
    offset: int = 0
    total: int = 0
    beside: AnyPicture | None = None
    voice: AnyPicture | None = None
    inset: bool = False
    aside: bool = False
    way: Literal["there", "return", "still"] = "there"
    kind: Literal["photo"] = "photo"

    @property
    def heard(self) -> int | None:
        return self.voice.heard if self.voice else None

    @property
    def heard_from(self) -> int:
        return self.voice.heard_from if self.voice else 0

    def later(self, frames: int) -> Self:
        return replace(self, offset=self.offset + frames, voice=self.voice and self.voice.later(frames))


@dataclass(frozen=True)
class StingPicture(Picture):
    """The kit's sting, shot `number`, from its frame `offset` on."""

    number: int
    offset: int = 0
    kind: Literal["sting"] = "sting"
    of_house: ClassVar[bool] = True

    @property
    def heard(self) -> int:
        return self.number

    @property
    def heard_from(self) -> int:
        return self.offset

    def later(self, frames: int) -> Self:
        return replace(self, offset=self.offset + frames)


@dataclass(frozen=True)
class GroundPicture(Picture):
    """The brand's ground, under a card; where it moves, from the frame `offset` of its way on, unless it is to be
    `still`. `film`: the picture of the film that lies behind the card instead, at the frame at which it is held, where
    the kit asks for one.
    """

    offset: int = 0
    still: bool = False
    film: AnyPicture | None = None
    kind: Literal["ground"] = "ground"
    of_house: ClassVar[bool] = True

    def later(self, frames: int) -> Self:
        return replace(self, offset=self.offset + frames)


@dataclass(frozen=True)
class DriftPicture(Picture):
    """The ground with the house's mark, slowly there and back within `total` frames, from the frame `offset` on."""

    total: int
    offset: int = 0
    kind: Literal["drift"] = "drift"
    of_house: ClassVar[bool] = True

    def later(self, frames: int) -> Self:
        return replace(self, offset=self.offset + frames)


AnyPicture = Annotated[ClipPicture | PhotoPicture | StingPicture | GroundPicture | DriftPicture, Discriminator("kind")]
