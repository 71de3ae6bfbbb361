"""What an editor's cut list says, before it is written in any format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.sources.photo import Photo
from portevoix.sources.probe import Source
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Timeline


@dataclass(frozen=True)
class Used:
    """A clip that the cut takes from: its `name` relative to the cut list, and the second at which its part begins."""

    name: str
    source: Source
    start_s: Fraction


@dataclass(frozen=True)
class Cut:
    """What a cut list says. `master`: the name of the textless master, relative to the cut list as all names are.

    `clips` and `photos` (name and facts) in the order in which the timeline's pictures count them.
    """

    name: str
    timeline: Timeline
    master: str
    clips: Sequence[Used]
    photos: Sequence[tuple[str, Photo]]
    captions: Mapping[str, PlacedCues]
    titles: Mapping[str, str]  # what stands on a card, by its kind
