"""Behind a card lies the picture of the film that comes next, or after the last that one as it ends."""

from __future__ import annotations

from portevoix.timeline.behind import with_film_behind
from portevoix.timeline.model import Scene
from portevoix.timeline.pictures import AnyPicture, ClipPicture, GroundPicture, PhotoPicture, StingPicture


def behind(*pictures: AnyPicture) -> list[AnyPicture | None]:
    scenes = with_film_behind([Scene(50 * number, 50, picture) for number, picture in enumerate(pictures)])
    return [scene.picture.film for scene in scenes if isinstance(scene.picture, GroundPicture)]


def test_it_is_the_next_picture_as_it_begins_and_after_the_last_that_one_as_it_ends() -> None:
    photo, clip = PhotoPicture(0, total=50), ClipPicture(1, offset=30)
    assert behind(GroundPicture(), StingPicture(2), photo, GroundPicture(), clip, GroundPicture(), GroundPicture()) == [
        photo,
        clip,
        ClipPicture(1, offset=79),
        ClipPicture(1, offset=79),
    ]


def test_a_picture_that_shared_its_frame_has_it_to_itself_there() -> None:
    split = ClipPicture(0, beside=ClipPicture(1), voice=ClipPicture(1))
    quoted = PhotoPicture(0, total=50, beside=GroundPicture())
    assert behind(split, GroundPicture()) == [ClipPicture(0, offset=49)]
    assert behind(quoted, GroundPicture()) == [PhotoPicture(0, offset=49, total=50)]


def test_nothing_lies_behind_a_card_without_a_film_or_on_a_ground_that_is_still() -> None:
    assert behind(GroundPicture(), StingPicture(0)) == [None]
    assert behind(ClipPicture(0), GroundPicture(still=True)) == [None]
