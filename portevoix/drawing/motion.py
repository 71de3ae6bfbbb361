"""Drawings that come in and go out: they slide from the side where reading starts and fade. All of MoviePy is here.

Of a small one only as many frames as move are made, each an image like any other; MoviePy gets pictures and never
words, whose descenders its own text cuts off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from portevoix.drawing.frame import Drawing

VERSION = 1  # raise when any frame of a move changes
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
    """A large drawing that moves in, or `leaving`, out: from frame `number` (from 0) of `count` on, `dx` and `dy`
    pixels away at first, fading. It is moved as a whole by the composition, since drawing full frames would cost more
    than encoding them.
    """

    number: int
    count: int
    leaving: bool
    dx: int
    dy: int

    def later(self, frames: int) -> Glide:
        """The same move, so many frames later."""
        return replace(self, number=self.number + frames)


def moved(drawing: Drawing, step: Step, mirrored: bool) -> Drawing:
    """The drawing at one step of its move."""
    # Here, since they take a second to load and most runs move nothing.
    import numpy as np
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
