"""The recipe: what a product looks like over time. YAML in `recipes/`, one file each."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from portevoix.authoring.document import Authored
from portevoix.authoring.folder import load_files
from portevoix.authoring.values import Fit, FormatName, Rate, Seconds


class OnScreen(Authored):
    """When something is on screen: seconds from the start of what it belongs to."""

    start_s: Seconds = Fraction(0)
    duration_s: Seconds


class Sound(Authored):
    """`mix` levels the clips' sound to the target, `keep` leaves it as it is, `silent` makes a silent track.

    `music_leads`: where there is music, it stays as it is, and the clips' own sound lies under it.
    """

    treatment: Literal["mix", "keep", "silent"]
    music_leads: bool = False
    loudness_lufs: float = -14.0
    true_peak_dbtp: float = -1.0


class SceneKind(Authored):
    """One kind of scene: the job's clips, its points, its `picture`, one card on the brand's ground, or the kit's
    sting.

    `shortest_s`: of a point or the picture, however few the words. `duration_s`: of a card; at least, of a title.
    `loop`: the card's last frame goes over into its first one, on a ground that drifts and returns.
    """

    show: Literal["clips", "points", "picture", "card", "sting"]
    card: Literal["title", "closing", "notice", "announcement"] | None = None
    sting: Literal["opening", "closing"] | None = None
    duration_s: Seconds = Fraction(3)
    shortest_s: Seconds = Fraction(3)
    loop: bool = False

    @model_validator(mode="after")
    def _card_is_named(self) -> SceneKind:
        for kind, named in (("card", self.card), ("sting", self.sting)):
            if (self.show == kind) != (named is not None):
                raise ValueError(f"`{kind}` says which one a scene with `show: {kind}` has, and no other scene")
        if self.loop and self.show != "card":
            raise ValueError("`loop` is for a scene that shows a card; leave it out")
        return self


class Join(Authored):
    """How one picture goes over into the next; `wipe` goes in the direction of reading of the job's first language."""

    how: Literal["cut", "crossfade", "dip", "wipe"] = "cut"
    duration_s: Seconds = Fraction(1, 2)


class Follow(Authored):
    """What `fit: follow` shows where there is nobody to follow, and where two people are too far apart for one
    window.
    """

    nobody: Literal["crop", "blur"] = "crop"
    apart: Literal["crop", "blur", "split"] = "split"


Need = Literal["needed", "possible"]


class Recipe(Authored):
    """What a product of this kind consists of. Layers left out are absent from the picture.

    `inputs`: the keys of a job that it needs or can use; it refuses others, so that nobody writes what nobody sees.
    `length_s`: how long the clips are together once they are cut. `cuts: on_beat` ends each clip on a beat of the
    music. `blur_at`: where the middle of a picture stands that is whole before its blurred ground, in parts of the
    frame's height: less than a half leaves room for words below it. `quote`: over the pictures, from `start_s` to their
    end. `titles`: each clip's own, from `start_s` of it. `chapter_s`: how long a chapter's card stands at least.
    `portrait`: the photo of a quotation fills half of the frame `beside` the words, or the whole of it `under` them.
    `part_mark_s`: how long each part of a programme that is too long for its placement says which it is; 0 leaves it
    unsaid. `music: kit` takes the kit's where the job has none.
    """

    name: str
    summary: str
    inputs: dict[str, Need]
    scenes: tuple[SceneKind, ...] = Field(min_length=1)
    join: Join = Join()
    frame: Literal["formats", "source"] = "formats"
    fps: Rate | None = None
    length_s: Seconds | None = None
    cuts: Literal["given", "on_beat"] = "given"
    fit: dict[FormatName, Fit] = {}
    blur_at: Annotated[float, Field(ge=0, le=1)] = 0.5
    follow: Follow = Follow()
    opening: OnScreen | None = None
    lower_third: OnScreen | None = None
    titles: OnScreen | None = None
    quote: OnScreen | None = None
    portrait: Literal["beside", "under"] = "under"
    chapter_s: Seconds = Fraction(2)
    claims: bool = False
    headline: bool = False
    source: bool = False
    progress: bool = False
    bug: bool = False
    captions: bool = False
    part_mark_s: Seconds = Fraction(3)
    still: Literal["notice", "announcement", "points"] | None = None
    music: Literal["kit"] | None = None
    sound: Sound

    @model_validator(mode="after")
    def _nothing_timed_is_cut_short(self) -> Recipe:
        if self.cuts == "on_beat" and (self.captions or self.claims):
            raise ValueError(
                "`cuts: on_beat` shortens clips, and their captions and claims would be cut short; leave it out, or "
                "`captions` and `claims`"
            )
        return self

    def shows(self, what: str) -> bool:
        """Whether one of its scenes shows this kind or this card."""
        return any(what in (scene.show, scene.card) for scene in self.scenes)


def load_recipes(*folders: Path) -> dict[str, Recipe]:
    """All recipes of some folders by name; a later folder's replaces one of the same name. Raises InvalidInput."""
    return {name: filed.value for name, filed in load_files(Recipe, folders, "name").items()}
