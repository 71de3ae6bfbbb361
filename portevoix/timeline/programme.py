"""What the kinds of scene work with and make: a job's facts, and scenes whose place in the programme is not
known yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.authoring.job import Job, Place
from portevoix.authoring.language import Language, reading_seconds
from portevoix.authoring.recipe import Recipe
from portevoix.authoring.values import ByLanguage
from portevoix.sources.probe import Source
from portevoix.timeline.cards import TimedCard
from portevoix.timeline.pictures import AnyPicture, ClipPicture, PhotoPicture
from portevoix.timing import frame_at


@dataclass(frozen=True)
class UnplacedScene:
    """One scene before its place is known: its cards count from its first frame."""

    picture: AnyPicture
    frame_count: int
    cards: tuple[TimedCard, ...] = ()


@dataclass(frozen=True)
class Programme:
    """What a programme is made of. `sources`: of the job's shots, then the kit's stings, whose numbers are `stings`."""

    job: Job
    recipe: Recipe
    sources: Sequence[Source]
    languages: Mapping[str, Language]
    stings: Mapping[str, int]
    fps: Fraction
    tempo: tuple[Fraction, ...]

    def frames(self, seconds: Fraction) -> int:
        """The number of the frame that starts nearest to `seconds` after the first frame."""
        return frame_at(seconds, self.fps)

    def frame_of_clip(self, number: int, second: Fraction) -> int:
        """The frame of clip `number` at a second of its file, counted from the first frame that is used."""
        return self.frames((second - self.job.clips[number].start_s) / self.tempo[number])

    def photo(self, place: Place) -> int:
        """The number of the photo at a place of the job."""
        return list(self.job.photographs()).index(place)

    def other(self, place: Place, frame_count: int, voice: AnyPicture | None = None) -> AnyPicture:
        """What is seen beside or instead of a clip, from its first frame on."""
        shots = list(self.job.shots())
        if place in shots:
            return ClipPicture(shots.index(place), voice=voice)
        return PhotoPicture(self.photo((*place, "picture")), total=frame_count, voice=voice)

    def frames_to_read(self, *texts: ByLanguage) -> int:
        """Frames that the slowest of the job's languages needs for its words."""
        words = {code: "\n".join(text.get(code, "") for text in texts) for code in self.languages}
        return self.frames(reading_seconds(words, self.languages))
