"""The job's clips as scenes: how long each is, what shares the frame with it, its cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portevoix.timeline.pictures import AnyPicture, ClipPicture
from portevoix.timeline.programme import Programme, UnplacedScene
from portevoix.timeline.titles import claims_over, names_and_titles
from portevoix.timeline.transitions import transition_frames


def clip_scenes(programme: Programme, lengths: Sequence[int]) -> list[UnplacedScene]:
    """The job's clips in their order, each for so many frames."""
    found = []
    named: set[str] = set()
    for number, (clip, length) in enumerate(zip(programme.job.clips, lengths, strict=True)):
        cards = names_and_titles(programme, number, length, clip.speaker not in named)
        named |= {clip.speaker} if clip.speaker else set()
        if number == 0 and programme.recipe.claims:
            cards += claims_over(programme, length)
        found.append(UnplacedScene(_clip_picture(programme, number, length), length, tuple(cards)))
    return found


def clip_lengths(programme: Programme) -> list[int]:
    """Frames of each clip, cut to the recipe's length where it has one."""
    lengths, recipe = whole_lengths(programme), programme.recipe
    if not recipe.length_s:
        return lengths
    joins = transition_frames(recipe, programme.fps) * (len(lengths) - 1)
    return shortened(lengths, programme.frames(recipe.length_s) + joins)


def whole_lengths(programme: Programme) -> list[int]:
    """Frames of each clip as its author gives it."""
    return [_whole_length(programme, number) for number in range(len(programme.job.clips))]


def _whole_length(programme: Programme, number: int) -> int:
    clip, source = programme.job.clips[number], programme.sources[number]
    end_s = min(clip.end_s, source.duration_s) if clip.end_s is not None else source.duration_s
    return max(1, programme.frame_of_clip(number, end_s))


def _clip_picture(programme: Programme, number: int, frame_count: int) -> AnyPicture:
    """A clip, and what shares the frame with it."""
    clip = ClipPicture(number)
    split = programme.job.clips[number].beside
    if not split:
        return clip
    other = programme.other(("clips", number, "beside"), frame_count)
    return replace(clip, beside=other, voice=other if split.heard else None)


def shortened(lengths: list[int], total: int) -> list[int]:
    """Lengths that add up to `total` at most: the long ones give first, to one common length."""
    if sum(lengths) <= total:
        return lengths
    left, kept = total, [0] * len(lengths)
    for rank, number in enumerate(sorted(range(len(lengths)), key=lambda n: lengths[n])):
        kept[number] = min(lengths[number], left // (len(lengths) - rank))
        left -= kept[number]
    return kept
