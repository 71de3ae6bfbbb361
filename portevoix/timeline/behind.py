"""Which picture of the film lies behind a card, where the kit asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portevoix.timeline.model import Scene
from portevoix.timeline.pictures import AnyPicture, ClipPicture, GroundPicture, PhotoPicture


def with_film_behind(scenes: Sequence[Scene]) -> list[Scene]:
    """The scenes; each ground that moves with the picture that comes next, as it begins, or, after the last, with that
    one as it ends.
    """
    return [replace(scene, picture=_with_film(scene.picture, number, scenes)) for number, scene in enumerate(scenes)]


def _with_film(picture: AnyPicture, number: int, scenes: Sequence[Scene]) -> AnyPicture:
    if not isinstance(picture, GroundPicture) or picture.still:
        return picture
    later = (held for scene in scenes[number + 1 :] if (held := _held(scene, 0)))
    before = (held for scene in reversed(scenes[:number]) if (held := _held(scene, scene.frame_count - 1)))
    return replace(picture, film=next(later, None) or next(before, None))


def _held(scene: Scene, frame: int) -> AnyPicture | None:
    """A scene's picture at one of its frames, as if it had its frame to itself; None where no film is seen."""
    match scene.picture:
        case ClipPicture() as clip:
            return ClipPicture(clip.number, clip.offset + frame)
        case PhotoPicture() as photo:
            return PhotoPicture(photo.number, photo.offset + frame, photo.total, way=photo.way)
    return None
