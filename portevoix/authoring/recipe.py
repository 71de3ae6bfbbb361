"""The recipe: what a product looks like over time. YAML in `recipes/`, one file each."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from portevoix.authoring.document import Authored, load
from portevoix.authoring.job import Fit, FormatName, Rate, Seconds


class Span(Authored):
    """When something is on screen: seconds from the start of what it belongs to."""

    start_s: Seconds = Fraction(0)
    duration_s: Seconds


class Sound(Authored):
    """`mix` levels the clips' sound to the target, `keep` leaves it as it is, `silent` makes a silent track."""

    treatment: Literal["mix", "keep", "silent"]
    loudness_lufs: float = -14.0
    true_peak_dbtp: float = -1.0


class SceneKind(Authored):
    """One kind of scene: all clips of the job, all its points, or one card on the brand's ground.

    `shortest_s`: of a point, however few its words. `duration_s`: of a card.
    """

    show: Literal["clips", "points", "card"]
    card: Literal["closing", "notice", "announcement"] | None = None
    duration_s: Seconds = Fraction(3)
    shortest_s: Seconds = Fraction(3)

    @model_validator(mode="after")
    def _card_is_named(self) -> SceneKind:
        if (self.show == "card") != (self.card is not None):
            raise ValueError("`card` names the look of a scene that shows a card, and of no other")
        return self


class Join(Authored):
    """How one picture goes over into the next; `wipe` goes in the direction of reading of the job's first language."""

    how: Literal["cut", "crossfade", "dip", "wipe"] = "cut"
    duration_s: Seconds = Fraction(1, 2)


class Follow(Authored):
    """What `fit: follow` shows where there is nobody to follow, and where two people are too far apart for one window."""

    nobody: Literal["crop", "blur"] = "crop"
    apart: Literal["crop", "blur", "split"] = "split"


Need = Literal["needed", "possible"]


class Recipe(Authored):
    """What a product of this kind consists of. Layers left out are absent from the picture.

    `inputs`: the keys of a job that it needs or can use; others are refused, so that nothing is written in vain.
    `length_s`: to which the clips are cut together. `quote`: over the clips, from `start_s` to their end. `part_mark_s`: how
    long each part of a programme that is too long for its placement says which it is; 0 leaves it unsaid.
    """

    name: str
    summary: str
    inputs: dict[str, Need]
    scenes: tuple[SceneKind, ...] = Field(min_length=1)
    join: Join = Join()
    frame: Literal["formats", "source"] = "formats"
    fps: Rate | None = None
    length_s: Seconds | None = None
    fit: dict[FormatName, Fit] = {}
    follow: Follow = Follow()
    opening: Span | None = None
    lower_third: Span | None = None
    quote: Span | None = None
    claims: bool = False
    headline: bool = False
    source: bool = False
    progress: bool = False
    bug: bool = False
    captions: bool = False
    part_mark_s: Seconds = Fraction(3)
    still: Literal["notice", "announcement"] | None = None
    sound: Sound

    def shows(self, what: str) -> bool:
        """Whether one of its scenes shows this kind or this card."""
        return any(what in (scene.show, scene.card) for scene in self.scenes)


def load_recipes(folder: Path) -> dict[str, Recipe]:
    """All recipes of `folder` by name. Raises InvalidInput."""
    recipes = (load(Recipe, path) for path in sorted(folder.glob("*.yaml")))
    return {recipe.name: recipe for recipe in recipes}
