"""Drawings that come in and go out. A card's pieces are drawn once and moved by the composition, as a `Glide` says.

A part's mark alone slides by frames of its own, as many as move, each an image like any other. All of MoviePy is here;
it gets pictures and never words, whose descenders its own text cuts off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from portevoix.drawing.frame import Drawing
from portevoix.loading import loading

VERSION = 1  # raise when any frame of a move changes
SOFT = 3  # the power of the usual way in and out
REACH = 0.12  # how far it slides, in parts of its width


@dataclass(frozen=True)
class Step:
    """Frame `number` (from 0) of `count` of a move in, or `leaving`, out."""

    number: int
    count: int
    leaving: bool

    @property
    def there(self) -> float:
        """How much of the move is done, 0 to 1: it begins fast when it comes in and ends fast when it goes out."""
        part = (self.number + 1) / (self.count + 1)
        return 1 - part**3 if self.leaving else 1 - (1 - part) ** 3


@dataclass(frozen=True)
class Glide:
    """A drawing that moves in, or `leaving`, out: from frame `number` (from 0) of `count` on, `dx` and `dy` pixels away
    at first. It fades, or `masked` is seen only as far as it lies within its own place. It stands still once it is
    there. The higher the `power`, the faster it starts and the softer it comes to rest. `cell`: it is a strip of cells
    of that height, seen one after the other down to the last.

    It is moved as a whole by the composition: drawing frames would cost more than encoding them.
    """

    number: int
    count: int
    leaving: bool
    dx: int
    dy: int
    masked: bool = False
    power: int = SOFT
    cell: int = 0

    @property
    def identity(self) -> dict[str, Any]:
        """The part of it that enters a step's key: what is as it always was is left out."""
        usual = Glide(0, 0, False, 0, 0)
        more = {name: getattr(self, name) for name in ("masked", "power", "cell")}
        own = {name: value for name, value in more.items() if value != getattr(usual, name)}
        return {**{name: getattr(self, name) for name in ("number", "count", "leaving", "dx", "dy")}, **own}

    def later(self, frames: int) -> Glide:
        """The same move, so many frames later."""
        return replace(self, number=self.number + frames)


def moved(drawing: Drawing, step: Step, mirrored: bool) -> Drawing:
    """The drawing at one step of its move."""
    # Here, since they take a second to load and most runs move nothing.
    import numpy as np

    with loading:
        from moviepy import CompositeVideoClip, ImageClip, vfx

    image = drawing.image.convert("RGBA")
    reach = round(image.width * REACH)
    aside = round(reach * (1 - step.there))
    x = reach + aside if mirrored else reach - aside
    still = ImageClip(np.asarray(image), transparent=True, duration=1)
    # MoviePy fades over the whole second; the second that is asked for is how much of the move is done.
    card = still.with_effects([vfx.CrossFadeIn(1)]).with_position((x, 0))
    scene = CompositeVideoClip([card], size=(image.width + 2 * reach, image.height), bg_color=None)
    letters = Image.fromarray(np.asarray(scene.get_frame(step.there), np.uint8)).convert("RGBA")
    letters.putalpha(Image.fromarray(np.clip(scene.mask.get_frame(step.there) * 255 + 0.5, 0, 255).astype(np.uint8)))
    return Drawing(letters, drawing.x - reach, drawing.y)
