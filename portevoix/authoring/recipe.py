"""The recipe: what a product looks like over time. YAML in `recipes/`, one file each."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

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


class Recipe(Authored):
    """What a product of this kind consists of. Fields left out are absent from the picture."""

    name: str
    summary: str
    frame: Literal["formats", "source"] = "formats"
    fps: Rate | None = None
    fit: dict[FormatName, Fit] = {}
    opening: Span | None = None
    lower_third: Span | None = None
    closing: Span | None = None
    notice: Span | None = None
    still: bool = False
    bug: bool = False
    captions: bool = False
    sound: Sound

    @property
    def needs_clips(self) -> bool:
        return self.notice is None


def load_recipes(folder: Path) -> dict[str, Recipe]:
    """All recipes of `folder` by name. Raises InvalidInput."""
    recipes = (load(Recipe, path) for path in sorted(folder.glob("*.yaml")))
    return {recipe.name: recipe for recipe in recipes}
