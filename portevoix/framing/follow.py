"""The camera's path through a stretch of a source: found once, remembered in the store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import Any

from portevoix.authoring.job import Clip
from portevoix.framing.faces import look
from portevoix.framing.path import CameraPath, Key, ShotPath
from portevoix.framing.pictures import Area, Stretch
from portevoix.framing.shot_path import shot_path
from portevoix.framing.shots import shots
from portevoix.framing.tracks import people
from portevoix.sources.probe import Source
from portevoix.store import Store

VERSION = 2  # raised when anything in this folder finds another path


def stretch_of(clip: Clip, source: Source, area: Area | None) -> Stretch:
    """What a job uses of a clip. `area`: the picture inside its black bars."""
    return Stretch(source, clip.start_s, clip.end_s or source.duration_s, area)


def camera_path(stretch: Stretch, store: Store) -> CameraPath:
    """One calm path for each shot of the stretch. Raises RenderFailed where the source cannot be decoded."""
    range_ = f"{stretch.start_s} {stretch.end_s} {stretch.area}"
    key = f"framing{VERSION}-{stretch.source.digest}-{hashlib.sha256(range_.encode()).hexdigest()[:16]}"
    if not store.has(key):
        store.put(key, {}, {"shots": [_written(shot) for shot in _find(stretch, store)]})
    return CameraPath(tuple(_read(shot) for shot in store.facts(key)["shots"]))


def _find(stretch: Stretch, store: Store) -> list[ShotPath]:
    width, height = stretch.size
    return [
        shot_path(start, end, people(look(replace(stretch, start_s=start, end_s=end), store)), width / height)
        for start, end in shots(stretch, store)
    ]


def _written(shot: ShotPath) -> dict[str, Any]:
    return {
        "start_s": str(shot.start_s),
        "end_s": str(shot.end_s),
        "verdict": shot.verdict,
        "keys": [[key.second, key.x, key.y] for key in shot.keys],
        "people": shot.people,
    }


def _read(facts: dict[str, Any]) -> ShotPath:
    keys = tuple(Key(*key) for key in facts["keys"])
    people = tuple((x, y) for x, y in facts["people"])
    return ShotPath(Fraction(facts["start_s"]), Fraction(facts["end_s"]), facts["verdict"], keys, people)
