"""The camera's path through a stretch of a source: found once, remembered in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from portevoix.framing.looks import look, look_through
from portevoix.framing.path import CameraPath, Key, ShotPath
from portevoix.framing.pictures import Stretch
from portevoix.framing.shot_path import shot_path
from portevoix.framing.tracks import Sighting, Track, face_read, face_written, people
from portevoix.store import Store

SELDOM_PER_S = Fraction(3)  # for where words may stand, not for a camera that moves
VERSION = 5  # raised when anything in this folder finds another path


def camera_path(stretch: Stretch, store: Store) -> CameraPath:
    """One calm path for each shot of the stretch. Raises RenderFailed where the source cannot be decoded."""
    return CameraPath(tuple(_read(shot) for shot in _facts(stretch, store)["shots"]))


def faces_seen(stretch: Stretch, store: Store, followed: bool) -> list[Sighting]:
    """The faces of people in a stretch, in the order of time.

    Where it is `followed` they are those that its path was found by; else they are looked for `SELDOM_PER_S` times a
    second. Raises RenderFailed where the source cannot be decoded.
    """
    if followed:
        return [_sighting(face) for face in _facts(stretch, store)["faces"]]
    key = f"faces{VERSION}-{stretch.name}"
    if not store.has(key):
        found = people(look(stretch, store, SELDOM_PER_S))
        store.put(key, {}, {"faces": _faces(found)})
    return [_sighting(face) for face in store.facts(key)["faces"]]


def _facts(stretch: Stretch, store: Store) -> dict[str, Any]:
    key = f"framing{VERSION}-{stretch.name}"
    if not store.has(key):
        found = _find(stretch, store)
        faces = [face for _, tracks in found for face in _faces(tracks)]
        store.put(key, {}, {"shots": [_written(shot) for shot, _ in found], "faces": faces})
    return store.facts(key)


def _find(stretch: Stretch, store: Store) -> list[tuple[ShotPath, list[Track]]]:
    """Each shot's path, and the people in it."""
    width, height = stretch.size
    found = [(start, end, people(looks)) for start, end, looks in look_through(stretch, store)]
    return [(shot_path(start, end, tracks, width / height), tracks) for start, end, tracks in found]


def _faces(tracks: Iterable[Track]) -> list[list[Any]]:
    seen = sorted((s for track in tracks for s in track.sightings), key=lambda s: s.second)
    return [[str(s.second), *face_written(s)] for s in seen]


def _sighting(face: Sequence[Any]) -> Sighting:
    second, *rest = face
    return face_read(Fraction(second), rest)


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
